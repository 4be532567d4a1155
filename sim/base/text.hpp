// SPDX-License-Identifier: MIT
// Times and numbers as text, and back. Nothing here depends on a locale.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace mqlab {

// Seconds with six decimals, "1.500000s": one width for columns and files. What is finer than a
// microsecond is cut off (towards the past). Time::never() is "never".
std::string format_fixed(Time t);
std::string format_fixed(Duration d);

// The shortest exact form in the largest unit that fits: "1.5s", "250ms", "10us", "3ns", "0s".
std::string format_short(Time t);
std::string format_short(Duration d);

// Reads "1.5s", "250ms", "10us", "3ns", "2min", "1h", exactly. Errors: no number, no or unknown
// unit, a sign, a fraction finer than a nanosecond, more than 292 years.
Result<Duration> parse_duration(std::string_view text);

// Reads a finite decimal number, "-2", "0.5", "1e6", and nothing else.
Result<double> parse_number(std::string_view text);

// Reads a whole number from 0 to 2^64 - 1, decimal.
Result<std::uint64_t> parse_count(std::string_view text);

// "1,234,567": for people, never for files.
std::string with_thousands(std::uint64_t n);

}  // namespace mqlab
