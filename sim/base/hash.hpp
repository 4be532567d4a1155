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

// fold() where numbers of 128 bits are missing.
constexpr std::uint64_t fold_of_halves(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t low = 0xffffffff;
  const std::uint64_t ends = (a & low) * (b & low);
  const std::uint64_t cross = (a >> 32) * (b & low) + (ends >> 32);
  const std::uint64_t other = (a & low) * (b >> 32) + (cross & low);
  const std::uint64_t high = (a >> 32) * (b >> 32) + (cross >> 32) + (other >> 32);
  return ((other << 32) | (ends & low)) ^ high;
}

// The product of two numbers, 128 bits of it, folded to 64: what XXH3 and wyhash do with two words.
// Each bit of the result depends on all bits of both, unless one of them is 0.
constexpr std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
#ifdef __SIZEOF_INT128__
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
#else
  return fold_of_halves(a, b);
#endif
}

}  // namespace mqlab
