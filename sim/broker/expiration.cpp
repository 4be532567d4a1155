// SPDX-License-Identifier: MIT
// Reading the expiration property.
#include "sim/broker/expiration.hpp"

#include <fmt/format.h>

#include "sim/broker/erlang_text.hpp"

namespace mqlab::broker {

Expiration parse_expiration(std::string_view text) {
  std::size_t at = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) at = 1;
  const std::size_t digits_from = at;
  // Any number beyond the limit is as wrong as another, but its text names all digits.
  std::int64_t value = 0;
  bool huge = false;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
    value = value * 10 + (text[at] - '0');
    if (value > kLongestTtlMs) {
      huge = true;
      value = kLongestTtlMs + 1;
    }
    ++at;
  }
  if (at == digits_from) return {0, "no_integer"};
  if (at != text.size()) {
    return {0, fmt::format("{{leftover_string,{}}}", erlang_string(text.substr(at)))};
  }
  std::string_view digits = text.substr(digits_from);
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  if (negative && value != 0) return {0, fmt::format("{{value_negative,-{}}}", digits)};
  if (huge) return {0, fmt::format("{{value_too_large,{}}}", digits)};
  return {value, std::nullopt};
}

}  // namespace mqlab::broker
