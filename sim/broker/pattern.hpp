// SPDX-License-Identifier: MIT
// Regular expressions on names, for permissions and policies, in time linear in the name.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"

namespace mqlab::broker {

// The part of Perl's expressions that permissions and policies are written in: characters, . [ ]
// \d \w \s and their opposites, ( ) (?: ), |, * + ? {m,n} (lazy forms too), ^ $. Bytes, no locale,
// case sensitive. No back references, look-around or word boundaries. Scripts bring patterns of
// their own, so matching is a walk over a set of states: no pattern can make it slow.
class Pattern {
 public:
  // The compiled pattern, or what is wrong with it.
  static Result<Pattern> parse(std::string_view text);

  // Whether the pattern matches anywhere in `name`.
  bool search(std::string_view name) const;

 private:
  friend class PatternParser;
  using Set = std::array<std::uint64_t, 4>;  // of byte values
  struct State {
    enum class Kind : std::uint8_t { bytes, split, begin, end, match };
    Kind kind = Kind::match;
    std::uint32_t set = 0;  // of bytes
    std::uint32_t next = 0;
    std::uint32_t other = 0;  // of split
  };
  void follow(std::uint32_t state, bool at_begin, bool at_end, std::vector<std::uint32_t>& states,
              std::vector<bool>& member) const;

  std::vector<State> states_;
  std::vector<Set> sets_;
  std::uint32_t start_ = 0;
};

}  // namespace mqlab::broker
