// SPDX-License-Identifier: MIT
// A list that mostly has one entry, or none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace mqlab {

// The first entry lies in the list itself, so a million lists of one are no million pieces of
// memory.
template <typename T>
class Few {
 public:
  Few() = default;
  Few(const Few& other) { *this = other; }
  Few& operator=(const Few& other) {
    if (this == &other) return *this;
    first_ = other.first_;
    size_ = other.size_;
    all_ = other.all_ ? std::make_unique<std::vector<T>>(*other.all_) : nullptr;
    return *this;
  }
  Few(Few&& other) noexcept
      : all_(std::move(other.all_)), first_(other.first_), size_(std::exchange(other.size_, 0)) {}
  Few& operator=(Few&& other) noexcept {
    all_ = std::move(other.all_);
    first_ = other.first_;
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  ~Few() = default;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  void push_back(const T& entry) {
    if (size_ == 0) {
      first_ = entry;
    } else {
      if (!all_) all_ = std::make_unique<std::vector<T>>(1, first_);
      all_->push_back(entry);
    }
    ++size_;
  }

  T* begin() { return all_ ? all_->data() : &first_; }
  T* end() { return begin() + size_; }
  const T* begin() const { return all_ ? all_->data() : &first_; }
  const T* end() const { return begin() + size_; }
  // Of a list that is not empty.
  const T& front() const { return *begin(); }
  const T& back() const { return *(end() - 1); }
  const T& operator[](std::size_t index) const { return begin()[index]; }

  bool operator==(const Few& other) const {
    return std::equal(begin(), end(), other.begin(), other.end());
  }

 private:
  std::unique_ptr<std::vector<T>> all_;  // none: at most one
  T first_{};
  std::uint32_t size_ = 0;
};

}  // namespace mqlab
