// SPDX-License-Identifier: MIT
// Regular expressions on names.
#include <string>

#include "sim/broker/pattern.hpp"
#include "tests/catch.hpp"

using namespace mqlab;
using namespace mqlab::broker;

namespace {

bool finds(std::string_view pattern, std::string_view name) {
  const Result<Pattern> parsed = Pattern::parse(pattern);
  INFO(pattern);
  REQUIRE(parsed.ok());
  return parsed->search(name);
}

}  // namespace

TEST_CASE("a pattern may match anywhere in the name") {
  CHECK(finds("b", "abc"));
  CHECK(finds("", "abc"));
  CHECK(finds("", ""));
  CHECK_FALSE(finds("d", "abc"));
}

TEST_CASE("anchors tie a pattern to the ends of the name") {
  CHECK(finds("^mine", "mine.too"));
  CHECK_FALSE(finds("^mine", "not mine"));
  CHECK(finds("\\.log$", "app.log"));
  CHECK_FALSE(finds("\\.log$", "app.log.1"));
  CHECK(finds("^$", ""));
  CHECK_FALSE(finds("^$", "a"));
  CHECK(finds("^(a|b)$", "b"));
}

TEST_CASE("repetition counts what it should") {
  CHECK(finds("^ab*c$", "ac"));
  CHECK(finds("^ab*c$", "abbbc"));
  CHECK_FALSE(finds("^ab+c$", "ac"));
  CHECK(finds("^ab?c$", "abc"));
  CHECK_FALSE(finds("^ab?c$", "abbc"));
  CHECK(finds("^a{2,3}$", "aaa"));
  CHECK_FALSE(finds("^a{2,3}$", "a"));
  CHECK_FALSE(finds("^a{2,3}$", "aaaa"));
  CHECK(finds("^a{2,}$", "aaaaa"));
  CHECK(finds("^(ab){2}$", "abab"));
  CHECK(finds("^(a{2}){2}$", "aaaa"));
  CHECK_FALSE(finds("^(a{2}){2}$", "aaa"));
  CHECK(finds("^a.*?b$", "axxb"));
  CHECK(finds("^a{x}$", "a{x}"));
  CHECK(finds("^(a|)+b$", "ab"));
}

TEST_CASE("alternatives and groups nest") {
  CHECK(finds("^(?:orders|(bill|pay)ing)\\.", "paying.x"));
  CHECK_FALSE(finds("^(?:orders|(bill|pay)ing)\\.", "pay.x"));
  CHECK(finds("^(|a)$", ""));
  CHECK(finds("a||b", "zzz"));
}

TEST_CASE("classes take ranges, opposites and escapes") {
  CHECK(finds("^[a-c]+$", "abc"));
  CHECK_FALSE(finds("^[a-c]+$", "abd"));
  CHECK(finds("^[^.]+$", "ab"));
  CHECK_FALSE(finds("^[^.]+$", "a.b"));
  CHECK(finds("^[]x]+$", "]x"));
  CHECK(finds("^[\\w-]+$", "a-b_1"));
  CHECK(finds("^\\d\\D\\s\\S\\W$", "1a b."));
  CHECK(finds("^[a\\]]$", "]"));
}

TEST_CASE("patterns that are none say why") {
  for (const char* pattern :
       {"(", ")", "a)", "[", "[a", "*", "a**", "(?=a)", "\\", "[z-a]", "a{3,2}", "\\b", "\\1"}) {
    CAPTURE(pattern);
    CHECK_FALSE(Pattern::parse(pattern).ok());
  }
}

TEST_CASE("no pattern takes long, to match or to refuse") {
  const std::string name(255, 'a');
  CHECK_FALSE(finds("^(a+)+$", name + "b"));
  CHECK_FALSE(finds("(a|a)*(a|a)*(a|a)*b", name));
  CHECK_FALSE(Pattern::parse("((a{99}){99}){99}").ok());
  CHECK(Pattern::parse("((){99999}){99999}").ok());
  std::string nested;
  for (int i = 0; i < 50; ++i) nested += "(";
  nested += "a";
  for (int i = 0; i < 50; ++i) nested += ")*";
  CHECK(finds("^" + nested + "$", name));
  CHECK_FALSE(Pattern::parse(std::string(100'000, '(')).ok());
}
