// SPDX-License-Identifier: MIT
// Where we are in a run, and where each button of the transport leads: pure functions of the run.
#pragma once

#include "gui/model/run.hpp"

namespace mqlab::gui {

// Just after row `row`, at an instant that is not earlier than it. What is drawn is a function of
// these two.
struct Position {
  RowNo row = 0;
  Time now;

  bool operator==(const Position&) const = default;
};

Position at_row(const Run& run, RowNo row);
// After everything that happened up to and at this time, which is cut to the run's.
Position at_time(const Run& run, Time time);

// Just after the next event that left a row; the same position at the end.
Position next_event(const Run& run, Position from);
// Just after the event before the one that is shown; row 0 at the beginning.
Position previous_event(const Run& run, Position from);
Position next_interesting(const Run& run, Position from);
Position previous_interesting(const Run& run, Position from);
// Just after the next or previous row about this message, or about what was made of it.
Position next_about(const Run& run, Position from, ledger::MessageId message);
Position previous_about(const Run& run, Position from, ledger::MessageId message);

// How time passes while it plays.
enum class Pace : std::uint8_t {
  even,  // every span between two instants takes its turn: short ones are stretched, long ones cut
  real,  // model time, so many times faster
};

// Where it is after so many seconds at a screen. Never beyond the end.
Position played(const Run& run, Position from, double seconds, Pace pace, double speed);

// How long the span between two neighbouring instants takes at the even pace and speed 1.
double even_seconds(Duration span);

// What stops a playing run.
struct Breakpoint {
  EntityId thing;                                // none: any
  ledger::MessageId message;                     // none: any
  ledger::Reason reason = ledger::Reason::none;  // none: any

  bool operator==(const Breakpoint&) const = default;
};
bool hits(const Run& run, const Breakpoint& breakpoint, const ledger::Row& row);
// The first row after `from` and up to `to` that one of them waits for; 0: none.
RowNo first_hit(const Run& run, std::span<const Breakpoint> breakpoints, RowNo from, RowNo to);

}  // namespace mqlab::gui
