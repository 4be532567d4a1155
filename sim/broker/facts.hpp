// SPDX-License-Identifier: MIT
// The rows that a broker writes. Each costs one branch when nobody watches.
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker::facts {

inline bool watched(const Node& node) {
  return node.ledger.sink() != ledger::Sink::none;
}

// -- copies -------------------------------------------------------------------------------------

ledger::RowNo write_copy_row(Node& node, ledger::Fact fact, ledger::Reason reason,
                             const Queue& queue, const Entry& entry, std::uint64_t value);

inline ledger::RowNo enqueued(Node& node, const Queue& queue, const Entry& entry,
                              ledger::Reason reason) {
  if (!watched(node)) return 0;
  return write_copy_row(node, ledger::Fact::enqueued, reason, queue, entry, entry.key);
}

inline ledger::RowNo requeued(Node& node, const Queue& queue, const Entry& entry,
                              ledger::Reason reason) {
  if (!watched(node)) return 0;
  return write_copy_row(node, ledger::Fact::requeued, reason, queue, entry, entry.key);
}

inline ledger::RowNo removed(Node& node, const Queue& queue, const Entry& entry,
                             ledger::Reason reason) {
  if (!watched(node)) return 0;
  return write_copy_row(node, ledger::Fact::removed, reason, queue, entry, 0);
}

ledger::RowNo write_delivered(Node& node, const Queue& queue, const Entry& entry,
                              ledger::EntityId holder, std::uint64_t tag, std::uint32_t flags,
                              ledger::TransmissionId transmission);

// `holder`: the subscription, or the channel of a get. `flags`: kNoAck, kRead.
inline ledger::RowNo delivered(Node& node, const Queue& queue, const Entry& entry,
                               ledger::EntityId holder, std::uint64_t tag, std::uint32_t flags,
                               ledger::TransmissionId transmission) {
  if (!watched(node)) return 0;
  return write_delivered(node, queue, entry, holder, tag, flags, transmission);
}

// A direct reply: a delivery of a message that is in no queue (RPC-1).
ledger::RowNo replied(Node& node, const Message& message, ledger::EntityId subscription,
                      std::uint64_t tag, ledger::TransmissionId transmission);

// -- publishes ----------------------------------------------------------------------------------

ledger::RowNo write_published(Node& node, const Channel& channel, ledger::EntityId exchange,
                              const Message& message, ledger::TransmissionId transmission);

inline ledger::RowNo published(Node& node, const Channel& channel, ledger::EntityId exchange,
                               const Message& message, ledger::TransmissionId transmission) {
  if (!watched(node)) return 0;
  return write_published(node, channel, exchange, message, transmission);
}

ledger::RowNo write_routed(Node& node, ledger::EntityId exchange, const Message& message,
                           std::size_t queues, ledger::Reason reason);

inline ledger::RowNo routed(Node& node, ledger::EntityId exchange, const Message& message,
                            std::size_t queues, ledger::Reason reason) {
  if (!watched(node)) return 0;
  return write_routed(node, exchange, message, queues, reason);
}

void write_finished(Node& node, ledger::MessageId message, ledger::TransmissionId transmission,
                    ledger::Reason reason);

// The end of a publish's transmission.
inline void finished(Node& node, ledger::MessageId message, ledger::TransmissionId transmission,
                     ledger::Reason reason) {
  if (watched(node) && transmission) write_finished(node, message, transmission, reason);
}

// -- things -------------------------------------------------------------------------------------

ledger::RowNo created(Node& node, ledger::EntityId thing, ledger::EntityId parent,
                      ledger::Reason reason, std::uint32_t flags = 0);
ledger::RowNo ended(Node& node, ledger::EntityId thing, ledger::Reason reason);
// A channel or connection that the broker closes with an error.
ledger::RowNo failed(Node& node, ledger::EntityId thing, const AmqpError& error);

}  // namespace mqlab::broker::facts
