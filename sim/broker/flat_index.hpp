// SPDX-License-Identifier: MIT
// Two flat open-addressing tables: numbers by number, and refs by a hash of what they refer to.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/base/hash.hpp"

namespace mqlab::broker {

inline constexpr std::uint32_t kNoRef = 0xffff'ffff;

namespace detail {

// Takes the slot `hole` out of a table with linear probing: later slots of the same run move up, so
// that no tombstones are left. `home(slot)` is where a slot's search begins.
template <typename Slots, typename Used, typename Home>
void close_hole(Slots& slots, std::size_t hole, Used used, Home home) {
  const std::size_t mask = slots.size() - 1;
  for (std::size_t i = (hole + 1) & mask; used(slots[i]); i = (i + 1) & mask) {
    if (((i - home(slots[i])) & mask) >= ((i - hole) & mask)) {
      slots[hole] = slots[i];
      hole = i;
    }
  }
  slots[hole] = {};
}

}  // namespace detail

// From a pair of 32-bit numbers to a 32-bit number other than kNoRef. Twelve bytes a slot, at most
// half of them used; memory goes back as entries go.
class FlatIndex {
 public:
  // The value under (a, b), or kNoRef.
  std::uint32_t find(std::uint32_t a, std::uint32_t b) const {
    if (slots_.empty()) return kNoRef;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = home(a, b) & mask;; i = (i + 1) & mask) {
      const Slot& slot = slots_[i];
      if (slot.value == kNoRef) return kNoRef;
      if (slot.a == a && slot.b == b) return slot.value;
    }
  }

  // Adds a pair that is not there.
  void insert(std::uint32_t a, std::uint32_t b, std::uint32_t value) {
    if ((used_ + 1) * 2 > slots_.size()) resize(slots_.empty() ? 8 : slots_.size() * 2);
    place({a, b, value});
    ++used_;
  }

  // Removes a pair that is there.
  void erase(std::uint32_t a, std::uint32_t b) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = home(a, b) & mask;
    while (slots_[i].a != a || slots_[i].b != b || slots_[i].value == kNoRef) i = (i + 1) & mask;
    detail::close_hole(
        slots_, i, [](const Slot& s) { return s.value != kNoRef; },
        [&](const Slot& s) { return home(s.a, s.b) & mask; });
    --used_;
    if (used_ == 0) {
      slots_ = std::vector<Slot>();
    } else if (used_ * 16 < slots_.size() && slots_.size() > 64) {
      resize(slots_.size() / 4);
    }
  }

  std::size_t size() const { return used_; }

 private:
  struct Slot {
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    std::uint32_t value = kNoRef;
  };

  static std::size_t home(std::uint32_t a, std::uint32_t b) {
    const std::uint64_t pair = static_cast<std::uint64_t>(a) << 32 | b;
    const std::uint64_t product = pair * 0x9e3779b97f4a7c15ULL;
    return static_cast<std::size_t>(product ^ (product >> 32));
  }

  void place(const Slot& slot) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = home(slot.a, slot.b) & mask;
    while (slots_[i].value != kNoRef) i = (i + 1) & mask;
    slots_[i] = slot;
  }

  void resize(std::size_t size) {
    std::vector<Slot> before(size);
    before.swap(slots_);
    for (const Slot& slot : before) {
      if (slot.value != kNoRef) place(slot);
    }
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

// A set of refs, found by the hash of what they refer to. The owner of the things says how a ref is
// hashed (the same as long as it is in the table) and what equality is.
class RefTable {
 public:
  // The ref with this hash for which `equal(ref)` holds, or kNoRef.
  template <typename Equal>
  std::uint32_t find(std::uint64_t hash, Equal equal) const {
    if (slots_.empty()) return kNoRef;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = static_cast<std::uint32_t>(hash) & mask;; i = (i + 1) & mask) {
      const Slot& slot = slots_[i];
      if (slot.ref == kNoRef) return kNoRef;
      if (slot.hash == static_cast<std::uint32_t>(hash) && equal(slot.ref)) return slot.ref;
    }
  }

  // Adds a ref whose equal is not there.
  void insert(std::uint64_t hash, std::uint32_t ref) {
    if ((used_ + 1) * 2 > slots_.size()) resize(slots_.empty() ? 8 : slots_.size() * 2);
    place({static_cast<std::uint32_t>(hash), ref});
    ++used_;
  }

  // Removes a ref that is there, under the hash it was added with.
  void erase(std::uint64_t hash, std::uint32_t ref) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = static_cast<std::uint32_t>(hash) & mask;
    while (slots_[i].ref != ref) {
      MQLAB_ASSERT(slots_[i].ref != kNoRef);
      i = (i + 1) & mask;
    }
    detail::close_hole(
        slots_, i, [](const Slot& s) { return s.ref != kNoRef; },
        [&](const Slot& s) { return s.hash & mask; });
    --used_;
    if (used_ == 0) {
      slots_ = std::vector<Slot>();
    } else if (used_ * 16 < slots_.size() && slots_.size() > 64) {
      resize(slots_.size() / 4);
    }
  }

  std::size_t size() const { return used_; }

 private:
  // 32 bits of the hash are kept: enough to find a slot's home in a table of up to 2^32 slots.
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t ref = kNoRef;
  };

  void place(const Slot& slot) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = slot.hash & mask;
    while (slots_[i].ref != kNoRef) i = (i + 1) & mask;
    slots_[i] = slot;
  }

  void resize(std::size_t size) {
    std::vector<Slot> before(size);
    before.swap(slots_);
    for (const Slot& slot : before) {
      if (slot.ref != kNoRef) place(slot);
    }
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace mqlab::broker
