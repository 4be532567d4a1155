// SPDX-License-Identifier: MIT
// The engine: a clock that jumps, limits, anchors, and the order of what is simultaneous.
#include <cstdint>
#include <vector>

#include "sim/base/choices.hpp"
#include "sim/engine/engine.hpp"
#include "tests/catch.hpp"

using namespace mqlab;
using namespace mqlab::engine;

namespace {

// The targets of all events until the engine stops.
std::vector<std::uint32_t> run(Engine& engine) {
  std::vector<std::uint32_t> targets;
  Event event;
  while (engine.next(event)) targets.push_back(event.target);
  return targets;
}

using Targets = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("the clock jumps from event to event and stops when there is none") {
  Engine engine;
  engine.schedule_at(Time{} + seconds(2), 2, 0);
  engine.schedule_after(seconds(1), 1, 7, 9);
  CHECK(engine.now() == Time{});
  CHECK(engine.pending() == 2);
  CHECK(engine.next_time() == Time{} + seconds(1));

  Event event;
  REQUIRE(engine.next(event));
  CHECK(event == Event{Time{} + seconds(1), 2, 1, 7, 9});
  CHECK(engine.now() == Time{} + seconds(1));
  engine.schedule_after(seconds(5), 3, 0);
  CHECK(run(engine) == Targets{2, 3});
  CHECK(engine.now() == Time{} + seconds(6));
  CHECK(engine.events() == 3);
  CHECK(engine.stopped() == Stop::kDrained);
}

TEST_CASE("an event at never is scheduled and does not happen") {
  Engine engine;
  engine.schedule_at(Time::never(), 1, 0);
  engine.schedule_after(Duration{Time::never().ns}, 2, 0);
  CHECK(run(engine).empty());
  CHECK(engine.stopped() == Stop::kDrained);
  CHECK(engine.pending() == 2);
}

TEST_CASE("a cancelled timer does not happen") {
  Engine engine;
  TimerId timeout = engine.timer_after(seconds(1), 1, 0);
  TimerId other = engine.timer_at(Time{} + seconds(2), 2, 0);
  CHECK(engine.is_pending(timeout));
  CHECK(engine.cancel(timeout));
  CHECK_FALSE(timeout);
  CHECK_FALSE(engine.cancel(timeout));
  CHECK(run(engine) == Targets{2});
  CHECK_FALSE(engine.cancel(other));
  CHECK(engine.events() == 1);
}

TEST_CASE("a time limit includes its instant, and the run can go on behind it") {
  Engine engine;
  for (std::uint32_t i = 1; i <= 4; ++i) engine.schedule_at(Time{} + seconds(i), i, 0);
  engine.set_limits({.until = Time{} + seconds(2)});
  CHECK(run(engine) == Targets{1, 2});
  CHECK(engine.stopped() == Stop::kTimeLimit);
  CHECK(engine.now() == Time{} + seconds(2));
  engine.schedule_at(Time{} + milliseconds(2'500), 9, 0);
  engine.set_limits({});
  CHECK(run(engine) == Targets{9, 3, 4});
  CHECK(engine.stopped() == Stop::kDrained);
}

TEST_CASE("an event limit counts from the start of the run") {
  Engine engine;
  for (std::uint32_t i = 1; i <= 4; ++i) engine.schedule_at(Time{} + seconds(i), i, 0);
  engine.set_limits({.events = 3});
  CHECK(run(engine) == Targets{1, 2, 3});
  CHECK(engine.stopped() == Stop::kEventLimit);
  CHECK(run(engine).empty());
  engine.set_limits({.events = 10});
  CHECK(run(engine) == Targets{4});
}

TEST_CASE("an anchor stops the run exactly after its event, at the instant of that event") {
  Engine engine;
  for (std::uint32_t i = 1; i <= 4; ++i) engine.schedule_at(Time{} + seconds(i), i, 0);
  CHECK(engine.set_anchor(2, 200));
  CHECK(engine.set_anchor(0, 100));
  CHECK(engine.set_anchor(2, 201));
  CHECK(engine.set_anchor(99, 900));

  CHECK(run(engine).empty());
  CHECK(engine.stopped() == Stop::kAnchor);
  CHECK(engine.take_anchor() == 100);
  CHECK(run(engine) == Targets{1, 2});
  CHECK(engine.now() == Time{} + seconds(2));
  CHECK(engine.take_anchor() == 200);
  CHECK(run(engine).empty());
  CHECK(engine.stopped() == Stop::kAnchor);
  CHECK(engine.take_anchor() == 201);

  CHECK_FALSE(engine.set_anchor(1, 0));
  CHECK(run(engine) == Targets{3, 4});
  CHECK(engine.stopped() == Stop::kDrained);
  CHECK(engine.anchors() == 1);
}

TEST_CASE("an anchor comes before the event limit at the same event") {
  Engine engine;
  engine.schedule_after(seconds(1), 1, 0);
  engine.schedule_after(seconds(1), 2, 0);
  engine.set_limits({.events = 1});
  engine.set_anchor(1, 5);
  CHECK(run(engine) == Targets{1});
  CHECK(engine.stopped() == Stop::kAnchor);
  CHECK(engine.take_anchor() == 5);
  CHECK(run(engine).empty());
  CHECK(engine.stopped() == Stop::kEventLimit);
}

TEST_CASE("the order of simultaneous events can be a choice") {
  Engine engine;
  Choices choices = Choices::seeded(1);
  choices.set_override({"order", 0, 2});
  choices.set_override({"order", 1, 1});
  choices.keep_log();
  engine.choose_among_simultaneous(choices, choices.stream("order"));
  for (std::uint32_t i = 1; i <= 3; ++i) engine.schedule_after(seconds(1), i, 0);
  engine.schedule_after(seconds(2), 4, 0);
  CHECK(run(engine) == Targets{3, 2, 1, 4});
  CHECK(choices.log().choices.size() == 2);
  CHECK(choices.log().choices[0].n == 3);
  CHECK_FALSE(choices.divergence());
}
