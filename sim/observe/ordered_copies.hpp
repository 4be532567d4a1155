// SPDX-License-Identifier: MIT
// The copies of a queue in the order of their order keys, cheap to change at any size.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/ledger/row.hpp"

namespace mqlab::observe {

// A sorted list in chunks. Adding at the tail, taking from the head and putting back at the head,
// which is nearly all that queues do, cost the same at any length.
class OrderedCopies {
 public:
  struct Entry {
    std::uint64_t order = 0;
    ledger::CopyId copy;

    auto operator<=>(const Entry&) const = default;
  };

  std::size_t size() const { return size_; }

  void insert(Entry entry);
  // Takes the entry out; false if it was not there.
  bool erase(Entry entry);

  // Calls `visit(entry)` from head to tail until it returns false.
  template <typename Visit>
  void visit(Visit visit) const {
    for (std::size_t c = first_; c < chunks_.size(); ++c) {
      for (std::size_t i = chunks_[c].head; i < chunks_[c].entries.size(); ++i) {
        if (!visit(chunks_[c].entries[i])) return;
      }
    }
  }

  std::size_t bytes() const;

  bool operator==(const OrderedCopies&) const = default;

 private:
  struct Chunk {
    std::vector<Entry> entries;  // sorted; those before `head` are gone
    std::size_t head = 0;

    bool empty() const { return head == entries.size(); }
    bool operator==(const Chunk&) const = default;
  };

  // The first chunk that ends at or after `entry`.
  std::size_t chunk_for(Entry entry) const;
  void split(std::size_t chunk);
  void drop(std::size_t chunk);

  std::vector<Chunk> chunks_;
  std::vector<Entry> spare_;  // memory for the next chunk
  std::size_t first_ = 0;     // chunks before it are empty
  std::size_t size_ = 0;
};

}  // namespace mqlab::observe
