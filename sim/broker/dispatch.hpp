// SPDX-License-Identifier: MIT
// Giving the messages of a classic queue to its consumers (CONS-3).
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// Sends ready copies to consumers until there are none, or no consumer has room. What they have is
// not taken back, whatever comes later (PRIO-3).
void dispatch(Node& node, Queue& queue);

// The consumer for the next message, with its place taken; nullptr if nobody has room. Parks those
// that are found full on the way.
Consumer* next_consumer(Node& node, Queue& queue);

// The channel's limit may let more through: the queue asks again (CONS-4).
void resume(Node& node, Queue& queue, ChannelId channel);

// The channel has a limit from now on, or none any more.
void set_limited(Node& node, Queue& queue, ChannelId channel, bool limited);

}  // namespace mqlab::broker
