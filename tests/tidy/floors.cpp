// SPDX-License-Identifier: MIT
// Which floor may include which, and the check of it.
#include <algorithm>
#include <array>
#include <string_view>

#include "tests/tidy/rules.hpp"
#include "tests/tidy/text.hpp"

namespace mqlab::tidy {
namespace {

struct Floor {
  std::string_view folder;
  std::string_view below;  // the floors it may include besides itself, separated by spaces
};

constexpr std::array<Floor, 10> kFloors{{
    {"sim/base", ""},
    {"sim/ledger", "sim/base"},
    {"sim/broker", "sim/base sim/ledger"},
    {"sim/engine", "sim/base sim/ledger"},
    {"sim/world", "sim/base sim/ledger sim/broker sim/engine"},
    {"sim/observe", "sim/base sim/ledger"},
    {"sim/explore", "sim/base sim/ledger sim/broker sim/engine sim/world sim/observe"},
    {"scripting", "sim/base sim/ledger sim/broker sim/engine sim/world sim/observe sim/explore"},
    {"cli",
     "sim/base sim/ledger sim/broker sim/engine sim/world sim/observe sim/explore scripting"},
    {"gui",
     "sim/base sim/ledger sim/broker sim/engine sim/world sim/observe sim/explore scripting cli"},
}};

const Floor* floor_of(std::string_view path) {
  const auto* found = std::find_if(kFloors.begin(), kFloors.end(), [&](const Floor& floor) {
    return path.starts_with(floor.folder) && path.substr(floor.folder.size()).starts_with('/');
  });
  return found == kFloors.end() ? nullptr : found;
}

// The path in `#include "path"`, or empty.
std::string_view included_path(std::string_view line) {
  constexpr std::string_view kInclude = "#include \"";
  if (!line.starts_with(kInclude)) return {};
  line.remove_prefix(kInclude.size());
  return line.substr(0, line.find('"'));
}

std::string what_is_wrong(const Floor* here, std::string_view path) {
  const Floor* there = floor_of(path);
  const bool in_tests = here == nullptr;
  if (there == nullptr) {
    if (in_tests && path.starts_with("tests/")) return {};
    return "includes \"" + std::string(path) + "\", which is no path from the root into a floor";
  }
  if (in_tests || there == here) return {};
  if (find_word(here->below, there->folder) != std::string_view::npos) return {};
  return std::string(here->folder) + " must not include " + std::string(there->folder);
}

}  // namespace

Findings check_includes(const File& file) {
  const Floor* here = floor_of(file.path);
  if (here == nullptr && !file.path.starts_with("tests/")) {
    return {{file.path, 0, "stands on no floor that tests/tidy/floors.cpp knows"}};
  }
  Findings findings;
  int number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    const std::string_view path = included_path(line);
    if (path.empty()) continue;
    std::string what = what_is_wrong(here, path);
    if (!what.empty()) findings.push_back({file.path, number, std::move(what)});
  }
  return findings;
}

}  // namespace mqlab::tidy
