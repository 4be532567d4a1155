// SPDX-License-Identifier: MIT
// Hashing with one answer on every machine (XXH3, 64 bits). Nothing in a run uses std::hash.
#pragma once

#include <cstdint>
#include <string_view>

namespace mqlab {

// The XXH3 hash of the bytes of `text`.
std::uint64_t hash_bytes(std::string_view text);

// A well-mixed 64-bit number from another one; bijective.
constexpr std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebULL;
  x ^= x >> 31;
  return x;
}

}  // namespace mqlab
