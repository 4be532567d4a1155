// SPDX-License-Identifier: MIT
// What a broker does by itself and when: a heap of deadlines whose owners may move them.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"

namespace mqlab::broker {

enum class TimerKind : std::uint8_t {
  head_expiry,     // of a queue: its head is examined (TTL-9)
  queue_expiry,    // of a queue: x-expires (DECL-16)
  heartbeat,       // of a connection (CONN-1)
  consumer_check,  // of a channel (ACK-9)
  letter_retry,    // of a queue: dead letters that found no place (QQ-6)
};

// One deadline of an owner. `due` may move at will; the heap holds at most one valid item for it,
// which looks again when it comes up. So moving a deadline later costs nothing.
struct Timer {
  Time due = Time::never();
  Time armed = Time::never();  // when the heap looks at it
};

class Timers {
 public:
  struct Item {
    Time at;
    std::uint64_t number = 0;  // first asked, first served
    TimerKind kind = TimerKind::head_expiry;
    std::uint32_t owner = 0;
  };

  // Sets `timer`, which belongs to the owner of this id, to `due` (never: stops it).
  void set(Timer& timer, Time due, TimerKind kind, std::uint32_t owner);

  // When the heap wants to be looked at next; never if it is empty. May be earlier than what is
  // due.
  Time next() const { return heap_.empty() ? Time::never() : heap_.front().at; }
  // The item that next() tells of; there is one.
  const Item& top() const { return heap_.front(); }
  // Takes the next item out; the caller asks with rings() whether its timer is due by it.
  Item take();
  // True if no item of another kind waits, not even one whose timer was stopped.
  bool only(TimerKind kind) const;
  // True if `timer` is due at `item`; otherwise it is armed again for when it will be.
  bool rings(Timer& timer, const Item& item);

 private:
  void push(Item item);

  std::vector<Item> heap_;
  std::uint64_t numbers_ = 0;
};

}  // namespace mqlab::broker
