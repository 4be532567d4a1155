// SPDX-License-Identifier: MIT
// The keys of the JSON report.
#include "cli/report_json.hpp"

#include <fmt/format.h>

namespace mqlab::cli {
namespace {

using Json = nlohmann::ordered_json;

// Counts by reason, without those that are zero.
Json counts_json(const observe::ReasonCounts& counts) {
  Json out = Json::object();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    out[std::string(ledger::word(static_cast<ledger::Reason>(i)))] = counts[i];
  }
  return out;
}

Json business_json(const observe::BusinessBook& book) {
  Json lost = Json::object();
  for (int i = 0; i < observe::kLossCauseCount; ++i) {
    const auto cause = static_cast<observe::LossCause>(i);
    if (book.lost(cause) > 0) lost[std::string(word(cause))] = book.lost(cause);
  }
  return {{"sent", book.all().size()},
          {"handled", book.count(observe::Outcome::handled)},
          {"duplicated", book.count(observe::Outcome::duplicated)},
          {"pending", book.count(observe::Outcome::pending)},
          {"lost", book.count(observe::Outcome::lost)},
          {"lost_by_cause", lost},
          {"effects", book.effects()},
          {"extra_effects", book.extra_effects()}};
}

// In nanoseconds; null if there are none.
Json durations_json(const observe::Durations& durations) {
  if (durations.count() == 0) return nullptr;
  return {{"count", durations.count()},
          {"median_ns", durations.quantile(50, 100)->ns},
          {"p99_ns", durations.quantile(99, 100)->ns},
          {"longest_ns", durations.largest()->ns}};
}

Json queues_json(const Finished& run) {
  Json out = Json::array();
  const ledger::Ledger& ledger = *run.report.ledger;
  for (std::uint32_t id = 1; id <= ledger.entity_count(); ++id) {
    const ledger::EntityId entity{id};
    if (ledger.entity(entity).kind != ledger::EntityKind::queue) continue;
    if (!run.books.state().thing(entity).alive) continue;
    Json queue = {{"name", ledger.name(entity)},
                  {"ready", run.books.state().ready_count(entity)},
                  {"unacked", run.books.state().unacked_count(entity)}};
    if (const observe::QueueMetrics* metrics = run.metrics.queue(entity)) {
      queue["peak_ready"] = metrics->peak_ready;
      queue["peak_unacked"] = metrics->peak_unacked;
      queue["delivered"] = metrics->delivered;
      queue["redelivered"] = metrics->redelivered;
      queue["waited"] = durations_json(metrics->waited);
      queue["held"] = durations_json(metrics->held);
    }
    out.push_back(std::move(queue));
  }
  return out;
}

Json checks_json(const scripting::Report& report) {
  Json out = Json::array();
  for (const scripting::Check& check : report.checks) {
    Json entry = {{"text", check.text},       {"verdict", scripting::word(check.verdict)},
                  {"file", check.place.file}, {"line", check.place.line},
                  {"time_ns", check.at.ns},   {"row", check.row}};
    if (!check.why.empty()) entry["why"] = check.why.in(observe::Language::english);
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

nlohmann::ordered_json report_json(const Finished& run) {
  const scripting::Report& report = run.report;
  const ledger::Digest& digest = report.ledger->digest();
  const observe::CopiesBook& copies = run.books.copies();
  const observe::TransmissionsBook& transmissions = run.books.transmissions();
  Json parameters = Json::object();
  for (const scripting::Parameter& parameter : report.parameters) {
    parameters[parameter.name] = parameter.value;
  }
  Json out = {
      {"scenario", run.path},
      {"title", report.title},
      {"variant", report.variant},
      {"parameters", parameters},
      {"verdict", scripting::word(report.verdict)},
      {"seed", report.seed},
      {"events", report.events},
      {"rows", report.ledger->row_count()},
      {"end_ns", report.end.ns},
      {"ending", scripting::word(report.ending)},
      {"fingerprint", digest.fingerprint()},
      {"ingredients",
       {{"times", fmt::format("{:016x}", digest.times())},
        {"routing", fmt::format("{:016x}", digest.routing())},
        {"fates", fmt::format("{:016x}", digest.fates())}}},
      {"business", business_json(run.books.business())},
      {"copies",
       {{"enqueued", counts_json(copies.enqueued)},
        {"removed", counts_json(copies.removed)},
        {"ready", copies.ready},
        {"unacked", copies.unacked}}},
      {"transmissions",
       {{"sent", counts_json(transmissions.sent)},
        {"finished", counts_json(transmissions.finished)},
        {"on_wire", transmissions.on_wire},
        {"buffered", transmissions.buffered},
        {"in_hand", transmissions.in_hand}}},
      {"publish_to_effect", durations_json(run.metrics.publish_to_effect())},
      {"queues", queues_json(run)},
      {"checks", checks_json(report)},
      {"printed", report.printed},
      {"not_simulated", report.warnings},
  };
  if (!report.verdict_why.empty())
    out["why_unknown"] = report.verdict_why.in(observe::Language::english);
  return out;
}

std::string json_text(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mqlab::cli
