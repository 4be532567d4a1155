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

using observe::Key;
using observe::Language;
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

// A line of the summary: what it is about, and what there is to say.
std::string line(std::string_view about, std::string_view words) {
  return fmt::format("    {:<12}{}\n", about, words);
}

// "4 auto-acked-then-crashed, 1 unroutable"
std::string causes_text(const observe::BusinessBook& book, Language language) {
  std::string out;
  for (int i = 0; i < observe::kLossCauseCount; ++i) {
    const auto cause = static_cast<observe::LossCause>(i);
    const std::uint64_t count = book.lost(cause);
    if (count == 0) continue;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, word(language, cause));
  }
  return out;
}

std::string business_text(const observe::BusinessBook& book, const Terminal& terminal,
                          Language language) {
  const std::uint64_t lost = book.count(Outcome::lost);
  const std::uint64_t twice = book.count(Outcome::duplicated);
  const auto counted = [&](Key key, std::uint64_t count) {
    return fill(language, key, {std::to_string(count)});
  };
  const std::string lost_text = "   " + counted(Key::sum_lost, lost);
  const std::string twice_text = "   " + counted(Key::sum_duplicated, twice);
  std::string words = counted(Key::sum_sent, book.all().size());
  words += "   " + counted(Key::sum_handled, book.count(Outcome::handled) + twice);
  words += lost > 0 ? terminal.paint(lost_text, Colour::red) : lost_text;
  words += twice > 0 ? terminal.paint(twice_text, Colour::yellow) : twice_text;
  words += "   " + counted(Key::sum_pending, book.count(Outcome::pending));
  std::string out = line(text(language, Key::sum_business), words);
  const std::string causes = causes_text(book, language);
  if (!causes.empty()) out += line("", fill(language, Key::sum_lost_causes, {causes}));
  return out;
}

std::string latencies_text(const observe::Metrics& metrics, Language language) {
  const observe::Durations& effects = metrics.publish_to_effect();
  if (effects.count() == 0) return {};
  return line(text(language, Key::sum_to_effect),
              fill(language, Key::sum_durations,
                   {format_short(*effects.quantile(50, 100)),
                    format_short(*effects.quantile(99, 100)), format_short(*effects.largest())}));
}

std::string queues_text(const Finished& run, Language language) {
  std::string out;
  const ledger::Ledger& ledger = *run.report.ledger;
  const observe::State& state = run.books.state();
  constexpr int kMost = 12;
  int listed = 0;
  int more = 0;
  for (std::uint32_t id = 1; id <= ledger.entity_count(); ++id) {
    const ledger::EntityId entity{id};
    if (ledger.entity(entity).kind != ledger::EntityKind::queue) continue;
    if (!state.thing(entity).alive) continue;
    if (++listed > kMost) {
      ++more;
      continue;
    }
    const observe::QueueMetrics* metrics = run.metrics.queue(entity);
    const auto peak = [&](std::uint64_t observe::QueueMetrics::*value) {
      return std::to_string(metrics != nullptr ? metrics->*value : 0);
    };
    const std::string counts = fill(
        language, Key::sum_queue_counts,
        {std::to_string(state.ready_count(entity)), std::to_string(state.unacked_count(entity))});
    const std::string peaks = fill(
        language, Key::sum_queue_peaks,
        {peak(&observe::QueueMetrics::peak_ready), peak(&observe::QueueMetrics::peak_unacked)});
    out += line(text(language, Key::sum_queue),
                fmt::format("{}   {}   {}", shown(ledger.name(entity)), counts, peaks));
  }
  if (more > 0) out += line("", fill(language, Key::sum_more_queues, {std::to_string(more)}));
  return out;
}

std::string checks_text(const Finished& run, const Terminal& terminal, Language language) {
  std::string out;
  for (const scripting::Check& check : run.report.checks) {
    out += fmt::format("    {}  {}", verdict_text(check.verdict, terminal, language),
                       shown(check.text));
    if (check.verdict != scripting::Verdict::pass) {
      out += "\n          " + fill(language, Key::sum_check_place,
                                   {shown(check.why.in(language)), format_short(check.at),
                                    check.place.file, std::to_string(check.place.line)});
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
  std::string out = terminal.paint(shown(run.path), Colour::dim) + "\n";
  out += terminal.paint(shown(run.report.title), Colour::bold) + "\n";
  if (!run.report.claim.empty()) out += wrapped(shown(run.report.claim), "  ", 94);
  return out;
}

std::string verdict_text(scripting::Verdict verdict, const Terminal& terminal, Language language) {
  switch (verdict) {
    case scripting::Verdict::pass:
      return terminal.paint(text(language, Key::sum_pass), Colour::green);
    case scripting::Verdict::fail:
      return terminal.paint(text(language, Key::sum_fail), Colour::red);
    case scripting::Verdict::unknown:
      return terminal.paint(text(language, Key::sum_unknown), Colour::yellow);
  }
  MQLAB_ASSERT(false && "every verdict has a text");
}

std::string summary(const Finished& run, const Terminal& terminal, Language language) {
  const scripting::Report& report = run.report;
  std::string out = "\n";
  if (!report.variant.empty()) {
    std::string description;
    for (const scripting::Variant& variant : report.variants) {
      if (variant.name == report.variant) description = variant.description;
    }
    const std::string name = fill(language, Key::sum_variant, {report.variant});
    out += fmt::format("  {}", terminal.paint(shown(name), Colour::bold));
    if (!description.empty()) out += ": " + shown(description);
    out += '\n';
  }
  for (const scripting::Parameter& parameter : report.parameters) {
    out += line(text(language, Key::sum_parameter),
                shown(fmt::format("{} = {}", parameter.name, parameter.value)));
  }
  out += business_text(run.books.business(), terminal, language);
  out += latencies_text(run.metrics, language);
  out += queues_text(run, language);
  for (const std::string& printed : report.printed) {
    out += line(text(language, Key::sum_prints), shown(printed));
  }
  for (const std::string& warning : report.warnings) {
    const std::string_view words = text(language, Key::sum_not_simulated);
    out += fmt::format("    {} {}\n", terminal.paint(words, Colour::yellow), shown(warning));
  }
  out += checks_text(run, terminal, language);
  if (report.verdict == scripting::Verdict::unknown) {
    out += fmt::format("    {}  {}\n", verdict_text(report.verdict, terminal, language),
                       report.verdict_why.in(language));
  }
  return out + "    " +
         fill(language, Key::sum_identity,
              {std::to_string(report.seed), std::to_string(report.events), format_short(report.end),
               report.ledger->digest().fingerprint()}) +
         "\n";
}

void rows_text(const Finished& run, const Put& put, Language language) {
  const ledger::LedgerView view(*run.report.ledger);
  const observe::NameIndex names(view);
  put(observe::row_heading(language) + "\n");
  for (ledger::RowNo row = 1; row <= view.row_count(); ++row) {
    put(shown(observe::row_line(names, row, language)) + "\n");
  }
}

}  // namespace mqlab::cli
