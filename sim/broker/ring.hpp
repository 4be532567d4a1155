// SPDX-License-Identifier: MIT
// A growing ring buffer: a queue of values in one piece of memory, which also takes values back
// into its middle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>

#include "sim/base/assert.hpp"

namespace mqlab::broker {

// Where nothing is held there are values that are default constructed or were moved from. Indices
// count from the front.
template <typename T>
class Ring {
 public:
  // Enough of a random access iterator for loops and searches.
  template <typename Owner, typename Value>
  class Iterator {
   public:
    using iterator_category = std::bidirectional_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = Value*;
    using reference = Value&;

    Iterator() = default;
    Iterator(Owner* owner, std::size_t index) : owner_(owner), index_(index) {}
    Value& operator*() const { return (*owner_)[index_]; }
    Value* operator->() const { return &(*owner_)[index_]; }
    Iterator& operator++() { return ++index_, *this; }
    Iterator operator++(int) { return {owner_, index_++}; }
    Iterator& operator--() { return --index_, *this; }
    Iterator operator--(int) { return {owner_, index_--}; }
    bool operator==(const Iterator&) const = default;

   private:
    Owner* owner_ = nullptr;
    std::size_t index_ = 0;
  };
  auto begin() { return Iterator<Ring, T>(this, 0); }
  auto end() { return Iterator<Ring, T>(this, size_); }
  auto begin() const { return Iterator<const Ring, const T>(this, 0); }
  auto end() const { return Iterator<const Ring, const T>(this, size_); }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  T& operator[](std::size_t index) { return slots_[(head_ + index) & mask_]; }
  const T& operator[](std::size_t index) const { return slots_[(head_ + index) & mask_]; }
  T& front() { return slots_[head_]; }
  const T& front() const { return slots_[head_]; }
  T& back() { return (*this)[size_ - 1]; }
  const T& back() const { return (*this)[size_ - 1]; }

  void push_back(T&& value) {
    if (size_ == capacity_) grow();
    slots_[(head_ + size_) & mask_] = std::move(value);
    ++size_;
  }
  void push_back(const T& value) { push_back(T(value)); }
  // A new last value for the caller to fill: default constructed, or moved from.
  T& push_back() {
    if (size_ == capacity_) grow();
    return slots_[(head_ + size_++) & mask_];
  }
  void push_front(T value) {
    if (size_ == capacity_) grow();
    head_ = (head_ + mask_) & mask_;
    slots_[head_] = std::move(value);
    ++size_;
  }
  T pop_front() {
    MQLAB_ASSERT(size_ > 0);
    T value = std::move(slots_[head_]);
    drop_front();
    return value;
  }
  // The same for a front that was moved from, or holds nothing worth freeing.
  void drop_front() {
    --size_;
    // An empty ring begins anew in the slot that is in the cache.
    head_ = size_ == 0 ? 0 : (head_ + 1) & mask_;
  }
  T pop_back() {
    MQLAB_ASSERT(size_ > 0);
    --size_;
    return std::move(slots_[(head_ + size_) & mask_]);
  }

  // Puts `value` before what is at `index` now; costs the distance to the nearer end.
  void insert(std::size_t index, T value) {
    if (index <= size_ / 2) {
      push_front(T{});
      for (std::size_t i = 0; i < index; ++i) (*this)[i] = std::move((*this)[i + 1]);
    } else {
      push_back(T{});
      for (std::size_t i = size_ - 1; i > index; --i) (*this)[i] = std::move((*this)[i - 1]);
    }
    (*this)[index] = std::move(value);
  }

  void clear() {
    while (size_ > 0) pop_front();
  }

 private:
  void grow() {
    const std::size_t wider = capacity_ == 0 ? 4 : capacity_ * 2;
    auto slots = std::make_unique<T[]>(wider);
    for (std::size_t i = 0; i < size_; ++i) slots[i] = std::move((*this)[i]);
    slots_ = std::move(slots);
    capacity_ = wider;
    mask_ = wider - 1;
    head_ = 0;
  }

  std::unique_ptr<T[]> slots_;
  std::size_t capacity_ = 0;  // a power of two, or 0
  std::size_t mask_ = 0;
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

}  // namespace mqlab::broker
