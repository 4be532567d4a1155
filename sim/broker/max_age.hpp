// SPDX-License-Identifier: MIT
// Ages as streams are given them: a number and a unit, "7D".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mqlab::broker {

struct MaxAge {
  enum class Kind : std::uint8_t {
    valid,
    invalid,
    crash,  // no digits in front: the server's parser fails and takes the connection along
  };
  Kind kind = Kind::invalid;
  std::int64_t ms = 0;
};

// Units are Y, M, D, h, m, s; a year has 365 days, a month 30. Ages beyond the range of ms stay at
// its end.
MaxAge parse_max_age(std::string_view text);

}  // namespace mqlab::broker
