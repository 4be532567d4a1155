// SPDX-License-Identifier: MIT
// The engine: a virtual clock that jumps from event to event. It knows nothing of what they mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/base/choices.hpp"
#include "sim/base/time.hpp"
#include "sim/engine/event.hpp"
#include "sim/engine/event_queue.hpp"

namespace mqlab::engine {

// How far next() goes. Whoever calls it may stop for reasons of its own at any time: the engine
// neither knows the wall clock nor looks at flags.
struct Limits {
  Time until = Time::never();  // the last instant that is reached
  std::uint64_t events = std::numeric_limits<std::uint64_t>::max();  // since the start of the run
};

// Why next() gave no event.
enum class Stop : std::uint8_t {
  kNone,        // it gave one, or was not called yet
  kAnchor,      // an anchor is due: see take_anchor
  kEventLimit,  // as many events as allowed have happened
  kTimeLimit,   // the next event is later than allowed
  kDrained,     // there is no event left that would ever happen
};

// Usage:
//
//   Event event;
//   while (engine.next(event)) handle(event);
//   switch (engine.stopped()) ...
//
// Not copied or moved: those who schedule hold references.
class Engine {
 public:
  // The instant of the last event. It does not move between events, so that what is done to the
  // world after event n happens at the same instant in a run that never paused there.
  Time now() const { return now_; }

  // How many events have happened.
  std::uint64_t events() const { return events_; }

  // Schedules an event. `at` is not before now(), `delay` is not negative. An event at
  // Time::never() may be scheduled and never happens.
  void schedule_at(Time at, std::uint32_t target, std::uint32_t op, std::uint64_t arg = 0) {
    queue_.push(at, target, op, arg);
  }
  void schedule_after(Duration delay, std::uint32_t target, std::uint32_t op,
                      std::uint64_t arg = 0) {
    queue_.push(now_ + delay, target, op, arg);
  }

  // The same for an event that may be cancelled.
  TimerId timer_at(Time at, std::uint32_t target, std::uint32_t op, std::uint64_t arg = 0) {
    return queue_.push_timer(at, target, op, arg);
  }
  TimerId timer_after(Duration delay, std::uint32_t target, std::uint32_t op,
                      std::uint64_t arg = 0) {
    return queue_.push_timer(now_ + delay, target, op, arg);
  }

  // Cancels a timer and forgets its name. False if it has happened, was cancelled, or names none.
  bool cancel(TimerId& timer) {
    const bool was_pending = queue_.cancel(timer);
    timer = TimerId{};
    return was_pending;
  }
  bool is_pending(TimerId timer) const { return queue_.is_pending(timer); }

  // Moves the clock to the next event and gives it; false if there is a reason to stop first.
  bool next(Event& event) {
    if (events_ >= pause_at_) [[unlikely]]
      return stop_here();
    const bool found = choices_ == nullptr ? queue_.pop(until_, event) : pop_chosen(event);
    if (!found) [[unlikely]]
      return stop_before_next();
    now_ = event.at;
    ++events_;
    stopped_ = Stop::kNone;
    return true;
  }
  Stop stopped() const { return stopped_; }

  // Replaces the limits.
  void set_limits(const Limits& limits);

  // Asks for a stop exactly after event number `event` (0: before the first), where the caller does
  // something to the world. `tag` says what; the engine does not look at it. Anchors after the same
  // event come in the order they were set. False if that event is past.
  bool set_anchor(std::uint64_t event, std::uint64_t tag);

  // After a stop at kAnchor: the tag of the anchor that is due. next() goes on when all that are
  // due have been taken.
  std::uint64_t take_anchor();

  // How many anchors wait for events that have not happened.
  std::size_t anchors() const { return anchors_.size(); }

  // Lets `choices` say which of several simultaneous events comes first, one choice per event that
  // has company, instead of the order in which they were scheduled. `choices` outlives the engine.
  void choose_among_simultaneous(Choices& choices, StreamId stream);

  // How many events are scheduled, without the cancelled ones.
  std::size_t pending() const { return queue_.size(); }

  // The instant of the next event, Time::never() if there is none.
  Time next_time() { return queue_.next_time(); }

  // The memory that pending events take, in bytes.
  std::size_t memory() const { return queue_.memory(); }

 private:
  struct Anchor {
    std::uint64_t event;
    std::uint64_t tag;
  };

  // The last instant before never.
  static constexpr Time kLast = Time::never() - nanoseconds(1);

  bool pop_chosen(Event& event);
  bool stop_here();
  bool stop_before_next();
  void find_pause();

  EventQueue queue_;
  Time now_;
  std::uint64_t events_ = 0;
  Time until_ = kLast;
  std::uint64_t event_limit_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t pause_at_ = std::numeric_limits<std::uint64_t>::max();  // limit or next anchor
  Stop stopped_ = Stop::kNone;
  std::vector<Anchor> anchors_;  // falling: the next one is the last
  Choices* choices_ = nullptr;
  StreamId order_;
};

}  // namespace mqlab::engine
