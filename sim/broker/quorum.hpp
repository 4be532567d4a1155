// SPDX-License-Identifier: MIT
// Quorum queues as one node shows them (QQ-*).
//
// Their order of service differs from that of classic queues: a consumer without credit leaves the
// service line at once and joins it again at the end when it gets some; what comes back is kept
// apart and served first.
#pragma once

#include <span>

#include "sim/broker/channel.hpp"
#include "sim/broker/node.hpp"

namespace mqlab::broker {

// False: the queue is over its limit and its publishers know (QQ-8).
bool arrive_quorum(Node& node, Queue& queue, MessagePtr&& message, ConfirmRef confirm,
                   ledger::Reason reason);

// Drops what is expired at the head (QQ-7), serves consumers, keeps the limits.
void checkout(Node& node, Queue& queue);

// What queues and channels say to each other behind a burst: that publishers must stop or may go
// on, and the credit of deliveries without ack.
void exchange_quorum_news(Node& node);

void join_quorum(Node& node, Queue& queue, Consumer& consumer);
// The client cancelled the consumer; what it holds stays with the channel.
void leave_quorum(Node& node, Queue& queue, const Consumer& consumer);
// The consumer's channel is gone; who is active then is decided by return_all_quorum.
void drop_from_quorum(Queue& queue, const Consumer& consumer);

void settle_quorum(Node& node, Channel& channel, Queue& queue, std::span<Unacked> group,
                   SettleKind kind, ledger::Reason reason);
// The channel that held these is gone.
void return_all_quorum(Node& node, Queue& queue, std::span<Unacked> back, ledger::Reason reason);

// basic.get on a queue without a single active consumer.
void get_quorum(Node& node, Queue& queue, Channel& channel, bool no_ack);

}  // namespace mqlab::broker
