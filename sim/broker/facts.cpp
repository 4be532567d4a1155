// SPDX-License-Identifier: MIT
// What the rows say.
#include "sim/broker/facts.hpp"

namespace mqlab::broker::facts {

ledger::RowNo write_copy_row(Node& node, ledger::Fact fact, ledger::Reason reason,
                             const Queue& queue, const Entry& entry, std::uint64_t value) {
  ledger::Row row;
  row.fact = fact;
  row.reason = reason;
  row.subject = queue.entity;
  row.message = entry.message->identity;
  row.copy = entry.copy;
  row.value = value;
  if (fact == ledger::Fact::enqueued && entry.message->persistent()) {
    row.flags = ledger::kPersistent;
  }
  return node.ledger.write(row);
}

ledger::RowNo write_delivered(Node& node, const Queue& queue, const Entry& entry,
                              ledger::EntityId holder, std::uint64_t tag, std::uint32_t flags,
                              ledger::TransmissionId transmission) {
  ledger::Row row;
  row.fact = ledger::Fact::delivered;
  row.subject = queue.entity;
  row.object = holder;
  row.message = entry.message->identity;
  row.copy = entry.copy;
  row.transmission = transmission;
  row.value = tag;
  row.flags = flags | (entry.redelivered ? ledger::kRedelivered : 0);
  return node.ledger.write(row);
}

ledger::RowNo replied(Node& node, const Message& message, ledger::EntityId subscription,
                      std::uint64_t tag, ledger::TransmissionId transmission) {
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

ledger::RowNo write_published(Node& node, const Channel& channel, ledger::EntityId exchange,
                              const Message& message, ledger::TransmissionId transmission) {
  ledger::Row row;
  row.fact = ledger::Fact::published;
  row.subject = exchange;
  row.object = channel.entity;
  row.message = message.identity;
  row.transmission = transmission;
  row.text = message.routing_key;
  if (channel.confirming) row.value = channel.confirms.next();
  return node.ledger.write(row);
}

ledger::RowNo write_routed(Node& node, ledger::EntityId exchange, const Message& message,
                           std::size_t queues, ledger::Reason reason) {
  ledger::Row row;
  row.fact = ledger::Fact::routed;
  row.reason = reason;
  row.subject = exchange;
  row.message = message.identity;
  row.value = queues;
  return node.ledger.write(row);
}

void write_finished(Node& node, ledger::MessageId message, ledger::TransmissionId transmission,
                    ledger::Reason reason) {
  ledger::Row row;
  row.fact = ledger::Fact::finished;
  row.reason = reason;
  row.subject = node.entity;
  row.message = message;
  row.transmission = transmission;
  node.ledger.write(row);
}

ledger::RowNo created(Node& node, ledger::EntityId thing, ledger::EntityId parent,
                      ledger::Reason reason, std::uint32_t flags) {
  ledger::Row row;
  row.fact = ledger::Fact::created;
  row.reason = reason;
  row.subject = thing;
  row.object = parent;
  row.flags = flags;
  return node.ledger.append(row);
}

ledger::RowNo ended(Node& node, ledger::EntityId thing, ledger::Reason reason) {
  ledger::Row row;
  row.fact = ledger::Fact::ended;
  row.reason = reason;
  row.subject = thing;
  return node.ledger.append(row);
}

ledger::RowNo failed(Node& node, ledger::EntityId thing, const AmqpError& error) {
  if (!watched(node)) return 0;
  ledger::Row row;
  row.fact = ledger::Fact::failed;
  row.subject = thing;
  row.value = error.code;
  row.text = node.intern(error.text);
  return node.ledger.append(row);
}

}  // namespace mqlab::broker::facts
