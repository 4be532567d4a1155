// SPDX-License-Identifier: MIT
// A short list is a list, whether its values lie inside or apart.
#include <algorithm>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/broker/few.hpp"
#include "tests/catch.hpp"

namespace mqlab::broker {
namespace {

TEST_CASE("A short list holds what a vector would, however it grows, shrinks and moves") {
  SplitMix draws(7);
  Few<std::uint64_t> few;
  std::vector<std::uint64_t> expected;
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t what = draws.next() % 10;
    const std::uint64_t value = draws.next();
    const auto at = static_cast<std::uint32_t>(value % (expected.size() + 1));
    if (what < (step % 400 < 200 ? 7 : 3)) {
      CHECK(*few.insert(few.begin() + at, value) == value);
      expected.insert(expected.begin() + at, value);
    } else if (what < 9 && at < expected.size()) {
      few.erase(few.begin() + at);
      expected.erase(expected.begin() + at);
    } else if (what == 9) {
      Few<std::uint64_t> other = std::move(few);
      CHECK(few.empty());
      few = std::move(other);
    }
    REQUIRE(few.size() == expected.size());
    REQUIRE(std::equal(few.begin(), few.end(), expected.begin()));
  }
}

}  // namespace
}  // namespace mqlab::broker
