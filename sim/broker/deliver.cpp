// SPDX-License-Identifier: MIT
// Deliveries.
#include "sim/broker/deliver.hpp"

#include <utility>

#include "sim/base/inline.hpp"
#include "sim/broker/copies.hpp"
#include "sim/broker/facts.hpp"

namespace mqlab::broker {
namespace {

// Quorum queues tell how often a message came back (QQ-4), or failed before it died elsewhere. 3.10
// says 0 on a first basic.get, too.
MQLAB_APART PropertiesPtr with_delivery_count(const Node& node, const Entry& entry, bool get) {
  const std::uint32_t count = entry.returns > 0 ? entry.returns : entry.failures;
  if (count == 0 && !(get && node.is_v3())) return nullptr;
  Properties properties = entry.message->props();
  if (!properties.headers) properties.headers.emplace();
  set_field(*properties.headers, "x-delivery-count", FieldValue::of(std::int64_t{count}));
  return PropertiesPtr(std::move(properties));
}

// A delivery that nobody has to ack (CONS-5).
MQLAB_APART void let_go(Node& node, Queue& queue, Channel& channel, const Entry& entry,
                        ledger::RowNo delivered) {
  const ledger::CauseScope cause(node.ledger, delivered);
  channel.unacked.skip();
  remove_copy(node, queue, entry, ledger::Reason::auto_acked);
}

// Whom a delivery goes to: the consumer, or nobody for a get.
struct Receiver {
  ConsumerId consumer;
  NameId consumer_tag;
  ledger::EntityId holder;  // subscription, or channel
};

// Fills in what both kinds of delivery share, and keeps the copy with the channel or lets it go.
MQLAB_ALWAYS_INLINE void hand_over(Node& node, Queue& queue, Channel& channel, Entry&& entry,
                                   Outgoing& frame, const Receiver& receiver) {
  frame.connection = channel.connection;
  frame.channel = channel.number;
  frame.redelivered = entry.redelivered;
  frame.copy = entry.copy;
  frame.transmission = node.ledger.new_transmission();
  frame.routing_key = entry.message->routing_key;
  frame.message = entry.message;
  if (queue.settings.type == QueueType::quorum) {
    frame.properties = with_delivery_count(node, entry, frame.kind == Outgoing::Kind::get_ok);
  }
  frame.tag = channel.unacked.end();
  frame.cause = facts::delivered(node, queue, entry, receiver.holder, frame.tag,
                                 frame.no_ack ? ledger::kNoAck : 0, frame.transmission);
  if (frame.no_ack) {
    let_go(node, queue, channel, entry, frame.cause);
    return;
  }
  ++queue.unacked;
  Unacked& unacked = channel.unacked.add();
  unacked.entry = std::move(entry);
  unacked.queue = queue.id;
  unacked.consumer = receiver.consumer;
  unacked.consumer_tag = receiver.consumer_tag;
  unacked.holder = receiver.holder;
  unacked.delivered_at = node.now;
  if (channel.consumer_check.due == Time::never() && node.options.consumer_timeout.ns > 0) {
    node.timers.set(channel.consumer_check, node.now + node.options.consumer_timeout_check,
                    TimerKind::consumer_check, channel.id.value);
  }
}

}  // namespace

void deliver(Node& node, Queue& queue, Consumer& consumer, Entry&& entry) {
  Outgoing& frame = node.out.emplace_back();
  frame.kind = Outgoing::Kind::deliver;
  frame.consumer_tag = consumer.tag;
  frame.no_ack = consumer.no_ack;
  hand_over(node, queue, node.channels.get(consumer.channel), std::move(entry), frame,
            {consumer.id, consumer.tag, consumer.entity});
}

void deliver_get(Node& node, Queue& queue, Channel& channel, Entry&& entry, bool no_ack,
                 std::uint32_t left) {
  Outgoing& frame = node.out.emplace_back();
  frame.kind = Outgoing::Kind::get_ok;
  frame.no_ack = no_ack;
  frame.message_count = left;
  hand_over(node, queue, channel, std::move(entry), frame, {{}, {}, channel.entity});
}

}  // namespace mqlab::broker
