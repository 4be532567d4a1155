// SPDX-License-Identifier: MIT
// How queues, channels and connections end, and what that sets free.
#pragma once

#include <vector>

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// Deletes a queue with all it holds, ready or unacked; nothing is dead lettered (QUEUE-6, DLX-12).
// Its consumers are told (CONS-10).
void end_queue(Node& node, Queue& queue, ledger::Reason reason);

// The client closed the channel: what it held goes back (QUEUE-8), then close-ok.
void close_channel(Node& node, Channel& channel);
// The server closes it with an error; what still comes on it is ignored (ERR-2, PUB-8). An error of
// the connection ends that instead (ERR-3).
void fail_channel(Node& node, Channel& channel, AmqpError raised);
// The client has taken note of the close.
void forget_channel(Node& node, Channel& channel);

// All channels end at once, then the exclusive queues go (ERR-3, CONN-2). The connection is gone
// afterwards.
void end_connection(Node& node, Connection& connection, ledger::Reason reason);
// The same with connection.close and the end of the socket for the client.
void fail_connection(Node& node, Connection& connection, AmqpError raised);

// The node goes down: nobody is left to deliver to. With `politely` all clients are told (DUR-1).
void end_all_connections(Node& node, ledger::Reason reason, bool politely);

}  // namespace mqlab::broker
