// SPDX-License-Identifier: MIT
// Making, storing, burying copies.
#include "sim/broker/copies.hpp"

#include <utility>

#include "sim/broker/facts.hpp"
#include "sim/broker/message_checks.hpp"
#include "sim/broker/priority.hpp"

namespace mqlab::broker {
namespace {

using ledger::Reason;

Reason account_of(DeathReason reason) {
  switch (reason) {
    case DeathReason::rejected:
      return Reason::rejected;
    case DeathReason::expired:
      return Reason::expired;
    case DeathReason::maxlen:
      return Reason::overflow;
    case DeathReason::delivery_limit:
      return Reason::delivery_limit;
  }
  MQLAB_ASSERT(false && "every death has an account");
}

// Whether the write of this copy comes before its confirm.
bool must_be_stored(const Queue& queue, const Message& message) {
  if (!queue.is_classic()) return true;  // QQ-2
  return queue.is_durable() && message.persistent();
}

Time deadline_of(const Node& node, const Queue& queue, const Message& message) {
  std::optional<std::int64_t> ttl = queue.settings.message_ttl_ms;
  if (message.properties && message.properties->expiration) {
    const auto own = expiration_ms(*message.properties);
    if (own && (!ttl || *own < *ttl)) ttl = own;
  }
  return ttl ? node.now + milliseconds(*ttl) : Time::never();
}

}  // namespace

void has_news(Node& node, Channel& channel) {
  if (channel.transaction) {
    has_urgent_news(node, channel);
    return;
  }
  if (channel.has_news) return;
  channel.has_news = true;
  node.news.push_back(channel.id);
}

void has_urgent_news(Node& node, Channel& channel) {
  if (node.urgent_news.empty() || node.urgent_news.back() != channel.id) {
    node.urgent_news.push_back(channel.id);
  }
}

void confirm_one(Node& node, ConfirmRef confirm) {
  if (confirm.number == 0) return;
  Channel* const channel = node.channels.find(confirm.channel);
  if (channel == nullptr || channel->closing) return;
  channel->confirms.stored(confirm.number, node.ledger.cause());
  has_news(node, *channel);
}

void refuse_one(Node& node, ConfirmRef confirm) {
  if (confirm.number == 0) return;
  Channel* const channel = node.channels.find(confirm.channel);
  if (channel == nullptr || channel->closing) return;
  channel->confirms.refused(confirm.number, node.ledger.cause());
  if (channel->transaction) channel->transaction->failed = true;
  has_news(node, *channel);
}

Entry make_copy(Node& node, Queue& queue, const MessagePtr& message) {
  Entry entry;
  entry.message = message;
  entry.copy = node.ledger.new_copy();
  ++node.copies_made;
  entry.key = order_key(order_class_of(node, queue, *message), ++queue.arrivals);
  entry.deadline = deadline_of(node, queue, *message);
  return entry;
}

void store_or_confirm(Node& node, Queue& queue, Entry& entry, ConfirmRef confirm,
                      ledger::RowNo cause) {
  if (!must_be_stored(queue, *entry.message)) {
    confirm_one(node, confirm);
    return;
  }
  entry.token = node.writes.add({confirm, queue.id, entry.message->identity, entry.copy});
  node.store_requests.push_back(
      {entry.token, static_cast<std::uint32_t>(entry.message->body.size()), cause});
}

ledger::RowNo remove_copy(Node& node, Queue& queue, const Entry& entry, Reason reason) {
  const ledger::RowNo row = facts::removed(node, queue, entry, reason);
  ++node.copies_removed;
  if (entry.token != 0) {
    const ledger::CauseScope cause(node.ledger, row);
    confirm_one(node, node.writes.release(entry.token).confirm);
  }
  return row;
}

void bury(Node& node, Queue& queue, const Entry& entry, DeathReason reason) {
  const ledger::CauseScope cause(node.ledger, remove_copy(node, queue, entry, account_of(reason)));
  send_dead_letter(node, queue, *entry.message, reason);
}

void send_dead_letter(Node& node, Queue& queue, const Message& message, DeathReason reason) {
  if (!queue.dead_letter_exchange) return;
  Routing& routing = queue.vhost->routing;
  const ExchangeRef exchange = routing.find_exchange(*queue.dead_letter_exchange);
  if (exchange == kNoRef) return;  // DLX-9
  Death death;
  death.reason = reason;
  death.queue = queue.name;
  death.exchange = *queue.dead_letter_exchange;
  death.routing_key = queue.dead_letter_key;
  death.time_s = node.now.ns / seconds(1).ns;
  death.from_disk = queue.settings.mode == QueueMode::lazy;
  const MessagePtr letter(dead_letter(message, death, node.options.version, node.ledger.names()));

  node.letter_keys.assign(1, letter->routing_key);
  if (letter->copy_keys) {
    const CopyKeys& more = *letter->copy_keys;
    node.letter_keys.insert(node.letter_keys.end(), more.cc.begin(), more.cc.end());
    node.letter_keys.insert(node.letter_keys.end(), more.bcc.begin(), more.bcc.end());
  }
  routing.route(exchange, node.letter_keys, &*letter->props().headers, node.letter_queues);
  for (const QueueRef target : node.letter_queues) {
    const NameId name = routing.queue_name(target);
    if (is_dead_letter_cycle(*letter, reason, node.text(name), node.options.version)) continue;
    node.casts.push_back({QueueId{target}, letter, node.ledger.cause()});
  }
}

}  // namespace mqlab::broker
