// SPDX-License-Identifier: MIT
// What comes from a client, frame by frame, and what follows from it before the next.
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// One method of a client. While the connection is not read it waits (PUB-14).
void receive(Node& node, ConnectionId connection, ChannelNo channel, Method&& method);

// Lets everything happen that can happen now: dead letters arrive, commits and unroutable publishes
// are answered. Every call of the broker ends with it. What queues have to say of publishes comes
// to the channel behind the methods that are already there: only with `confirms_too`.
void settle_down(Node& node, bool confirms_too = false);

// Reads on where an alarm stopped, if there is none any more.
void read_on_after_alarm(Node& node);

}  // namespace mqlab::broker
