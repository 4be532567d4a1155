// SPDX-License-Identifier: MIT
// Message priorities: which lane of a queue a message stands in.
#pragma once

#include <cstdint>

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// Lanes of a quorum queue: what came back is served before the queue (QQ-4); 4.0 knows a class of
// high priority (QQ-11).
inline constexpr std::uint8_t kReturnedLane = 0;
inline constexpr std::uint8_t kHighLane = 1;
inline constexpr std::uint8_t kNormalLane = 2;
// No lane, but the class of copies that are kept for their dead letters (QQ-6).
inline constexpr std::uint8_t kKept = 3;

// How many lanes a queue with these settings has.
std::size_t lanes_of(const QueueSettings& settings);

// The lane of an arriving message. Classic: the highest priority is lane 0; above the maximum is
// the maximum, none is 0 (PRIO-1, PRIO-2).
std::uint8_t order_class_of(const Node& node, const Queue& queue, const Message& message);

}  // namespace mqlab::broker
