// SPDX-License-Identifier: MIT
// What happens at an instant: a small record that the engine carries and does not understand.
#pragma once

#include <compare>
#include <cstdint>

#include "sim/base/time.hpp"

namespace mqlab::engine {

// One event. Events happen in the order of (at, sequence); the sequence is the order in which they
// were scheduled, from 1. Who it is for and what it says is up to those who schedule it.
struct Event {
  Time at;
  std::uint64_t sequence = 0;
  std::uint32_t target = 0;
  std::uint32_t op = 0;
  std::uint64_t arg = 0;

  bool operator==(const Event&) const = default;
};

// Names an event that can be cancelled. The default value names none. An id is never used again,
// so one that is kept too long does no harm.
struct TimerId {
  std::uint32_t slot = 0;  // 0 = none
  std::uint32_t generation = 0;

  constexpr bool operator==(const TimerId&) const = default;
  constexpr explicit operator bool() const { return slot != 0; }
};

}  // namespace mqlab::engine
