// SPDX-License-Identifier: MIT
// Strict reading of JSON and the one-line style.
#include "cli/conform/json.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include <fmt/format.h>

namespace mqlab::conform {

namespace {

constexpr int kDeepest = 64;

// The offset of the first byte that is no UTF-8 text, control characters counted as such.
std::optional<std::size_t> first_odd_byte(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) {
      if (lead < 0x20 && lead != '\n' && lead != '\r' && lead != '\t') return at;
      ++at;
      continue;
    }
    const std::size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if (lead < 0xc2 || lead > 0xf4 || at + more >= text.size()) return at;
    for (std::size_t i = 1; i <= more; ++i) {
      if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80) return at;
    }
    at += more + 1;
  }
  return std::nullopt;
}

// Builds nothing: looks at the structure for what the JSON library lets pass.
class StructureCheck {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(number_integer_t) { return true; }
  bool number_unsigned(number_unsigned_t) { return true; }
  bool number_float(number_float_t, const string_t&) { return true; }
  bool string(string_t&) { return true; }
  bool binary(binary_t&) { return true; }
  bool start_object(std::size_t) { return enter(); }
  bool start_array(std::size_t) { return enter(); }
  bool end_object() { return leave(); }
  bool end_array() { return leave(); }
  bool key(string_t& name) {
    if (levels_.back().insert(name).second) return true;
    what = fmt::format("the member \"{}\" stands twice in one object", name);
    return false;
  }
  bool parse_error(std::size_t position, const std::string&, const Json::exception& error) {
    offset = position;
    what = error.what();
    const std::size_t colon = what.rfind(": ");
    if (colon != std::string::npos) what.erase(0, colon + 2);
    return false;
  }

  std::string what;
  std::optional<std::size_t> offset;

 private:
  bool enter() {
    levels_.emplace_back();
    if (levels_.size() <= kDeepest) return true;
    what = fmt::format("nested deeper than {} levels", kDeepest);
    return false;
  }
  bool leave() {
    levels_.pop_back();
    return true;
  }

  std::vector<std::set<std::string>> levels_;
};

void append(std::string& out, const Json& value) {
  if (!value.is_structured()) {
    out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  out += value.is_object() ? '{' : '[';
  bool first = true;
  for (const auto& item : value.items()) {
    if (!first) out += ", ";
    first = false;
    if (value.is_object()) {
      append(out, Json(item.key()));
      out += ": ";
    }
    append(out, item.value());
  }
  out += value.is_object() ? '}' : ']';
}

}  // namespace

int line_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

Result<Json> parse_json(std::string_view text, const std::string& file) {
  if (const auto odd = first_odd_byte(text)) {
    return Error{{file, line_at(text, *odd)}, "this is not UTF-8 text", "is it a binary file?"};
  }
  StructureCheck check;
  if (!Json::sax_parse(text.begin(), text.end(), &check)) {
    const std::size_t end = text.find_last_not_of(" \t\r\n") + 1;
    if (check.offset && *check.offset > end) {
      return Error{{file, line_at(text, end)}, "the JSON text ends too early", "is it cut off?"};
    }
    const int line = check.offset ? line_at(text, *check.offset) : 0;
    return Error{{file, line}, "broken JSON: " + check.what, ""};
  }
  return Json::parse(text.begin(), text.end());
}

std::string to_line(const Json& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace mqlab::conform
