// SPDX-License-Identifier: MIT
// Strong ids: small numbers that cannot be mixed up. Zero is "none" in every kind.
#pragma once

#include <compare>
#include <cstdint>

namespace mqlab {

// A 32-bit ordinal of one kind of thing. Kinds are told apart by the tag type; ids are handed out
// in order of creation, so they are the same in every run of the same scenario.
template <typename Tag>
struct Id {
  std::uint32_t value = 0;

  constexpr auto operator<=>(const Id&) const = default;
  constexpr explicit operator bool() const { return value != 0; }
};

}  // namespace mqlab
