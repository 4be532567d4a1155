// SPDX-License-Identifier: MIT
// The columns of each table.
#include "cli/formats/csv.hpp"

#include <optional>

#include <fmt/format.h>

#include "cli/formats/text_forms.hpp"
#include "sim/observe/names.hpp"

namespace mqlab::cli {
namespace {

using ledger::Fact;
using observe::Outcome;

std::string quantile(const observe::Durations& durations, std::uint64_t percent) {
  const std::optional<Duration> value =
      durations.count() == 0 ? std::nullopt : durations.quantile(percent, 100);
  return value ? std::to_string(value->ns) : std::string();
}

}  // namespace

CsvReport::CsvReport()
    : runs_(
          "scenario,variant,title,verdict,seed,fingerprint,events,rows,end_ns,ending,sent,handled,"
          "lost,duplicated,pending,effects,extra_effects,latency_median_ns,latency_p99_ns,"
          "latency_longest_ns\n"),
      checks_("scenario,variant,file,line,check,verdict,why,time_ns,row\n"),
      queues_(
          "scenario,variant,queue,ready,unacked,peak_ready,peak_unacked,delivered,redelivered,"
          "requeued,waited_median_ns,waited_p99_ns,held_median_ns,held_p99_ns\n"),
      backlog_("scenario,variant,queue,time_ns,ready,unacked\n"),
      messages_(
          "scenario,variant,business,outcome,cause,messages,effects,composed_ns,first_effect_ns,"
          "latency_ns\n") {}

void CsvReport::add_run(const Finished& run, const std::string& key) {
  const scripting::Report& report = run.report;
  const observe::BusinessBook& book = run.books.business();
  const observe::Durations& latency = run.metrics.publish_to_effect();
  runs_ += fmt::format(
      "{}{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", key, csv_field(report.title),
      word(report.verdict), report.seed, report.ledger->digest().fingerprint(), report.events,
      report.ledger->row_count(), report.end.ns, word(report.ending), book.all().size(),
      book.count(Outcome::handled) + book.count(Outcome::duplicated), book.count(Outcome::lost),
      book.count(Outcome::duplicated), book.count(Outcome::pending), book.effects(),
      book.extra_effects(), quantile(latency, 50), quantile(latency, 99), quantile(latency, 100));
  for (const scripting::Check& check : report.checks) {
    checks_ +=
        fmt::format("{}{},{},{},{},{},{},{}\n", key, csv_field(check.place.file), check.place.line,
                    csv_field(check.text), word(check.verdict),
                    csv_field(check.why.in(observe::Language::english)), check.at.ns, check.row);
  }
}

void CsvReport::add_queues(const Finished& run, const std::string& key) {
  const observe::NameIndex names(ledger::LedgerView(*run.report.ledger));
  for (const observe::QueueMetrics& queue : run.metrics.queues()) {
    const std::string name = csv_field(names.label(queue.queue));
    queues_ += fmt::format("{}{},{},{},{},{},{},{},{},{},{},{},{}\n", key, name,
                           run.books.state().ready_count(queue.queue),
                           run.books.state().unacked_count(queue.queue), queue.peak_ready,
                           queue.peak_unacked, queue.delivered, queue.redelivered, queue.requeued,
                           quantile(queue.waited, 50), quantile(queue.waited, 99),
                           quantile(queue.held, 50), quantile(queue.held, 99));
    for (const observe::Sample& sample : queue.series) {
      backlog_ +=
          fmt::format("{}{},{},{},{}\n", key, name, sample.at.ns, sample.ready, sample.unacked);
    }
  }
}

void CsvReport::add_messages(const Finished& run, const std::string& key) {
  const ledger::LedgerView view(*run.report.ledger);
  std::vector<Time> composed(view.message_count() + std::size_t{1}, Time::never());
  for (const ledger::Row& row : view.rows()) {
    if (row.fact == Fact::composed) composed[row.message.value] = row.at;
  }
  for (const observe::Business& business : run.books.business().all()) {
    const Time begin =
        business.messages.empty() ? Time::never() : composed[business.messages.front().value];
    std::string effect;
    std::string latency;
    if (business.first_effect != 0) {
      const Time at = view.row(business.first_effect).at;
      effect = std::to_string(at.ns);
      if (begin != Time::never()) latency = std::to_string((at - begin).ns);
    }
    const bool lost = business.outcome() == Outcome::lost;
    messages_ += fmt::format(
        "{}{},{},{},{},{},{},{},{}\n", key, csv_field(view.text(business.id)),
        word(business.outcome()), lost ? word(run.books.business().cause(business)) : "",
        business.messages.size(), business.effect_count(),
        begin == Time::never() ? std::string() : std::to_string(begin.ns), effect, latency);
  }
}

void CsvReport::add(const Finished& run) {
  const std::string key = fmt::format("{},{},", csv_field(run.path), csv_field(run.report.variant));
  add_run(run, key);
  add_queues(run, key);
  add_messages(run, key);
}

std::vector<std::pair<std::string, std::string>> CsvReport::files() const {
  return {{"runs.csv", runs_},
          {"checks.csv", checks_},
          {"queues.csv", queues_},
          {"backlog.csv", backlog_},
          {"messages.csv", messages_}};
}

}  // namespace mqlab::cli
