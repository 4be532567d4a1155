// SPDX-License-Identifier: MIT
// A growing ring buffer: a queue of values in one piece of memory, which also takes values back
// into its middle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "sim/base/assert.hpp"

namespace mqlab::broker {

// Values are default constructed where nothing is held. Indices count from the front.
template <typename T>
class Ring {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  T& operator[](std::size_t index) { return slots_[(head_ + index) & mask_]; }
  const T& operator[](std::size_t index) const { return slots_[(head_ + index) & mask_]; }
  T& front() { return slots_[head_]; }
  const T& front() const { return slots_[head_]; }
  T& back() { return (*this)[size_ - 1]; }
  const T& back() const { return (*this)[size_ - 1]; }

  void push_back(T value) {
    if (size_ == capacity_) grow();
    slots_[(head_ + size_) & mask_] = std::move(value);
    ++size_;
  }
  void push_front(T value) {
    if (size_ == capacity_) grow();
    head_ = (head_ + mask_) & mask_;
    slots_[head_] = std::move(value);
    ++size_;
  }
  T pop_front() {
    MQLAB_ASSERT(size_ > 0);
    T value = std::exchange(slots_[head_], T{});
    head_ = (head_ + 1) & mask_;
    --size_;
    return value;
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
    const std::size_t wider = capacity_ == 0 ? 8 : capacity_ * 2;
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
