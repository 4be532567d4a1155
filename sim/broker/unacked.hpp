// SPDX-License-Identifier: MIT
// What a channel was given and has not settled, by delivery tag (ACK-1 to ACK-5).
#pragma once

#include <cstdint>

#include "sim/broker/entry.hpp"
#include "sim/broker/ring.hpp"

namespace mqlab::broker {

// One delivery in a client's hands.
struct Unacked {
  enum class State : std::uint8_t {
    none,            // settled
    outstanding,     // may be settled
    in_transaction,  // its settlement waits for the commit: the tag is used up (PUB-11)
  };
  Entry entry;
  QueueId queue;
  ConsumerId consumer;  // none: a get
  NameId consumer_tag;
  ledger::EntityId holder;  // subscription, or channel of a get
  Time delivered_at;
  State state = State::none;
};

// Delivery tags count from 1, no_ack deliveries too. Slots are kept from the oldest one in use on.
class UnackedByTag {
 public:
  // The tag of a delivery that nobody will settle (no_ack).
  std::uint64_t skip();
  // A new delivery for the caller to fill, outstanding under the tag end() - 1.
  Unacked& add() {
    ++outstanding_;
    Unacked& added = slots_.push_back();
    added.state = Unacked::State::outstanding;
    return added;
  }

  // The outstanding delivery of this tag, or nullptr: it is of another channel (ACK-4), or was not
  // to be acked (ACK-6), or is settled.
  Unacked* find(std::uint64_t tag) {
    if (tag < base_ || tag >= end()) return nullptr;
    Unacked& found = slots_[tag - base_];
    return found.state == Unacked::State::outstanding ? &found : nullptr;
  }
  // Takes the delivery out, outstanding or in a transaction.
  Unacked take(std::uint64_t tag);
  // Lets an outstanding delivery go, where it is.
  void drop(Unacked& held) {
    held.entry.message.reset();
    held.state = Unacked::State::none;
    --outstanding_;
    trim();
  }

  // How many are outstanding; deliveries in a transaction do not count.
  std::uint32_t outstanding() const { return outstanding_; }
  void set_state(std::uint64_t tag, Unacked::State state);

  // Tags from first() on and below end() may be held; slot() shows them.
  std::uint64_t first() const { return base_; }
  std::uint64_t end() const { return base_ + slots_.size(); }
  Unacked& slot(std::uint64_t tag) { return slots_[tag - base_]; }
  const Unacked& slot(std::uint64_t tag) const { return slots_[tag - base_]; }

 private:
  void trim() {
    while (!slots_.empty() && slots_.front().state == Unacked::State::none) {
      slots_.drop_front();
      ++base_;
    }
  }

  Ring<Unacked> slots_;
  std::uint64_t base_ = 1;
  std::uint32_t outstanding_ = 0;
};

}  // namespace mqlab::broker
