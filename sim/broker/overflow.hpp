// SPDX-License-Identifier: MIT
// Length limits: refusing what comes, or dropping from the head.
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// Whether so many ready copies, with so many bytes in their bodies, are more than a limit.
bool exceeds_limit(const QueueSettings& settings, std::uint64_t length, std::uint64_t bytes);

// Whether one more message would exceed a limit (LEN-5). Only ready copies count (LEN-2).
bool would_overflow(const Queue& queue, const Message& message);

// Whether the ready copies exceed a limit.
bool over_limit(const Queue& queue);

// Drops heads until the rest fits and dead letters them (DLX-4); nothing unless the queue is of the
// kind that drops (LEN-1).
// True if it dropped something.
bool drop_heads(Node& node, Queue& queue);

}  // namespace mqlab::broker
