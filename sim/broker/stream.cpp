// SPDX-License-Identifier: MIT
// Reading a log.
#include "sim/broker/stream.hpp"

#include <algorithm>
#include <utility>

#include "sim/broker/copies.hpp"
#include "sim/broker/facts.hpp"
#include "sim/broker/message_checks.hpp"
#include "sim/broker/stream_form.hpp"

namespace mqlab::broker {
namespace {

constexpr std::size_t kLog = 0;  // the only lane

PropertiesPtr with_offset(const Message& message, std::uint64_t offset) {
  Properties properties = message.props();
  if (!properties.headers) properties.headers.emplace();
  set_field(*properties.headers, "x-stream-offset",
            FieldValue::of(static_cast<std::int64_t>(offset)));
  return PropertiesPtr(std::move(properties));
}

MessagePtr as_stored(Node& node, MessagePtr&& message) {
  if (node.is_v3() && !message->properties) return std::move(message);
  return with_properties(node.messages, *message, as_stream_keeps(node.options.version, *message));
}

constexpr Duration kTick = seconds(5);

std::int64_t ticks(const Node& node, const Queue& queue) {
  return (node.now - queue.begun).ns / kTick.ns;
}

void send_at(Node& node, Queue& queue, Consumer& consumer, const Entry& entry) {
  Channel& channel = node.channels.get(consumer.channel);
  Outgoing frame;
  frame.kind = Outgoing::Kind::deliver;
  frame.connection = channel.connection;
  frame.channel = channel.number;
  frame.consumer_tag = consumer.tag;
  frame.copy = entry.copy;
  frame.transmission = node.ledger.new_transmission();
  frame.routing_key = entry.message->routing_key;
  frame.message = entry.message;
  frame.properties = with_offset(*entry.message, consumer.position);
  Unacked& unacked = channel.unacked.add();
  unacked.entry = {};
  unacked.queue = queue.id;
  unacked.consumer = consumer.id;
  unacked.consumer_tag = consumer.tag;
  unacked.holder = consumer.entity;
  unacked.delivered_at = node.now;
  frame.tag = channel.unacked.end() - 1;
  // A read: the copy stays where it is.
  frame.cause = facts::delivered(node, queue, entry, consumer.entity, frame.tag, ledger::kRead,
                                 frame.transmission);
  node.out.push_back(std::move(frame));
}

void read_on(Node& node, Queue& queue, Consumer& consumer) {
  const ReadyLane& log = queue.ready.lane(kLog);
  while (consumer.credit > 0 && consumer.position < log.size()) {
    --consumer.credit;
    send_at(node, queue, consumer, log.at(consumer.position));
    ++consumer.position;
  }
}

}  // namespace

bool arrive_stream(Node& node, Queue& queue, MessagePtr&& message, ConfirmRef confirm,
                   ledger::Reason reason) {
  // 3.10 does not deliver dead letters to streams.
  if (node.is_v3() && reason == ledger::Reason::dead_lettered) return false;
  if (const std::int64_t tick = ticks(node, queue); tick != queue.counted_at) {
    queue.counted = queue.ready.size();
    queue.counted_at = tick;
  }
  Entry entry = make_copy(node, queue, as_stored(node, std::move(message)));
  entry.deadline = Time::never();
  const ledger::RowNo row = facts::enqueued(node, queue, entry, reason);
  const ledger::CauseScope cause(node.ledger, row);
  store_or_confirm(node, queue, entry, confirm, row);
  queue.ready.push_back(std::move(entry));
  for (const ConsumerId id : queue.consumers) read_on(node, queue, node.consumers.get(id));
  return true;
}

std::uint32_t count_in_stream(const Node& node, const Queue& queue) {
  const bool counted = ticks(node, queue) != queue.counted_at;
  return static_cast<std::uint32_t>(counted ? queue.ready.size() : queue.counted);
}

Failure check_stream_consume(const Node& node, const Channel& channel, const Queue& queue,
                             const BasicConsume& method) {
  const Resource name = node.resource(queue);
  if (channel.prefetch == 0) {
    return fail(errors::stream_without_prefetch(node.options.version, name));
  }
  if (method.no_ack) return fail(errors::stream_no_ack(node.options.version, name));
  if (channel.limiter.active()) return fail(errors::global_qos(name));
  return nullptr;
}

void join_stream(Node& node, Queue& queue, Consumer& consumer) {
  consumer.limited = true;
  consumer.credit = consumer.prefetch;
  const std::uint64_t length = queue.ready.size();
  const StreamOffset& offset = consumer.settings.offset;
  switch (offset.kind) {
    case StreamOffset::Kind::first:
    case StreamOffset::Kind::timestamp_s:
    case StreamOffset::Kind::age_ms:
      consumer.position = 0;
      break;
    case StreamOffset::Kind::last:
      consumer.position = length > 0 ? length - 1 : 0;
      break;
    case StreamOffset::Kind::next:
      consumer.position = length;
      break;
    case StreamOffset::Kind::offset:
      consumer.position = static_cast<std::uint64_t>(std::max<std::int64_t>(offset.value, 0));
      break;
  }
  read_on(node, queue, consumer);
}

void settle_stream(Node& node, Channel&, Queue& queue, std::span<Unacked> group, SettleKind kind) {
  Consumer* const consumer = node.consumers.find(group.front().consumer);
  // 4.0 takes every settlement for an ack (STREAM-2).
  if (consumer == nullptr || (node.is_v3() && kind != SettleKind::ack)) return;
  consumer->credit += static_cast<std::uint32_t>(group.size());
  read_on(node, queue, *consumer);
}

}  // namespace mqlab::broker
