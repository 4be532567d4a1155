// SPDX-License-Identifier: MIT
// Looking at heads.
#include "sim/broker/expiry.hpp"

#include "sim/broker/copies.hpp"

namespace mqlab::broker {

void examine_head(Node& node, Queue& queue) {
  while (!queue.ready.empty() && queue.ready.front().deadline <= node.now) {
    bury(node, queue, queue.ready.pop_front(), DeathReason::expired);
  }
  if (queue.ready.empty()) return;
  const Time deadline = queue.ready.front().deadline;
  // A timer for an earlier deadline stays: it will look again.
  if (deadline < queue.head_expiry.due) {
    node.timers.set(queue.head_expiry, deadline, TimerKind::head_expiry, queue.id.value);
  }
}

void touch(Node& node, Queue& queue) {
  if (!queue.settings.expires_ms || !queue.consumers.empty()) return;
  node.timers.set(queue.queue_expiry, node.now + milliseconds(*queue.settings.expires_ms),
                  TimerKind::queue_expiry, queue.id.value);
}

}  // namespace mqlab::broker
