// SPDX-License-Identifier: MIT
// Finding the frames that may come next, and letting one of them be the first.
#include "gui/model/steps.hpp"

#include <algorithm>
#include <map>

namespace mqlab::gui {

std::vector<Step> possible_steps(const Run& run, const observe::State& state) {
  std::map<EntityId, Step> first;  // by actor
  for (const observe::Transmission& frame : state.transmissions()) {
    if (frame.stage != observe::Stage::on_wire || frame.arrives == Time::never()) continue;
    const bool from_actor = run.view.entity(frame.from).kind == ledger::EntityKind::actor;
    const EntityId actor = from_actor ? frame.from : frame.to;
    const auto [known, is_new] = first.try_emplace(actor, Step{actor, frame.id, frame.arrives});
    const Step& other = known->second;
    const bool earlier =
        frame.arrives < other.arrives || (frame.arrives == other.arrives && frame.id < other.frame);
    if (!is_new && earlier) known->second = {actor, frame.id, frame.arrives};
  }
  std::vector<Step> steps;
  for (const auto& [actor, step] : first) steps.push_back(step);
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Step& a, const Step& b) { return a.arrives < b.arrives; });
  return steps;
}

std::vector<world::Intervention> forced(const Run& run, const std::vector<Step>& steps,
                                        std::size_t chosen) {
  std::vector<world::Intervention> interventions;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i == chosen || steps[i].arrives > steps[chosen].arrives) continue;
    // What arrives at the same instant keeps the order in which it was sent.
    if (steps[i].arrives == steps[chosen].arrives && steps[chosen].frame < steps[i].frame) continue;
    world::Intervention delay;
    delay.kind = world::Intervention::Kind::delay;
    delay.name = std::string(run.view.name(steps[i].actor));
    delay.span = steps[chosen].arrives - steps[i].arrives + nanoseconds(1);
    interventions.push_back(delay);
  }
  return interventions;
}

}  // namespace mqlab::gui
