// SPDX-License-Identifier: MIT
// The comparison of observations.
#include "cli/conform/compare.hpp"

#include <fmt/format.h>

namespace mqlab::conform {

namespace {

std::optional<Mismatch> compare(const std::string& path, const Json& expected, const Json& got);

std::string member_path(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
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
  return Mismatch{path, expected, got};
}

}  // namespace

std::optional<Mismatch> first_mismatch(const Json& expected, const Json& got) {
  return compare("", expected, got);
}

}  // namespace mqlab::conform
