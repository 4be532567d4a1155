// SPDX-License-Identifier: MIT
// Printing terms as Erlang's ~p does, on one line.
#include "sim/broker/erlang_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace mqlab::broker {

namespace {

bool printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 32 && byte < 127) || byte >= 160 || (byte >= 8 && byte <= 13) || byte == 27;
  });
}

// What stands behind the \ when this character is printed inside quotes; 0: it stands for itself.
char escape_letter(char c) {
  constexpr std::string_view kCharacters = "\"\\\b\t\n\v\f\r\x1b";
  constexpr std::string_view kLetters = "\"\\btnvfre";
  const std::size_t at = kCharacters.find(c);
  return at == std::string_view::npos ? '\0' : kLetters[at];
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const char letter = escape_letter(c);
    if (letter != '\0') out += '\\';
    out += letter != '\0' ? letter : c;
  }
  return out;
}

std::string numbers(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!out.empty()) out += ',';
    out += std::to_string(static_cast<unsigned char>(c));
  }
  return out;
}

std::string list(const FieldArray& array) {
  std::string out = "[";
  for (const FieldValue& value : array) {
    if (out.size() > 1) out += ',';
    out += erlang_pair(value);
  }
  return out + "]";
}

std::string table(const FieldTable& fields) {
  std::string out = "[";
  for (const auto& [name, value] : fields) {
    if (out.size() > 1) out += ',';
    out += fmt::format("{{{},{},{}}}", erlang_binary(name), broker_type_name(value.type),
                       erlang_value(value));
  }
  return out + "]";
}

struct Printer {
  std::string operator()(std::monostate) const { return "undefined"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return erlang_float(value); }
  std::string operator()(const Decimal& value) const {
    return fmt::format("{{{},{}}}", value.scale, value.value);
  }
  std::string operator()(const std::string& value) const { return erlang_binary(value); }
  std::string operator()(const FieldArray& value) const { return list(value); }
  std::string operator()(const FieldTable& value) const { return table(value); }
};

}  // namespace

std::string erlang_binary(std::string_view bytes) {
  if (bytes.empty()) return "<<>>";
  if (!printable(bytes)) return "<<" + numbers(bytes) + ">>";
  return "<<\"" + escaped(bytes) + "\">>";
}

std::string erlang_string(std::string_view characters) {
  if (characters.empty()) return "[]";
  if (!printable(characters)) return "[" + numbers(characters) + "]";
  return "\"" + escaped(characters) + "\"";
}

std::string erlang_float(double value) {
  // The shortest digits come as d.ddde±xx; where Erlang puts the point is decided here.
  char buffer[64];
  const auto printed =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string digits(buffer, printed.ptr);
  const std::size_t e = digits.find('e');
  const int exponent = std::stoi(digits.substr(e + 1));
  digits.resize(e);
  const std::string sign = std::signbit(value) ? "-" : "";
  std::erase_if(digits, [](char c) { return c == '.' || c == '-'; });
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();

  const int length = static_cast<int>(digits.size());
  const int place = exponent + 1;  // the point stands before this digit
  const int scientific = static_cast<int>(std::to_string(exponent).size()) + (length == 1 ? 3 : 2);
  const bool large = std::abs(value) >= 9007199254740992.0;
  if (digits == "0") return sign + "0.0";
  if (!large && place > 0 && place < length) {
    const auto split = static_cast<std::size_t>(place);
    return sign + digits.substr(0, split) + "." + digits.substr(split);
  }
  if (!large && place >= length && place - length + 2 <= scientific) {
    return sign + digits + std::string(static_cast<std::size_t>(place - length), '0') + ".0";
  }
  if (place <= 0 && 2 - place <= scientific + (place == 0 ? 2 : 0)) {
    return sign + "0." + std::string(static_cast<std::size_t>(-place), '0') + digits;
  }
  const std::string rest = length == 1 ? "0" : digits.substr(1);
  return fmt::format("{}{}.{}e{}", sign, digits[0], rest, exponent);
}

std::string erlang_value(const FieldValue& value) {
  return std::visit(Printer{}, value.content);
}

std::string erlang_pair(const FieldValue& value) {
  return fmt::format("{{{},{}}}", broker_type_name(value.type), erlang_value(value));
}

}  // namespace mqlab::broker
