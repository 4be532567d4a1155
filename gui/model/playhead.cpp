// SPDX-License-Identifier: MIT
// Moving through a run.
#include "gui/model/playhead.hpp"

#include <algorithm>
#include <cmath>

#include "sim/observe/row_text.hpp"

namespace mqlab::gui {

using ledger::Row;

Position at_row(const Run& run, RowNo row) {
  row = std::min(row, run.view.row_count());
  return {row, row == 0 ? Time{} : run.view.row(row).at};
}

Position at_time(const Run& run, Time time) {
  time = std::clamp(time, Time{}, std::max(run.end(), Time{}));
  return {run.view.row_at(time), time};
}

Position next_event(const Run& run, Position from) {
  const std::vector<RowNo>& after = run.report.rows_after;
  if (after.empty()) return at_row(run, from.row + 1);
  const auto next = std::upper_bound(after.begin(), after.end(), from.row);
  if (next != after.end()) return at_row(run, *next);
  // What the script did after the last event.
  return from.row < run.view.row_count() ? at_row(run, run.view.row_count()) : from;
}

Position previous_event(const Run& run, Position from) {
  if (from.row == 0) return at_row(run, 0);
  const std::vector<RowNo>& after = run.report.rows_after;
  if (after.empty()) return at_row(run, from.row - 1);
  const auto here = std::lower_bound(after.begin(), after.end(), from.row);
  return here == after.begin() ? at_row(run, 0) : at_row(run, *(here - 1));
}

Position next_interesting(const Run& run, Position from) {
  const auto next = std::upper_bound(run.interesting.begin(), run.interesting.end(), from.row);
  return next == run.interesting.end() ? from : at_row(run, *next);
}

Position previous_interesting(const Run& run, Position from) {
  const auto here = std::lower_bound(run.interesting.begin(), run.interesting.end(), from.row);
  return here == run.interesting.begin() ? from : at_row(run, *(here - 1));
}

Position next_about(const Run& run, Position from, ledger::MessageId message) {
  for (RowNo row = from.row + 1; row <= run.view.row_count(); ++row) {
    if (run.view.row(row).message == message) return at_row(run, row);
  }
  return from;
}

Position previous_about(const Run& run, Position from, ledger::MessageId message) {
  for (RowNo row = from.row; row > 1; --row) {
    if (run.view.row(row - 1).message == message) return at_row(run, row - 1);
  }
  return from;
}

double even_seconds(Duration span) {
  if (span.ns <= 0) return 0;
  // 1 us: 0.2 s, 1 ms: 0.5 s, 1 s: 0.8 s, 1 h: 1.2 s.
  const double decades = std::log10(static_cast<double>(span.ns) / 1000.0);
  return std::clamp(0.2 + 0.1 * decades, 0.1, 1.5);
}

Position played(const Run& run, Position from, double seconds, Pace pace, double speed) {
  double left = seconds * speed;
  if (pace == Pace::real) {
    const double ns = std::min(left * 1e9, 9e17);
    return at_time(run, from.now + nanoseconds(static_cast<std::int64_t>(ns)));
  }
  const LedgerView& view = run.view;
  Time now = from.now;
  // From instant to instant, as far as the seconds go.
  while (left > 0 && now < run.end()) {
    const RowNo done = view.row_at(now);
    const Time before = done == 0 ? Time{} : view.row(done).at;
    const Time next = done < view.row_count() ? view.row(done + 1).at : run.end();
    const double whole = even_seconds(next - before);
    const double span = static_cast<double>((next - before).ns);
    const double rest = whole * static_cast<double>((next - now).ns) / span;
    if (rest > left) {
      now = now +
            nanoseconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(span * left / whole)));
      now = std::min(now, next);
      break;
    }
    left -= rest;
    now = next;
  }
  return at_time(run, now);
}

bool hits(const Run& run, const Breakpoint& breakpoint, const Row& row) {
  if (breakpoint.message && row.message != breakpoint.message) return false;
  if (breakpoint.reason != ledger::Reason::none && row.reason != breakpoint.reason) return false;
  if (!breakpoint.thing) return true;
  return row.subject == breakpoint.thing || row.object == breakpoint.thing ||
         (row.subject && observe::owner(run.view, row.subject) == breakpoint.thing);
}

RowNo first_hit(const Run& run, std::span<const Breakpoint> breakpoints, RowNo from, RowNo to) {
  if (breakpoints.empty()) return 0;
  for (RowNo row = from + 1; row <= to; ++row) {
    for (const Breakpoint& breakpoint : breakpoints) {
      if (hits(run, breakpoint, run.view.row(row))) return row;
    }
  }
  return 0;
}

}  // namespace mqlab::gui
