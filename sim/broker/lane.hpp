// SPDX-License-Identifier: MIT
// A queue of values in chunks: cheap at both ends, by index anywhere, and little memory beyond what
// is in it.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "sim/base/assert.hpp"
#include "sim/broker/ring.hpp"

namespace mqlab::broker {

// Indices count from the front. Growing moves no value; chunks go back as they become empty.
template <typename T>
class Lane {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  T& operator[](std::size_t index) { return slot(head_ + index); }
  const T& operator[](std::size_t index) const { return slot(head_ + index); }
  T& front() { return slot(head_); }
  const T& front() const { return slot(head_); }

  void push_back(T&& value) {
    if (head_ + size_ == chunks_.size() * kChunk) chunks_.push_back(take_chunk());
    slot(head_ + size_) = std::move(value);
    ++size_;
  }
  void push_front(T&& value) {
    if (head_ == 0) {
      chunks_.push_front(take_chunk());
      head_ = kChunk;
    }
    slot(--head_) = std::move(value);
    ++size_;
  }
  T pop_front() {
    MQLAB_ASSERT(size_ > 0);
    T value = std::move(slot(head_));
    ++head_;
    --size_;
    if (size_ == 0) {
      head_ = 0;
      while (chunks_.size() > 1) chunks_.pop_front();
    } else if (head_ == kChunk) {
      spare_ = chunks_.pop_front();
      head_ = 0;
    }
    return value;
  }

  // Puts `value` before what is at `index` now; costs the distance to the nearer end.
  void insert(std::size_t index, T&& value) {
    if (index <= size_ / 2) {
      push_front(T{});
      for (std::size_t i = 0; i < index; ++i) (*this)[i] = std::move((*this)[i + 1]);
    } else {
      push_back(T{});
      for (std::size_t i = size_ - 1; i > index; --i) (*this)[i] = std::move((*this)[i - 1]);
    }
    (*this)[index] = std::move(value);
  }

 private:
  static constexpr std::size_t kChunk = 64;
  using Chunk = std::unique_ptr<T[]>;

  T& slot(std::size_t at) { return chunks_[at / kChunk][at % kChunk]; }
  const T& slot(std::size_t at) const { return chunks_[at / kChunk][at % kChunk]; }
  Chunk take_chunk() {
    return spare_ != nullptr ? std::move(spare_) : std::make_unique<T[]>(kChunk);
  }

  Ring<Chunk> chunks_;
  Chunk spare_;           // the last one that became empty
  std::size_t head_ = 0;  // of the front, in the first chunk
  std::size_t size_ = 0;
};

}  // namespace mqlab::broker
