// SPDX-License-Identifier: MIT
// Quoting, one rule for each kind of file.
#include "cli/formats/text_forms.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mqlab::cli {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// The length of the UTF-8 sequence at the start of the text, or 0.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0u) != 0x80) return 0;
  }
  if (first == 0xe0 && byte(1) < 0xa0) return 0;  // longer than need be
  if (first == 0xed && byte(1) > 0x9f) return 0;  // a surrogate
  if (first == 0xf0 && byte(1) < 0x90) return 0;
  if (first == 0xf4 && byte(1) > 0x8f) return 0;  // beyond Unicode
  return length;
}

constexpr std::size_t kPiece = std::size_t{1} << 20;

}  // namespace

Pieces& Pieces::operator+=(std::string_view text) {
  if (pieces_.empty() || pieces_.back().size() + text.size() > pieces_.back().capacity()) {
    pieces_.emplace_back().reserve(std::max(kPiece, text.size()));
  }
  pieces_.back() += text;
  return *this;
}

void Pieces::put_to(const Put& put) const {
  for (const std::string& piece : pieces_) put(piece);
}

std::string utf8_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    out += length == 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::size_t columns_of(std::string_view text) {
  // Letters without width of their own are rare enough; the wide ones begin with U+3000.
  std::size_t columns = 0;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(sequence_length(text), 1);
    const auto first = static_cast<unsigned char>(text[0]);
    columns += length > 1 && first >= 0xe3 ? 2 : 1;
    text.remove_prefix(length);
  }
  return columns;
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char letter : utf8_text(text)) {
    const auto code = static_cast<unsigned char>(letter);
    if (letter == '&') {
      out += "&amp;";
    } else if (letter == '<') {
      out += "&lt;";
    } else if (letter == '>') {
      out += "&gt;";
    } else if (letter == '"') {
      out += "&quot;";
    } else if (letter == '\n' || letter == '\t' || letter == '\r') {
      out += fmt::format("&#{};", static_cast<int>(code));
    } else if (code < 0x20 || code == 0x7f) {
      out += kReplacement;
    } else {
      out += letter;
    }
  }
  // Two more that XML 1.0 does not take: U+FFFE and U+FFFF.
  for (const std::string_view forbidden : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {
    for (std::size_t at = out.find(forbidden); at != std::string::npos; at = out.find(forbidden)) {
      out.replace(at, forbidden.size(), kReplacement);
    }
  }
  return out;
}

std::string csv_field(std::string_view text) {
  const std::string clean = utf8_text(text);
  if (clean.find_first_of(",\"\r\n") == std::string::npos) return clean;
  std::string out = "\"";
  for (const char letter : clean) {
    if (letter == '"') out += '"';
    out += letter;
  }
  return out + "\"";
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,@%+";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(text);
  }
  std::string out = "'";
  for (const char letter : text) {
    if (letter == '\'') {
      out += "'\\''";
    } else {
      out += letter;
    }
  }
  return out + "'";
}

std::string lua_string(std::string_view text) {
  std::string out = "\"";
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      out += '\\';
      out += letter;
    } else if (letter == '\n') {
      out += "\\n";
    } else if (code < 0x20 || code == 0x7f) {
      out += fmt::format("\\{:03}", static_cast<int>(code));
    } else {
      out += letter;
    }
  }
  return out + "\"";
}

}  // namespace mqlab::cli
