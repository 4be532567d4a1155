// SPDX-License-Identifier: MIT
// The replaced operators: malloc and free with a counter. The forms for arrays come back to these,
// but for those of the sanitizers, which pair with themselves.
#include "cli/program/allocations.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> calls = 0;  // threads that count at once may lose a call

void* counted(std::size_t size) noexcept {
  calls.store(calls.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return std::malloc(size == 0 ? 1 : size);
}

}  // namespace

std::uint64_t mqlab::cli::allocations() {
  return calls.load(std::memory_order_relaxed);
}

void* operator new(std::size_t size) {
  if (void* const block = counted(size)) return block;
  throw std::bad_alloc();
}

void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return counted(size);
}

void operator delete(void* block) noexcept {
  std::free(block);
}

void operator delete(void* block, std::size_t /*size*/) noexcept {
  std::free(block);
}

void operator delete(void* block, const std::nothrow_t& /*tag*/) noexcept {
  std::free(block);
}
