// SPDX-License-Identifier: MIT
// One direction of a TCP stream: what is on the wire, in order, and when it arrives.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/base/time.hpp"
#include "sim/ledger/row.hpp"

namespace mqlab::world {

// How long `bytes` take at `rate` bytes per second, rounded up; a rate of 0 means no time at all.
constexpr Duration transmit_time(std::uint64_t bytes, std::uint64_t rate) {
  if (rate == 0) return {};
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const std::uint64_t whole = bytes / rate;
  const std::uint64_t rest = bytes % rate;
  // rest < rate: a rate above 2^34 makes the product too long, and the rest shorter than 1 ns.
  const std::uint64_t part = rest == 0           ? 0
                             : (rate >> 33) != 0 ? 1
                                                 : (rest * kSecond + rate - 1) / rate;
  return Duration{static_cast<std::int64_t>(whole * kSecond + part)};
}

// A load with its account in the ledger. Without a transmission (a heartbeat, the end of a stream)
// it has none.
template <typename Load>
struct Flying {
  Load load;
  ledger::TransmissionId transmission;
  ledger::MessageId message;
  ledger::CopyId copy;
  ledger::RowNo sent = 0;
  std::uint64_t bytes = 0;  // 0: they were not counted, see Link::push
  Duration latency;
  Time departs;            // when its last byte is on the wire
  Time due;                // when it arrives if nothing stops it
  Time arrives;            // due, or never: it is stopped
  Flying* next = nullptr;  // behind it on the same link
};

// The frames of a link, in order.
template <typename Load>
class FrameList {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Flying<Load>*;
    using difference_type = std::ptrdiff_t;
    using pointer = Flying<Load>* const*;
    using reference = Flying<Load>* const&;

    explicit Iterator(Flying<Load>* frame = nullptr) : frame_(frame) {}
    reference operator*() const { return frame_; }
    Iterator& operator++() { return frame_ = frame_->next, *this; }
    Iterator operator++(int) { return Iterator(std::exchange(frame_, frame_->next)); }
    bool operator==(const Iterator&) const = default;

   private:
    Flying<Load>* frame_;
  };
  Iterator begin() const { return Iterator(first_); }
  Iterator end() const { return Iterator(); }

  bool empty() const { return first_ == nullptr; }
  // Of a list that is not empty.
  Flying<Load>* front() const { return first_; }
  Flying<Load>* back() const { return last_; }

  void push_back(Flying<Load>* frame) {
    frame->next = nullptr;
    (first_ == nullptr ? first_ : last_->next) = frame;
    last_ = frame;
  }
  Flying<Load>* pop_front() {
    MQLAB_ASSERT(first_ != nullptr);
    return std::exchange(first_, first_->next);
  }
  // Costs a walk over all of them.
  Flying<Load>* pop_back() {
    if (first_ == last_) return pop_front();
    Flying<Load>* before = first_;
    while (before->next != last_) before = before->next;
    before->next = nullptr;
    return std::exchange(last_, before);
  }

 private:
  Flying<Load>* first_ = nullptr;
  Flying<Load>* last_ = nullptr;  // unless first_ is nullptr
};

// The frames of one world: what is on no wire is kept for those to come, so that a few stay in the
// cache whatever the number of links. Outlives the links and frames that come from it.
template <typename Load>
class FramePool {
 public:
  Flying<Load>* take() {
    if (spare_.empty()) grow();
    Flying<Load>* const frame = spare_.back();
    spare_.pop_back();
    return frame;
  }
  void give_back(Flying<Load>* frame) {
    // What it still holds on to.
    if constexpr (requires { frame->load.let_go(); }) frame->load.let_go();
    spare_.push_back(frame);
  }

 private:
  static constexpr std::size_t kBlock = 16;

  void grow() {
    blocks_.push_back(std::make_unique<Flying<Load>[]>(kBlock));
    for (std::size_t i = kBlock; i > 0; --i) spare_.push_back(&blocks_.back()[i - 1]);
  }

  std::vector<std::unique_ptr<Flying<Load>[]>> blocks_;
  std::vector<Flying<Load>*> spare_;
};

// A frame in somebody's hands.
template <typename Load>
struct GiveBack {
  FramePool<Load>* pool = nullptr;
  void operator()(Flying<Load>* frame) const { pool->give_back(frame); }
};
template <typename Load>
using Frame = std::unique_ptr<Flying<Load>, GiveBack<Load>>;

// Bytes leave one after the other at the rate of the link, and frames never overtake: each arrives
// when its latency is over, or with the one before it. Only the arrival of the first is an event of
// the engine; whoever owns the link keeps that event in step with head().
template <typename Load>
class Link {
 public:
  explicit Link(FramePool<Load>& pool) : pool_(&pool) {}

  // A frame for the caller to fill in and to push, or to let go.
  Frame<Load> fresh() {
    Flying<Load>* const frame = pool_->take();
    frame->transmission = {};
    frame->message = {};
    frame->copy = {};
    return Frame<Load>(frame, GiveBack<Load>{pool_});
  }

  // Puts a frame on the wire, whose size and times it fills in. `bytes` matter only while the link
  // has a rate; whoever gives 0 without one fills them in by weigh() before there is one.
  Flying<Load>& push(Time now, Frame<Load>&& sent, std::uint64_t bytes, Duration latency) {
    Flying<Load>& frame = *sent.release();
    frames_.push_back(&frame);
    frame.bytes = bytes;
    frame.latency = latency;
    plan(now, frame);
    free_ = frame.departs;
    last_ = frame.due;
    bytes_ += bytes;
    return frame;
  }

  // Fills in the size of a frame on the wire whose bytes were not counted.
  void weigh(Flying<Load>& frame, std::uint64_t bytes) {
    frame.bytes = bytes;
    bytes_ += bytes;
  }

  bool empty() const { return frames_.empty(); }
  bool stopped() const { return stopped_; }
  std::uint64_t rate() const { return rate_; }
  std::uint64_t bytes() const { return bytes_; }
  Time head() const { return frames_.empty() ? Time::never() : frames_.front()->arrives; }
  const FrameList<Load>& frames() const { return frames_; }
  // True if part of a frame has arrived, and the rest is coming.
  bool is_arriving(Time now) const {
    return !stopped_ && !frames_.empty() &&
           frames_.front()->due - transmit_time(frames_.front()->bytes, rate_) <= now;
  }

  Frame<Load> pop() { return taken(frames_.pop_front()); }
  // Takes the last one away again.
  Frame<Load> pop_back() { return taken(frames_.pop_back()); }

  // All of it is later by `span`; so is what follows, since nothing overtakes.
  void delay(Duration span) {
    for (Flying<Load>* frame : frames_) {
      frame->due = frame->due + span;
      if (!stopped_) frame->arrives = frame->due;
    }
    if (!frames_.empty()) last_ = frames_.back()->due;
  }

  // Nothing arrives until go_on() or send_again().
  void stop() {
    stopped_ = true;
    for (Flying<Load>* frame : frames_) frame->arrives = Time::never();
  }
  // What was stopped was only kept: it arrives when it is due, or now.
  void go_on(Time now) {
    stopped_ = false;
    for (Flying<Load>* frame : frames_) frame->arrives = frame->due = std::max(now, frame->due);
    if (!frames_.empty()) last_ = frames_.back()->due;
  }
  // What was stopped was dropped on its way, and its sender sends it again now.
  void send_again(Time now) {
    stopped_ = false;
    free_ = last_ = now;
    for (Flying<Load>* frame : frames_) replan(now, *frame);
  }

  // Bytes per second from now on; 0: no limit. What has not left yet leaves at the new rate.
  void set_rate(Time now, std::uint64_t rate) {
    if (rate == rate_) return;
    rate_ = rate;
    free_ = last_ = now;
    for (Flying<Load>* frame : frames_) {
      if (frame->departs > now) {
        replan(now, *frame);
      } else {
        last_ = frame->due;
      }
    }
  }

 private:
  // Fills in the times of a frame that is sent now; its bytes and its latency are known.
  void plan(Time now, Flying<Load>& frame) const {
    frame.departs = std::max(now, free_) + transmit_time(frame.bytes, rate_);
    frame.due = std::max(frame.departs + frame.latency, last_);
    frame.arrives = stopped_ ? Time::never() : frame.due;
  }
  void replan(Time now, Flying<Load>& frame) {
    plan(now, frame);
    free_ = frame.departs;
    last_ = frame.due;
  }

  Frame<Load> taken(Flying<Load>* frame) {
    bytes_ -= frame->bytes;
    return Frame<Load>(frame, GiveBack<Load>{pool_});
  }

  FramePool<Load>* pool_;
  FrameList<Load> frames_;
  std::uint64_t bytes_ = 0;  // of frames_
  std::uint64_t rate_ = 0;
  Time free_;  // when the last byte has left
  Time last_;  // when the last frame arrives
  bool stopped_ = false;
};

}  // namespace mqlab::world
