// SPDX-License-Identifier: MIT
// The event queue: moving the horizon, and what happens rarely.
#include "sim/engine/event_queue.hpp"

#include <algorithm>
#include <utility>

namespace mqlab::engine {
namespace {

// A front or a table of timers that grew beyond this is given back when it is empty.
constexpr std::size_t kKeepCapacity = 4096;
// As much of the front may be used up before what is left moves down.
constexpr std::size_t kKeepFront = 64;
// Spare chunks are kept for at least this many.
constexpr std::size_t kKeepChunks = 64;

}  // namespace

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
  ++cancelled_;
  // What is cancelled stays where it is until it comes up. When it is the greater part, a sweep
  // that costs as much as the cancellations before it throws all of it out.
  if (cancelled_ > kKeepCapacity / 4 && cancelled_ > size()) sweep();
  return true;
}

// Gives the table of timers back after a peak, when nothing in the queue names a slot any more.
void EventQueue::trim_slots() {
  if (used_slots() != 0 || cancelled_ != 0) return;
  slots_ = std::vector<std::uint32_t>(1);
  free_slots_ = std::vector<std::uint32_t>();
}

// Refills the empty front from the buckets; false if they are empty.
bool EventQueue::advance() {
  front_.clear();
  head_ = 0;
  if (front_.capacity() > kKeepCapacity) front_.shrink_to_fit();
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
    std::size_t place = front_.size();
    front_.push_back(entry);
    for (; place > 0 && front_[place - 1].at > entry.at; --place) {
      front_[place] = front_[place - 1];
    }
    front_[place] = entry;
  });
}

void EventQueue::deal_out(Bucket bucket) {
  consume(bucket, [this](const Entry& entry) { put(entry); });
}

void EventQueue::insert_into_front(const Entry& entry) {
  if (front_.size() - head_ > kLongMove && front_[front_.size() - 1 - kLongMove].at > entry.at) {
    lower_horizon(entry.at);
  }
  // What is used up in front goes when it is the greater part, so that few cache lines are in use.
  if (head_ > kKeepFront && head_ > front_.size() - head_) {
    front_.erase(front_.begin(), front_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  // The newest event comes after all others of its time.
  std::size_t place = front_.size();
  front_.push_back(entry);
  Entry* const entries = front_.data();
  for (; place > head_ && entries[place - 1].at > entry.at; --place) {
    entries[place] = entries[place - 1];
  }
  entries[place] = entry;
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
  const auto beyond =
      std::upper_bound(front_.begin() + static_cast<std::ptrdiff_t>(head_), front_.end(), at,
                       [](std::int64_t time, const Entry& entry) { return time < entry.at; });
  for (auto entry = beyond; entry != front_.end(); ++entry) put(*entry);
  front_.erase(beyond, front_.end());
}

// How many events happen at the next instant. Cancelled ones among them are thrown out first.
std::size_t EventQueue::count_simultaneous() {
  const std::int64_t at = front_[head_].at;
  std::size_t end = head_;
  std::size_t keep = head_;
  for (; end < front_.size() && front_[end].at == at; ++end) {
    const Entry entry = front_[end];
    if (stands(entry)) {
      front_[keep++] = entry;
    } else {
      --entries_;
      --cancelled_;
    }
  }
  front_.erase(front_.begin() + static_cast<std::ptrdiff_t>(keep),
               front_.begin() + static_cast<std::ptrdiff_t>(end));
  return keep - head_;
}

void EventQueue::bring_to_head(std::size_t nth) {
  const auto head = front_.begin() + static_cast<std::ptrdiff_t>(head_);
  const auto chosen = head + static_cast<std::ptrdiff_t>(nth);
  std::rotate(head, chosen, chosen + 1);
}

// Throws out every cancelled event.
void EventQueue::sweep() {
  const auto keep_or_free = [this](const Entry& entry) {
    if (stands(entry)) return true;
    --entries_;
    --cancelled_;
    return false;
  };
  std::size_t keep = head_;
  for (std::size_t i = head_; i < front_.size(); ++i) {
    if (keep_or_free(front_[i])) front_[keep++] = front_[i];
  }
  front_.resize(keep);
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
  return sizeof *this + front_.capacity() * sizeof(Entry) +
         (slots_.capacity() + free_slots_.capacity()) * sizeof(std::uint32_t) +
         (used_chunks_ + spare_chunks_) * sizeof(Chunk);
}

}  // namespace mqlab::engine
