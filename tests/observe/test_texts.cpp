// SPDX-License-Identifier: MIT
// The tables of texts: complete in every language, and with the same values to fill in.
#include <set>

#include "sim/observe/texts.hpp"
#include "tests/catch.hpp"

using namespace mqlab;
using namespace mqlab::observe;

namespace {

// The numbers of the values in a text; -1 for a brace that stands for none.
std::set<int> values_in(std::string_view text) {
  std::set<int> values;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '}') values.insert(-1);
    if (text[at] != '{') continue;
    const bool whole =
        at + 2 < text.size() && text[at + 2] == '}' && text[at + 1] >= '0' && text[at + 1] <= '9';
    values.insert(whole ? text[at + 1] - '0' : -1);
    at += 2;
  }
  return values;
}

bool has_chinese(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0xe3 && byte <= 0xe9) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the tables of all languages have the same keys with the same values to fill in") {
  for (int i = 0; i < kKeyCount; ++i) {
    const Key key = static_cast<Key>(i);
    const std::string_view english = text(Language::english, key);
    const std::string_view chinese = text(Language::chinese, key);
    CAPTURE(english, chinese);
    CHECK_FALSE(english.empty());
    CHECK_FALSE(has_chinese(english));
    const std::set<int> values = values_in(english);
    CHECK(values == values_in(chinese));
    CHECK_FALSE(values.contains(-1));
    // Values are counted from 0 without a gap, so no call can fill in too few of them.
    if (!values.empty()) CHECK(*values.rbegin() + 1 == static_cast<int>(values.size()));
  }
}

TEST_CASE("every word of the ledger has a Chinese one, and no two facts or causes share theirs") {
  std::set<std::string_view> facts;
  for (int i = 0; i < ledger::kFactCount; ++i) {
    const std::string_view chinese = word(Language::chinese, static_cast<Fact>(i));
    CHECK(has_chinese(chinese));
    CHECK(facts.insert(chinese).second);
  }
  for (int i = 1; i < ledger::kReasonCount; ++i) {
    const Reason reason = static_cast<Reason>(i);
    CAPTURE(ledger::word(reason));
    const std::string_view chinese = word(Language::chinese, reason);
    CHECK((has_chinese(chinese)));
    CHECK(word(Language::english, reason) == ledger::word(reason));
  }
  CHECK(word(Language::chinese, Reason::none).empty());
  std::set<std::string_view> causes;
  for (int i = 0; i < kLossCauseCount; ++i) {
    const auto cause = static_cast<LossCause>(i);
    CHECK(has_chinese(explanation(Language::chinese, cause)));
    CHECK(causes.insert(word(Language::chinese, cause)).second);
  }
}

TEST_CASE("values are filled in as they are, also when they look like places for values") {
  CHECK(fill(Language::english, Key::mark_down, {"{1}", "killed"}) == "{1} down: killed");
  CHECK(fill(Language::chinese, Key::mark_down, {"worker", "被杀"}) == "worker 宕机：被杀");
  CHECK(fill(Language::english, Key::why_and, {}) == " and ");
}

TEST_CASE("languages are named by their tags") {
  CHECK(language("en") == Language::english);
  CHECK(language("zh-CN") == Language::chinese);
  CHECK_FALSE(language("zh").has_value());
  CHECK(tag(Language::chinese) == "zh-CN");
}
