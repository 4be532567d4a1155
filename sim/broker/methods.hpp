// SPDX-License-Identifier: MIT
// What comes from a client, frame by frame, and what follows from it before the next.
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// One method of a client. While the connection is not read it waits (PUB-14).
void receive(Node& node, ConnectionId connection, ChannelNo channel, Method method);

// Lets everything happen that can happen now: dead letters arrive, confirms and commits are
// answered. Every call of the broker ends with it.
void settle_down(Node& node);

// Reads on where an alarm stopped, if there is none any more.
void read_on_after_alarm(Node& node);

}  // namespace mqlab::broker
