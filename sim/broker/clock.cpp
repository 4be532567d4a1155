// SPDX-License-Identifier: MIT
// Timers ring.
#include "sim/broker/clock.hpp"

#include <algorithm>

#include "sim/broker/connection.hpp"
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

void ring(Node& node, const Timers::Item& item) {
  switch (item.kind) {
    case TimerKind::head_expiry:
      head_expiry(node, item);
      return;
    case TimerKind::queue_expiry:
      queue_expiry(node, item);
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

void advance(Node& node, Time now) {
  while (node.timers.next() <= now) {
    const Timers::Item item = node.timers.take();
    node.now = std::max(node.now, item.at);
    if (node.ledger.now() < node.now) node.ledger.set_now(node.now);
    ring(node, item);
    settle_down(node);
  }
  node.now = std::max(node.now, now);
  settle_down(node, true);
}

}  // namespace mqlab::broker
