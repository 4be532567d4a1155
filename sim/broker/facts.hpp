// SPDX-License-Identifier: MIT
// The rows that a broker writes. Each costs one branch when nobody watches.
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker::facts {

inline bool watched(const Node& node) {
  return node.ledger.sink() != ledger::Sink::none;
}

// -- copies -------------------------------------------------------------------------------------

inline ledger::RowNo copy_row(Node& node, ledger::Fact fact, ledger::Reason reason,
                              const Queue& queue, const Entry& entry, std::uint64_t value,
                              std::uint32_t flags = 0) {
  if (!watched(node)) return 0;
  ledger::Row row;
  row.fact = fact;
  row.reason = reason;
  row.subject = queue.entity;
  row.message = entry.message->identity;
  row.copy = entry.copy;
  row.value = value;
  row.flags = flags;
  return node.ledger.append(row);
}

inline ledger::RowNo enqueued(Node& node, const Queue& queue, const Entry& entry,
                              ledger::Reason reason) {
  return copy_row(node, ledger::Fact::enqueued, reason, queue, entry, entry.key,
                  entry.message->persistent() ? ledger::kPersistent : 0);
}

inline ledger::RowNo requeued(Node& node, const Queue& queue, const Entry& entry,
                              ledger::Reason reason) {
  return copy_row(node, ledger::Fact::requeued, reason, queue, entry, entry.key);
}

inline ledger::RowNo removed(Node& node, const Queue& queue, const Entry& entry,
                             ledger::Reason reason) {
  return copy_row(node, ledger::Fact::removed, reason, queue, entry, 0);
}

// `holder`: the subscription, or the channel of a get. `flags`: kNoAck, kRead.
inline ledger::RowNo delivered(Node& node, const Queue& queue, const Entry& entry,
                               ledger::EntityId holder, std::uint64_t tag, std::uint32_t flags,
                               ledger::TransmissionId transmission) {
  if (!watched(node)) return 0;
  ledger::Row row;
  row.fact = ledger::Fact::delivered;
  row.subject = queue.entity;
  row.object = holder;
  row.message = entry.message->identity;
  row.copy = entry.copy;
  row.transmission = transmission;
  row.value = tag;
  row.flags = flags | (entry.redelivered ? ledger::kRedelivered : 0);
  return node.ledger.append(row);
}

// A direct reply: a delivery of a message that is in no queue (RPC-1).
inline ledger::RowNo replied(Node& node, const Message& message, ledger::EntityId subscription,
                             std::uint64_t tag, ledger::TransmissionId transmission) {
  if (!watched(node)) return 0;
  ledger::Row row;
  row.fact = ledger::Fact::delivered;
  row.subject = node.entity;
  row.object = subscription;
  row.message = message.identity;
  row.transmission = transmission;
  row.value = tag;
  row.flags = ledger::kNoAck;
  return node.ledger.append(row);
}

// -- publishes ----------------------------------------------------------------------------------

inline ledger::RowNo published(Node& node, const Channel& channel, ledger::EntityId exchange,
                               const Message& message, ledger::TransmissionId transmission,
                               std::uint64_t confirm_number) {
  if (!watched(node)) return 0;
  ledger::Row row;
  row.fact = ledger::Fact::published;
  row.subject = exchange;
  row.object = channel.entity;
  row.message = message.identity;
  row.transmission = transmission;
  row.text = message.routing_key;
  row.value = confirm_number;
  return node.ledger.append(row);
}

inline ledger::RowNo routed(Node& node, ledger::EntityId exchange, const Message& message,
                            std::size_t queues, ledger::Reason reason) {
  if (!watched(node)) return 0;
  ledger::Row row;
  row.fact = ledger::Fact::routed;
  row.reason = reason;
  row.subject = exchange;
  row.message = message.identity;
  row.value = queues;
  return node.ledger.append(row);
}

// The end of a publish's transmission.
inline void finished(Node& node, ledger::MessageId message, ledger::TransmissionId transmission,
                     ledger::Reason reason) {
  if (!watched(node) || !transmission) return;
  ledger::Row row;
  row.fact = ledger::Fact::finished;
  row.reason = reason;
  row.subject = node.entity;
  row.message = message;
  row.transmission = transmission;
  node.ledger.append(row);
}

// -- things -------------------------------------------------------------------------------------

ledger::RowNo created(Node& node, ledger::EntityId thing, ledger::EntityId parent,
                      ledger::Reason reason, std::uint32_t flags = 0);
ledger::RowNo ended(Node& node, ledger::EntityId thing, ledger::Reason reason);
// A channel or connection that the broker closes with an error.
ledger::RowNo failed(Node& node, ledger::EntityId thing, const AmqpError& error);

}  // namespace mqlab::broker::facts
