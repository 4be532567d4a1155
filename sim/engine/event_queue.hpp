// SPDX-License-Identifier: MIT
// The pending events, in exact order of (time, sequence), whatever their number.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/base/time.hpp"
#include "sim/engine/event.hpp"
#include "sim/engine/event_front.hpp"

namespace mqlab::engine {

// A monotone radix queue. Time is read as a number in base 16. Around an instant called the
// horizon, pending events are kept in two places:
//
// - the front: all events up to the horizon, sorted;
// - buckets: an event beyond the horizon lies in bucket (level, digit), where `level` is the
//   highest digit in which its time differs from the horizon and `digit` is its own digit there. So
//   the lowest digit of the lowest level that is not empty holds the next events, unsorted.
//
// When the front is used up, the horizon moves to the next bucket: a small bucket is sorted into
// the front, a large one is dealt out to the levels below. Every move reads and writes memory in
// order, which is why a million events cost hardly more each than a hundred. Events of the same
// time always lie in the same place, in the order they came, so sorting by time alone keeps the
// order of sequence.
//
// Buckets are chains of chunks of one size that are taken from and returned to a common pool, so
// 32 bytes per event are enough, and what a peak needed is given back.
class EventQueue {
 public:
  EventQueue() = default;
  ~EventQueue();
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  // Adds an event that will happen for certain. `at` is not before the last event popped.
  void push(Time at, std::uint32_t target, std::uint32_t op, std::uint64_t arg) {
    insert(Entry{checked(at), take_sequence() & kSequenceMask, target, op, arg});
  }

  // Adds an event that can be cancelled; costs a little more than push.
  TimerId push_timer(Time at, std::uint32_t target, std::uint32_t op, std::uint64_t arg) {
    const std::int64_t when = checked(at);
    const std::uint32_t slot = take_slot();
    // A generation is never 0, so that no timer stands in a free slot.
    if (static_cast<std::uint32_t>(next_sequence_) == 0) [[unlikely]]
      ++next_sequence_;
    const std::uint64_t sequence = take_sequence();
    const auto generation = static_cast<std::uint32_t>(sequence);
    slots_[slot] = generation;
    const std::uint64_t key =
        std::uint64_t{slot} << Entry::kSequenceBits | (sequence & kSequenceMask);
    insert(Entry{when, key, target, op, arg});
    return TimerId{slot, generation};
  }

  // Takes a pending event back, in constant time. False if it has happened or was cancelled before.
  bool cancel(TimerId timer);
  bool is_pending(TimerId timer) const;

  // The time of the next event; Time::never() if there is none.
  Time next_time() { return fill_front() ? Time{front_.head().at} : Time::never(); }

  // Takes the next event if it is not later than `until`.
  bool pop(Time until, Event& event) {
    if (!fill_front() || front_.head().at > until.ns) return false;
    take_head(event);
    return true;
  }

  // As pop, but among the k events of the next instant, if k > 1, takes number pick(k), counted
  // from 0 in order of sequence.
  template <typename Pick>
  bool pop_choosing(Time until, Pick&& pick, Event& event) {
    if (!fill_front() || front_.head().at > until.ns) return false;
    const std::size_t count = count_simultaneous();
    if (count > 1) bring_to_head(pick(count));
    take_head(event);
    return true;
  }

  // How many events are pending, without the cancelled ones.
  std::size_t size() const { return entries_ - cancelled_; }
  bool empty() const { return size() == 0; }

  // How many events were ever pushed.
  std::uint64_t pushed() const { return next_sequence_ - 1; }

  // The memory held now, in bytes.
  std::size_t memory() const;

 private:
  static constexpr std::uint64_t kSequenceMask = Entry::kSequenceMask;
  static constexpr std::size_t kMostSlots = std::size_t{1} << (64 - Entry::kSequenceBits);

  static constexpr int kDigitBits = 4;
  static constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
  static constexpr std::size_t kLevels = (63 + kDigitBits - 1) / kDigitBits;
  // A bucket of up to this many events is sorted, a larger one is dealt out.
  static constexpr std::size_t kSmall = 64;
  // An insertion that would move more events than this makes the front shorter instead.
  static constexpr std::ptrdiff_t kLongMove = 64;
  static constexpr std::size_t kChunkEntries = 63;

  struct Chunk {
    Chunk* next = nullptr;
    std::array<Entry, kChunkEntries> entries;
  };

  // A chain of chunks, all full but the newest. Owns them.
  struct Bucket {
    Chunk* oldest = nullptr;
    Chunk* newest = nullptr;
    std::uint32_t used = kChunkEntries;  // entries in the newest chunk
    std::uint32_t chunks = 0;

    std::size_t size() const { return std::size_t{chunks} * kChunkEntries + used - kChunkEntries; }
  };

  std::int64_t checked(Time at) const {
    MQLAB_ASSERT(at.ns >= now_);
    return at.ns;
  }
  std::uint64_t take_sequence() { return next_sequence_++; }

  void insert(const Entry& entry) {
    ++entries_;
    if (entry.at > horizon_) {
      put(entry);
    } else {
      if (front_.end() - front_.begin() > kLongMove && front_.end()[-1 - kLongMove].at > entry.at)
          [[unlikely]] {
        lower_horizon(entry.at);
      }
      front_.insert(entry);
    }
  }

  static std::size_t level_of(std::int64_t difference) {
    return static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(difference) | 1) -
                                    1) /
           kDigitBits;
  }

  // Adds to the bucket that the horizon demands.
  void put(const Entry& entry) {
    const std::size_t level = level_of(entry.at ^ horizon_);
    const auto digit = static_cast<std::size_t>(entry.at >> (level * kDigitBits)) & (kDigits - 1);
    Bucket& bucket = buckets_[level * kDigits + digit];
    if (bucket.used == kChunkEntries) {
      add_chunk(bucket);
      digits_[level] |= 1U << digit;
      levels_ |= 1U << level;
    }
    bucket.newest->entries[bucket.used++] = entry;
  }

  // Whether an event still stands: it is no timer, or its slot is its own.
  bool stands(const Entry& entry) const {
    return entry.slot() == 0 || slots_[entry.slot()] == entry.generation();
  }

  // Makes the front begin with the next event that is not cancelled; false if there is none.
  bool fill_front() {
    while (true) {
      if (front_.empty()) [[unlikely]] {
        if (!advance()) return false;
      }
      if (stands(front_.head())) [[likely]]
        return true;
      front_.drop();
      --entries_;
      --cancelled_;
    }
  }

  void take_head(Event& event) {
    const Entry& head = front_.take();
    --entries_;
    MQLAB_ASSERT(head.at >= now_);
    now_ = head.at;
    event.at = Time{head.at};
    event.sequence = sequence_of(head);
    event.target = head.target;
    event.op = head.op;
    event.arg = head.arg;
    if (head.slot() != 0) free_slot(head.slot());
  }

  // The whole sequence of a pending event. Fewer than 2^36 events are scheduled while one waits.
  std::uint64_t sequence_of(const Entry& entry) const {
    return next_sequence_ - ((next_sequence_ - entry.key) & kSequenceMask);
  }

  std::uint32_t take_slot() {
    if (free_slots_.empty()) return add_slot();
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    return slot;
  }
  std::uint32_t add_slot();
  std::size_t used_slots() const { return slots_.size() - 1 - free_slots_.size(); }
  void free_slot(std::uint64_t slot) {
    slots_[slot] = 0;
    free_slots_.push_back(static_cast<std::uint32_t>(slot));
  }

  bool drop_late(TimerId timer);
  bool advance();
  void sort_into_front(Bucket bucket);
  void deal_out(Bucket bucket);
  Bucket take_bucket(std::size_t level, std::size_t digit);
  void lower_horizon(std::int64_t at);
  std::size_t count_simultaneous();
  void bring_to_head(std::size_t nth);
  void sweep();
  void trim_slots();
  void add_chunk(Bucket& bucket);
  void release(Chunk* chunk);
  template <typename Visit>
  void consume(Bucket bucket, Visit&& visit);

  EventFront front_;  // up to the horizon
  std::int64_t horizon_ = 0;
  std::int64_t now_ = 0;  // the time of the last event popped
  std::uint64_t next_sequence_ = 1;
  std::size_t entries_ = 0;    // in front and buckets, with the cancelled ones
  std::size_t cancelled_ = 0;  // of these

  std::uint32_t levels_ = 0;                         // a bit per level that has events
  std::array<std::uint32_t, kLevels> digits_{};      // per level: a bit per digit that has events
  std::array<Bucket, kLevels * kDigits> buckets_{};  // by level, then digit

  // By slot: the low bits of the sequence of the timer that stands there, 0 if none does. What was
  // cancelled stays in front or bucket and is known by a slot that is not its own any more.
  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(1);  // number 0 is none
  std::vector<std::uint32_t> free_slots_;

  Chunk* spare_ = nullptr;
  std::size_t spare_chunks_ = 0;
  std::size_t used_chunks_ = 0;
};

}  // namespace mqlab::engine
