// SPDX-License-Identifier: MIT
// Blocks by classes of size, and the heap behind them.
#include "scripting/sandbox/arena.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include "sim/base/linked.hpp"

namespace mqlab::scripting {
namespace {

// Up to kSmall a class for each 16 bytes, then two for each doubling: Lua's tables grow by doubling
// elements of 16, 24 or 8 bytes.
constexpr std::size_t kStep = 16;
constexpr std::size_t kSmall = 512;
constexpr std::size_t kLargest = std::size_t{32} << 10;
constexpr std::size_t kSmallClasses = kSmall / kStep;
constexpr int kSmallBits = std::countr_zero(kSmall);

}  // namespace

// `size` is from 1 to kLargest.
std::size_t Arena::class_of(std::size_t size) {
  if (size <= kSmall) return (size - 1) / kStep;
  const int bits =
      static_cast<int>(std::bit_width(size - 1));  // of the power of two that is not less
  const bool lower = size <= (std::size_t{3} << (bits - 2));
  return kSmallClasses + static_cast<std::size_t>(bits - kSmallBits - 1) * 2 + (lower ? 0 : 1);
}

std::size_t Arena::size_of(std::size_t which) {
  if (which < kSmallClasses) return (which + 1) * kStep;
  const std::size_t doubling = (which - kSmallClasses) / 2;
  const bool lower = (which - kSmallClasses) % 2 == 0;
  return lower ? (kSmall / 2 * 3) << doubling : (kSmall * 2) << doubling;
}

bool Arena::is_inner(const void* block) const {
  const auto at = reinterpret_cast<std::uintptr_t>(block);
  return at - reinterpret_cast<std::uintptr_t>(bytes_.get()) < kBytes;
}

void* Arena::allocate(std::size_t size) {
  if (size <= kLargest) {
    const std::size_t which = class_of(size);
    if (Free* const block = free_[which]) {
      free_[which] = block->next;
      return block;
    }
    const std::size_t bytes = size_of(which);
    if (kBytes - used_ >= bytes) {
      void* const block = bytes_.get() + used_;
      used_ += bytes;
      return block;
    }
  }
  void* const raw = std::malloc(sizeof(Outer) + size);
  if (raw == nullptr) return nullptr;
  Outer* const outer = new (raw) Outer;
  link_first(outer_, *outer);
  return block_of(outer);
}

void Arena::release(void* block, std::size_t size) {
  if (block == nullptr) return;
  if (is_inner(block)) {
    Free*& list = free_[class_of(size)];
    list = new (block) Free{list};
    return;
  }
  Outer* const outer = outer_of(block);
  unlink(outer_, *outer);
  std::free(outer);
}

void* Arena::resize(void* block, std::size_t old_size, std::size_t new_size) {
  if (!is_inner(block)) {
    Outer* const outer = outer_of(block);
    unlink(outer_, *outer);
    auto* const moved = static_cast<Outer*>(std::realloc(outer, sizeof(Outer) + new_size));
    link_first(outer_, moved == nullptr ? *outer : *moved);
    if (moved != nullptr) return block_of(moved);
    return new_size <= old_size ? block : nullptr;
  }
  if (new_size <= kLargest && class_of(new_size) == class_of(old_size)) return block;
  void* const result = allocate(new_size);
  if (result == nullptr) return new_size <= old_size ? block : nullptr;
  std::memcpy(result, block, std::min(old_size, new_size));
  release(block, old_size);
  return result;
}

std::optional<Arena::Image> Arena::image() const {
  if (outer_ != nullptr) return std::nullopt;
  return Image{{bytes_.get(), bytes_.get() + used_}, free_};
}

void Arena::put_back(const Image& image) {
  drop_outer();
  used_ = image.bytes.size();
  free_ = image.free;
  std::memcpy(bytes_.get(), image.bytes.data(), used_);
}

void Arena::drop_outer() {
  while (outer_ != nullptr) {
    Outer* const outer = outer_;
    outer_ = outer->after;
    std::free(outer);
  }
}

}  // namespace mqlab::scripting
