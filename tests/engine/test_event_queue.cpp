// SPDX-License-Identifier: MIT
// The event queue against a plain sorted map, in every mixture of pushes, pops and cancellations.
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/engine/event_queue.hpp"
#include "tests/catch.hpp"

using namespace mqlab;
using namespace mqlab::engine;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// The queue under test beside a map that is obviously right.
class Pair {
 public:
  void push(Time at, bool as_timer) {
    const std::uint64_t arg = pushed_ * 7;
    const auto target = static_cast<std::uint32_t>(pushed_ % 1'000);
    ++pushed_;
    TimerId timer;
    if (as_timer) {
      timer = queue_.push_timer(at, target, 3, arg);
      timers_.push_back(timer);
      keys_.push_back({at.ns, pushed_});
    } else {
      queue_.push(at, target, 3, arg);
    }
    reference_[{at.ns, pushed_}] = Event{at, pushed_, target, 3, arg};
  }

  // Cancels the nth of all timers ever made.
  void cancel(std::size_t nth) {
    const bool was_pending = reference_.erase(keys_[nth]) == 1;
    REQUIRE(queue_.is_pending(timers_[nth]) == was_pending);
    REQUIRE(queue_.cancel(timers_[nth]) == was_pending);
    REQUIRE_FALSE(queue_.is_pending(timers_[nth]));
  }

  // Pops one event of both; false if both are empty.
  bool pop(Time until = Time::never()) {
    Event event;
    const bool found = queue_.pop(until, event);
    const bool expected = !reference_.empty() && reference_.begin()->second.at <= until;
    REQUIRE(found == expected);
    if (!found) return false;
    REQUIRE(event == reference_.begin()->second);
    reference_.erase(reference_.begin());
    now_ = event.at;
    return true;
  }

  void check_view() {
    REQUIRE(queue_.size() == reference_.size());
    REQUIRE(queue_.empty() == reference_.empty());
    REQUIRE(queue_.next_time() ==
            (reference_.empty() ? Time::never() : reference_.begin()->second.at));
  }

  Time now() const { return now_; }
  std::size_t timers() const { return timers_.size(); }
  std::size_t size() const { return reference_.size(); }
  EventQueue& queue() { return queue_; }

 private:
  EventQueue queue_;
  std::map<std::pair<std::int64_t, std::uint64_t>, Event> reference_;
  std::vector<TimerId> timers_;
  std::vector<std::pair<std::int64_t, std::uint64_t>> keys_;
  std::uint64_t pushed_ = 0;
  Time now_;
};

// A span of a random order of magnitude, often zero or shared with others.
Duration some_delay(RandomStream& random) {
  const std::uint64_t shift = random.below(64);
  return Duration{static_cast<std::int64_t>(random.next() >> 1 >> shift)};
}

struct Mixture {
  std::uint64_t pushes;
  std::uint64_t pops;
  std::uint64_t cancels;
  bool looks_ahead;
};

void run_mixture(const Mixture& mixture, std::uint64_t seed) {
  RandomStream random(seed, "mixture");
  Pair pair;
  for (int step = 0; step < 4'000; ++step) {
    const std::uint64_t dice = random.below(mixture.pushes + mixture.pops + mixture.cancels);
    if (dice < mixture.pushes) {
      const bool as_timer = random.below(2) == 0;
      pair.push(pair.now() + some_delay(random), as_timer);
    } else if (dice < mixture.pushes + mixture.pops) {
      pair.pop();
    } else if (pair.timers() > 0) {
      pair.cancel(random.below(pair.timers()));
    }
    if (mixture.looks_ahead || step % 16 == 0) pair.check_view();
  }
  while (pair.pop()) pair.check_view();
}

}  // namespace

TEST_CASE("events come in order of time, and of scheduling where times are equal") {
  EventQueue queue;
  queue.push(Time{20}, 1, 1, 100);
  queue.push(Time{10}, 2, 2, 200);
  queue.push_timer(Time{20}, 3, 3, 300);
  queue.push(Time{10}, 4, 4, 400);
  std::vector<Event> events(4);
  for (Event& event : events) REQUIRE(queue.pop(Time::never(), event));
  CHECK(events == std::vector<Event>{{Time{10}, 2, 2, 2, 200},
                                     {Time{10}, 4, 4, 4, 400},
                                     {Time{20}, 1, 1, 1, 100},
                                     {Time{20}, 3, 3, 3, 300}});
  CHECK(queue.empty());
  CHECK(queue.pushed() == 4);
}

TEST_CASE("an empty queue has no next time and gives nothing") {
  EventQueue queue;
  Event event;
  CHECK(queue.next_time() == Time::never());
  CHECK_FALSE(queue.pop(Time::never(), event));
}

TEST_CASE("an event that is later than asked for stays") {
  EventQueue queue;
  queue.push(Time{100}, 1, 1, 1);
  Event event;
  CHECK_FALSE(queue.pop(Time{99}, event));
  CHECK(queue.size() == 1);
  queue.push(Time{50}, 2, 1, 1);
  CHECK(queue.next_time() == Time{50});
  CHECK(queue.pop(Time{99}, event));
  CHECK(event.target == 2);
  CHECK(queue.pop(Time{100}, event));
}

TEST_CASE("any mixture of pushes, pops and cancellations agrees with a sorted map") {
  const std::vector<Mixture> mixtures{{2, 1, 0, false}, {1, 1, 0, true},   {3, 2, 1, true},
                                      {6, 1, 5, false}, {10, 9, 9, false}, {5, 4, 0, true}};
  for (const Mixture& mixture : mixtures) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      CAPTURE(mixture.pushes, mixture.pops, mixture.cancels, mixture.looks_ahead, seed);
      run_mixture(mixture, seed);
    }
  }
}

TEST_CASE("a steady hundred thousand events stay in order") {
  RandomStream random(3, "hold");
  EventQueue queue;
  const auto delay = [&random] {
    return Duration{static_cast<std::int64_t>(random.below(2 * kSecond))};
  };
  constexpr std::uint64_t kEvents = 100'000;
  for (std::uint64_t i = 0; i < kEvents; ++i) queue.push(Time{0} + delay(), 1, 1, i);
  Event event;
  Event before;
  for (std::uint64_t i = 0; i < 2 * kEvents; ++i) {
    REQUIRE(queue.pop(Time::never(), event));
    REQUIRE((event.at > before.at || (event.at == before.at && event.sequence > before.sequence)));
    before = event;
    queue.push(event.at + delay(), 1, 1, event.arg);
  }
  CHECK(queue.size() == kEvents);
}

TEST_CASE("many events at one instant, each with a successor at the same instant, stay in order") {
  Pair pair;
  for (int i = 0; i < 5'000; ++i) pair.push(Time{kSecond}, i % 3 == 0);
  for (int i = 0; i < 20'000; ++i) {
    REQUIRE(pair.pop());
    pair.push(pair.now(), i % 2 == 0);
  }
  CHECK(pair.now() == Time{kSecond});
  while (pair.pop()) {
  }
}

TEST_CASE("the ends of time are times like others") {
  Pair pair;
  for (int i = 0; i < 200; ++i) {
    pair.push(Time::never(), i % 2 == 0);
    pair.push(Time{0}, false);
    pair.push(Time::never() - nanoseconds(i), false);
    pair.push(Time{i}, false);
  }
  while (pair.pop()) pair.check_view();
  pair.push(Time::never(), false);
  CHECK(pair.pop());
}

TEST_CASE("events before one that was only looked at come first, in any number and order") {
  // The far event draws the horizon ahead; what is pushed then lies before it.
  for (const int direction : {1, -1}) {
    Pair pair;
    pair.push(Time{100 * kSecond}, false);
    pair.check_view();
    for (int i = 0; i < 3'000; ++i) {
      pair.push(Time{50 * kSecond + direction * (i * std::int64_t{1'000'003})}, i % 5 == 0);
      if (i % 100 == 0) pair.check_view();
    }
    CHECK(pair.pop());
    while (pair.pop(Time{99 * kSecond})) {
    }
    CHECK(pair.size() == 1);
    CHECK(pair.pop());
  }
}

TEST_CASE("a storm of cancelled timeouts costs no memory and disturbs nobody") {
  Pair pair;
  for (int i = 0; i < 100; ++i) pair.push(Time{i * kSecond}, i % 2 == 0);
  for (int i = 0; i < 20'000; ++i) {
    pair.push(Time{1'000 * kSecond + i}, true);
    pair.cancel(pair.timers() - 1);
  }
  CHECK(pair.size() == 100);
  CHECK(pair.queue().memory() < 300'000);
  while (pair.pop()) pair.check_view();
}

TEST_CASE("timers can be cancelled wherever they lie") {
  Pair pair;
  for (int i = 0; i < 10'000; ++i) pair.push(Time{1 + (i * 7'919 % 10'007) * 10'000}, true);
  for (int i = 0; i < 100; ++i) pair.pop();
  RandomStream random(5, "cancel");
  for (int i = 0; i < 30'000; ++i) pair.cancel(random.below(10'000));
  pair.check_view();
  while (pair.pop()) {
  }
}

TEST_CASE("a timer id that is kept too long does no harm") {
  EventQueue queue;
  CHECK_FALSE(queue.cancel(TimerId{}));
  CHECK_FALSE(TimerId{});
  const TimerId first = queue.push_timer(Time{1}, 1, 1, 1);
  CHECK(first);
  Event event;
  REQUIRE(queue.pop(Time::never(), event));
  const TimerId second = queue.push_timer(Time{2}, 1, 1, 1);
  CHECK(second.slot == first.slot);
  CHECK_FALSE(queue.is_pending(first));
  CHECK_FALSE(queue.cancel(first));
  CHECK(queue.cancel(second));
  CHECK_FALSE(queue.cancel(second));
  CHECK(queue.empty());
}

TEST_CASE("the memory of a peak is given back") {
  EventQueue queue;
  RandomStream random(9, "peak");
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    const Time at{static_cast<std::int64_t>(random.below(kSecond))};
    if (i % 2 == 0) {
      queue.push(at, 1, 1, i);
    } else {
      queue.push_timer(at, 1, 1, i);
    }
  }
  CHECK(queue.memory() < 200'000 * 32 + 131'072 * 16 + 1'000'000);
  Event event;
  while (queue.pop(Time::never(), event)) {
  }
  queue.push(Time{2 * kSecond}, 1, 1, 1);
  REQUIRE(queue.pop(Time::never(), event));
  CHECK(queue.memory() < 500'000);
}

TEST_CASE("one may choose which of several simultaneous events comes first") {
  EventQueue queue;
  for (std::uint32_t target = 1; target <= 4; ++target) queue.push(Time{10}, target, 0, 0);
  const TimerId gone = queue.push_timer(Time{10}, 5, 0, 0);
  queue.push(Time{11}, 6, 0, 0);
  queue.cancel(gone);
  std::vector<std::size_t> counts;
  std::vector<std::uint32_t> order;
  const auto last = [&counts](std::size_t count) {
    counts.push_back(count);
    return count - 1;
  };
  Event event;
  while (queue.pop_choosing(Time{10}, last, event)) order.push_back(event.target);
  CHECK(order == std::vector<std::uint32_t>{4, 3, 2, 1});
  CHECK(counts == std::vector<std::size_t>{4, 3, 2});
  CHECK(queue.size() == 1);
}
