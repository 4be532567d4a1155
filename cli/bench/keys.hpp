// SPDX-License-Identifier: MIT
// Patterns to bind and keys to route, in the shapes that other brokers were measured with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mqlab::bench {

// Patterns of 3 to 6 words. The vocabulary of each level grows with the square root of their
// number.
enum class Shape : std::uint8_t {
  exact,  // no wildcard
  mix,    // 75 % exact, 20 % with one or two *, 5 % that end with #
  fan,    // groups of 100 that match the same key: 60 equal, 30 with *, 10 that end with #
};

struct KeySet {
  std::vector<std::string> patterns;
  // Nine of ten are made from a pattern, one is random (in a fan all are made from one).
  std::vector<std::string> keys;
};

// The same for the same arguments on every machine.
KeySet make_keys(Shape shape, std::uint64_t patterns, std::uint64_t keys);

}  // namespace mqlab::bench
