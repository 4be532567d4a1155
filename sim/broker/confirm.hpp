// SPDX-License-Identifier: MIT
// Publisher confirms of one channel: numbering, waiting for all queues, merging (PUB-4 to PUB-7).
#pragma once

#include <cstdint>
#include <vector>

#include "sim/broker/ring.hpp"

namespace mqlab::broker {

// One frame to the publisher.
struct ConfirmFrame {
  std::uint64_t number = 0;
  bool multiple = false;
  bool nack = false;
};

// Follows each published number until every queue has answered for it. A refusal by any queue
// decides at once.
class Confirms {
 public:
  // The number the next publish gets.
  std::uint64_t next() const { return base_ + window_.size(); }

  // Registers the next number, which `queues` queues must answer for (0: confirmed already).
  void publish(std::uint32_t queues);
  // One queue has it. Numbers that are already decided are ignored.
  void stored(std::uint64_t number);
  // One queue refused it.
  void refused(std::uint64_t number);

  bool any_waiting() const { return waiting_ > 0; }
  std::uint64_t waiting() const { return waiting_; }
  bool any_to_send() const { return !acks_.empty() || !nacks_.empty(); }
  bool refused_any() const { return !nacks_.empty(); }
  // Forgets what was decided and not sent yet: a transaction speaks by its commit alone.
  void forget_decided();

  // Appends the frames for all that was decided since the last call: runs below the oldest
  // undecided number are merged into one `multiple`.
  void take_frames(std::vector<ConfirmFrame>& out);

 private:
  void decide(std::uint64_t number, bool nack);

  // Queues to wait for, by number - base_; 0: decided.
  Ring<std::uint32_t> window_;
  std::uint64_t base_ = 1;
  std::uint64_t waiting_ = 0;
  std::vector<std::uint64_t> acks_;
  std::vector<std::uint64_t> nacks_;
};

}  // namespace mqlab::broker
