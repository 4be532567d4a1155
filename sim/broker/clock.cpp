// SPDX-License-Identifier: MIT
// Timers ring.
#include "sim/broker/clock.hpp"

#include <algorithm>

#include "sim/base/assert.hpp"
#include "sim/broker/connection.hpp"
#include "sim/broker/copies.hpp"
#include "sim/broker/expiry.hpp"
#include "sim/broker/methods.hpp"
#include "sim/broker/quorum.hpp"
#include "sim/broker/teardown.hpp"

namespace mqlab::broker {
namespace {

void head_expiry(Node& node, const Timers::Item& item) {
  Queue* const queue = node.queues.find(QueueId{item.owner});
  if (queue == nullptr || !node.timers.rings(queue->head_expiry, item)) return;
  if (queue->is_classic()) {
    examine_head(node, *queue);
  } else {
    checkout(node, *queue);
  }
}

void queue_expiry(Node& node, const Timers::Item& item) {
  Queue* const queue = node.queues.find(QueueId{item.owner});
  if (queue == nullptr || !node.timers.rings(queue->queue_expiry, item)) return;
  if (queue->consumers.empty()) end_queue(node, *queue, ledger::Reason::expired_unused);
}

void letter_retry(Node& node, const Timers::Item& item) {
  Queue* const queue = node.queues.find(QueueId{item.owner});
  if (queue == nullptr || !node.timers.rings(queue->letter_retry, item)) return;
  retry_letters(node, *queue);
}

void heartbeat(Node& node, const Timers::Item& item) {
  Connection* const connection = node.connections.find(ConnectionId{item.owner});
  if (connection == nullptr || !node.timers.rings(connection->heartbeat, item)) return;
  check_heartbeat(node, *connection);
}

void consumer_check(Node& node, const Timers::Item& item) {
  Channel* const channel = node.channels.find(ChannelId{item.owner});
  if (channel == nullptr || !node.timers.rings(channel->consumer_check, item)) return;
  check_consumer_timeout(node, *channel);
}

// The timer that an item stands for; nullptr if its owner is gone.
Timer* timer_of(Node& node, const Timers::Item& item) {
  switch (item.kind) {
    case TimerKind::head_expiry: {
      Queue* const queue = node.queues.find(QueueId{item.owner});
      return queue != nullptr ? &queue->head_expiry : nullptr;
    }
    case TimerKind::queue_expiry: {
      Queue* const queue = node.queues.find(QueueId{item.owner});
      return queue != nullptr ? &queue->queue_expiry : nullptr;
    }
    case TimerKind::letter_retry: {
      Queue* const queue = node.queues.find(QueueId{item.owner});
      return queue != nullptr ? &queue->letter_retry : nullptr;
    }
    case TimerKind::heartbeat: {
      Connection* const connection = node.connections.find(ConnectionId{item.owner});
      return connection != nullptr ? &connection->heartbeat : nullptr;
    }
    case TimerKind::consumer_check: {
      Channel* const channel = node.channels.find(ChannelId{item.owner});
      if (channel == nullptr) return nullptr;
      // Nothing is outstanding, so nothing can time out: the next delivery sets it again.
      if (channel->unacked.outstanding() == 0) channel->consumer_check.due = Time::never();
      return &channel->consumer_check;
    }
  }
  assertion_failed("every kind of timer has an owner", __FILE__, __LINE__);
}

void ring(Node& node, const Timers::Item& item) {
  switch (item.kind) {
    case TimerKind::head_expiry:
      head_expiry(node, item);
      return;
    case TimerKind::queue_expiry:
      queue_expiry(node, item);
      return;
    case TimerKind::letter_retry:
      letter_retry(node, item);
      return;
    case TimerKind::heartbeat:
      heartbeat(node, item);
      return;
    case TimerKind::consumer_check:
      consumer_check(node, item);
      return;
  }
}

}  // namespace

Time next_deadline(Node& node) {
  while (node.timers.next() != Time::never()) {
    const Timers::Item& item = node.timers.top();
    Timer* const timer = timer_of(node, item);
    if (timer != nullptr && timer->armed == item.at && timer->due == item.at) return item.at;
    const Timers::Item past = node.timers.take();
    if (timer != nullptr) node.timers.rings(*timer, past);
  }
  return Time::never();
}

void advance(Node& node, Time now) {
  settle_down(node, Then::more_timers);  // letters from before
  while (node.timers.next() <= now) {
    const Timers::Item item = node.timers.take();
    node.now = std::max(node.now, item.at);
    if (node.ledger.now() < node.now) node.ledger.set_now(node.now);
    ring(node, item);
    settle_down(node, Then::more_timers);
  }
  node.now = std::max(node.now, now);
  settle_down(node, Then::nothing);
}

}  // namespace mqlab::broker
