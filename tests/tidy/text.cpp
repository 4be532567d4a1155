// SPDX-License-Identifier: MIT
// A scanner that knows just enough C++ to tell code from comments and literals.
#include "tests/tidy/text.hpp"

namespace mqlab::tidy {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

namespace {

// Where the comment or literal that starts at `at` ends (one past it); `at` itself where none
// starts.
std::size_t skip_non_code(std::string_view text, std::size_t at) {
  const auto past = [&](std::size_t found, std::size_t length) {
    return found == std::string_view::npos ? text.size() : found + length;
  };
  const std::string_view rest = text.substr(at);
  const bool after_name = at > 0 && is_name_char(text[at - 1]);
  if (rest.starts_with("//")) return past(text.find('\n', at), 0);
  if (rest.starts_with("/*")) return past(text.find("*/", at + 2), 2);
  if (rest.starts_with("R\"") && !after_name) {
    const std::size_t open = text.find('(', at);
    if (open == std::string_view::npos) return text.size();
    const std::string close = ")" + std::string(text.substr(at + 2, open - at - 2)) + "\"";
    return past(text.find(close, open), close.size());
  }
  const char quote = rest.front();
  // A quote inside a number (1'000) separates digits.
  if (quote != '"' && (quote != '\'' || after_name)) return at;
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote || text[i] == '\n') {
      return i + 1;
    }
  }
  return text.size();
}

}  // namespace

std::string code_of(std::string_view text) {
  std::string code(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = skip_non_code(text, at);
    for (std::size_t i = at; i < end; ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
    at = end == at ? at + 1 : end;
  }
  return code;
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (const char c : text) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    if (!continues) ++width;
  }
  return width;
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t start) {
  for (std::size_t at = text.find(word, start); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool joins_before = is_name_char(word.front()) && at > 0 && is_name_char(text[at - 1]);
    const bool joins_after =
        is_name_char(word.back()) && end < text.size() && is_name_char(text[end]);
    if (!joins_before && !joins_after) return at;
  }
  return std::string_view::npos;
}

}  // namespace mqlab::tidy
