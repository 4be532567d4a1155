// SPDX-License-Identifier: MIT
// The replaced operators: malloc and free with a counter. The forms for arrays and without
// exceptions come back to these.
#include "cli/program/allocations.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

std::uint64_t calls = 0;  // threads that count at once may lose a call

}  // namespace

std::uint64_t mqlab::cli::allocations() {
  return calls;
}

void* operator new(std::size_t size) {
  ++calls;
  if (void* const block = std::malloc(size == 0 ? 1 : size)) return block;
  throw std::bad_alloc();
}

void operator delete(void* block) noexcept {
  std::free(block);
}

void operator delete(void* block, std::size_t /*size*/) noexcept {
  std::free(block);
}
