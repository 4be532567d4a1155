// SPDX-License-Identifier: MIT
// Short lists: most have one value or none, which then lies where the list is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace mqlab {

// A list of plain values in one piece of memory: its own, if it is at most one value. Memory goes
// back as values go. A million lists of one are no million pieces of memory.
template <typename T>
class Few {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Few() = default;
  Few(const Few& other) : size_(other.size_) {
    if (size_ > 1) {
      many_ = new T[size_];
      capacity_ = size_;
    }
    std::copy(other.begin(), other.end(), begin());
  }
  Few& operator=(const Few& other) {
    if (this != &other) *this = Few(other);
    return *this;
  }
  Few(Few&& other) noexcept { take(other); }
  Few& operator=(Few&& other) noexcept {
    if (this == &other) return *this;
    if (capacity_ != 0) delete[] many_;
    take(other);
    return *this;
  }
  ~Few() {
    if (capacity_ != 0) delete[] many_;
  }

  std::uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* begin() { return capacity_ == 0 ? &one_ : many_; }
  T* end() { return begin() + size_; }
  const T* begin() const { return capacity_ == 0 ? &one_ : many_; }
  const T* end() const { return begin() + size_; }
  T& front() { return *begin(); }
  const T& front() const { return *begin(); }
  const T& back() const { return end()[-1]; }
  T& operator[](std::size_t index) { return begin()[index]; }
  const T& operator[](std::size_t index) const { return begin()[index]; }

  bool operator==(const Few& other) const {
    return std::equal(begin(), end(), other.begin(), other.end());
  }

  // Puts `value` before `at`; returns where it is.
  T* insert(const T* at, T value) {
    const auto index = static_cast<std::uint32_t>(at - begin());
    if (const std::uint32_t room = capacity_ == 0 ? 1 : capacity_; size_ == room) reserve(room * 2);
    T* const place = begin() + index;
    std::copy_backward(place, end(), end() + 1);
    ++size_;
    *place = value;
    return place;
  }
  void push_back(T value) { insert(end(), value); }
  // Takes one out; those behind it move up.
  void erase(T* at) {
    std::copy(at + 1, end(), at);
    --size_;
    if (capacity_ != 0 && size_ <= capacity_ / 4) reserve(capacity_ / 2);
  }

 private:
  // What `other` has, which is empty then; what was here is gone.
  void take(Few& other) {
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    if (capacity_ == 0) {
      one_ = other.one_;
    } else {
      many_ = other.many_;
    }
    other.one_ = {};
  }
  // Of more, one is left.
  void move_inside() {
    T* const many = many_;
    one_ = *many;
    delete[] many;
    capacity_ = 0;
  }
  void reserve(std::uint32_t capacity) {
    if (capacity <= 1) return move_inside();
    T* const before = begin();
    T* const moved = new T[capacity];
    std::copy(before, before + size_, moved);
    if (capacity_ != 0) delete[] before;
    many_ = moved;
    capacity_ = capacity;
  }

  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;  // 0: at most one value, kept inside
  union {
    T one_{};
    T* many_;
  };
};

}  // namespace mqlab
