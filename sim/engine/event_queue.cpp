// SPDX-License-Identifier: MIT
// The event queue: moving the horizon, and what happens rarely.
#include "sim/engine/event_queue.hpp"

#include <algorithm>
#include <utility>

namespace mqlab::engine {
namespace {

// A front or a table of timers that grew beyond this is given back when it is empty.
constexpr std::size_t kKeepCapacity = 4096;
// So many of the latest events of the front are looked at for one that is cancelled.
constexpr std::size_t kLate = 8;
// Spare chunks are kept for at least this many.
constexpr std::size_t kKeepChunks = 64;

}  // namespace

// What was taken goes if it is the greater part, so that few cache lines are in use.
void EventFront::make_room() {
  const std::size_t used = size();
  const std::size_t wider = used > capacity_ / 2 ? capacity_ * 2 : std::max(capacity_, kLeast);
  std::unique_ptr<Entry[]> memory;
  if (wider != capacity_) memory = std::make_unique<Entry[]>(wider);
  Entry* const first = (memory ? memory.get() : memory_.get()) + 1;
  std::copy(head_, end_, first);
  if (memory) memory_ = std::move(memory);
  capacity_ = wider;
  first[-1].at = kEarliest;
  head_ = first;
  end_ = first + used;
  limit_ = memory_.get() + wider;
}

EventQueue::~EventQueue() {
  for (const Bucket& bucket : buckets_) consume(bucket, [](const Entry&) {});
  while (spare_ != nullptr) delete std::exchange(spare_, spare_->next);
}

std::uint32_t EventQueue::add_slot() {
  MQLAB_ASSERT(slots_.size() < kMostSlots);
  slots_.push_back(0);
  return static_cast<std::uint32_t>(slots_.size() - 1);
}

bool EventQueue::is_pending(TimerId timer) const {
  return timer.slot != 0 && timer.slot < slots_.size() && slots_[timer.slot] == timer.generation;
}

bool EventQueue::cancel(TimerId timer) {
  if (!is_pending(timer)) return false;
  free_slot(timer.slot);
  if (drop_late(timer)) return true;
  ++cancelled_;
  // What is cancelled stays where it is until it comes up. When it is the greater part, a sweep
  // that costs as much as the cancellations before it throws all of it out.
  if (cancelled_ > kKeepCapacity / 4 && cancelled_ > size()) sweep();
  return true;
}

// What is cancelled is mostly a long wait for something that came. At the end of the front every
// insertion would have to pass it, so from there it goes at once.
bool EventQueue::drop_late(TimerId timer) {
  Entry* const from = front_.end() - std::min(front_.size(), kLate);
  for (Entry* entry = front_.end(); entry-- != from;) {
    if (entry->slot() != timer.slot || entry->generation() != timer.generation) continue;
    front_.erase(entry, entry + 1);
    --entries_;
    return true;
  }
  return false;
}

// Gives the table of timers back after a peak, when nothing in the queue names a slot any more.
void EventQueue::trim_slots() {
  if (used_slots() != 0 || cancelled_ != 0) return;
  slots_ = std::vector<std::uint32_t>(1);
  free_slots_ = std::vector<std::uint32_t>();
}

// Refills the empty front from the buckets; false if they are empty.
bool EventQueue::advance() {
  front_.clear(kKeepCapacity);
  if (slots_.capacity() > kKeepCapacity) trim_slots();
  while (levels_ != 0) {
    const auto level = static_cast<std::size_t>(std::countr_zero(levels_));
    const auto digit = static_cast<std::size_t>(std::countr_zero(digits_[level]));
    const Bucket bucket = take_bucket(level, digit);
    const std::int64_t width = std::int64_t{1} << (level * kDigitBits);
    const std::int64_t start = bucket.oldest->entries[0].at & ~(width - 1);
    if (level == 0 || bucket.size() <= kSmall) {
      horizon_ = start + (width - 1);
      sort_into_front(bucket);
      return true;
    }
    horizon_ = start;
    deal_out(bucket);
  }
  return false;
}

EventQueue::Bucket EventQueue::take_bucket(std::size_t level, std::size_t digit) {
  digits_[level] &= ~(1U << digit);
  if (digits_[level] == 0) levels_ &= ~(1U << level);
  return std::exchange(buckets_[level * kDigits + digit], Bucket{});
}

// Visits every entry of a bucket in the order they were added, and returns its chunks to the pool
// on the way.
template <typename Visit>
void EventQueue::consume(Bucket bucket, Visit&& visit) {
  Chunk* chunk = bucket.oldest;
  while (chunk != nullptr) {
    const std::size_t used = chunk->next == nullptr ? bucket.used : kChunkEntries;
    for (std::size_t i = 0; i < used; ++i) visit(chunk->entries[i]);
    release(std::exchange(chunk, chunk->next));
  }
}

// An insertion sort by time alone: events of the same time are in order already, so a bucket of
// nothing else costs one comparison each.
void EventQueue::sort_into_front(Bucket bucket) {
  consume(bucket, [this](const Entry& entry) {
    __builtin_prefetch(&slots_[entry.slot()], 1);
    front_.insert(entry);
  });
}

void EventQueue::deal_out(Bucket bucket) {
  consume(bucket, [this](const Entry& entry) { put(entry); });
}

// Moves the horizon back to `at`, and what lies beyond it out of the front. Buckets of the levels
// below the highest digit that changes lie differently from the new horizon.
void EventQueue::lower_horizon(std::int64_t at) {
  const std::size_t changed = level_of(at ^ horizon_);
  horizon_ = at;
  for (std::size_t level = 0; level < changed; ++level) {
    while (digits_[level] != 0) {
      const auto digit = static_cast<std::size_t>(std::countr_zero(digits_[level]));
      deal_out(take_bucket(level, digit));
    }
  }
  Entry* const beyond =
      std::upper_bound(front_.begin(), front_.end(), at,
                       [](std::int64_t time, const Entry& entry) { return time < entry.at; });
  for (const Entry* entry = beyond; entry != front_.end(); ++entry) put(*entry);
  front_.cut(beyond);
}

// How many events happen at the next instant. Cancelled ones among them are thrown out first.
std::size_t EventQueue::count_simultaneous() {
  const std::int64_t at = front_.head().at;
  Entry* entry = front_.begin();
  Entry* keep = front_.begin();
  for (; entry != front_.end() && entry->at == at; ++entry) {
    if (stands(*entry)) {
      *keep++ = *entry;
    } else {
      --entries_;
      --cancelled_;
    }
  }
  front_.erase(keep, entry);
  return static_cast<std::size_t>(keep - front_.begin());
}

void EventQueue::bring_to_head(std::size_t nth) {
  Entry* const chosen = front_.begin() + nth;
  std::rotate(front_.begin(), chosen, chosen + 1);
}

// Throws out every cancelled event.
void EventQueue::sweep() {
  const auto keep_or_free = [this](const Entry& entry) {
    if (stands(entry)) return true;
    --entries_;
    --cancelled_;
    return false;
  };
  Entry* keep = front_.begin();
  for (const Entry& entry : front_) {
    if (keep_or_free(entry)) *keep++ = entry;
  }
  front_.cut(keep);
  for (std::size_t level = 0; level < kLevels; ++level) {
    for (std::uint32_t digits = digits_[level]; digits != 0; digits &= digits - 1) {
      const auto digit = static_cast<std::size_t>(std::countr_zero(digits));
      consume(take_bucket(level, digit), [this, &keep_or_free](const Entry& entry) {
        if (keep_or_free(entry)) put(entry);
      });
    }
  }
  MQLAB_ASSERT(cancelled_ == 0);
}

void EventQueue::add_chunk(Bucket& bucket) {
  Chunk* chunk = spare_;
  if (chunk != nullptr) {
    spare_ = chunk->next;
    --spare_chunks_;
    chunk->next = nullptr;
  } else {
    chunk = new Chunk;
  }
  ++used_chunks_;
  if (bucket.newest == nullptr) {
    bucket.oldest = chunk;
  } else {
    bucket.newest->next = chunk;
  }
  bucket.newest = chunk;
  bucket.used = 0;
  ++bucket.chunks;
}

void EventQueue::release(Chunk* chunk) {
  --used_chunks_;
  if (spare_chunks_ >= kKeepChunks && spare_chunks_ > used_chunks_ / 2) {
    delete chunk;
    return;
  }
  chunk->next = spare_;
  spare_ = chunk;
  ++spare_chunks_;
}

std::size_t EventQueue::memory() const {
  return sizeof *this + front_.memory() +
         (slots_.capacity() + free_slots_.capacity()) * sizeof(std::uint32_t) +
         (used_chunks_ + spare_chunks_) * sizeof(Chunk);
}

}  // namespace mqlab::engine
