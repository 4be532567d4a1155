// SPDX-License-Identifier: MIT
// A table that only grows: one piece of memory that gets longer where it lies.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

#include "sim/base/inline.hpp"

namespace mqlab {

// Millions of entries are neither copied nor touched again when there is no room for the next one:
// the C library moves the pages of a large piece, which operator new cannot ask for.
template <typename T>
class Growing {
 public:
  std::size_t size() const { return size_; }
  std::span<const T> all() const { return {entries_.get(), size_}; }
  const T& operator[](std::size_t index) const { return entries_[index]; }

  void push_back(const T& entry) {
    if (size_ == capacity_) grow();
    entries_[size_++] = entry;
  }

 private:
  static_assert(std::is_trivially_copyable_v<T>, "entries are moved as bytes");
  static constexpr std::size_t kFirst = 64;

  struct Free {
    void operator()(T* entries) const { std::free(entries); }
  };

  MQLAB_RARELY void grow() {
    const std::size_t wider = capacity_ == 0 ? kFirst : capacity_ * 2;
    void* const moved = std::realloc(entries_.get(), wider * sizeof(T));
    if (moved == nullptr) throw std::bad_alloc();
    static_cast<void>(entries_.release());
    entries_.reset(static_cast<T*>(moved));
    capacity_ = wider;
  }

  std::unique_ptr<T[], Free> entries_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace mqlab
