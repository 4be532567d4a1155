// SPDX-License-Identifier: MIT
// What comes onto the disk, and what leaves it.
#include "sim/broker/disk_use.hpp"

namespace mqlab::broker {

bool DiskUse::is_shared(const Queue& queue, const Message& message) {
  return queue.is_classic() && message.body.size() >= kEmbedBelow;
}

void DiskUse::came(Queue& queue, const Message& message) {
  if (!is_stored(queue, message)) {
    queue.unstored_bytes += message.body.size();
  } else if (!is_shared(queue, message) || ++shared_[message.identity] == 1) {
    bytes_ += message.body.size();
  }
}

void DiskUse::went(Queue& queue, const Message& message) {
  if (!is_stored(queue, message)) {
    queue.unstored_bytes -= message.body.size();
    return;
  }
  if (is_shared(queue, message)) {
    const auto found = shared_.find(message.identity);
    if (--found->second > 0) return;
    shared_.erase(found);
  }
  bytes_ -= message.body.size();
}

}  // namespace mqlab::broker
