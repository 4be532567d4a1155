// SPDX-License-Identifier: MIT
// Which keys match which patterns.
#include <algorithm>

#include "sim/base/hash.hpp"
#include "tests/broker/routing_fixture.hpp"

using namespace mqlab;
using namespace mqlab::broker;

namespace {

// Whether a topic exchange with this one pattern lets the key through.
bool matches(std::string_view pattern, std::string_view key) {
  RoutingFixture f;
  f.bind("amq.topic", "q", pattern);
  return f.route("amq.topic", key) == Queues{"q"};
}

std::vector<std::string> split(const std::string& key) {
  std::vector<std::string> words;
  if (key.empty()) return words;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = key.find('.', begin);
    words.push_back(key.substr(begin, end - begin));
    if (end == std::string::npos) return words;
    begin = end + 1;
  }
}

// The rule as it is written, without any index.
bool plain_match(const std::vector<std::string>& pattern, std::size_t p,
                 const std::vector<std::string>& key, std::size_t k) {
  if (p == pattern.size()) return k == key.size();
  if (pattern[p] == "#") {
    for (std::size_t i = k; i <= key.size(); ++i) {
      if (plain_match(pattern, p + 1, key, i)) return true;
    }
    return false;
  }
  if (k == key.size()) return false;
  return (pattern[p] == "*" || pattern[p] == key[k]) && plain_match(pattern, p + 1, key, k + 1);
}

}  // namespace

TEST_CASE("a star stands for exactly one word", "[ROUTE-5]") {
  CHECK(matches("a.*", "a.b"));
  CHECK_FALSE(matches("a.*", "a"));
  CHECK_FALSE(matches("a.*", "a.b.c"));
  CHECK(matches("*.b", "a.b"));
  CHECK(matches("a.*.c", "a.b.c"));
}

TEST_CASE("the word a star stands for may be empty", "[ROUTE-5]") {
  CHECK(matches("a.*", "a."));
  CHECK(matches("*.*", "."));
}

TEST_CASE("a hash stands for any number of words, anywhere", "[ROUTE-6]") {
  CHECK(matches("#", "a.b.c"));
  CHECK(matches("a.#", "a"));
  CHECK(matches("a.#", "a.b.c"));
  CHECK(matches("#.z", "z"));
  CHECK(matches("a.#.z", "a.z"));
  CHECK(matches("a.#.z", "a.b.z.z"));
  CHECK_FALSE(matches("a.#.z", "a.b"));
}

TEST_CASE("several hashes and stars may stand in one pattern", "[ROUTE-6]") {
  CHECK(matches("#.a.#", "x.a.y.a"));
  CHECK(matches("#.#", "a"));
  CHECK(matches("#.*", "a"));
  CHECK(matches("*.#.*", "a.b"));
  CHECK_FALSE(matches("*.#.*", "a"));
  CHECK(matches("#.a.#.b.#", "x.a.x.b.x"));
  CHECK_FALSE(matches("#.a.#.b.#", "x.b.x.a.x"));
}

TEST_CASE("the empty key has no words", "[ROUTE-7]") {
  CHECK(matches("#", ""));
  CHECK(matches("", ""));
  CHECK(matches("#.#", ""));
  CHECK_FALSE(matches("*", ""));
  CHECK_FALSE(matches("#.*", ""));
  CHECK_FALSE(matches("*.#", ""));
}

TEST_CASE("dots make empty words", "[ROUTE-7]") {
  CHECK(matches("a.", "a."));
  CHECK_FALSE(matches("a.", "a"));
  CHECK(matches("a..b", "a..b"));
  CHECK(matches("a.*.b", "a..b"));
  CHECK_FALSE(matches("a.*", "a..b"));
}

TEST_CASE("wildcards inside a longer word are literal", "[ROUTE-8]") {
  CHECK(matches("a*", "a*"));
  CHECK_FALSE(matches("a*", "ab"));
  CHECK_FALSE(matches("x.a#", "x.abc"));
}

TEST_CASE("wildcards in a published key are literal", "[ROUTE-8]") {
  CHECK(matches("*", "#"));
  CHECK(matches("a.*", "a.*"));
  CHECK_FALSE(matches("a.b", "a.*"));
  CHECK_FALSE(matches("b", "#"));
}

TEST_CASE("a queue that several patterns lead to gets one copy", "[ROUTE-13]") {
  RoutingFixture f;
  f.bind("amq.topic", "q", "a.*");
  f.bind("amq.topic", "q", "a.#");
  f.bind("amq.topic", "q", "a.b");
  f.bind("amq.topic", "r", "#");
  CHECK(f.route("amq.topic", "a.b") == Queues{"q", "r"});
}

TEST_CASE("unbinding one of two equivalent patterns keeps the other", "[ROUTE-14]") {
  RoutingFixture f;
  f.bind("amq.topic", "q", "#.*");
  f.bind("amq.topic", "q", "*.#");
  CHECK(f.unbind("amq.topic", "q", "#.*"));
  CHECK(f.route("amq.topic", "a") == Queues{"q"});
  CHECK(f.unbind("amq.topic", "q", "*.#"));
  CHECK(f.route("amq.topic", "a").empty());
}

TEST_CASE("unbinding a prefix of another pattern leaves that one alone", "[ROUTE-14]") {
  RoutingFixture f;
  f.bind("amq.topic", "long", "a.*.c.*");
  f.bind("amq.topic", "short", "a.*");
  CHECK(f.unbind("amq.topic", "short", "a.*"));
  CHECK(f.route("amq.topic", "a.b.c.d") == Queues{"long"});
  CHECK(f.route("amq.topic", "a.b").empty());
}

TEST_CASE("random patterns match random keys as the rule says", "[ROUTE-5][ROUTE-6][ROUTE-7]") {
  const std::vector<std::string> pattern_words = {"a", "b", "", "*", "#", "*", "#"};
  const std::vector<std::string> key_words = {"a", "b", "c", ""};
  std::uint64_t seed = 1;
  const auto draw = [&seed](std::size_t below) { return mix(++seed) % below; };
  const auto text = [&](const std::vector<std::string>& words) {
    std::string joined;
    const std::size_t length = draw(6);
    for (std::size_t i = 0; i < length; ++i) {
      if (i > 0) joined += '.';
      joined += words[draw(words.size())];
    }
    return joined;
  };
  for (int round = 0; round < 30; ++round) {
    RoutingFixture f;
    std::vector<std::string> patterns;
    for (int i = 0; i < 40; ++i) {
      patterns.push_back(text(pattern_words));
      f.bind("amq.topic", "q" + std::to_string(100 + i), patterns.back());
    }
    for (int i = 0; i < 20; ++i) {
      f.unbind("amq.topic", "q" + std::to_string(100 + i), patterns[static_cast<std::size_t>(i)]);
    }
    REQUIRE_FALSE(f.routing.validate());
    for (int i = 0; i < 40; ++i) {
      const std::string key = text(key_words);
      Queues expected;
      for (std::size_t p = 20; p < patterns.size(); ++p) {
        if (plain_match(split(patterns[p]), 0, split(key), 0)) {
          expected.push_back("q" + std::to_string(100 + p));
        }
      }
      CAPTURE(key);
      REQUIRE(f.route("amq.topic", key) == expected);
    }
  }
}

TEST_CASE("a pattern of many hashes does not make a route slow", "[ROUTE-6]") {
  // Tried one way after the other, this would take longer than anybody waits.
  RoutingFixture f;
  std::string pattern = "#";
  for (int i = 0; i < 40; ++i) pattern += ".a.#";
  std::string key = "a";
  for (int i = 0; i < 120; ++i) key += ".a";
  f.bind("amq.topic", "q", pattern + ".b");
  CHECK(f.route("amq.topic", key).empty());
  CHECK(f.route("amq.topic", key + ".b") == Queues{"q"});
}
