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

// The server cuts texts to 255 bytes, the last three of them dots. Where that falls depends on
// names that are normalised (virtual host, generated names), which may have made the text shorter;
// so may it be that only one of two texts was cut.
bool is_cut_off(const Json& expected, const Json& got) {
  constexpr std::size_t kMost = 255;
  constexpr std::size_t kSurely = 100;
  if (!expected.is_string() || !got.is_string()) return false;
  const std::string_view a = expected.get_ref<const std::string&>();
  const std::string_view b = got.get_ref<const std::string&>();
  if (!a.ends_with(kDots) || a.size() > kMost || a.size() < kSurely || b.size() > kMost) {
    return false;
  }
  const std::string_view begin = before_dots(a);
  return b.starts_with(begin) || (b.ends_with(kDots) && begin.starts_with(before_dots(b)));
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
  if (expected == got || is_cut_off(expected, got)) return std::nullopt;
  return Mismatch{path, expected, got};
}

}  // namespace

std::optional<Mismatch> first_mismatch(const Json& expected, const Json& got) {
  return compare("", expected, got);
}

}  // namespace mqlab::conform
