// SPDX-License-Identifier: MIT
// The flat tables against a plain map.
#include <map>

#include "sim/broker/flat_index.hpp"
#include "tests/catch.hpp"

using namespace mqlab;
using namespace mqlab::broker;

TEST_CASE("a flat index holds what a map holds after any order of changes") {
  FlatIndex index;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> map;
  std::uint64_t seed = 3;
  for (std::uint32_t step = 0; step < 20'000; ++step) {
    const auto a = static_cast<std::uint32_t>(mix(++seed) % 40);
    const auto b = static_cast<std::uint32_t>(mix(++seed) % 40);
    const bool growing = step < 8'000 || (step > 12'000 && step < 16'000);
    const auto found = map.find({a, b});
    if (found == map.end()) {
      REQUIRE(index.find(a, b) == kNoRef);
      if (!growing && mix(++seed) % 4 != 0) continue;
      index.insert(a, b, step);
      map[{a, b}] = step;
    } else {
      REQUIRE(index.find(a, b) == found->second);
      if (growing && mix(++seed) % 4 != 0) continue;
      index.erase(a, b);
      map.erase(found);
    }
    REQUIRE(index.size() == map.size());
  }
  while (!map.empty()) {
    index.erase(map.begin()->first.first, map.begin()->first.second);
    map.erase(map.begin());
  }
  CHECK(index.size() == 0);
  CHECK(index.find(1, 1) == kNoRef);
}

TEST_CASE("a table of refs tells apart what has the same hash") {
  RefTable table;
  const auto is = [](std::uint32_t wanted) {
    return [=](std::uint32_t ref) { return ref == wanted; };
  };
  for (std::uint32_t ref = 0; ref < 100; ++ref) table.insert(7, ref);
  CHECK(table.find(7, is(42)) == 42);
  table.erase(7, 42);
  CHECK(table.find(7, is(42)) == kNoRef);
  CHECK(table.find(7, is(99)) == 99);
  for (std::uint32_t ref = 0; ref < 100; ++ref) {
    if (ref != 42) table.erase(7, ref);
  }
  CHECK(table.size() == 0);
  CHECK(table.find(7, is(99)) == kNoRef);
}
