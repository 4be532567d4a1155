// SPDX-License-Identifier: MIT
// Parsing ages.
#include "sim/broker/max_age.hpp"

#include "sim/base/time.hpp"

namespace mqlab::broker {

namespace {

std::int64_t unit_ms(std::string_view unit) {
  constexpr std::int64_t kSecond = 1000;
  constexpr std::int64_t kHour = 3600 * kSecond;
  constexpr std::int64_t kDay = 24 * kHour;
  if (unit == "Y") return 365 * kDay;
  if (unit == "M") return 30 * kDay;
  if (unit == "D") return kDay;
  if (unit == "h") return kHour;
  if (unit == "m") return 60 * kSecond;
  if (unit == "s") return kSecond;
  return 0;
}

}  // namespace

MaxAge parse_max_age(std::string_view text) {
  std::int64_t number = 0;
  std::size_t at = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    number =
        mqlab::detail::saturating_add(mqlab::detail::saturating_mul(number, 10), text[at] - '0');
  }
  if (at == 0) return {MaxAge::Kind::crash, 0};
  const std::int64_t unit = unit_ms(text.substr(at));
  if (number == 0 || unit == 0) return {};
  return {MaxAge::Kind::valid, mqlab::detail::saturating_mul(number, unit)};
}

}  // namespace mqlab::broker
