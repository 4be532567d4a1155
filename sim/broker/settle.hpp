// SPDX-License-Identifier: MIT
// Acks, nacks, rejects, recover: what becomes of deliveries (ACK-*).
#pragma once

#include <span>
#include <vector>

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// basic.ack, basic.nack, basic.reject: the tag, or all up to it (ACK-2, ACK-3). In a transaction
// the tags are only used up (PUB-11).
Failure settle(Node& node, Channel& channel, std::uint64_t tag, bool multiple, SettleKind kind);

// basic.recover with requeue (ACK-8).
Failure recover_unacked(Node& node, Channel& channel);

// Carries out a settlement of these tags, group by group (ACK-10), each of which makes room for its
// queue (ACK-7), then wakes who waits for the channel's limit.
void settle_tags(Node& node, Channel& channel, const std::vector<std::uint64_t>& tags,
                 SettleKind kind);

// Copies come back to a classic queue: each to its place, then limits, deadlines and consumers have
// their turn (QUEUE-2, LEN-3, TTL-6).
void requeue(Node& node, Queue& queue, std::span<Unacked> back, ledger::Reason reason);

// Queues that were refused by the channel's limit ask again, in an order left to chance.
void wake_limited_queues(Node& node, Channel& channel);

}  // namespace mqlab::broker
