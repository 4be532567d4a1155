// SPDX-License-Identifier: MIT
// The form of the tables of texts; only texts*.cpp include this.
#pragma once

#include <cstddef>
#include <string_view>

#include "sim/observe/texts.hpp"

namespace mqlab::observe {

struct Entry {
  Key key;
  std::string_view text;
};

// All keys, each once and in order: a key without a text does not compile.
template <std::size_t N>
constexpr bool is_complete(const Entry (&table)[N]) {
  if (N != static_cast<std::size_t>(kKeyCount)) return false;
  for (std::size_t i = 0; i < N; ++i) {
    if (static_cast<std::size_t>(table[i].key) != i || table[i].text.empty()) return false;
  }
  return true;
}

std::string_view english_text(Key key);
std::string_view chinese_text(Key key);
std::string_view chinese_word(Fact fact);
std::string_view chinese_word(Reason reason);
std::string_view chinese_word(ledger::EntityKind kind);
std::string_view chinese_word(LossCause cause);
std::string_view chinese_word(Outcome outcome);
std::string_view chinese_explanation(LossCause cause);

}  // namespace mqlab::observe
