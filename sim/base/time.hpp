// SPDX-License-Identifier: MIT
// Virtual time: signed 64-bit counts of nanoseconds in two strong types, an instant and a span.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace mqlab {

// A span of virtual time. Arithmetic saturates at the ends of the range (about 292 years) instead
// of overflowing, so no script can make time run backwards.
struct Duration {
  std::int64_t ns = 0;

  constexpr auto operator<=>(const Duration&) const = default;
};

// An instant of virtual time, counted from the start of the run.
struct Time {
  std::int64_t ns = 0;

  constexpr auto operator<=>(const Time&) const = default;

  // Later than every instant that is ever reached.
  static constexpr Time never() { return Time{std::numeric_limits<std::int64_t>::max()}; }
};

namespace detail {
constexpr std::int64_t saturating_add(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<std::int64_t>::max()
               : std::numeric_limits<std::int64_t>::min();
}
constexpr std::int64_t saturating_mul(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  return (a > 0) == (b > 0) ? std::numeric_limits<std::int64_t>::max()
                            : std::numeric_limits<std::int64_t>::min();
}
}  // namespace detail

constexpr Duration nanoseconds(std::int64_t n) {
  return Duration{n};
}
constexpr Duration microseconds(std::int64_t n) {
  return {detail::saturating_mul(n, 1'000)};
}
constexpr Duration milliseconds(std::int64_t n) {
  return {detail::saturating_mul(n, 1'000'000)};
}
constexpr Duration seconds(std::int64_t n) {
  return {detail::saturating_mul(n, 1'000'000'000)};
}

constexpr Duration operator+(Duration a, Duration b) {
  return {detail::saturating_add(a.ns, b.ns)};
}
constexpr Duration operator-(Duration a, Duration b) {
  return {detail::saturating_add(a.ns, b.ns == std::numeric_limits<std::int64_t>::min()
                                           ? std::numeric_limits<std::int64_t>::max()
                                           : -b.ns)};
}
constexpr Duration operator*(Duration a, std::int64_t n) {
  return {detail::saturating_mul(a.ns, n)};
}
constexpr Time operator+(Time t, Duration d) {
  return {detail::saturating_add(t.ns, d.ns)};
}
constexpr Time operator-(Time t, Duration d) {
  return t + (Duration{} - d);
}
constexpr Duration operator-(Time a, Time b) {
  return Duration{a.ns} - Duration{b.ns};
}

}  // namespace mqlab
