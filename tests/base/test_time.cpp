// SPDX-License-Identifier: MIT
// Virtual time: arithmetic that saturates instead of wrapping around.
#include <cstdint>
#include <limits>

#include "sim/base/time.hpp"
#include "tests/catch.hpp"

using namespace mqlab;

namespace {

constexpr Duration kLongest{std::numeric_limits<std::int64_t>::max()};
constexpr Duration kMostNegative{std::numeric_limits<std::int64_t>::min()};

}  // namespace

TEST_CASE("instants and spans add up as one expects") {
  CHECK(Time{} + seconds(1) + milliseconds(500) == Time{1'500'000'000});
  CHECK(Time{5} - Time{3} == nanoseconds(2));
  CHECK(Time{5} - nanoseconds(7) == Time{-2});
  CHECK(microseconds(3) * 4 == nanoseconds(12'000));
}

TEST_CASE("no arithmetic makes time run backwards") {
  CHECK(Time::never() + seconds(1) == Time::never());
  CHECK(Time{1} + kLongest == Time::never());
  CHECK(Time{-10} - kLongest == Time{kMostNegative.ns});
  CHECK(Duration{} - kMostNegative == kLongest);
  CHECK(seconds(10'000'000'000) == kLongest);
  CHECK(seconds(-10'000'000'000) == kMostNegative);
  CHECK(kLongest * 2 == kLongest);
  CHECK(kLongest * -2 == kMostNegative);
}
