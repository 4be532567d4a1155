// SPDX-License-Identifier: MIT
// How much of the machine a script may use.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mqlab::scripting {

struct Limits {
  std::size_t memory_bytes = std::size_t{64} << 20;  // everything the script holds
  std::size_t block_bytes = std::size_t{16} << 20;   // one table, stack or buffer
  std::size_t string_bytes = std::size_t{1} << 20;   // one string
  std::int64_t steps = 200'000'000;  // instructions, and work inside library functions

  bool operator==(const Limits&) const = default;
};

// How many values one call of table.unpack, string.byte or utf8.codepoint gives at most.
constexpr int kMaxValues = 250;

// How many values `...` holds at most: each use copies them all.
constexpr int kMaxVarargs = 500;

// What a script ran out of. It stays so until the sandbox returns to what it was.
enum class Exhaustion : std::uint8_t { none, steps, memory };

// Which memory limit was met.
enum class Refusal : std::uint8_t { none, total, block, string };

}  // namespace mqlab::scripting
