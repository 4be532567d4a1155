// SPDX-License-Identifier: MIT
// What could happen next: frames on their way, work and clocks that come to an end, and chance.
#pragma once

#include <string>
#include <vector>

#include "gui/model/playhead.hpp"

namespace mqlab::gui {

struct Step {
  enum class Kind : std::uint8_t {
    frame,  // the first on the wire of an actor's connections: it can be held back
    work,   // a consumer has a message in hand and is done with it then
    clock,  // a publisher makes its next message then
  };
  Kind kind = Kind::frame;
  EntityId actor;
  ledger::TransmissionId frame;  // of frames and work
  Time arrives;
  RowNo row = 0;  // of work and clocks: what will happen
};

// The steps that are possible where a run is looked at, those that come first before others. Frames
// of one connection never overtake, so each actor has one. Work and clocks are those that end in
// this run within the next rows: what else is in hand ends later, or never.
std::vector<Step> possible_steps(const Run& run, const observe::State& state, Position at);

// What must be done to the world so that this step comes before all other frames: each that would
// come earlier is delayed until just after it. Empty: none would.
std::vector<world::Intervention> forced(const Run& run, const std::vector<Step>& steps,
                                        std::size_t chosen);

// A choice that is left to chance, or to a plan, in an event after the one that is shown.
struct PendingChoice {
  Choice choice;
  std::string stream;
  std::uint64_t event = 0;
  RowNo row = 0;  // the first row of that event; 0: it has none
  // Other answers that are worth trying, each a value below choice.n.
  std::vector<std::uint64_t> others;
};
// The next ones, at most so many.
std::vector<PendingChoice> pending_choices(const Run& run, Position at, std::size_t most);

}  // namespace mqlab::gui
