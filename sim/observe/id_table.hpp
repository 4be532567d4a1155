// SPDX-License-Identifier: MIT
// A table of what is alive, found by its id; its size follows what is there, not what ever was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace mqlab::observe {

// Values with a member `id`, packed in one vector, and an index by open addressing. The order of
// all() depends only on the history of insertions and removals.
template <typename T>
class IdTable {
 public:
  std::size_t size() const { return values_.size(); }
  std::span<const T> all() const { return values_; }
  std::size_t bytes() const { return values_.capacity() * sizeof(T) + slots_.capacity() * 4; }

  const T* find(std::uint32_t id) const {
    if (slots_.empty()) return nullptr;
    const std::uint32_t position = slots_[slot_of(id)];
    return position == 0 ? nullptr : &values_[position - 1];
  }
  T* find(std::uint32_t id) { return const_cast<T*>(std::as_const(*this).find(id)); }

  // Adds a value whose id is not in the table: an empty one, for the caller to fill where it lies.
  // A value that is made elsewhere and moved here in larger pieces than it was written in makes the
  // processor wait. The reference is good until the next change.
  T& add(decltype(T::id) id) {
    if ((values_.size() + 1) * 2 > slots_.size()) grow();
    slots_[slot_of(id.value)] = static_cast<std::uint32_t>(values_.size()) + 1;
    T& value = values_.emplace_back();
    value.id = id;
    return value;
  }

  // Takes out the value with this id, if there is one. The last value takes its place.
  void erase(std::uint32_t id) {
    if (slots_.empty()) return;
    const std::size_t slot = slot_of(id);
    const std::uint32_t position = slots_[slot];
    if (position == 0) return;
    free(slot);
    if (position != values_.size()) {
      slots_[slot_of(values_.back().id.value)] = position;
      values_[position - 1] = std::move(values_.back());
    }
    values_.pop_back();
  }

  bool operator==(const IdTable&) const = default;

 private:
  std::size_t home(std::uint32_t id) const {
    return static_cast<std::size_t>((id * std::uint64_t{0x9e3779b97f4a7c15}) >> 20) &
           (slots_.size() - 1);
  }

  // The slot that holds this id, or the free one where it belongs.
  std::size_t slot_of(std::uint32_t id) const {
    std::size_t slot = home(id);
    while (slots_[slot] != 0 && values_[slots_[slot] - 1].id.value != id) {
      slot = (slot + 1) & (slots_.size() - 1);
    }
    return slot;
  }

  // Empties a slot and moves later ones forward, so that no search ends too early.
  void free(std::size_t hole) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hole;
    while (true) {
      slot = (slot + 1) & mask;
      if (slots_[slot] == 0) break;
      const std::size_t wanted = home(values_[slots_[slot] - 1].id.value);
      if (((slot - wanted) & mask) >= ((slot - hole) & mask)) {
        slots_[hole] = slots_[slot];
        hole = slot;
      }
    }
    slots_[hole] = 0;
  }

  void grow() {
    slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, 0);
    for (std::size_t i = 0; i < values_.size(); ++i) {
      slots_[slot_of(values_[i].id.value)] = static_cast<std::uint32_t>(i) + 1;
    }
  }

  std::vector<T> values_;
  std::vector<std::uint32_t> slots_;  // position + 1; 0: free; the size is a power of two
};

}  // namespace mqlab::observe
