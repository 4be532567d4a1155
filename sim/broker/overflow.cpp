// SPDX-License-Identifier: MIT
// Length limits.
#include "sim/broker/overflow.hpp"

#include "sim/broker/copies.hpp"

namespace mqlab::broker {

bool exceeds_limit(const QueueSettings& settings, std::uint64_t length, std::uint64_t bytes) {
  return (settings.max_length && length > static_cast<std::uint64_t>(*settings.max_length)) ||
         (settings.max_length_bytes &&
          bytes > static_cast<std::uint64_t>(*settings.max_length_bytes));
}

bool would_overflow(const Queue& queue, const Message& message) {
  return exceeds_limit(queue.settings, queue.ready.size() + 1,
                       queue.ready.bytes() + message.body.size());
}

bool over_limit(const Queue& queue) {
  return exceeds_limit(queue.settings, queue.ready.size(), queue.ready.bytes());
}

bool drop_heads(Node& node, Queue& queue) {
  if (queue.settings.overflow != Overflow::drop_head) return false;
  bool dropped = false;
  while (over_limit(queue)) {
    Entry entry = queue.ready.pop_front();
    entry.from_disk = queue.settings.mode == QueueMode::lazy;
    bury(node, queue, entry, DeathReason::maxlen);
    dropped = true;
  }
  return dropped;
}

}  // namespace mqlab::broker
