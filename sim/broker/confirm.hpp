// SPDX-License-Identifier: MIT
// Publisher confirms of one channel: numbering, waiting for all queues, merging (PUB-4 to PUB-7).
#pragma once

#include <cstdint>
#include <vector>

#include "sim/broker/ring.hpp"
#include "sim/ledger/row.hpp"

namespace mqlab::broker {

// One frame to the publisher.
struct ConfirmFrame {
  std::uint64_t number = 0;
  bool multiple = false;
  bool nack = false;
};

// A number that was decided, with what decided it.
struct DecidedPublish {
  std::uint64_t number = 0;
  ledger::MessageId message;
  ledger::RowNo cause = 0;
  bool nack = false;
  bool by_channel = false;  // no queue had to be asked
};

// Follows each published number until every queue has answered for it. A refusal by any queue
// decides at once. `cause` is the ledger's row behind each answer.
class Confirms {
 public:
  // The number the next publish gets.
  std::uint64_t next() const { return base_ + window_.size(); }

  // Registers the next number, which `queues` queues must answer for (0: confirmed already).
  void publish(std::uint32_t queues, ledger::MessageId message, ledger::RowNo cause);
  // One queue has it. Numbers that are already decided are ignored.
  void stored(std::uint64_t number, ledger::RowNo cause);
  // One queue refused it.
  void refused(std::uint64_t number, ledger::RowNo cause);

  std::uint64_t waiting() const { return waiting_; }
  // What was decided and not sent yet, in the order of decision.
  const std::vector<DecidedPublish>& decided() const { return decided_; }
  // Forgets it unsent: a transaction speaks by its commit alone.
  void forget_decided() { decided_.clear(); }
  // Removes what was decided, all of it or only what the channel decided by itself, and appends it
  // to `decided`.
  void take_decided(bool all, std::vector<DecidedPublish>& decided);
  // Appends the frames for publishes that were taken: runs below the oldest number that is not
  // confirmed yet are merged into one `multiple`.
  void make_frames(const std::vector<DecidedPublish>& decided,
                   std::vector<ConfirmFrame>& frames) const;

 private:
  struct Waiting {
    std::uint32_t queues = 0;  // that have to answer; 0: decided
    ledger::MessageId message;
  };
  void decide(std::uint64_t number, bool nack, ledger::RowNo cause);

  Ring<Waiting> window_;  // by number - base_
  std::uint64_t base_ = 1;
  std::uint64_t waiting_ = 0;
  std::vector<DecidedPublish> decided_;
};

}  // namespace mqlab::broker
