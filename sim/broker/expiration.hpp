// SPDX-License-Identifier: MIT
// The expiration property: decimal text for a number of milliseconds (PUB-16).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mqlab::broker {

// The largest TTL or expiry the server takes: ten years.
inline constexpr std::int64_t kLongestTtlMs = 315'360'000'000;

struct Expiration {
  std::int64_t ms = 0;
  // What is wrong with the text, as the server prints it: "no_integer", "{value_negative,-1}"…
  std::optional<std::string> wrong;
};

// Reads the text: digits with an optional sign; leading zeros pass.
Expiration parse_expiration(std::string_view text);

}  // namespace mqlab::broker
