// SPDX-License-Identifier: MIT
// Settlements.
#include "sim/broker/settle.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "sim/base/inline.hpp"
#include "sim/broker/copies.hpp"
#include "sim/broker/dispatch.hpp"
#include "sim/broker/expiry.hpp"
#include "sim/broker/facts.hpp"
#include "sim/broker/overflow.hpp"
#include "sim/broker/quorum.hpp"
#include "sim/broker/stream.hpp"

namespace mqlab::broker {
namespace {

ledger::Reason reason_of(SettleKind kind) {
  switch (kind) {
    case SettleKind::ack:
      return ledger::Reason::acked;
    case SettleKind::nack_requeue:
      return ledger::Reason::nack_requeue;
    case SettleKind::reject_requeue:
      return ledger::Reason::reject_requeue;
    case SettleKind::recover:
      return ledger::Reason::recover_requeue;
    case SettleKind::discard:
      return ledger::Reason::rejected;
  }
  MQLAB_ASSERT(false && "every settlement has a reason");
}

// The server counts by tag: a later consumer of the same tag gains from what an earlier one
// settles.
MQLAB_RARELY Consumer* heir_of(Node& node, const Channel& channel, const Queue& queue,
                               const Unacked& one, std::uint32_t count) {
  Consumer* heir = nullptr;
  for (const auto& [tag, id] : channel.consumers) {
    if (tag == one.consumer_tag) heir = node.consumers.find(id);
  }
  if (heir != nullptr && heir->queue == queue.id) heir->extra_credit += count;
  return heir;
}

// Gives the consumer its places back; true if it was full, so that those parked are looked at.
bool free_places(Node& node, const Channel& channel, const Queue& queue, const Unacked& one,
                 std::uint32_t count) {
  Consumer* consumer = node.consumers.find(one.consumer);
  if (consumer == nullptr) {
    if (!one.consumer) return false;
    consumer = heir_of(node, channel, queue, one, count);
  }
  if (consumer == nullptr || consumer->queue != queue.id || !consumer->limited) return false;
  const bool was_full = consumer->full();
  consumer->credit += count;
  return was_full;
}

// Copies of a classic queue are settled: what the queue counts of their channel. True if consumers
// that were parked have room again.
MQLAB_ALWAYS_INLINE bool leave_channel(Node& node, Channel& channel, Queue& queue,
                                       const Unacked& one, std::uint32_t count) {
  queue.unacked -= count;
  ChannelRecord* const record = queue.line.find(channel.id);
  if (record == nullptr) return false;
  record->unacked -= count;
  const bool unblocked =
      free_places(node, channel, queue, one, count) && queue.line.unpark(*record);
  if (record->unacked == 0 && record->consumers == 0) queue.line.forget(channel.id);
  return unblocked;
}

// In a queue of priorities the server goes through the highest first.
void sort_by_lane(std::span<Unacked> group) {
  std::stable_sort(group.begin(), group.end(), [](const Unacked& a, const Unacked& b) {
    return order_class(a.entry.key) < order_class(b.entry.key);
  });
}

void settle_classic(Node& node, Channel& channel, Queue& queue, std::span<Unacked> group,
                    SettleKind kind) {
  const auto count = static_cast<std::uint32_t>(group.size());
  const bool unblocked = leave_channel(node, channel, queue, group.front(), count);
  ledger::RowNo last = 0;
  switch (kind) {
    case SettleKind::ack:
      for (const Unacked& one : group) {
        last = remove_copy(node, queue, one.entry, ledger::Reason::acked);
      }
      break;
    case SettleKind::discard:
      if (queue.settings.max_priority) sort_by_lane(group);
      for (const Unacked& one : group) bury(node, queue, one.entry, DeathReason::rejected);
      break;
    case SettleKind::nack_requeue:
    case SettleKind::reject_requeue:
    case SettleKind::recover:
      requeue(node, queue, group, reason_of(kind));
      break;
  }
  if (!unblocked) return;
  const ledger::CauseScope cause(node.ledger, last != 0 ? last : node.ledger.cause());
  dispatch(node, queue);
}

void settle_group(Node& node, Channel& channel, std::span<Unacked> group, SettleKind kind) {
  Queue* const queue = node.queues.find(group.front().queue);
  if (queue == nullptr) return;  // gone: harmless (QUEUE-6)
  switch (queue->settings.type) {
    case QueueType::classic:
      settle_classic(node, channel, *queue, group, kind);
      return;
    case QueueType::quorum:
      settle_quorum(node, channel, *queue, group, kind, reason_of(kind));
      return;
    case QueueType::stream:
      settle_stream(node, channel, *queue, group, kind);
      return;
  }
}

MQLAB_APART void settle_taken(Node& node, Channel& channel, Unacked&& one, SettleKind kind) {
  settle_group(node, channel, std::span(&one, 1), kind);
}

// One delivery. The ack of one of a classic queue, as most are, does what settle_classic() would,
// without taking it out of its place first.
MQLAB_ALWAYS_INLINE void settle_one(Node& node, Channel& channel, Unacked& held, std::uint64_t tag,
                                    SettleKind kind) {
  // The limit knows before any queue asks; queues that it stopped hear of it last.
  const bool freed = held.consumer && channel.limiter.settled(1);
  Queue* const queue = node.queues.find(held.queue);
  if (kind == SettleKind::ack && queue != nullptr && queue->is_classic()) {
    const bool unblocked = leave_channel(node, channel, *queue, held, 1);
    const ledger::RowNo row = remove_copy(node, *queue, held.entry, ledger::Reason::acked);
    channel.unacked.drop(held);
    if (unblocked) {
      const ledger::CauseScope cause(node.ledger, row != 0 ? row : node.ledger.cause());
      dispatch(node, *queue);
    }
  } else {
    settle_taken(node, channel, channel.unacked.take(tag), kind);
  }
  if (freed) wake_limited_queues(node, channel);
}

// The order of groups: queues by name, gets first and each for itself, consumers by tag (ACK-10).
bool before(const Node& node, const Unacked& a, const Unacked& b) {
  if (a.queue != b.queue) {
    const Queue* const qa = node.queues.find(a.queue);
    const Queue* const qb = node.queues.find(b.queue);
    if (qa == nullptr || qb == nullptr) return qa == nullptr && qb != nullptr;
    return node.text(qa->name) < node.text(qb->name);
  }
  const bool get_a = !a.consumer;
  const bool get_b = !b.consumer;
  if (get_a != get_b) return get_a;
  return a.consumer_tag != b.consumer_tag && node.text(a.consumer_tag) < node.text(b.consumer_tag);
}

bool same_group(const Unacked& a, const Unacked& b) {
  return a.queue == b.queue && a.consumer && b.consumer && a.consumer_tag == b.consumer_tag;
}

void settle_in_groups(Node& node, Channel& channel, std::vector<Unacked>& taken, SettleKind kind) {
  std::stable_sort(taken.begin(), taken.end(),
                   [&](const Unacked& a, const Unacked& b) { return before(node, a, b); });
  std::size_t from = 0;
  while (from < taken.size()) {
    std::size_t to = from + 1;
    while (to < taken.size() && same_group(taken[from], taken[to])) ++to;
    settle_group(node, channel, std::span(taken).subspan(from, to - from), kind);
    from = to;
  }
}

bool is_of_stream(const Node& node, const Unacked& held) {
  const Queue* const queue = node.queues.find(held.queue);
  return queue != nullptr && queue->settings.type == QueueType::stream;
}

MQLAB_RARELY Failure unknown_tag(std::uint64_t tag) {
  return fail(errors::unknown_delivery_tag(tag));
}

// 3.10 does not know how to nack a message of a stream.
MQLAB_RARELY Failure stream_nack(const Node& node, const Unacked& held) {
  return fail(errors::stream_nack(node.resource(node.queues.get(held.queue))));
}

// In a transaction the tags are only used up (PUB-11).
void settle_later(Channel& channel, const std::vector<std::uint64_t>& tags, SettleKind kind) {
  for (const std::uint64_t tag : tags) {
    channel.unacked.set_state(tag, Unacked::State::in_transaction);
  }
  // One settlement after another of the same kind is carried out as one.
  std::vector<TxSettle>& settles = channel.transaction->settles;
  const auto same_effect = [](SettleKind a, SettleKind b) {
    return a == b || (a != SettleKind::ack && a != SettleKind::discard && b != SettleKind::ack &&
                      b != SettleKind::discard);
  };
  if (settles.empty() || !same_effect(settles.back().kind, kind)) settles.push_back({kind, {}});
  std::vector<std::uint64_t>& pending = settles.back().tags;
  pending.insert(pending.end(), tags.begin(), tags.end());
}

// All that are outstanding of these tags, without `end`.
MQLAB_APART void settle_up_to(Node& node, Channel& channel, std::uint64_t first, std::uint64_t end,
                              SettleKind kind) {
  std::vector<std::uint64_t> tags;
  for (std::uint64_t tag = first; tag < end; ++tag) {
    if (channel.unacked.find(tag) != nullptr) tags.push_back(tag);
  }
  if (channel.transaction) {
    settle_later(channel, tags, kind);
  } else {
    settle_tags(node, channel, tags, kind);
  }
}

}  // namespace

void requeue(Node& node, Queue& queue, std::span<Unacked> back, ledger::Reason reason) {
  ledger::RowNo last = node.ledger.cause();
  // The last first: so most land at the front of what is there.
  for (auto one = back.rbegin(); one != back.rend(); ++one) {
    one->entry.redelivered = true;
    if (facts::watched(node)) last = facts::requeued(node, queue, one->entry, reason);
    queue.ready.put_back(std::move(one->entry));
  }
  if (node.crashing) return;
  const ledger::CauseScope cause(node.ledger, last);
  drop_heads(node, queue);
  examine_head(node, queue, true);
  dispatch(node, queue);
}

MQLAB_APART void wake_limited_queues(Node& node, Channel& channel) {
  std::vector<QueueId> waiting = channel.limiter.take_waiting();
  if (waiting.size() > 1) {
    const auto first = node.choices.below(node.wakeup_choices, waiting.size());
    std::rotate(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(first),
                waiting.end());
  }
  for (const QueueId id : waiting) {
    if (Queue* const queue = node.queues.find(id)) resume(node, *queue, channel.id);
  }
}

void settle_tags(Node& node, Channel& channel, const std::vector<std::uint64_t>& tags,
                 SettleKind kind) {
  std::vector<Unacked> taken;
  taken.reserve(tags.size());
  std::uint32_t limited = 0;
  for (const std::uint64_t tag : tags) {
    taken.push_back(channel.unacked.take(tag));
    if (taken.back().consumer) ++limited;  // gets do not count for the limit
  }
  const bool freed = channel.limiter.settled(limited);
  settle_in_groups(node, channel, taken, kind);
  if (freed) wake_limited_queues(node, channel);
}

Failure recover_unacked(Node& node, Channel& channel) {
  std::vector<std::uint64_t> tags;
  for (std::uint64_t tag = channel.unacked.first(); tag < channel.unacked.end(); ++tag) {
    const Unacked* const held = channel.unacked.find(tag);
    if (held == nullptr) continue;
    if (node.is_v3() && is_of_stream(node, *held)) return fail(errors::crash());  // STREAM-2
    tags.push_back(tag);
  }
  settle_tags(node, channel, tags, SettleKind::recover);
  return nullptr;
}

Failure settle(Node& node, Channel& channel, std::uint64_t tag, bool multiple, SettleKind kind) {
  if (multiple && tag == 0) {
    settle_up_to(node, channel, channel.unacked.first(), channel.unacked.end(), kind);
    return nullptr;
  }
  Unacked* const held = channel.unacked.find(tag);
  if (held == nullptr) return unknown_tag(tag);
  if (node.is_v3() && kind != SettleKind::ack && is_of_stream(node, *held)) {
    return stream_nack(node, *held);
  }
  if (!multiple && !channel.transaction) {
    settle_one(node, channel, *held, tag, kind);
  } else {
    settle_up_to(node, channel, multiple ? channel.unacked.first() : tag, tag + 1, kind);
  }
  return nullptr;
}

}  // namespace mqlab::broker
