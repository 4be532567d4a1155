// SPDX-License-Identifier: MIT
// Making, storing, burying copies.
#include "sim/broker/copies.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "sim/broker/message_checks.hpp"
#include "sim/broker/overflow.hpp"
#include "sim/broker/priority.hpp"

namespace mqlab::broker {
namespace {

using ledger::Reason;

constexpr Duration kRetryEvery = seconds(180);  // of letters that found no place

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

Time deadline_of(const Node& node, const Queue& queue, const Message& message) {
  std::optional<std::int64_t> ttl = queue.settings.message_ttl_ms;
  if (message.properties && message.properties->expiration) {
    const auto own = expiration_ms(*message.properties);
    if (own && (!ttl || *own < *ttl)) ttl = own;
  }
  return ttl ? node.now + milliseconds(*ttl) : Time::never();
}

// The dead letters of this message, one for each queue it is routed to (DLX-5 to DLX-10). Of the
// death only what the copy knows is given.
std::vector<Cast> letters_of(Node& node, Queue& queue, const Message& message, Death death) {
  std::vector<Cast> letters;
  if (!queue.dead_letter_exchange) return letters;
  Routing& routing = queue.vhost->routing;
  const ExchangeRef exchange = routing.find_exchange(*queue.dead_letter_exchange);
  if (exchange == kNoRef) return letters;  // DLX-9
  death.queue = queue.name;
  death.exchange = *queue.dead_letter_exchange;
  death.routing_key = queue.dead_letter_key;
  death.time_s = node.now.ns / seconds(1).ns;
  const MessagePtr letter =
      node.messages.make(dead_letter(message, death, node.options.version, node.ledger.names()));

  const std::span<const NameId> keys = keys_to_route(*letter, node.letter_keys);
  if (node.is_v3()) {
    routing.route(exchange, keys, &*letter->props().headers, node.letter_queues);
  } else {
    // 4.0 writes the history down when it delivers: no binding sees it (DLX-7).
    FieldTable headers = *letter->props().headers;
    remove_field(headers, kDeaths);
    routing.route(exchange, keys, &headers, node.letter_queues);
  }
  for (const QueueRef target : node.letter_queues) {
    const NameId name = routing.queue_name(target);
    if (is_dead_letter_cycle(*letter, death.reason, node.text(name), node.options.version)) {
      continue;
    }
    letters.push_back({QueueId{target}, letter, 0});
  }
  return letters;
}

void send(Node& node, const std::vector<Cast>& letters, ledger::RowNo cause) {
  for (const Cast& letter : letters) node.casts.push_back({letter.queue, letter.message, cause});
}

bool keeps_letters(const Queue& queue) {
  return queue.settings.type == QueueType::quorum && queue.dead_letter_exchange &&
         queue.settings.dead_letter_strategy == DeadLetterStrategy::at_least_once;
}

// Whether the target takes one more message, behind the letters that are on their way to it.
bool takes(const Node& node, const Queue& target, const Message& letter) {
  if (!target.is_classic() || target.settings.overflow == Overflow::drop_head) return true;
  std::uint64_t length = target.ready.size() + 1;
  std::uint64_t bytes = target.ready.bytes() + letter.body.size();
  for (std::size_t i = node.next_cast; i < node.casts.size(); ++i) {
    if (node.casts[i].queue != target.id) continue;
    ++length;
    bytes += node.casts[i].message->body.size();
  }
  return !exceeds_limit(target.settings, length, bytes);
}

bool all_find_place(const Node& node, const std::vector<Cast>& letters) {
  return !letters.empty() && std::all_of(letters.begin(), letters.end(), [&](const Cast& one) {
    return takes(node, node.queues.get(one.queue), *one.message);
  });
}

void keep(Node& node, Queue& queue, const Entry& entry, DeathReason reason) {
  Entry held = entry;
  held.key = order_key(kKept, ++queue.returns);
  held.redelivered = entry.redelivered || reason != DeathReason::expired;
  facts::requeued(node, queue, held, Reason::held);
  queue.kept.push_back({std::move(held), reason});
  node.timers.set(queue.letter_retry, node.now + kRetryEvery, TimerKind::letter_retry,
                  queue.id.value);
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

Entry make_copy(Node& node, Queue& queue, MessagePtr&& message) {
  Entry entry;
  entry.copy = node.ledger.new_copy();
  ++node.copies_made;
  if (node.options.counts_disk) node.disk.came(queue, *message);
  entry.key = order_key(order_class_of(node, queue, *message), ++queue.arrivals);
  entry.deadline = deadline_of(node, queue, *message);
  if (!node.is_v3()) entry.failures = message->letter().failures;
  entry.message = std::move(message);
  return entry;
}

void store_copy(Node& node, Queue& queue, Entry& entry, ConfirmRef confirm, ledger::RowNo cause) {
  entry.token = node.writes.add({confirm, queue.id, entry.message->identity, entry.copy});
  node.store_requests.push_back(
      {entry.token, static_cast<std::uint32_t>(entry.message->body.size()), cause});
}

void release_write(Node& node, const Entry& entry, ledger::RowNo cause) {
  const ledger::CauseScope scope(node.ledger, cause);
  confirm_one(node, node.writes.release(entry.token).confirm);
}

void bury(Node& node, Queue& queue, const Entry& entry, DeathReason reason) {
  Death death;
  death.reason = reason;
  death.from_disk = entry.from_disk;
  death.failures = entry.failures;
  if (queue.settings.type == QueueType::quorum && reason == DeathReason::rejected) {
    ++death.failures;
  }
  const std::vector<Cast> letters = letters_of(node, queue, *entry.message, death);
  if (keeps_letters(queue) && !all_find_place(node, letters)) {
    keep(node, queue, entry, reason);
    return;
  }
  const ledger::RowNo row = remove_copy(node, queue, entry, account_of(reason));
  send(node, letters, row);
}

void retry_letters(Node& node, Queue& queue) {
  const std::vector<Kept> kept = std::exchange(queue.kept, {});
  for (const Kept& one : kept) bury(node, queue, one.entry, one.reason);
}

void send_dead_letter(Node& node, Queue& queue, const Message& message, DeathReason reason) {
  Death death;
  death.reason = reason;
  death.failures = message.letter().failures;
  send(node, letters_of(node, queue, message, death), node.ledger.cause());
}

}  // namespace mqlab::broker
