// SPDX-License-Identifier: MIT
// The next events, sorted: taken at the begin, inserted mostly near the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "sim/base/inline.hpp"

namespace mqlab::engine {

// An event as the queue keeps it. `key` is the slot of a timer (0: the event cannot be cancelled)
// above the low bits of its sequence.
struct Entry {
  static constexpr int kSequenceBits = 36;
  static constexpr std::uint64_t kSequenceMask = (std::uint64_t{1} << kSequenceBits) - 1;

  std::int64_t at;
  std::uint64_t key;
  std::uint32_t target;
  std::uint32_t op;
  std::uint64_t arg;

  std::uint64_t slot() const { return key >> kSequenceBits; }
  std::uint32_t generation() const { return static_cast<std::uint32_t>(key); }
};

// Entries in rising order of time, those of equal times in the order in which they were inserted.
// Invariant: there is a place before the first, and what stands in it is not later than anything
// that will be inserted. So a search from the end stops there by itself.
class EventFront {
 public:
  bool empty() const { return head_ == end_; }
  std::size_t size() const { return static_cast<std::size_t>(end_ - head_); }
  Entry* begin() { return head_; }
  Entry* end() { return end_; }
  Entry& head() { return *head_; }
  const Entry& head() const { return *head_; }

  // The first one happened: nothing earlier will be inserted.
  const Entry& take() { return *head_++; }
  // The first one goes, and something earlier may come.
  void drop() { (head_++)->at = kEarliest; }

  MQLAB_ALWAYS_INLINE void insert(const Entry entry) {
    if (end_ == limit_) [[unlikely]]
      make_room();
    Entry* place = end_++;
    for (; place[-1].at > entry.at; --place) *place = place[-1];
    *place = entry;
  }

  // Takes [from, to) out.
  void erase(Entry* from, const Entry* to) {
    while (to != end_) *from++ = *to++;
    end_ = from;
  }
  // Takes all from this one on out.
  void cut(Entry* from) { end_ = from; }

  // Takes all out, and gives memory back if it is more than `keep` entries.
  void clear(std::size_t keep) {
    if (capacity_ > keep) {
      *this = EventFront();
    } else if (capacity_ > 0) {
      head_ = end_ = memory_.get() + 1;
    }
  }

  // In bytes.
  std::size_t memory() const { return capacity_ * sizeof(Entry); }

 private:
  static constexpr std::int64_t kEarliest = std::numeric_limits<std::int64_t>::min();
  static constexpr std::size_t kLeast = 64;

  void make_room();

  std::unique_ptr<Entry[]> memory_;
  std::size_t capacity_ = 0;
  Entry* head_ = nullptr;
  Entry* end_ = nullptr;
  Entry* limit_ = nullptr;
};

}  // namespace mqlab::engine
