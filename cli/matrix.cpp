// SPDX-License-Identifier: MIT
// Combinations, measures, and the matrix as text, JSON and CSV.
#include "cli/matrix.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cli/formats/text_forms.hpp"
#include "cli/report_json.hpp"
#include "sim/base/assert.hpp"
#include "sim/base/text.hpp"

namespace mqlab::cli {
namespace {

using Json = nlohmann::ordered_json;
using observe::Key;
using observe::Language;
using observe::Outcome;

Error bad_axis(const std::string& text, const std::string& what) {
  return Error{{}, fmt::format("--vary {}: {}", text, what), "--vary prefetch=1,10,50"};
}

// "1..20" as all its numbers; nullopt if it is no range.
std::optional<std::vector<std::string>> range_of(const std::string& text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) return std::nullopt;
  const Result<std::uint64_t> first = parse_count(std::string_view(text).substr(0, dots));
  const Result<std::uint64_t> last = parse_count(std::string_view(text).substr(dots + 2));
  if (!first.ok() || !last.ok() || *last < *first) return std::nullopt;
  std::vector<std::string> values;
  for (std::uint64_t value = *first; value <= *last && values.size() <= kMostCells; ++value) {
    values.push_back(std::to_string(value));
  }
  return values;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char letter : text) {
    if (letter == ',') {
      parts.emplace_back();
    } else {
      parts.back() += letter;
    }
  }
  return parts;
}

std::string short_or_dash(const std::optional<Duration>& value) {
  return value ? format_short(*value) : "-";
}

std::string_view verdict_word(scripting::Verdict verdict, Language language) {
  switch (verdict) {
    case scripting::Verdict::pass:
      return text(language, Key::matrix_pass);
    case scripting::Verdict::fail:
      return text(language, Key::matrix_fail);
    case scripting::Verdict::unknown:
      return text(language, Key::matrix_unknown);
  }
  MQLAB_ASSERT(false && "every verdict has a word");
}

// The text with blanks up to this many columns.
std::string padded(const std::string& text, std::size_t columns, bool to_the_right) {
  const std::string blanks(columns - columns_of(text), ' ');
  return to_the_right ? blanks + text : text + blanks;
}

std::uint64_t inversions_of(const ledger::LedgerView& view) {
  std::map<std::uint32_t, std::uint32_t> highest;  // of each author
  std::uint64_t count = 0;
  for (const ledger::Row& row : view.rows()) {
    if (row.fact != ledger::Fact::effect || !row.message) continue;
    const ledger::MessageName& name = view.message(row.message);
    std::uint32_t& high = highest[name.author.value];
    if (name.ordinal < high) ++count;
    high = std::max(high, name.ordinal);
  }
  return count;
}

}  // namespace

Result<std::vector<Axis>> parse_axes(const std::vector<std::string>& texts) {
  std::vector<Axis> axes;
  std::size_t cells = 1;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) return bad_axis(text, "not NAME=VALUE,VALUE");
    Axis axis{text.substr(0, equals), {}};
    const std::string values = text.substr(equals + 1);
    for (const Axis& other : axes) {
      if (other.name == axis.name) return bad_axis(text, "given twice");
    }
    axis.values = range_of(values).value_or(split(values));
    const std::set<std::string> distinct(axis.values.begin(), axis.values.end());
    if (distinct.count("") > 0) return bad_axis(text, "a value is missing");
    if (distinct.size() != axis.values.size()) return bad_axis(text, "a value stands there twice");
    cells *= axis.values.size();
    if (cells > kMostCells) {
      return bad_axis(text, fmt::format("more than {} combinations", kMostCells));
    }
    axes.push_back(std::move(axis));
  }
  return axes;
}

std::size_t combination_count(const std::vector<Axis>& axes) {
  std::size_t count = 1;
  for (const Axis& axis : axes) count *= axis.values.size();
  return count;
}

std::vector<std::string> combination(const std::vector<Axis>& axes, std::size_t index) {
  std::vector<std::string> values(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    values[i] = axes[i].values[index % axes[i].values.size()];
    index /= axes[i].values.size();
  }
  return values;
}

Cell measure(const Finished& run, std::vector<std::string> values) {
  const ledger::LedgerView view(*run.report.ledger);
  const observe::BusinessBook& book = run.books.business();
  Cell cell;
  cell.values = std::move(values);
  cell.verdict = run.report.verdict;
  cell.fingerprint = run.report.ledger->digest().fingerprint();
  cell.sent = book.all().size();
  cell.duplicated = book.count(Outcome::duplicated);
  cell.handled = book.count(Outcome::handled) + cell.duplicated;
  cell.lost = book.count(Outcome::lost);
  cell.pending = book.count(Outcome::pending);
  cell.inversions = inversions_of(view);
  for (const observe::QueueMetrics& queue : run.metrics.queues()) {
    cell.peak_ready = std::max(cell.peak_ready, queue.peak_ready);
  }
  const observe::Durations& latency = run.metrics.publish_to_effect();
  if (latency.count() > 0) {
    cell.latency_median = latency.quantile(50, 100);
    cell.latency_p99 = latency.quantile(99, 100);
  }
  if (run.books.copies().ready == 0 && run.books.copies().unacked == 0) {
    for (const ledger::Row& row : view.rows()) {
      if (row.fact == ledger::Fact::removed) cell.drained = row.at;
    }
  }
  return cell;
}

std::string Matrix::text(Language language) const {
  std::vector<std::vector<std::string>> table(1);
  for (const Axis& axis : axes) table[0].push_back(axis.name);
  for (const Key name :
       {Key::matrix_verdict, Key::matrix_sent, Key::matrix_handled, Key::matrix_lost,
        Key::matrix_duplicated, Key::matrix_pending, Key::matrix_inversions, Key::matrix_peak,
        Key::matrix_median, Key::matrix_p99, Key::matrix_drained}) {
    table[0].emplace_back(observe::text(language, name));
  }
  for (const Cell& cell : cells) {
    std::vector<std::string> line = cell.values;
    line.emplace_back(verdict_word(cell.verdict, language));
    for (const std::uint64_t count : {cell.sent, cell.handled, cell.lost, cell.duplicated,
                                      cell.pending, cell.inversions, cell.peak_ready}) {
      line.push_back(std::to_string(count));
    }
    line.push_back(short_or_dash(cell.latency_median));
    line.push_back(short_or_dash(cell.latency_p99));
    line.push_back(cell.drained ? format_short(*cell.drained) : "-");
    table.push_back(std::move(line));
  }
  std::vector<std::size_t> widths(table[0].size(), 0);
  for (const auto& line : table) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], columns_of(line[i]));
    }
  }
  std::string out = title + "\n\n";
  for (const auto& line : table) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      out += "  " + padded(line[i], widths[i], i > axes.size());
    }
    out += '\n';
  }
  return out;
}

std::string Matrix::json() const {
  Json out = {
      {"scenario", scenario}, {"title", title}, {"axes", Json::array()}, {"runs", Json::array()}};
  for (const Axis& axis : axes) {
    out["axes"].push_back({{"name", axis.name}, {"values", axis.values}});
  }
  for (const Cell& cell : cells) {
    Json values = Json::object();
    for (std::size_t i = 0; i < axes.size(); ++i) values[axes[i].name] = cell.values[i];
    const auto duration = [](const std::optional<Duration>& value) {
      return value ? Json(value->ns) : Json(nullptr);
    };
    out["runs"].push_back({{"values", values},
                           {"verdict", word(cell.verdict)},
                           {"fingerprint", cell.fingerprint},
                           {"sent", cell.sent},
                           {"handled", cell.handled},
                           {"lost", cell.lost},
                           {"duplicated", cell.duplicated},
                           {"pending", cell.pending},
                           {"inversions", cell.inversions},
                           {"peak_ready", cell.peak_ready},
                           {"latency_median_ns", duration(cell.latency_median)},
                           {"latency_p99_ns", duration(cell.latency_p99)},
                           {"drained_ns", cell.drained ? Json(cell.drained->ns) : Json(nullptr)}});
  }
  return json_text(out);
}

std::string Matrix::csv() const {
  std::string out;
  for (const Axis& axis : axes) out += csv_field(axis.name) + ",";
  out +=
      "verdict,sent,handled,lost,duplicated,pending,inversions,peak_ready,latency_median_ns,"
      "latency_p99_ns,drained_ns,fingerprint\n";
  for (const Cell& cell : cells) {
    for (const std::string& value : cell.values) out += csv_field(value) + ",";
    const auto duration = [](const std::optional<Duration>& value) {
      return value ? std::to_string(value->ns) : std::string();
    };
    out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\n", word(cell.verdict), cell.sent,
                       cell.handled, cell.lost, cell.duplicated, cell.pending, cell.inversions,
                       cell.peak_ready, duration(cell.latency_median), duration(cell.latency_p99),
                       cell.drained ? std::to_string(cell.drained->ns) : std::string(),
                       cell.fingerprint);
  }
  return out;
}

}  // namespace mqlab::cli
