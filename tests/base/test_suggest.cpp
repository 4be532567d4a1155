// SPDX-License-Identifier: MIT
// Which known word a mistyped one is taken for.
#include <string>
#include <vector>

#include "sim/base/suggest.hpp"
#include "tests/catch.hpp"

namespace mqlab {
namespace {

const std::vector<std::string> kWords{"queue", "exchange", "publish", "publisher",
                                      "at",    "to",       "ms"};

}  // namespace

TEST_CASE("the distance of two words counts letters added, dropped, changed and swapped") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("queue", "queue") == 0);
  CHECK(edit_distance("quue", "queue") == 1);
  CHECK(edit_distance("queuee", "queue") == 1);
  CHECK(edit_distance("qveue", "queue") == 1);
  CHECK(edit_distance("qeuue", "queue") == 1);
  CHECK(edit_distance("", "queue") == 5);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("a mistyped word gets the nearest known one") {
  CHECK(suggest("qeue", kWords) == "queue");
  CHECK(suggest("exchnage", kWords) == "exchange");
  CHECK(suggest("publis", kWords) == "publish");
  CHECK(suggest("publishe", kWords) == "publish");
}

TEST_CASE("a word that is far from all known ones gets no suggestion") {
  CHECK(suggest("zebra", kWords).empty());
  CHECK(suggest("", kWords).empty());
  CHECK(suggest("x", kWords).empty());
  CHECK(suggest("queue", {}).empty());
  CHECK(suggest("nn", kWords).empty());
}

}  // namespace mqlab
