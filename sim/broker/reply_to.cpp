// SPDX-License-Identifier: MIT
// Direct reply-to.
#include "sim/broker/reply_to.hpp"

#include <utility>

#include "sim/broker/facts.hpp"
#include "sim/broker/message_checks.hpp"

namespace mqlab::broker {
namespace {

Channel* channel_of(const Node& node, std::string_view address) {
  if (!address.starts_with(kReplyPrefix)) return nullptr;
  address.remove_prefix(kReplyPrefix.size());
  Channel* found = nullptr;
  node.channels.each([&](Channel& channel) {
    if (channel.reply_consumer && channel.reply_consumer->token == address) found = &channel;
  });
  return found;
}

void send_reply(Node& node, const Channel& channel, const MessagePtr& message) {
  const ReplyConsumer& consumer = *channel.reply_consumer;
  Outgoing frame;
  frame.kind = Outgoing::Kind::deliver;
  frame.no_ack = true;
  frame.connection = channel.connection;
  frame.channel = channel.number;
  frame.consumer_tag = consumer.tag;
  frame.routing_key = message->routing_key;
  frame.message = message;
  frame.transmission = node.ledger.new_transmission();
  // The server does not count these deliveries: the next one has the same tag.
  frame.tag = channel.unacked.end();
  frame.cause = facts::replied(node, *message, consumer.entity, frame.tag, frame.transmission);
  node.out.push_back(std::move(frame));
}

}  // namespace

Failure consume_replies(Node& node, Channel& channel, const BasicConsume& method, NameId& tag) {
  for (const auto& [known, id] : channel.consumers) {
    if (node.text(known) == method.consumer_tag) {
      return fail(errors::reused_consumer_tag(method.consumer_tag));
    }
  }
  if (!method.no_ack) return fail(errors::reply_consumer_acks());
  if (channel.reply_consumer) return fail(errors::reply_consumer_set());
  tag =
      node.intern(method.consumer_tag.empty() ? node.make_name("amq.ctag-") : method.consumer_tag);
  const ledger::EntityId entity =
      node.ledger.new_entity(ledger::EntityKind::subscription, node.text(tag), channel.entity);
  channel.reply_consumer = ReplyConsumer{tag, entity, node.make_name("")};
  facts::created(node, entity, channel.entity, ledger::Reason::started, ledger::kNoAck);
  return nullptr;
}

void end_replies(Node& node, Channel& channel, ledger::Reason reason) {
  if (!channel.reply_consumer) return;
  facts::ended(node, channel.reply_consumer->entity, reason);
  channel.reply_consumer.reset();
}

Failure check_reply_to(const Channel& channel, const Properties& properties) {
  if (properties.reply_to != kReplyQueue || channel.reply_consumer) return nullptr;
  return fail(errors::reply_consumer_missing());
}

MessagePtr with_reply_address(Node& node, const Channel& channel, MessagePtr message) {
  if (message->properties->reply_to != kReplyQueue) return message;
  Properties properties = message->props();
  properties.reply_to = std::string(kReplyPrefix) + channel.reply_consumer->token;
  return with_properties(node.messages, *message, std::move(properties));
}

bool send_direct_replies(Node& node, std::span<const NameId> keys, const MessagePtr& message) {
  bool sent = false;
  for (const NameId key : keys) {
    const Channel* const channel = channel_of(node, node.text(key));
    if (channel == nullptr || channel->closing) continue;
    send_reply(node, *channel, message);
    sent = true;
  }
  return sent;
}

bool reply_address_exists(const Node& node, std::string_view address) {
  return channel_of(node, address) != nullptr;
}

}  // namespace mqlab::broker
