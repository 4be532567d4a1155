// SPDX-License-Identifier: MIT
// The signs for messages: shape and mark say as much as the colour.
#pragma once

#include <span>
#include <string_view>

#include "sim/observe/canvas.hpp"
#include "sim/observe/state.hpp"
#include "sim/observe/texts.hpp"

namespace mqlab::observe {

enum class Mark : std::uint8_t {
  ready,
  in_flight,
  unacked,
  redelivered,
  dead_lettered,
  returned,
  acked,
  lost,
  duplicate,
  confirm,
  nack,
};

// The word of a mark in legends.
std::string_view word(Mark mark);
std::string_view word(Language language, Mark mark);
// All marks, in the order of the legend.
std::span<const Mark> all_marks();

// Draws the mark. `letter` stands in a dead letter: x rejected, t time to live, l length,
// d delivery limit; 0: none.
void draw_mark(Canvas& canvas, Mark mark, Point center, double radius, char letter = 0);

// How a copy in a queue is shown.
Mark mark_of(const Copy& copy);
// The letter of a dead letter: from the reason with which it left the queue before.
char cause_letter(Reason reason);

}  // namespace mqlab::observe
