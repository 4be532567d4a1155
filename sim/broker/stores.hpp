// SPDX-License-Identifier: MIT
// Writes of persistent messages that the disk has not answered yet (PUB-5).
#pragma once

#include <cstdint>

#include "sim/broker/entry.hpp"
#include "sim/broker/ring.hpp"

namespace mqlab::broker {

// A publish: of which channel (0: a dead letter), and which number waits for queues (0: none).
struct ConfirmRef {
  ChannelId channel;
  std::uint64_t number = 0;
};

// One write: of a copy that lies in `queue` (or was delivered from it).
struct PendingWrite {
  ConfirmRef confirm;
  QueueId queue;
  ledger::MessageId message;
  ledger::CopyId copy;  // none: the copy is gone, nothing waits for this write any more
};

// Tokens count up from 1; the disk answers them in order.
class PendingWrites {
 public:
  std::uint64_t add(PendingWrite write) {
    writes_.push_back(write);
    return base_ + writes_.size() - 1;
  }
  // What the write stands for, if it is under way and still matters; then it does not any more.
  PendingWrite release(std::uint64_t token) {
    if (token < base_) return {};
    PendingWrite& write = writes_[token - base_];
    PendingWrite released = write;
    write = {};
    return released;
  }
  // The node is down: nothing waits any more, and no answer will come.
  void abandon() {
    base_ += writes_.size();
    writes_ = {};
  }
  bool written(std::uint64_t token) const { return token < base_; }
  bool empty() const { return writes_.empty(); }
  std::uint64_t oldest() const { return base_; }
  // The oldest write reached the platter.
  PendingWrite take() {
    ++base_;
    return writes_.pop_front();
  }

 private:
  Ring<PendingWrite> writes_;
  std::uint64_t base_ = 1;
};

}  // namespace mqlab::broker
