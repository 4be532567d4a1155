// SPDX-License-Identifier: MIT
// Streams: a log that consumers read from a place of their own without taking anything away
// (STREAM-1, STREAM-2).
#pragma once

#include <span>

#include "sim/broker/channel.hpp"
#include "sim/broker/node.hpp"

namespace mqlab::broker {

bool arrive_stream(Node& node, Queue& queue, MessagePtr&& message, ConfirmRef confirm,
                   ledger::Reason reason);
// How many messages the server says there are: it counts now and then (DECL-9).
std::uint32_t count_in_stream(const Node& node, const Queue& queue);
// The error of a basic.consume of a stream.
Failure check_stream_consume(const Node& node, const Channel& channel, const Queue& queue,
                             const BasicConsume& method);
void join_stream(Node& node, Queue& queue, Consumer& consumer);
// Whatever the kind of settlement, it is credit for more.
void settle_stream(Node& node, Channel& channel, Queue& queue, std::span<Unacked> group,
                   SettleKind kind);

}  // namespace mqlab::broker
