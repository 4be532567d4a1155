// SPDX-License-Identifier: MIT
// Finding the frames that may come next, and letting one of them be the first.
#include "gui/model/steps.hpp"

#include <algorithm>
#include <map>

namespace mqlab::gui {

namespace {

constexpr std::ptrdiff_t kLookAhead = 20'000;  // rows of a lane

// The rows of a lane after where we are, as far as we look.
std::span<const RowNo> rows_ahead(const Run& run, EntityId thing, Position at) {
  for (const Lane& lane : run.lanes) {
    if (lane.thing != thing) continue;
    const auto from = std::upper_bound(lane.rows.begin(), lane.rows.end(), at.row);
    const auto count = std::min<std::ptrdiff_t>(lane.rows.end() - from, kLookAhead);
    return {lane.rows.data() + (from - lane.rows.begin()), static_cast<std::size_t>(count)};
  }
  return {};
}

void add_frames(std::vector<Step>& steps, const Run& run, const observe::State& state) {
  std::map<EntityId, Step> first;  // by actor
  for (const observe::Transmission& frame : state.transmissions()) {
    if (frame.stage != observe::Stage::on_wire || frame.arrives == Time::never()) continue;
    const bool from_actor = run.view.entity(frame.from).kind == ledger::EntityKind::actor;
    const Step step{Step::Kind::frame, from_actor ? frame.from : frame.to, frame.id, frame.arrives};
    const auto [known, is_new] = first.try_emplace(step.actor, step);
    const Step& other = known->second;
    const bool earlier =
        frame.arrives < other.arrives || (frame.arrives == other.arrives && frame.id < other.frame);
    if (!is_new && earlier) known->second = step;
  }
  for (const auto& [actor, step] : first) steps.push_back(step);
}

void add_work(std::vector<Step>& steps, const Run& run, const observe::State& state, Position at) {
  for (const observe::Transmission& t : state.transmissions()) {
    if (t.stage != observe::Stage::in_hand) continue;
    for (const RowNo number : rows_ahead(run, t.to, at)) {
      const ledger::Row& row = run.view.row(number);
      if (row.transmission != t.id || row.fact != ledger::Fact::finished) continue;
      steps.push_back({Step::Kind::work, t.to, t.id, row.at, number});
      break;
    }
  }
}

void add_clocks(std::vector<Step>& steps, const Run& run, Position at) {
  for (const EntityId publisher : run.topology.cast().publishers) {
    for (const RowNo number : rows_ahead(run, publisher, at)) {
      const ledger::Row& row = run.view.row(number);
      if (row.fact != ledger::Fact::composed || row.subject != publisher) continue;
      steps.push_back({Step::Kind::clock, publisher, {}, row.at, number});
      break;
    }
  }
}

// The least and the most that it can be, of few all, without what it is.
std::vector<std::uint64_t> others_of(const Choice& choice) {
  constexpr std::uint64_t kFew = 6;
  std::vector<std::uint64_t> others;
  if (choice.n != 0 && choice.n <= kFew) {
    for (std::uint64_t value = 0; value < choice.n; ++value) others.push_back(value);
  } else {
    others = {0, choice.n - 1};  // n is 0 where it stands for 2^64
  }
  std::erase(others, choice.value);
  return others;
}

}  // namespace

std::vector<Step> possible_steps(const Run& run, const observe::State& state, Position at) {
  std::vector<Step> steps;
  add_frames(steps, run, state);
  add_work(steps, run, state, at);
  add_clocks(steps, run, at);
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Step& a, const Step& b) { return a.arrives < b.arrives; });
  return steps;
}

std::vector<PendingChoice> pending_choices(const Run& run, Position at, std::size_t most) {
  std::vector<PendingChoice> pending;
  const std::vector<std::uint64_t>& after = run.report.choices_after;
  const ChoiceLog& log = run.report.choices;
  std::uint64_t event = run.event_of(at.row);
  if (event >= after.size()) return pending;
  std::uint64_t next = after[event];
  while (++event < after.size() && pending.size() < most) {
    for (; next < after[event] && pending.size() < most; ++next) {
      const Choice& choice = log.choices[next];
      const RowNo first = run.report.rows_after[event - 1] + 1;
      pending.push_back({choice, log.streams[choice.stream.value - 1], event,
                         first <= run.report.rows_after[event] ? first : 0, others_of(choice)});
    }
  }
  return pending;
}

std::vector<world::Intervention> forced(const Run& run, const std::vector<Step>& steps,
                                        std::size_t chosen) {
  std::vector<world::Intervention> interventions;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i == chosen || steps[i].kind != Step::Kind::frame) continue;
    if (steps[i].arrives > steps[chosen].arrives) continue;
    // What arrives at the same instant keeps the order in which it was sent.
    const bool both = steps[chosen].kind == Step::Kind::frame;
    const bool same = steps[i].arrives == steps[chosen].arrives;
    if (same && both && steps[chosen].frame < steps[i].frame) continue;
    world::Intervention delay;
    delay.kind = world::Intervention::Kind::delay;
    delay.name = std::string(run.view.name(steps[i].actor));
    delay.span = steps[chosen].arrives - steps[i].arrives + nanoseconds(1);
    interventions.push_back(delay);
  }
  return interventions;
}

}  // namespace mqlab::gui
