// SPDX-License-Identifier: MIT
// How many bytes of bodies are on the disk.
#pragma once

#include <cstdint>
#include <map>

#include "sim/broker/message.hpp"
#include "sim/broker/queue.hpp"

namespace mqlab::broker {

// Whether every copy of this message in this queue is written, and its confirm waits for that:
// quorum queues and streams write all (QQ-2), classic ones what is to survive (PUB-5, DUR-2).
inline bool is_stored(const Queue& queue, const Message& message) {
  if (!queue.is_classic()) return true;
  return message.persistent() && queue.is_durable();
}

// A stored copy takes up the disk until it is gone, ready or unacked. Small bodies stand in the
// index of each classic queue, larger ones once in a store that they share. A lazy queue has its
// other messages on the disk as well.
class DiskUse {
 public:
  static constexpr std::uint32_t kEmbedBelow = 4096;

  void came(Queue& queue, const Message& message);
  void went(Queue& queue, const Message& message);
  // Of stored copies.
  std::uint64_t bytes() const { return bytes_; }

 private:
  static bool is_shared(const Queue& queue, const Message& message);

  std::uint64_t bytes_ = 0;
  std::map<ledger::MessageId, std::uint32_t> shared_;  // stored copies of a larger body
};

}  // namespace mqlab::broker
