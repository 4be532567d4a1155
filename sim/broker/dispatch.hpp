// SPDX-License-Identifier: MIT
// Giving the messages of a classic queue to its consumers (CONS-3).
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// Sends ready copies to consumers until there are none, or no consumer has room. What they have is
// not taken back, whatever comes later (PRIO-3).
void dispatch(Node& node, Queue& queue);

// Gives `entry`, which is not in the queue yet, to a consumer with room, if there is one.
bool give(Node& node, Queue& queue, Entry& entry);

// The channel's limit may let more through: the queue asks again (CONS-4).
void resume(Node& node, Queue& queue, ChannelId channel);

// The channel has a limit from now on, or none any more.
void set_limited(Node& node, Queue& queue, ChannelId channel, bool limited);

}  // namespace mqlab::broker
