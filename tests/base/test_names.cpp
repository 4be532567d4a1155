// SPDX-License-Identifier: MIT
// Interned names, hashes and errors: what the rest of the house stands on.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/names.hpp"
#include "sim/base/result.hpp"
#include "tests/catch.hpp"

using namespace mqlab;

TEST_CASE("a name is stored once and known by the order of first use") {
  Names names;
  const NameId orders = names.intern("orders");
  CHECK(orders == NameId{1});
  CHECK(names.intern("payments") == NameId{2});
  CHECK(names.intern("orders") == orders);
  CHECK(names.text(orders) == "orders");
  CHECK(names.size() == 3);
}

TEST_CASE("the empty name is always there and is none") {
  Names names;
  CHECK(names.find("") == NameId{});
  CHECK(names.text(NameId{}).empty());
  CHECK_FALSE(NameId{});
  CHECK_FALSE(names.find("unknown"));
}

TEST_CASE("a table of names keeps all of them while it grows and when it moves") {
  Names names;
  for (int i = 1; i <= 5'000; ++i) {
    REQUIRE(names.intern("key." + std::to_string(i)).value == static_cast<std::uint32_t>(i));
  }
  const Names moved = std::move(names);
  for (int i = 1; i <= 5'000; ++i) {
    const std::string text = "key." + std::to_string(i);
    const NameId id{static_cast<std::uint32_t>(i)};
    REQUIRE(moved.find(text) == id);
    REQUIRE(moved.text(id) == text);
    REQUIRE(moved.hash(id) == hash_bytes(text));
  }
}

TEST_CASE("names of any length and ending are told apart") {
  Names names;
  std::vector<std::string> texts;
  for (int i = 0; i < 3'000; ++i) {
    texts.push_back(std::to_string(i));
    texts.push_back(std::to_string(i) + "x");
    texts.push_back(std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i / 26));
    if (i % 500 == 0) texts.push_back(std::string(4'096 + static_cast<std::size_t>(i), 'z'));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    REQUIRE(names.intern(texts[i]).value == i + 1);
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const NameId id{static_cast<std::uint32_t>(i + 1)};
    REQUIRE(names.find(texts[i]) == id);
    REQUIRE(names.intern(texts[i]) == id);
    REQUIRE(names.text(id) == texts[i]);
  }
  CHECK_FALSE(names.find("3000"));
  CHECK_FALSE(names.find(std::string(4'096, 'z') + "y"));
}

TEST_CASE("a hash is the same on every machine") {
  CHECK(hash_bytes("") == 0x2d06800538d394c2ULL);
  CHECK(hash_bytes("orders") == 0xa88ccdc9fa4974fbULL);
}

TEST_CASE("an error tells place, mistake and remedy, as far as they are known") {
  CHECK(make_error("no such queue").text() == "no such queue");
  CHECK(make_error("no such queue", "did you mean orders?").text() ==
        "no such queue (did you mean orders?)");
  Error error = make_error("no such queue");
  error.place = {"lab.lua", 3};
  CHECK(error.text() == "lab.lua:3: no such queue");
  error.place.line = 0;
  CHECK(error.text() == "lab.lua: no such queue");
}

TEST_CASE("a result is a value or an error") {
  const Result<int> good = 5;
  CHECK(good.ok());
  CHECK(*good == 5);
  const Result<int> bad = make_error("no");
  CHECK_FALSE(bad);
  CHECK(bad.error().what == "no");
  CHECK(Result<void>().ok());
  CHECK(Result<void>(make_error("no")).error().what == "no");
}
