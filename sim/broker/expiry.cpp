// SPDX-License-Identifier: MIT
// Looking at heads.
#include "sim/broker/expiry.hpp"

#include "sim/broker/copies.hpp"

namespace mqlab::broker {
namespace {

// How often a quorum queue looks whether it is used.
constexpr Duration kQuorumTick = seconds(5);

}  // namespace

void examine_head(Node& node, Queue& queue, bool just_back) {
  while (!queue.ready.empty() && queue.ready.front_deadline() <= node.now) {
    Entry entry = queue.ready.pop_front();
    if (!just_back) entry.from_disk = queue.settings.mode == QueueMode::lazy;
    bury(node, queue, entry, DeathReason::expired);
  }
  if (queue.ready.empty()) return;
  const Time deadline = queue.ready.front_deadline();
  // A timer for an earlier deadline stays: it will look again.
  if (deadline < queue.head_expiry.due) {
    node.timers.set(queue.head_expiry, deadline, TimerKind::head_expiry, queue.id.value);
  }
}

void touch(Node& node, Queue& queue) {
  if (!queue.settings.expires_ms || !queue.consumers.empty()) return;
  Time due = node.now + milliseconds(*queue.settings.expires_ms);
  if (queue.settings.type == QueueType::quorum && due != Time::never()) {
    const std::int64_t ticks = (due - queue.begun).ns / kQuorumTick.ns + 1;
    due = queue.begun + Duration{ticks * kQuorumTick.ns};
  }
  node.timers.set(queue.queue_expiry, due, TimerKind::queue_expiry, queue.id.value);
}

}  // namespace mqlab::broker
