// SPDX-License-Identifier: MIT
// The state machine of quorum queues.
#include "sim/broker/quorum.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/broker/copies.hpp"
#include "sim/broker/deliver.hpp"
#include "sim/broker/facts.hpp"
#include "sim/broker/overflow.hpp"
#include "sim/broker/priority.hpp"
#include "sim/broker/reply.hpp"
#include "sim/broker/teardown.hpp"

namespace mqlab::broker {
namespace {

// What the server lends a consumer without a prefetch.
constexpr std::uint16_t kDefaultCredit = 2000;
// How many messages of high priority go before one of normal (QQ-11).
constexpr std::uint32_t kHighWeight = 2;
constexpr Duration kMoment{1};

// -- messages -----------------------------------------------------------------------------------

std::size_t next_lane(const Queue& queue) {
  const Ready& ready = queue.ready;
  if (!ready.lane(kReturnedLane).empty()) return kReturnedLane;
  const bool high = !ready.lane(kHighLane).empty();
  const bool normal = !ready.lane(kNormalLane).empty();
  if (high && normal && queue.quorum.turn == kHighWeight) {
    // An older message of high priority keeps its right.
    const auto number = [&](std::size_t lane) {
      return ready.lane(lane).key(0) - order_key(static_cast<std::uint8_t>(lane), 0);
    };
    return number(kHighLane) < number(kNormalLane) ? kHighLane : kNormalLane;
  }
  return high ? kHighLane : kNormalLane;
}

Entry take_next(Queue& queue) {
  const std::size_t lane = next_lane(queue);
  if (lane != kReturnedLane) {
    queue.quorum.turn = queue.quorum.turn == kHighWeight ? 0 : queue.quorum.turn + 1;
  }
  return queue.ready.pop_lane(lane);
}

Time next_due(const Queue& queue) {
  return queue.ready.lane(next_lane(queue)).deadline(0);
}

void begin_command(const Node& node, Queue& queue) {
  queue.quorum.first_letter = node.casts.size();
}

// Of the heads that one command drops, the last is sent off first.
void bury_in_command(Node& node, Queue& queue, const Entry& entry, DeathReason reason) {
  const auto others = static_cast<std::ptrdiff_t>(node.casts.size());
  bury(node, queue, entry, reason);
  const auto first = static_cast<std::ptrdiff_t>(queue.quorum.first_letter);
  std::rotate(node.casts.begin() + first, node.casts.begin() + others, node.casts.end());
}

void drop_expired(Node& node, Queue& queue, Duration ahead = {}) {
  while (!queue.ready.empty() && next_due(queue) <= node.now + ahead) {
    bury(node, queue, take_next(queue), DeathReason::expired);
  }
}

void watch_head(Node& node, Queue& queue) {
  const Time due = queue.ready.empty() ? Time::never() : next_due(queue);
  node.timers.set(queue.head_expiry, due, TimerKind::head_expiry, queue.id.value);
}

void has_news(Node& node, Queue& queue) {
  if (queue.quorum.has_news) return;
  queue.quorum.has_news = true;
  node.quorum_news.push_back(queue.id);
}

void tell_publishers(Node& node, Queue& queue, bool refused) {
  for (Publisher& publisher : queue.quorum.publishers) {
    if (publisher.refused == refused) continue;
    publisher.refused = refused;
    has_news(node, queue);
  }
}

void keep_limits(Node& node, Queue& queue) {
  if (queue.settings.overflow == Overflow::drop_head) {
    while (over_limit(queue)) bury_in_command(node, queue, take_next(queue), DeathReason::maxlen);
    return;
  }
  if (over_limit(queue)) {
    tell_publishers(node, queue, true);
    return;
  }
  // Publishers may go on below four fifths of each limit.
  const auto below = [](std::optional<std::int64_t> limit, std::uint64_t value) {
    return !limit || value <= static_cast<std::uint64_t>(*limit * 4 / 5);
  };
  if (below(queue.settings.max_length, queue.ready.size()) &&
      below(queue.settings.max_length_bytes, queue.ready.bytes())) {
    tell_publishers(node, queue, false);
  }
}

// Whether this channel was told to stop. A new one is told if the queue is over its limit now;
// dead letters are taken from nobody.
bool refuses(const Node& node, Queue& queue, ChannelId channel) {
  if (!channel || queue.settings.overflow == Overflow::drop_head) return false;
  std::vector<Publisher>& known = queue.quorum.publishers;
  const auto at =
      std::lower_bound(known.begin(), known.end(), channel,
                       [](const Publisher& one, ChannelId wanted) { return one.channel < wanted; });
  if (at != known.end() && at->channel == channel) return at->stopped;
  const bool full = over_limit(queue);
  known.insert(at, {channel, full, full});
  std::erase_if(known, [&](const Publisher& one) { return !node.channels.find(one.channel); });
  return full;
}

// 4.0 looks for the next active consumer also when a publisher's channel ends.
void watch_publisher(Node& node, const Queue& queue, ChannelId channel) {
  std::vector<QueueId>& wakes = node.channels.get(channel).wakes;
  if (std::find(wakes.begin(), wakes.end(), queue.id) == wakes.end()) wakes.push_back(queue.id);
}

// -- consumers ----------------------------------------------------------------------------------

void join_service(Queue& queue, const Consumer& consumer) {
  std::vector<Turn>& line = queue.quorum.service;
  if (consumer.credit == 0) return;
  if (queue.quorum.quiescing && queue.quorum.active == consumer.id) return;
  const auto is_it = [&](const Turn& turn) { return turn.consumer == consumer.id; };
  if (std::any_of(line.begin(), line.end(), is_it)) return;
  const std::int64_t priority = consumer.settings.priority;
  const auto end = std::find_if(line.begin(), line.end(),
                                [&](const Turn& turn) { return turn.priority < priority; });
  line.insert(end, {priority, consumer.id});
}

void leave_service(Queue& queue, ConsumerId consumer) {
  std::erase_if(queue.quorum.service, [&](const Turn& turn) { return turn.consumer == consumer; });
}

// 3.10 lets them wait in order of their start, 4.0 by priority, then by prefetch, then by start.
void add_waiting(const Node& node, Queue& queue, const Consumer& consumer) {
  std::vector<ConsumerId>& waiting = queue.quorum.waiting;
  const auto rank = [](const Consumer& one) {
    return std::tuple(-one.settings.priority, -std::int64_t{one.credit}, one.id);
  };
  auto at = waiting.end();
  if (!node.is_v3()) {
    at = std::find_if(waiting.begin(), waiting.end(),
                      [&](ConsumerId id) { return rank(consumer) < rank(node.consumers.get(id)); });
  }
  waiting.insert(at, consumer.id);
}

void activate(Queue& queue, const Consumer& consumer) {
  QuorumLine& line = queue.quorum;
  std::erase(line.waiting, consumer.id);
  line.active = consumer.id;
  line.quiescing = false;
  queue.holder = consumer.id;
  join_service(queue, consumer);
}

void deactivate(Queue& queue) {
  queue.quorum.active = {};
  queue.quorum.quiescing = false;
  queue.holder = {};
}

// An active consumer that has settled all it held goes back to those that wait. Who is next is
// not decided with that: in 4.0 nobody is active after a requeue until the queue hears of a
// settlement or of consumers that come or go.
void give_way(const Node& node, Queue& queue) {
  if (!queue.quorum.quiescing) return;
  const Consumer& active = node.consumers.get(queue.quorum.active);
  if (active.holding > 0) return;
  deactivate(queue);
  add_waiting(node, queue, active);
}

// With a single active consumer: gives the role to the next one if it is free, or if 4.0 finds a
// higher priority waiting and the active one holds nothing (QQ-10).
void activate_next(const Node& node, Queue& queue) {
  QuorumLine& line = queue.quorum;
  if (!queue.settings.single_active_consumer) return;
  const Consumer* const active = node.consumers.find(line.active);
  if (active == nullptr) deactivate(queue);
  if (line.waiting.empty()) return;
  const Consumer& next = node.consumers.get(line.waiting.front());
  if (active != nullptr) {
    if (node.is_v3() || next.settings.priority <= active->settings.priority) return;
    line.quiescing = true;
    leave_service(queue, active->id);
    give_way(node, queue);
    if (line.quiescing) return;
  }
  activate(queue, next);
}

void give_credit(const Node& node, Queue& queue, Consumer& consumer, std::uint32_t count) {
  consumer.credit += count;
  if (!node.is_v3()) {
    const std::uint32_t most = consumer.prefetch == 0 ? kDefaultCredit : consumer.prefetch;
    consumer.credit = std::min(consumer.credit, most);
  }
  join_service(queue, consumer);
}

// -- service ------------------------------------------------------------------------------------

struct Served {
  Consumer* consumer = nullptr;
  Entry entry;
};

// One message to the first in line; false if there is no message or nobody to take it.
bool serve_one(Node& node, Queue& queue, std::vector<Served>& served) {
  drop_expired(node, queue);
  std::vector<Turn>& line = queue.quorum.service;
  while (!line.empty() && !queue.ready.empty()) {
    Consumer& consumer = node.consumers.get(line.front().consumer);
    line.erase(line.begin());
    if (consumer.credit == 0) continue;
    --consumer.credit;
    ++consumer.holding;
    served.push_back({&consumer, take_next(queue)});
    join_service(queue, consumer);
    return true;
  }
  return false;
}

// A channel of 3.10 fails over the first delivery to a consumer that still counts what an earlier
// one of its tag holds: it asks for the deliveries before it, and gets what it does not understand.
bool cannot_take(const std::vector<Served>& served, Consumer& consumer) {
  if (!consumer.inherits) return false;
  const auto count = std::count_if(served.begin(), served.end(),
                                   [&](const Served& one) { return one.consumer == &consumer; });
  consumer.inherits = consumer.holding > static_cast<std::uint64_t>(count);
  return consumer.inherits;
}

// Frames leave consumer by consumer, not in the order of service.
void send_served(Node& node, Queue& queue, std::vector<Served>& served) {
  std::stable_sort(served.begin(), served.end(), [&](const Served& a, const Served& b) {
    if (!node.is_v3() || a.consumer->tag == b.consumer->tag) {
      return a.consumer->id < b.consumer->id;
    }
    return node.text(a.consumer->tag) < node.text(b.consumer->tag);
  });
  for (Served& one : served) {
    const bool fails = cannot_take(served, *one.consumer);
    deliver(node, queue, *one.consumer, std::move(one.entry));
    if (!fails) continue;
    node.out.pop_back();
    queue.quorum.failing.push_back(one.consumer->channel);
    has_news(node, queue);
  }
}

// Drops what is expired, serves consumers, keeps the limits.
void serve(Node& node, Queue& queue) {
  std::vector<Served> served;
  while (serve_one(node, queue, served)) {
  }
  // A delivery without ack is settled when its channel has it.
  for (const Served& one : served) {
    if (!one.consumer->no_ack) continue;
    queue.quorum.automatic.push_back(one.consumer->id);
    has_news(node, queue);
  }
  send_served(node, queue, served);
  keep_limits(node, queue);
  watch_head(node, queue);
}

// -- returning ----------------------------------------------------------------------------------

// One copy comes back; true if it was let go because it came back too often (QQ-5).
bool take_back(Node& node, Queue& queue, Entry entry, bool to_the_end, ledger::Reason reason) {
  ++entry.returns;
  if (reason == ledger::Reason::channel_closed) ++entry.failures;
  entry.redelivered = true;
  const auto& limit = queue.settings.delivery_limit;
  if (limit && entry.returns > *limit) {
    bury(node, queue, entry, DeathReason::delivery_limit);
    return true;
  }
  entry.key = to_the_end ? order_key(kNormalLane, ++queue.arrivals)
                         : order_key(kReturnedLane, ++queue.returns);
  facts::requeued(node, queue, entry, reason);
  queue.ready.push_back(std::move(entry));
  return false;
}

void return_group(Node& node, Queue& queue, Consumer* consumer, std::span<Unacked> group,
                  ledger::Reason reason) {
  // Without a limit each is appended to the end of the queue (QQ-4).
  const bool to_the_end = !queue.settings.delivery_limit;
  for (Unacked& one : group) {
    const bool let_go = take_back(node, queue, std::move(one.entry), to_the_end, reason);
    if (consumer == nullptr) continue;
    --consumer->holding;
    // 3.10 gives the credit of such a message twice.
    give_credit(node, queue, *consumer, let_go && node.is_v3() ? 2 : 1);
    if (to_the_end) {
      serve(node, queue);
      begin_command(node, queue);
    }
  }
}

// A tag is used again while its last consumer still holds something: the server takes the two for
// one.
void take_over(Node& node, Queue& queue, Consumer& consumer) {
  UnackedByTag& held = node.channels.get(consumer.channel).unacked;
  for (std::uint64_t tag = held.first(); tag < held.end(); ++tag) {
    Unacked& one = held.slot(tag);
    const bool same = one.state != Unacked::State::none && one.queue == queue.id && one.consumer &&
                      one.consumer_tag == consumer.tag;
    if (!same) continue;
    one.consumer = consumer.id;
    consumer.inherits = node.is_v3() && !consumer.no_ack;
    ++consumer.holding;
    if (consumer.credit > 0) --consumer.credit;
  }
}

}  // namespace

void exchange_quorum_news(Node& node) {
  const std::vector<QueueId> news = std::exchange(node.quorum_news, {});
  for (const QueueId id : news) {
    Queue* const queue = node.queues.find(id);
    if (queue == nullptr) continue;
    queue->quorum.has_news = false;
    for (const ChannelId failed : std::exchange(queue->quorum.failing, {})) {
      Channel* const channel = node.channels.find(failed);
      if (channel != nullptr && !channel->closing) fail_channel(node, *channel, errors::crash());
    }
    for (Publisher& one : queue->quorum.publishers) one.stopped = one.refused;
    const std::vector<ConsumerId> settled = std::exchange(queue->quorum.automatic, {});
    if (settled.empty()) continue;
    for (const ConsumerId each : settled) {
      Consumer* const consumer = node.consumers.find(each);
      if (consumer == nullptr) continue;
      --consumer->holding;
      give_credit(node, *queue, *consumer, 1);
    }
    give_way(node, *queue);
    activate_next(node, *queue);
    checkout(node, *queue);
  }
}

void checkout(Node& node, Queue& queue) {
  begin_command(node, queue);
  serve(node, queue);
}

bool arrive_quorum(Node& node, Queue& queue, MessagePtr&& message, ConfirmRef confirm,
                   ledger::Reason reason) {
  if (queue.settings.single_active_consumer && confirm.channel && !node.is_v3()) {
    watch_publisher(node, queue, confirm.channel);
  }
  if (refuses(node, queue, confirm.channel)) {
    refuse_one(node, confirm);
    return false;
  }
  begin_command(node, queue);
  Entry entry = make_copy(node, queue, std::move(message));
  entry.redelivered = entry.failures > 0;
  const ledger::RowNo row = facts::enqueued(node, queue, entry, reason);
  const ledger::CauseScope cause(node.ledger, row);
  store_or_confirm(node, queue, entry, confirm, row);
  // With a TTL of zero it may go to a consumer that waits (TTL-5).
  const bool at_once = entry.deadline <= node.now;
  if (at_once) entry.deadline = node.now + kMoment;
  queue.ready.push_back(std::move(entry));
  serve(node, queue);
  if (at_once) {
    drop_expired(node, queue, kMoment);
    watch_head(node, queue);
  }
  return true;
}

void join_quorum(Node& node, Queue& queue, Consumer& consumer) {
  consumer.limited = true;
  consumer.credit = consumer.prefetch == 0 ? kDefaultCredit : consumer.prefetch;
  if (!queue.quorum.active) take_over(node, queue, consumer);
  if (queue.settings.single_active_consumer) {
    add_waiting(node, queue, consumer);
    activate_next(node, queue);
  } else {
    join_service(queue, consumer);
  }
  checkout(node, queue);
}

void drop_from_quorum(Queue& queue, const Consumer& consumer) {
  leave_service(queue, consumer.id);
  std::erase(queue.quorum.waiting, consumer.id);
  if (queue.quorum.active == consumer.id) deactivate(queue);
}

void leave_quorum(Node& node, Queue& queue, const Consumer& consumer) {
  drop_from_quorum(queue, consumer);
  activate_next(node, queue);
}

void settle_quorum(Node& node, Channel&, Queue& queue, std::span<Unacked> group, SettleKind kind,
                   ledger::Reason reason) {
  queue.unacked -= group.size();
  begin_command(node, queue);
  const ConsumerId holder = group.front().consumer;
  Consumer* const consumer = node.consumers.find(holder);
  ledger::RowNo last = 0;
  switch (kind) {
    case SettleKind::ack:
      for (const Unacked& one : group) last = remove_copy(node, queue, one.entry, reason);
      break;
    case SettleKind::discard:
      for (const Unacked& one : group) bury(node, queue, one.entry, DeathReason::rejected);
      break;
    case SettleKind::nack_requeue:
    case SettleKind::reject_requeue:
    case SettleKind::recover:
      return_group(node, queue, consumer, group, reason);
      break;
  }
  const bool settled = kind == SettleKind::ack || kind == SettleKind::discard;
  if (consumer != nullptr && settled) {
    const auto count = static_cast<std::uint32_t>(group.size());
    consumer->holding -= count;
    give_credit(node, queue, *consumer, count);
  }
  const ledger::CauseScope cause(node.ledger, last != 0 ? last : node.ledger.cause());
  give_way(node, queue);
  if (settled) activate_next(node, queue);
  serve(node, queue);
}

void return_all_quorum(Node& node, Queue& queue, std::span<Unacked> back, ledger::Reason reason) {
  begin_command(node, queue);
  // Consumer by consumer, each in the order of delivery.
  std::stable_sort(back.begin(), back.end(), [&](const Unacked& a, const Unacked& b) {
    if (node.is_v3() && a.consumer_tag != b.consumer_tag) {
      return node.text(a.consumer_tag) < node.text(b.consumer_tag);
    }
    return a.consumer < b.consumer;
  });
  for (Unacked& one : back) take_back(node, queue, std::move(one.entry), false, reason);
  activate_next(node, queue);
  serve(node, queue);
}

void get_quorum(Node& node, Queue& queue, Channel& channel, bool no_ack) {
  begin_command(node, queue);
  drop_expired(node, queue);
  if (queue.ready.empty()) {
    watch_head(node, queue);
    reply(node, channel, ReplyKind::basic_get_empty);
    return;
  }
  Entry entry = take_next(queue);
  if (no_ack) drop_expired(node, queue);  // settling looks at the head before the count is taken
  const auto left = static_cast<std::uint32_t>(queue.ready.size());
  deliver_get(node, queue, channel, std::move(entry), no_ack, left);
  keep_limits(node, queue);
  watch_head(node, queue);
}

}  // namespace mqlab::broker
