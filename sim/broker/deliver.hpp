// SPDX-License-Identifier: MIT
// Handing a copy to a client: the delivery tag, the frame, the rows.
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// Sends `entry`, which has been taken out of `queue`, to a consumer. It becomes unacked on the
// consumer's channel, or is gone if the consumer does not ack (CONS-5).
void deliver(Node& node, Queue& queue, Consumer& consumer, Entry&& entry);

// The same for a basic.get; `left` messages stay ready (QUEUE-4).
void deliver_get(Node& node, Queue& queue, Channel& channel, Entry&& entry, bool no_ack,
                 std::uint32_t left);

}  // namespace mqlab::broker
