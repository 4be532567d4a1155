// SPDX-License-Identifier: MIT
// What could happen next: the frames that are on their way, of which any could come first.
#pragma once

#include <vector>

#include "gui/model/run.hpp"

namespace mqlab::gui {

// The first frame on the wire of an actor's connections.
struct Step {
  EntityId actor;
  ledger::TransmissionId frame;
  Time arrives;
};

// The steps that are possible in this state, those that come first before others. Frames of one
// connection never overtake, so each actor has one.
std::vector<Step> possible_steps(const Run& run, const observe::State& state);

// What must be done to the world so that this step comes before all others: each frame that would
// come earlier is delayed until just after it. Empty: it is the first anyway.
std::vector<world::Intervention> forced(const Run& run, const std::vector<Step>& steps,
                                        std::size_t chosen);

}  // namespace mqlab::gui
