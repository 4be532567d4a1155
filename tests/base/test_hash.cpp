// SPDX-License-Identifier: MIT
// Hashing: the same numbers on every machine.
#include "sim/base/hash.hpp"
#include "tests/catch.hpp"

using namespace mqlab;

TEST_CASE("A product is folded the same with and without numbers of 128 bits") {
  static_assert(fold(3, 5) == 15);
  static_assert(fold(1ULL << 63, 6) == 3);
  static_assert(fold(~0ULL, ~0ULL) == (1 ^ (~0ULL - 1)));
  static_assert(fold_of_halves(~0ULL, ~0ULL) == (1 ^ (~0ULL - 1)));
  std::uint64_t state = 1;
  for (int i = 0; i < 10'000; ++i) {
    std::uint64_t a = mix(++state);
    std::uint64_t b = mix(++state);
    a >>= b % 64;
    b >>= a % 64;
    CAPTURE(a, b);
    REQUIRE(fold(a, b) == fold_of_halves(a, b));
  }
}

TEST_CASE("Hashes are the same on every machine") {
  CHECK(hash_bytes("") == 0x2d06800538d394c2);
  CHECK(mix(1) == 0x5692161d100b05e5);
  CHECK(fold(0x0123456789abcdef, 0xfedcba9876543210) == 0x2317228f48165bb2);
}
