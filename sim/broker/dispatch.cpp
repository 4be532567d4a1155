// SPDX-License-Identifier: MIT
// The first in line, round after round.
#include "sim/broker/dispatch.hpp"

#include <utility>

#include "sim/base/inline.hpp"
#include "sim/broker/deliver.hpp"
#include "sim/broker/expiry.hpp"

namespace mqlab::broker {
namespace {

using Limit = ChannelRecord::Limit;

// Whether this consumer can be sent a message now; takes the place it needs.
MQLAB_ALWAYS_INLINE bool takes_place(Node& node, Queue& queue, ChannelRecord& record,
                                     Consumer& consumer) {
  if (record.limit == Limit::suspended) return false;
  if (consumer.full()) return false;
  if (record.limit == Limit::active &&
      !node.channels.get(consumer.channel).limiter.can_send(queue.id, !consumer.no_ack)) {
    record.limit = Limit::suspended;
    return false;
  }
  if (consumer.limited) --consumer.credit;
  if (!consumer.no_ack) ++record.unacked;
  return true;
}

}  // namespace

Consumer* next_consumer(Node& node, Queue& queue) {
  if (queue.settings.single_active_consumer) {
    Consumer* const active = node.consumers.find(queue.holder);
    if (active == nullptr) return nullptr;
    ChannelRecord& record = queue.line.record(active->channel);
    if (Line::is_parked(record, *active)) return nullptr;
    if (takes_place(node, queue, record, *active)) return active;
    queue.line.park(record, *active);
    return nullptr;
  }
  while (!queue.line.empty()) {
    Consumer& first = *queue.line.front().consumer;
    ChannelRecord& record = queue.line.record(first.channel);
    if (takes_place(node, queue, record, first)) {
      queue.line.rotate();
      return &first;
    }
    queue.line.park(record, first);
  }
  return nullptr;
}

void dispatch(Node& node, Queue& queue) {
  while (!queue.ready.empty()) {
    Consumer* const consumer = next_consumer(node, queue);
    if (consumer == nullptr) return;
    Entry entry = queue.ready.pop_front();
    entry.from_disk = queue.settings.mode == QueueMode::lazy;
    deliver(node, queue, *consumer, std::move(entry));
    examine_head(node, queue);
  }
}

void resume(Node& node, Queue& queue, ChannelId channel) {
  ChannelRecord* const record = queue.line.find(channel);
  if (record == nullptr || record->limit != Limit::suspended) return;
  record->limit = Limit::active;
  if (queue.line.unpark(*record)) dispatch(node, queue);
}

void set_limited(Node& node, Queue& queue, ChannelId channel, bool limited) {
  ChannelRecord* const record = queue.line.find(channel);
  if (record == nullptr) return;
  const bool was_suspended = record->limit == Limit::suspended;
  if (limited) {
    if (record->limit == Limit::dormant) record->limit = Limit::active;
    return;
  }
  record->limit = Limit::dormant;
  if (was_suspended && queue.line.unpark(*record)) dispatch(node, queue);
}

}  // namespace mqlab::broker
