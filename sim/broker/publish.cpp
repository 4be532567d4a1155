// SPDX-License-Identifier: MIT
// From a publish to the queues.
#include "sim/broker/publish.hpp"

#include <span>
#include <utility>

#include <fmt/format.h>

#include "sim/broker/arrival.hpp"
#include "sim/broker/copies.hpp"
#include "sim/broker/facts.hpp"
#include "sim/broker/message_checks.hpp"
#include "sim/broker/reply_to.hpp"
#include "sim/broker/stream_form.hpp"

namespace mqlab::broker {
namespace {

constexpr std::uint64_t kMebibyte = 1U << 20U;
constexpr std::uint64_t kLargestMessage = 512 * kMebibyte;

std::uint64_t max_message_size(const Node& node) {
  if (node.options.max_message_size != 0) return node.options.max_message_size;
  return (node.is_v3() ? 128 : 16) * kMebibyte;
}

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

// Permissions are asked once for each exchange that a channel publishes to in a row.
Failure check_may_publish(Node& node, Channel& channel, NameId exchange) {
  if (channel.may_publish_to == exchange &&
      channel.permissions_version == node.permissions_version) {
    return nullptr;
  }
  const Connection& connection = node.connections.get(channel.connection);
  auto error = node.access(connection)
                   .check(Permission::write,
                          Resource::exchange(node.text(exchange), connection.vhost->name));
  if (error) return fail(std::move(error));
  channel.may_publish_to = exchange;
  channel.permissions_version = node.permissions_version;
  return nullptr;
}

// Whether the message goes where the last one went. What was found then about the exchange holds.
bool goes_as_before(const Channel& channel, const Routing& routing, const Message& message) {
  const LastRoute& last = channel.last_route;
  return last.version == routing.version() && last.key == message.routing_key &&
         last.exchange == message.exchange && !message.properties;
}

Failure check_publish(Node& node, Channel& channel, const BasicPublish& method,
                      ExchangeRef& exchange) {
  if (method.immediate) return fail(errors::immediate());
  const Message& message = *method.message;
  const std::uint64_t largest = max_message_size(node);
  if (message.body.size() > largest) {
    return fail(
        errors::message_too_large(message.body.size(), largest, largest != kLargestMessage));
  }
  if (Failure refused = check_may_publish(node, channel, message.exchange)) return refused;
  const Connection& connection = node.connections.get(channel.connection);
  Routing& routing = connection.vhost->routing;
  const auto named = [&] {
    return Resource::exchange(node.text(message.exchange), connection.vhost->name);
  };
  if (goes_as_before(channel, routing, message)) {
    exchange = channel.last_route.exchange_ref;
    return nullptr;
  }
  exchange = routing.find_exchange(message.exchange);
  if (exchange == kNoRef) return fail(errors::not_found(named()));
  if (routing.exchange(exchange).flags.internal) return fail(errors::internal_exchange(named()));
  if (!message.properties) return nullptr;
  if (Failure missing = check_reply_to(channel, *message.properties)) return missing;
  return fail(check_properties(node.options.version, *message.properties, connection.login.user));
}

std::span<const QueueRef> route_to_queues(Node& node, Routing& routing, ExchangeRef exchange,
                                          std::span<const NameId> keys, const Message& message) {
  const FieldTable* const headers =
      message.properties && message.properties->headers ? &*message.properties->headers : nullptr;
  routing.route(exchange, keys, headers, node.route_queues);
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
void no_queue(Node& node, Channel& channel, const Published& publish, ConfirmRef confirm) {
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
  facts::finished(node, *publish.message, publish.transmission,
                  reason == ledger::Reason::none ? ledger::Reason::accepted : reason);
}

// A stream may be unable to keep it; then the channel fails (STREAM-2).
bool can_keep(const Node& node, const Queue& queue, const Message& message) {
  return queue.settings.type != QueueType::stream || stream_can_keep(node.options.version, message);
}

// The other queues have had it by then.
template <typename QueueAt>
Failure store(Node& node, Channel& channel, const Published& publish, std::size_t count,
              QueueAt&& queue_at) {
  const bool confirming = channel.confirming || channel.transaction;
  const ConfirmRef confirm{channel.id, confirming ? channel.confirms.next() : 0};
  const ledger::CauseScope published(node.ledger, publish.cause);
  if (count == 0) {
    no_queue(node, channel, publish, confirm);
    return nullptr;
  }
  const Message& message = *publish.message;
  const ledger::CauseScope routed(
      node.ledger, facts::routed(node, publish.exchange, message, count, ledger::Reason::none));
  if (confirming) {
    channel.confirms.publish(static_cast<std::uint32_t>(count), message.identity,
                             node.ledger.cause());
  }
  bool accepted = false;
  bool crashed = false;
  for (std::size_t i = 0; i < count; ++i) {
    Queue* const queue = queue_at(i);
    if (queue == nullptr) continue;
    if (!can_keep(node, *queue, message)) {
      crashed = true;
      continue;
    }
    if (arrive(node, *queue, publish.message, confirm, ledger::Reason::published)) {
      accepted = true;
    }
  }
  facts::finished(node, message, publish.transmission,
                  accepted ? ledger::Reason::accepted : ledger::Reason::refused);
  return crashed ? fail(errors::crash()) : nullptr;
}

}  // namespace

Failure store_publish(Node& node, Channel& channel, const TxPublish& publish) {
  const Vhost& vhost = *node.connections.get(channel.connection).vhost;
  std::vector<Queue*> queues;
  for (std::size_t i = 0; i < publish.queues.size(); ++i) {
    // 3.10 looks the queue up by name again, 4.0 holds on to the queue it found (PUB-13).
    Queue* const queue = node.is_v3() ? node.find_queue(vhost, publish.names[i])
                                      : node.queues.find(publish.queues[i]);
    if (queue != nullptr) {
      queues.push_back(queue);
    } else if (!node.is_v3()) {
      channel.transaction->failed = true;
    }
  }
  if (queues.empty() && !publish.queues.empty() && !node.is_v3()) {
    const ledger::CauseScope cause(node.ledger, publish.publish.cause);
    facts::finished(node, *publish.publish.message, publish.publish.transmission,
                    ledger::Reason::unroutable);
    return nullptr;
  }
  return store(node, channel, publish.publish, queues.size(),
               [&](std::size_t i) { return queues[i]; });
}

Failure publish(Node& node, Channel& channel, BasicPublish& method) {
  ExchangeRef exchange = kNoRef;
  if (Failure refused = check_publish(node, channel, method, exchange)) {
    facts::finished(node, *method.message, method.transmission,
                    exchange == kNoRef && refused->code == 404 ? ledger::Reason::no_exchange
                                                               : ledger::Reason::refused);
    return refused;
  }
  MessagePtr message = std::move(method.message);
  if (has_copy_keys(*message)) message = with_copy_keys(node, *message);
  if (message->properties) {
    message = with_reply_address(node, channel, std::move(message));
    if (!node.is_v3()) message = with_plain_expiration(node, std::move(message));
  }

  Routing& routing = node.connections.get(channel.connection).vhost->routing;
  Published routed;
  routed.message = std::move(message);
  routed.mandatory = method.mandatory;
  routed.transmission = method.transmission;
  routed.exchange = routing.exchange(exchange).entity;
  routed.cause =
      facts::published(node, channel, routed.exchange, *routed.message, routed.transmission,
                       channel.confirming ? channel.confirms.next() : 0);
  const std::span<const NameId> keys = keys_to_route(*routed.message, node.route_keys);
  std::span<const QueueRef> queues(&channel.last_route.queue, 1);
  if (!goes_as_before(channel, routing, *routed.message)) {
    queues = route_to_queues(node, routing, exchange, keys, *routed.message);
    if (queues.size() == 1 && keys.size() == 1 && routing.is_fixed()) {
      channel.last_route = {routing.version(), routed.message->exchange,
                            routed.message->routing_key, exchange, queues.front()};
    }
  }
  if (routed.message->exchange == NameId{} && queues.size() < keys.size()) {
    const ledger::CauseScope cause(node.ledger, routed.cause);
    routed.replied = send_direct_replies(node, keys, routed.message);
  }
  if (!channel.transaction) {
    return store(node, channel, routed, queues.size(),
                 [&](std::size_t i) { return node.queues.find(QueueId{queues[i]}); });
  }
  TxPublish waiting{std::move(routed), {}, {}};
  for (const QueueRef queue : queues) {
    waiting.queues.push_back(QueueId{queue});
    waiting.names.push_back(routing.queue_name(queue));
  }
  channel.transaction->publishes.push_back(std::move(waiting));
  return nullptr;
}

}  // namespace mqlab::broker
