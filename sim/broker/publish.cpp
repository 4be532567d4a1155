// SPDX-License-Identifier: MIT
// From a publish to the queues.
#include "sim/broker/publish.hpp"

#include <span>
#include <utility>

#include <fmt/format.h>

#include "sim/base/inline.hpp"
#include "sim/broker/arrival.hpp"
#include "sim/broker/copies.hpp"
#include "sim/broker/facts.hpp"
#include "sim/broker/message_checks.hpp"
#include "sim/broker/reply_to.hpp"
#include "sim/broker/stream_form.hpp"

namespace mqlab::broker {
namespace {

bool has_copy_keys(const Message& message) {
  if (!message.properties || !message.properties->headers) return false;
  const FieldTable& headers = *message.properties->headers;
  return find_field(headers, "CC") != nullptr || find_field(headers, "BCC") != nullptr;
}

std::vector<NameId> keys_of(Node& node, const Properties& properties, std::string_view header) {
  Properties only;
  only.headers.emplace();
  if (const FieldValue* value = find_field(*properties.headers, header)) {
    only.headers->emplace_back(header, *value);
  }
  std::vector<NameId> keys;
  routing_keys(NameId{}, only, node.ledger.names(), keys);
  keys.erase(keys.begin());
  return keys;
}

// The message as it is stored: with the keys of CC and BCC read, without the BCC header (ROUTE-18).
MessagePtr with_copy_keys(Node& node, const Message& message) {
  Message stored = message;
  CopyKeys keys;
  keys.cc = keys_of(node, *message.properties, "CC");
  keys.bcc = keys_of(node, *message.properties, "BCC");
  if (!node.is_v3()) keys.hidden = keys.bcc;
  stored.properties = PropertiesPtr(without_bcc(*message.properties), std::move(keys));
  return node.messages.make(std::move(stored));
}

// 4.0 keeps an expiration as a number and writes it anew: "+05" comes back as "5".
MessagePtr with_plain_expiration(Node& node, MessagePtr message) {
  const Properties& given = message->props();
  if (!given.expiration) return message;
  std::string plain = fmt::format("{}", expiration_ms(given).value_or(0));
  if (plain == *given.expiration) return message;
  Properties properties = given;
  properties.expiration = std::move(plain);
  return with_properties(node.messages, *message, std::move(properties));
}

// The message as it is stored, of one with properties.
MQLAB_APART MessagePtr as_stored(Node& node, Channel& channel, MessagePtr&& message) {
  if (has_copy_keys(*message)) message = with_copy_keys(node, *message);
  message = with_reply_address(node, channel, std::move(message));
  return node.is_v3() ? std::move(message) : with_plain_expiration(node, std::move(message));
}

// Whether the last publish found out all about the exchange.
bool knows_exchange(const Node& node, const Channel& channel, NameId exchange) {
  const LastRoute& last = channel.last_route;
  return last.exchange == exchange && last.routing_version == channel.vhost->routing.version() &&
         last.permissions_version == node.permissions_version;
}

// Finds out about the exchange: whether the channel may publish to it, and whether that can be.
MQLAB_APART Failure look_up(Node& node, Channel& channel, NameId exchange) {
  const Routing& routing = channel.vhost->routing;
  const Resource named = Resource::exchange(node.text(exchange), channel.vhost->name);
  const Access access = node.access(node.connections.get(channel.connection));
  if (auto refused = access.check(Permission::write, named)) return fail(std::move(refused));
  const ExchangeRef ref = routing.find_exchange(exchange);
  if (ref == kNoRef) return fail(errors::not_found(named));
  const Exchange& found = routing.exchange(ref);
  if (found.flags.internal) return fail(errors::internal_exchange(named));
  channel.last_route = {};
  channel.last_route.routing_version = routing.version();
  channel.last_route.permissions_version = node.permissions_version;
  channel.last_route.exchange = exchange;
  channel.last_route.exchange_ref = ref;
  channel.last_route.exchange_entity = found.entity;
  return nullptr;
}

MQLAB_RARELY Failure too_large(const Node& node, const Message& message) {
  const std::uint64_t largest = node.largest_message;
  return fail(errors::message_too_large(message.body.size(), largest, largest != kLargestMessage));
}

MQLAB_APART Failure check_properties_of(const Node& node, const Channel& channel,
                                        const Properties& properties) {
  if (Failure missing = check_reply_to(channel, properties)) return missing;
  return fail(check_properties(node.options.version, properties,
                               node.connections.get(channel.connection).login.user));
}

// After it, channel.last_route knows the exchange.
Failure check_publish(Node& node, Channel& channel, const BasicPublish& method) {
  if (method.immediate) return fail(errors::immediate());
  const Message& message = *method.message;
  if (message.body.size() > node.largest_message) return too_large(node, message);
  if (!knows_exchange(node, channel, message.exchange)) {
    if (Failure refused = look_up(node, channel, message.exchange)) return refused;
  }
  if (!message.properties) return nullptr;
  return check_properties_of(node, channel, *message.properties);
}

MQLAB_RARELY void refuse(Node& node, const BasicPublish& method, const AmqpError& error) {
  facts::finished(node, method.message->identity, method.transmission,
                  error.code == 404 ? ledger::Reason::no_exchange : ledger::Reason::refused);
}

// The queues of a message that does not go where the last one went.
std::span<const QueueRef> route_to_queues(Node& node, Channel& channel, const Message& message,
                                          std::span<const NameId> keys) {
  Routing& routing = channel.vhost->routing;
  LastRoute& last = channel.last_route;
  const FieldTable* const headers =
      message.properties && message.properties->headers ? &*message.properties->headers : nullptr;
  routing.route(last.exchange_ref, keys, headers, node.route_queues);
  const bool one = node.route_queues.size() == 1 && keys.size() == 1 && routing.is_fixed();
  last.key = message.routing_key;
  last.queue = one ? node.route_queues.front() : kNoRef;
  return node.route_queues;
}

void give_back(Node& node, Channel& channel, const Published& publish) {
  Outgoing frame;
  frame.kind = Outgoing::Kind::returned;
  frame.connection = channel.connection;
  frame.channel = channel.number;
  frame.message = publish.message;
  frame.routing_key = publish.message->routing_key;
  frame.transmission = node.ledger.new_transmission();
  frame.cause = node.ledger.cause();
  frame.error = fail(errors::no_route());
  node.out.push_back(std::move(frame));
}

// No queue: the publisher hears of it if it asked to (PUB-1, PUB-2), also of a direct reply.
MQLAB_APART void no_queue(Node& node, Channel& channel, const Published& publish,
                          ConfirmRef confirm) {
  const auto reason = publish.mandatory ? ledger::Reason::returned
                      : publish.replied ? ledger::Reason::none
                                        : ledger::Reason::unroutable;
  const ledger::CauseScope cause(
      node.ledger, facts::routed(node, publish.exchange, *publish.message, 0, reason));
  if (publish.mandatory) give_back(node, channel, publish);
  if (confirm.number != 0) {
    channel.confirms.publish(0, publish.message->identity, node.ledger.cause());
    has_urgent_news(node, channel);
  }
  facts::finished(node, publish.message->identity, publish.transmission,
                  reason == ledger::Reason::none ? ledger::Reason::accepted : reason);
}

// A stream may be unable to keep it; then the channel fails (STREAM-2).
bool can_keep(const Node& node, const Queue& queue, const Message& message) {
  return queue.settings.type != QueueType::stream || stream_can_keep(node.options.version, message);
}

// The other queues have had it by then.
template <typename QueueAt>
Failure store(Node& node, Channel& channel, Published&& publish, std::size_t count,
              QueueAt&& queue_at) {
  const bool confirming = channel.confirming || channel.transaction;
  const ConfirmRef confirm{channel.id, confirming ? channel.confirms.next() : 0};
  const ledger::CauseScope published(node.ledger, publish.cause);
  if (count == 0) {
    no_queue(node, channel, publish, confirm);
    return nullptr;
  }
  const ledger::MessageId identity = publish.message->identity;
  const ledger::CauseScope routed(
      node.ledger,
      facts::routed(node, publish.exchange, *publish.message, count, ledger::Reason::none));
  if (confirming) {
    channel.confirms.publish(static_cast<std::uint32_t>(count), identity, node.ledger.cause());
  }
  bool accepted = false;
  bool crashed = false;
  for (std::size_t i = 0; i < count; ++i) {
    Queue* const queue = queue_at(i);
    if (queue == nullptr) continue;
    if (!can_keep(node, *queue, *publish.message)) {
      crashed = true;
      continue;
    }
    MessagePtr mine = i + 1 < count ? publish.message : std::move(publish.message);
    if (arrive(node, *queue, std::move(mine), confirm, ledger::Reason::published)) accepted = true;
  }
  facts::finished(node, identity, publish.transmission,
                  accepted ? ledger::Reason::accepted : ledger::Reason::refused);
  return crashed ? fail(errors::crash()) : nullptr;
}

MQLAB_APART void keep_for_commit(Channel& channel, Published&& publish,
                                 std::span<const QueueRef> queues) {
  TxPublish waiting{std::move(publish), {}, {}};
  for (const QueueRef queue : queues) {
    waiting.queues.push_back(QueueId{queue});
    waiting.names.push_back(channel.vhost->routing.queue_name(queue));
  }
  channel.transaction->publishes.push_back(std::move(waiting));
}

}  // namespace

Failure store_publish(Node& node, Channel& channel, TxPublish&& publish) {
  std::vector<Queue*> queues;
  for (std::size_t i = 0; i < publish.queues.size(); ++i) {
    // 3.10 looks the queue up by name again, 4.0 holds on to the queue it found (PUB-13).
    Queue* const queue = node.is_v3() ? node.find_queue(*channel.vhost, publish.names[i])
                                      : node.queues.find(publish.queues[i]);
    if (queue != nullptr) {
      queues.push_back(queue);
    } else if (!node.is_v3()) {
      channel.transaction->failed = true;
    }
  }
  if (queues.empty() && !publish.queues.empty() && !node.is_v3()) {
    const ledger::CauseScope cause(node.ledger, publish.publish.cause);
    facts::finished(node, publish.publish.message->identity, publish.publish.transmission,
                    ledger::Reason::unroutable);
    return nullptr;
  }
  return store(node, channel, std::move(publish.publish), queues.size(),
               [&](std::size_t i) { return queues[i]; });
}

Failure publish(Node& node, Channel& channel, BasicPublish& method) {
  if (Failure refused = check_publish(node, channel, method)) {
    refuse(node, method, *refused);
    return refused;
  }
  Published routed;
  routed.message = std::move(method.message);
  if (routed.message->properties) {
    routed.message = as_stored(node, channel, std::move(routed.message));
  }
  const Message& message = *routed.message;
  routed.mandatory = method.mandatory;
  routed.transmission = method.transmission;
  routed.exchange = channel.last_route.exchange_entity;
  routed.cause = facts::published(node, channel, routed.exchange, message, routed.transmission);
  const std::span<const NameId> keys = keys_to_route(message, node.route_keys);
  std::span<const QueueRef> queues(&channel.last_route.queue, 1);
  if (channel.last_route.queue == kNoRef || channel.last_route.key != message.routing_key ||
      keys.size() > 1) {
    queues = route_to_queues(node, channel, message, keys);
  }
  if (message.exchange == NameId{} && queues.size() < keys.size()) {
    const ledger::CauseScope cause(node.ledger, routed.cause);
    routed.replied = send_direct_replies(node, keys, routed.message);
  }
  if (!channel.transaction) {
    return store(node, channel, std::move(routed), queues.size(),
                 [&](std::size_t i) { return node.queues.find(QueueId{queues[i]}); });
  }
  keep_for_commit(channel, std::move(routed), queues);
  return nullptr;
}

}  // namespace mqlab::broker
