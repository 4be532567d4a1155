// SPDX-License-Identifier: MIT
// The words and columns of a summary.
#include "cli/report_text.hpp"

#include <vector>

#include <fmt/format.h>

#include "sim/base/assert.hpp"
#include "sim/base/text.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::cli {
namespace {

using observe::Outcome;

// Text broken at blanks, each line with the indent.
std::string wrapped(std::string_view text, std::string_view indent, std::size_t width) {
  std::string out;
  std::size_t column = 0;
  std::size_t start = 0;
  while (start < text.size()) {
    std::size_t end = text.find_first_of(" \n", start);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view word = text.substr(start, end - start);
    start = end + 1;
    if (word.empty()) continue;
    if (column != 0 && column + 1 + word.size() > width) {
      out += '\n';
      column = 0;
    }
    out += column == 0 ? indent : " ";
    out += word;
    column += word.size() + 1;
  }
  return out.empty() ? out : out + '\n';
}

// "4 auto-acked-then-crashed, 1 unroutable"
std::string causes_text(const observe::BusinessBook& book) {
  std::string out;
  for (int i = 0; i < observe::kLossCauseCount; ++i) {
    const auto cause = static_cast<observe::LossCause>(i);
    const std::uint64_t count = book.lost(cause);
    if (count == 0) continue;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, word(cause));
  }
  return out;
}

std::string business_text(const observe::BusinessBook& book, const Terminal& terminal) {
  const std::uint64_t lost = book.count(Outcome::lost);
  const std::uint64_t twice = book.count(Outcome::duplicated);
  std::string out = fmt::format("    business    {} sent   {} handled", book.all().size(),
                                book.count(Outcome::handled) + twice);
  const std::string lost_text = fmt::format("   {} lost", lost);
  const std::string twice_text = fmt::format("   {} duplicated", twice);
  out += lost > 0 ? terminal.paint(lost_text, Colour::red) : lost_text;
  out += twice > 0 ? terminal.paint(twice_text, Colour::yellow) : twice_text;
  out += fmt::format("   {} pending\n", book.count(Outcome::pending));
  const std::string causes = causes_text(book);
  if (!causes.empty()) out += fmt::format("                lost: {}\n", causes);
  return out;
}

// "1.002s median   2.31s 99 %   2.31s longest"
std::string durations_text(const observe::Durations& durations) {
  return fmt::format("{} median   {} 99 %   {} longest", format_short(*durations.quantile(50, 100)),
                     format_short(*durations.quantile(99, 100)),
                     format_short(*durations.largest()));
}

std::string latencies_text(const observe::Metrics& metrics) {
  const observe::Durations& effects = metrics.publish_to_effect();
  if (effects.count() == 0) return {};
  return fmt::format("    to effect   {}\n", durations_text(effects));
}

std::string queues_text(const Finished& run) {
  std::string out;
  const ledger::Ledger& ledger = *run.report.ledger;
  constexpr int kMost = 12;
  int shown = 0;
  int more = 0;
  for (std::uint32_t id = 1; id <= ledger.entity_count(); ++id) {
    const ledger::EntityId entity{id};
    if (ledger.entity(entity).kind != ledger::EntityKind::queue) continue;
    if (!run.books.state().thing(entity).alive) continue;
    if (++shown > kMost) {
      ++more;
      continue;
    }
    const observe::QueueMetrics* metrics = run.metrics.queue(entity);
    out += fmt::format("    queue       {}   ready {}   unacked {}   peaks {} and {}\n",
                       ledger.name(entity), run.books.state().ready_count(entity),
                       run.books.state().unacked_count(entity),
                       metrics != nullptr ? metrics->peak_ready : 0,
                       metrics != nullptr ? metrics->peak_unacked : 0);
  }
  if (more > 0) out += fmt::format("                and {} more queues\n", more);
  return out;
}

std::string verdict_text(scripting::Verdict verdict, const Terminal& terminal) {
  switch (verdict) {
    case scripting::Verdict::pass:
      return terminal.paint("PASS", Colour::green);
    case scripting::Verdict::fail:
      return terminal.paint("FAIL", Colour::red);
    case scripting::Verdict::unknown:
      return terminal.paint("UNKNOWN", Colour::yellow);
  }
  MQLAB_ASSERT(false && "every verdict has a text");
}

std::string checks_text(const Finished& run, const Terminal& terminal) {
  std::string out;
  for (const scripting::Check& check : run.report.checks) {
    out += fmt::format("    {}  {}", verdict_text(check.verdict, terminal), check.text);
    if (check.verdict != scripting::Verdict::pass) {
      out += fmt::format("\n          {}   at {}, {}:{}", check.why, format_short(check.at),
                         check.place.file, check.place.line);
    }
    out += '\n';
  }
  return out;
}

}  // namespace

Finished finish(std::string path, scripting::Report report) {
  Finished run{std::move(path), std::move(report), {}, {}};
  const ledger::LedgerView view(*run.report.ledger);
  run.books.extend(view);
  run.metrics.extend(view);
  return run;
}

std::string heading(const Finished& run, const Terminal& terminal) {
  std::string out = terminal.paint(run.path, Colour::dim) + "\n";
  out += terminal.paint(run.report.title, Colour::bold) + "\n";
  if (!run.report.claim.empty()) out += wrapped(run.report.claim, "  ", 94);
  return out;
}

std::string summary(const Finished& run, const Terminal& terminal) {
  const scripting::Report& report = run.report;
  std::string out = "\n";
  if (!report.variant.empty()) {
    std::string description;
    for (const scripting::Variant& variant : report.variants) {
      if (variant.name == report.variant) description = variant.description;
    }
    out += fmt::format("  {}", terminal.paint("variant " + report.variant, Colour::bold));
    if (!description.empty()) out += ": " + description;
    out += '\n';
  }
  for (const scripting::Parameter& parameter : report.parameters) {
    out += fmt::format("    parameter   {} = {}\n", parameter.name, parameter.value);
  }
  out += business_text(run.books.business(), terminal);
  out += latencies_text(run.metrics);
  out += queues_text(run);
  for (const std::string& line : report.printed) out += fmt::format("    prints      {}\n", line);
  for (const std::string& warning : report.warnings) {
    out += fmt::format("    {} {}\n", terminal.paint("not simulated:", Colour::yellow), warning);
  }
  out += checks_text(run, terminal);
  if (report.verdict == scripting::Verdict::unknown) {
    out += fmt::format("    {}  {}\n", verdict_text(report.verdict, terminal), report.verdict_why);
  }
  out +=
      fmt::format("    seed {}   events {}   ended at {}   fingerprint {}\n", report.seed,
                  report.events, format_short(report.end), report.ledger->digest().fingerprint());
  return out;
}

std::string rows_text(const Finished& run) {
  const ledger::LedgerView view(*run.report.ledger);
  const observe::NameIndex names(view);
  std::string out = observe::row_heading() + "\n";
  for (ledger::RowNo row = 1; row <= view.row_count(); ++row) {
    out += observe::row_line(names, row) + "\n";
  }
  return out;
}

}  // namespace mqlab::cli
