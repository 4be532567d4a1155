// SPDX-License-Identifier: MIT
// Deliveries.
#include "sim/broker/deliver.hpp"

#include <utility>

#include "sim/broker/copies.hpp"
#include "sim/broker/facts.hpp"

namespace mqlab::broker {
namespace {

// Quorum queues tell how often a message came back (QQ-4). 3.10 says 0 on a first basic.get, too.
std::shared_ptr<const Properties> with_delivery_count(const Node& node, const Queue& queue,
                                                      const Entry& entry, bool get) {
  if (queue.settings.type != QueueType::quorum) return nullptr;
  if (entry.returns == 0 && !(get && node.is_v3())) return nullptr;
  Properties properties = entry.message->props();
  if (!properties.headers) properties.headers.emplace();
  set_field(*properties.headers, "x-delivery-count",
            FieldValue::of(static_cast<std::int64_t>(entry.returns)));
  return std::make_shared<const Properties>(std::move(properties));
}

// Fills in what both kinds of delivery share, and keeps the copy with the channel or lets it go.
void hand_over(Node& node, Queue& queue, Channel& channel, Entry entry, Outgoing frame,
               Unacked unacked, ledger::EntityId holder) {
  frame.connection = channel.connection;
  frame.channel = channel.number;
  frame.redelivered = entry.redelivered;
  frame.copy = entry.copy;
  frame.transmission = node.ledger.new_transmission();
  frame.routing_key = entry.message->routing_key;
  frame.message = entry.message;
  frame.tag = channel.unacked.end();
  frame.cause = facts::delivered(node, queue, entry, holder, frame.tag,
                                 frame.no_ack ? ledger::kNoAck : 0, frame.transmission);
  if (frame.no_ack) {
    const ledger::CauseScope cause(node.ledger, frame.cause);
    channel.unacked.skip();
    remove_copy(node, queue, entry, ledger::Reason::auto_acked);
  } else {
    ++queue.unacked;
    unacked.entry = std::move(entry);
    unacked.queue = queue.id;
    unacked.holder = holder;
    unacked.delivered_at = node.now;
    channel.unacked.add(std::move(unacked));
    if (channel.consumer_check.due == Time::never() && node.options.consumer_timeout.ns > 0) {
      node.timers.set(channel.consumer_check, node.now + node.options.consumer_timeout_check,
                      TimerKind::consumer_check, channel.id.value);
    }
  }
  node.out.push_back(std::move(frame));
}

}  // namespace

void deliver(Node& node, Queue& queue, Consumer& consumer, Entry entry) {
  Outgoing frame;
  frame.kind = Outgoing::Kind::deliver;
  frame.consumer_tag = consumer.tag;
  frame.no_ack = consumer.no_ack;
  frame.properties = with_delivery_count(node, queue, entry, false);
  Unacked unacked;
  unacked.consumer = consumer.id;
  unacked.consumer_tag = consumer.tag;
  hand_over(node, queue, node.channels.get(consumer.channel), std::move(entry), std::move(frame),
            std::move(unacked), consumer.entity);
}

void deliver_get(Node& node, Queue& queue, Channel& channel, Entry entry, bool no_ack,
                 std::uint32_t left) {
  Outgoing frame;
  frame.kind = Outgoing::Kind::get_ok;
  frame.no_ack = no_ack;
  frame.message_count = left;
  frame.properties = with_delivery_count(node, queue, entry, true);
  hand_over(node, queue, channel, std::move(entry), std::move(frame), {}, channel.entity);
}

}  // namespace mqlab::broker
