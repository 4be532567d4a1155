// SPDX-License-Identifier: MIT
// Choosing a language's table, and filling values into its texts.
#include "sim/observe/texts.hpp"

#include "sim/base/assert.hpp"
#include "sim/observe/texts_table.hpp"
#include "sim/observe/why.hpp"

namespace mqlab::observe {

std::string_view tag(Language language) {
  switch (language) {
    case Language::english:
      return "en";
    case Language::chinese:
      return "zh-CN";
  }
  assertion_failed("every language has a tag", __FILE__, __LINE__);
}

std::optional<Language> language(std::string_view text) {
  for (const Language each : {Language::english, Language::chinese}) {
    if (tag(each) == text) return each;
  }
  return std::nullopt;
}

std::string_view text(Language language, Key key) {
  return language == Language::chinese ? chinese_text(key) : english_text(key);
}

namespace {

template <typename Values>
std::string filled(std::string_view pattern, const Values& values) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '{') {
      out += pattern[at];
      continue;
    }
    // {0} to {9}: the tables are ours, and a test reads all of them.
    const auto index = static_cast<std::size_t>(pattern[at + 1] - '0');
    if (index < values.size()) out += values.begin()[index];
    at += 2;
  }
  return out;
}

}  // namespace

std::string fill(Language language, Key key, std::initializer_list<std::string_view> values) {
  return filled(text(language, key), values);
}

std::string Words::in(Language language) const {
  return key ? filled(text(language, *key), values) : std::string();
}

std::string_view word(Language language, Fact fact) {
  return language == Language::chinese ? chinese_word(fact) : ledger::word(fact);
}

std::string_view word(Language language, Reason reason) {
  return language == Language::chinese ? chinese_word(reason) : ledger::word(reason);
}

std::string_view word(Language language, ledger::EntityKind kind) {
  return language == Language::chinese ? chinese_word(kind) : ledger::word(kind);
}

std::string_view word(Language language, LossCause cause) {
  return language == Language::chinese ? chinese_word(cause) : word(cause);
}

std::string_view word(Language language, Outcome outcome) {
  return language == Language::chinese ? chinese_word(outcome) : word(outcome);
}

std::string_view explanation(Language language, LossCause cause) {
  return language == Language::chinese ? chinese_explanation(cause) : explanation(cause);
}

}  // namespace mqlab::observe
