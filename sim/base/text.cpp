// SPDX-License-Identifier: MIT
// Times are written and read with whole numbers only, so that nothing is lost on the way.
#include "sim/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "sim/base/random.hpp"

namespace mqlab {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ns;
};

constexpr std::array<Unit, 6> kUnits{{{"h", 3'600'000'000'000},
                                      {"min", 60'000'000'000},
                                      {"s", 1'000'000'000},
                                      {"ms", 1'000'000},
                                      {"us", 1'000},
                                      {"ns", 1}}};
constexpr std::size_t kSeconds = 2;

// The size of a count, also of the most negative one.
std::uint64_t size_of(std::int64_t n) {
  return n < 0 ? 0 - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Error bad_duration(std::string_view text, std::string_view why) {
  return Error{
      {}, fmt::format("\"{}\" is not a span of time: {}", text, why), "write 250ms or 1.5s"};
}

// The number that a run of digits spells, if it fits 64 bits.
std::optional<std::uint64_t> value_of(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// Takes the digits at the front of `text` off it.
std::string_view take_digits(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  const std::string_view digits = text.substr(0, length);
  text.remove_prefix(length);
  return digits;
}

}  // namespace

std::string format_fixed(Duration d) {
  const std::uint64_t size = size_of(d.ns);
  // Towards the past: a negative span with a rest below a microsecond counts one more.
  const std::uint64_t us = size / 1'000 + (d.ns < 0 && size % 1'000 != 0 ? 1 : 0);
  return fmt::format("{}{}.{:06}s", d.ns < 0 ? "-" : "", us / 1'000'000, us % 1'000'000);
}

std::string format_fixed(Time t) {
  return t == Time::never() ? "never" : format_fixed(Duration{t.ns});
}

std::string format_short(Duration d) {
  const std::uint64_t size = size_of(d.ns);
  if (size == 0) return "0s";
  std::size_t index = kSeconds;
  while (size < static_cast<std::uint64_t>(kUnits[index].ns)) ++index;
  const Unit unit = kUnits[index];
  const auto unit_ns = static_cast<std::uint64_t>(unit.ns);
  std::string text = fmt::format("{}{}", d.ns < 0 ? "-" : "", size / unit_ns);
  if (size % unit_ns != 0) {
    // Seconds have nine decimals, milliseconds six, microseconds three.
    text += fmt::format(".{:0{}}", size % unit_ns, 3 * (kUnits.size() - 1 - index));
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text.append(unit.name);
}

std::string format_short(Time t) {
  return t == Time::never() ? "never" : format_short(Duration{t.ns});
}

Result<Duration> parse_duration(std::string_view text) {
  std::string_view rest = text;
  const std::string_view whole_digits = take_digits(rest);
  if (whole_digits.empty()) return bad_duration(text, "it does not start with a digit");
  std::string_view fraction_digits;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    fraction_digits = take_digits(rest);
    if (fraction_digits.empty()) return bad_duration(text, "a digit is missing after the point");
    fraction_digits = fraction_digits.substr(0, fraction_digits.find_last_not_of('0') + 1);
  }
  if (rest.empty()) return bad_duration(text, "the unit is missing");
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(),
                                 [rest](const Unit& known) { return known.name == rest; });
  if (unit == kUnits.end()) {
    return bad_duration(text, fmt::format("there is no unit \"{}\"", rest));
  }

  // Thirteen decimals are the most that can make whole nanoseconds, of an hour.
  constexpr std::size_t kMostDecimals = 13;
  Wide fraction = 0;
  if (!fraction_digits.empty()) {
    std::uint64_t scale = 1;
    for (std::size_t i = 0; i < fraction_digits.size() && i < kMostDecimals; ++i) scale *= 10;
    fraction = static_cast<Wide>(value_of(fraction_digits.substr(0, kMostDecimals)).value_or(0)) *
               static_cast<std::uint64_t>(unit->ns);
    if (fraction_digits.size() > kMostDecimals || fraction % scale != 0) {
      return bad_duration(text, "it is finer than a nanosecond");
    }
    fraction /= scale;
  }
  const std::optional<std::uint64_t> whole = value_of(whole_digits);
  constexpr Wide kMost = std::numeric_limits<std::int64_t>::max();
  const Wide total =
      whole ? static_cast<Wide>(*whole) * static_cast<std::uint64_t>(unit->ns) + fraction
            : kMost + 1;
  if (total > kMost) return bad_duration(text, "it is longer than 292 years");
  return Duration{static_cast<std::int64_t>(total)};
}

Result<double> parse_number(std::string_view text) {
  double value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error == std::errc::result_out_of_range) {
    return make_error(fmt::format("the number \"{}\" does not fit", text));
  }
  if (error != std::errc{} || end != last || !std::isfinite(value)) {
    return make_error(fmt::format("\"{}\" is not a number", text));
  }
  return value;
}

Result<std::uint64_t> parse_count(std::string_view text) {
  std::string_view rest = text;
  const std::string_view digits = take_digits(rest);
  if (digits.empty() || !rest.empty()) {
    return make_error(fmt::format("\"{}\" is not a whole number", text), "only digits");
  }
  const std::optional<std::uint64_t> value = value_of(digits);
  if (!value) return make_error(fmt::format("the number \"{}\" does not fit 64 bits", text));
  return *value;
}

std::string with_thousands(std::uint64_t n) {
  const std::string digits = fmt::format("{}", n);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

}  // namespace mqlab
