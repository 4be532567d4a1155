// SPDX-License-Identifier: MIT
// Lists of none, one and more.
#include <algorithm>
#include <utility>
#include <vector>

#include "sim/base/few.hpp"
#include "sim/base/random.hpp"
#include "tests/catch.hpp"

using namespace mqlab;

TEST_CASE("a list of few keeps its entries in order, however many they are") {
  Few<int> list;
  CHECK(list.empty());
  CHECK(list.begin() == list.end());
  for (int i = 0; i < 5; ++i) {
    list.push_back(i * 10);
    REQUIRE(list.size() == static_cast<std::size_t>(i + 1));
    REQUIRE(list.front() == 0);
    REQUIRE(list.back() == i * 10);
    int at = 0;
    for (const int entry : list) REQUIRE(entry == 10 * at++);
    REQUIRE(at == i + 1);
  }
}

TEST_CASE("copies of a list of few change by themselves") {
  for (const int entries : {0, 1, 3}) {
    Few<int> list;
    for (int i = 0; i < entries; ++i) list.push_back(i);
    Few<int> copy = list;
    CHECK(copy == list);
    copy.push_back(7);
    CHECK_FALSE(copy == list);
    CHECK(list.size() == static_cast<std::size_t>(entries));
    list = copy;
    CHECK(list == copy);
    *list.begin() = 99;
    CHECK_FALSE(list == copy);
    Few<int> moved = std::move(copy);
    CHECK(moved.back() == 7);
    copy = Few<int>();
    CHECK(copy.empty());
    copy = std::move(moved);
    CHECK(copy.size() == static_cast<std::size_t>(entries + 1));
  }
}

TEST_CASE("a list of few holds what a vector would, however it grows, shrinks and moves") {
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
      CHECK(few.empty());  // NOLINT(bugprone-use-after-move): that it is empty is a promise
      few = std::move(other);
    }
    REQUIRE(few.size() == expected.size());
    REQUIRE(std::equal(few.begin(), few.end(), expected.begin()));
  }
}
