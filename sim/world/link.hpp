// SPDX-License-Identifier: MIT
// One direction of a TCP stream: what is on the wire, in order, and when it arrives.
#pragma once

#include <algorithm>
#include <deque>
#include <utility>

#include "sim/base/time.hpp"
#include "sim/ledger/row.hpp"

namespace mqlab::world {

// A load with its account in the ledger. Without a transmission (the end of a stream) it has none.
template <typename Load>
struct Flying {
  Load load;
  ledger::TransmissionId transmission;
  ledger::MessageId message;
  ledger::CopyId copy;
  ledger::RowNo sent = 0;
  Time arrives;
};

// Frames never overtake: each arrives when its latency is over, or with the one before it. Only the
// arrival of the first is an event of the engine; whoever owns the link keeps that event in step
// with head().
template <typename Load>
class Link {
 public:
  // When a frame sent now would arrive.
  Time arrival(Time now, Duration latency) const { return std::max(now + latency, last_); }

  // `frame.arrives` comes from arrival().
  void push(Flying<Load> frame) {
    last_ = frame.arrives;
    frames_.push_back(std::move(frame));
  }

  bool empty() const { return frames_.empty(); }
  Time head() const { return frames_.empty() ? Time::never() : frames_.front().arrives; }

  Flying<Load> pop() {
    Flying<Load> frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }

  // All of it is later by `span`; so is what follows, since nothing overtakes.
  void delay(Duration span) {
    for (Flying<Load>& frame : frames_) frame.arrives = frame.arrives + span;
    if (!frames_.empty()) last_ = frames_.back().arrives;
  }

  const std::deque<Flying<Load>>& frames() const { return frames_; }

 private:
  std::deque<Flying<Load>> frames_;
  Time last_;
};

}  // namespace mqlab::world
