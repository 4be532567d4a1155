// SPDX-License-Identifier: MIT
// What users read, in each language: one table per language, by key.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/observe/books.hpp"
#include "sim/observe/text_keys.hpp"

namespace mqlab::observe {

enum class Language : std::uint8_t { english, chinese };

// "en" and "zh-CN", as options and documents name them.
std::string_view tag(Language language);
std::optional<Language> language(std::string_view tag);

// The text of a key. Values stand in it as {0}, {1}…, in the order that the language wants.
std::string_view text(Language language, Key key);
// The text with its values filled in, as they are. A value that is missing is left out.
std::string fill(Language language, Key key, std::initializer_list<std::string_view> values);

// A text and its values, before the language is known; or none.
struct Words {
  std::optional<Key> key;
  std::vector<std::string> values;

  bool empty() const { return !key; }
  std::string in(Language language) const;  // "" if empty
};

// The words of the ledger. The English ones are those of files, scripts and options; names that
// AMQP gives stay as they are in every language.
std::string_view word(Language language, Fact fact);
std::string_view word(Language language, Reason reason);
std::string_view word(Language language, ledger::EntityKind kind);
std::string_view word(Language language, LossCause cause);
std::string_view word(Language language, Outcome outcome);
// What a cause of loss means, as the end of a sentence.
std::string_view explanation(Language language, LossCause cause);

}  // namespace mqlab::observe
