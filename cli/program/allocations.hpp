// SPDX-License-Identifier: MIT
// Counting calls of operator new in the whole program. Part of the program mqlab only, not of its
// library: whoever links that keeps the allocator it has.
#pragma once

#include <cstdint>

namespace mqlab::cli {

// How often operator new was called so far.
std::uint64_t allocations();

}  // namespace mqlab::cli
