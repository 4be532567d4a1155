// SPDX-License-Identifier: MIT
// The comparison of observations.
#include "cli/conform/compare.hpp"

#include <string_view>

#include <fmt/format.h>

namespace mqlab::conform {

namespace {

std::optional<Mismatch> compare(const std::string& path, const Json& expected, const Json& got);

std::string member_path(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
}

constexpr std::string_view kDots = "...";

// A cut text as far as it surely was the same: without the dots, and without the beginning of a
// virtual host's name.
std::string_view before_dots(std::string_view text) {
  constexpr std::string_view kHost = "vhost '";
  text.remove_suffix(kDots.size());
  const std::size_t host = text.rfind(kHost);
  const bool is_open = host != text.npos && text.find('\'', host + kHost.size()) == text.npos;
  return is_open ? text.substr(0, host + kHost.size()) : text;
}

// How often a text has something that stood there in a longer form: names of virtual hosts, names
// that the server makes, processes.
std::size_t count_hidden(std::string_view text) {
  std::size_t count = 0;
  for (const std::string_view hidden : {"vhost '", "amq.gen-", "amq.ctag-", "reply-to.", "<PID>"}) {
    for (std::size_t at = text.find(hidden); at != text.npos; at = text.find(hidden, at + 1)) {
      ++count;
    }
  }
  return count;
}

// The server cuts texts to 255 bytes, the last three of them dots. What was hidden in the recording
// has made it shorter since; and the core, whose names are short, may have had room for more.
bool is_cut_off(std::string_view expected, std::string_view got) {
  constexpr std::size_t kMost = 255;
  constexpr std::size_t kLongestHidden = 64;
  constexpr std::size_t kOfHalfLetter = 2;  // a letter that was cut in two is written with 3 bytes
  if (!expected.ends_with(kDots) || expected.size() > kMost + kOfHalfLetter) return false;
  if (expected.size() + kLongestHidden * count_hidden(expected) < kMost) return false;
  const std::string_view begin = before_dots(expected);
  return got.size() > begin.size() && got.size() <= kMost && got.starts_with(begin);
}

bool same_text(const Json& expected, const Json& got) {
  // Bytes that are no text are written in one way only.
  return to_line(expected) == to_line(got) ||
         is_cut_off(expected.get_ref<const std::string&>(), got.get_ref<const std::string&>());
}

std::optional<Mismatch> compare_objects(const std::string& path, const Json& expected,
                                        const Json& got) {
  for (const auto& item : expected.items()) {
    const std::string inner = member_path(path, item.key());
    if (!got.contains(item.key())) return Mismatch{inner, item.value(), nullptr};
    if (auto found = compare(inner, item.value(), got[item.key()])) return found;
  }
  const bool queue = path.rfind("inspect.queues.", 0) == 0;
  for (const auto& item : got.items()) {
    if (expected.contains(item.key()) || (queue && item.key() == "type")) continue;
    return Mismatch{member_path(path, item.key()), nullptr, item.value()};
  }
  return std::nullopt;
}

std::optional<Mismatch> compare_lists(const std::string& path, const Json& expected,
                                      const Json& got) {
  for (std::size_t i = 0; i < expected.size() || i < got.size(); ++i) {
    const std::string inner = fmt::format("{}[{}]", path, i);
    if (i >= got.size()) return Mismatch{inner, expected[i], nullptr};
    if (i >= expected.size()) return Mismatch{inner, nullptr, got[i]};
    if (auto found = compare(inner, expected[i], got[i])) return found;
  }
  return std::nullopt;
}

std::optional<Mismatch> compare(const std::string& path, const Json& expected, const Json& got) {
  if (expected.is_object() && got.is_object()) return compare_objects(path, expected, got);
  if (expected.is_array() && got.is_array()) return compare_lists(path, expected, got);
  if (expected == got) return std::nullopt;
  if (expected.is_string() && got.is_string() && same_text(expected, got)) return std::nullopt;
  return Mismatch{path, expected, got};
}

}  // namespace

std::optional<Mismatch> first_mismatch(const Json& expected, const Json& got) {
  return compare("", expected, got);
}

}  // namespace mqlab::conform
