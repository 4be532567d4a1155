// SPDX-License-Identifier: MIT
// Where rows are kept: one piece of memory that grows where it lies.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

#include "sim/ledger/row.hpp"

namespace mqlab::ledger {

// Millions of rows are neither copied nor touched again when there is no room for the next one: the
// C library moves the pages of a large piece, which operator new cannot ask for.
class RowStore {
 public:
  std::size_t size() const { return size_; }
  std::span<const Row> rows() const { return {rows_.get(), size_}; }
  const Row& operator[](std::size_t index) const { return rows_[index]; }

  void push_back(const Row& row) {
    if (size_ == capacity_) grow();
    rows_[size_++] = row;
  }

 private:
  static_assert(std::is_trivially_copyable_v<Row>, "rows are moved as bytes");
  static constexpr std::size_t kFirst = 64;

  struct Free {
    void operator()(Row* rows) const { std::free(rows); }
  };

  void grow() {
    const std::size_t wider = capacity_ == 0 ? kFirst : capacity_ * 2;
    void* const moved = std::realloc(rows_.get(), wider * sizeof(Row));
    if (moved == nullptr) throw std::bad_alloc();
    static_cast<void>(rows_.release());
    rows_.reset(static_cast<Row*>(moved));
    capacity_ = wider;
  }

  std::unique_ptr<Row[], Free> rows_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace mqlab::ledger
