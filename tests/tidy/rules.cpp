// SPDX-License-Identifier: MIT
// The form of files: how they open, how large they are, what pages look like.
#include "tests/tidy/rules.hpp"

#include <array>
#include <string_view>

#include "tests/tidy/text.hpp"

namespace mqlab::tidy {
namespace {

constexpr std::size_t kMaxColumns = 100;
constexpr std::size_t kMaxLines = 500;

bool has_extension(const File& file, std::string_view extension) {
  return file.path.ends_with(extension);
}

bool is_cpp(const File& file) {
  return has_extension(file, ".cpp") || has_extension(file, ".hpp");
}

bool is_lua(const File& file) {
  return has_extension(file, ".lua");
}

bool is_page(const File& file) {
  return has_extension(file, ".md");
}

bool is_cmake(const File& file) {
  return has_extension(file, ".cmake") || has_extension(file, "CMakeLists.txt");
}

bool is_shell(const File& file) {
  return file.path == "setup" || file.path == ".ci/run";
}

void append(Findings& to, Findings more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// Calls `visit(line, number)` for the lines of a page that are not inside a ``` fence.
template <typename Visit>
void for_each_prose_line(const File& page, Visit visit) {
  bool fenced = false;
  int number = 0;
  for (const std::string_view line : lines_of(page.text)) {
    ++number;
    if (line.starts_with("```")) {
      fenced = !fenced;
    } else if (!fenced) {
      visit(line, number);
    }
  }
}

}  // namespace

Findings check_opening(const File& file) {
  Findings findings;
  const std::vector<std::string_view> lines = lines_of(file.text);
  if (lines.empty() || lines[0] != "// SPDX-License-Identifier: MIT") {
    findings.push_back({file.path, 1, "the first line must be // SPDX-License-Identifier: MIT"});
  }
  if (lines.size() < 2 || !lines[1].starts_with("// ")) {
    findings.push_back(
        {file.path, 2, "the second line must say in a comment what the file is for"});
  }
  const bool once = file.text.find("\n#pragma once\n") != std::string::npos;
  if (has_extension(file, ".hpp") && !once) {
    findings.push_back({file.path, 0, "a header needs #pragma once"});
  }
  return findings;
}

Findings check_shape(const File& file) {
  Findings findings;
  const std::vector<std::string_view> lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto say = [&](std::string_view what) {
      findings.push_back({file.path, static_cast<int>(i) + 1, std::string(what)});
    };
    if (!is_page(file) && width_of(lines[i]) > kMaxColumns) say("is longer than 100 columns");
    if (lines[i].find('\t') != std::string_view::npos) say("has a tab");
    if (lines[i].ends_with(' ') || lines[i].ends_with('\r')) say("ends in white space");
  }
  if (is_cpp(file) && lines.size() > kMaxLines) {
    findings.push_back({file.path, 0, "is longer than 500 lines"});
  }
  if (!file.text.empty() && file.text.back() != '\n') {
    findings.push_back({file.path, static_cast<int>(lines.size()), "does not end in a line feed"});
  }
  return findings;
}

Findings check_marks(const File& file) {
  // In halves, so that this file does not find itself.
  static const std::array<std::string, 3> marks{std::string("TO") + "DO", std::string("FIX") + "ME",
                                                std::string("XX") + "X"};
  Findings findings;
  int number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    for (const std::string& mark : marks) {
      if (find_word(line, mark) == std::string_view::npos) continue;
      findings.push_back({file.path, number, mark + ": do it, or say it where people look"});
    }
  }
  return findings;
}

Findings check_title(const File& file) {
  int titles = 0;
  for_each_prose_line(file, [&](std::string_view line, int) {
    if (line.starts_with("# ")) ++titles;
  });
  if (titles == 1) return {};
  return {{file.path, 0, "has " + std::to_string(titles) + " titles (# ...) and needs one"}};
}

Findings check_all(const File& file) {
  Findings findings;
  if (is_cpp(file)) {
    append(findings, check_includes(file));
    append(findings, check_bans(file));
    append(findings, check_opening(file));
  }
  if (is_cpp(file) || is_lua(file) || is_cmake(file) || is_shell(file) || is_page(file)) {
    append(findings, check_shape(file));
  }
  // The part a student is to change may be marked in a lab.
  if (!file.path.starts_with("scenarios/")) append(findings, check_marks(file));
  if (is_page(file)) append(findings, check_title(file));
  return findings;
}

std::vector<Link> links_of(const File& page) {
  const std::size_t slash = page.path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : page.path.substr(0, slash + 1);
  std::vector<Link> links;
  for_each_prose_line(page, [&](std::string_view line, int number) {
    for (std::size_t at = line.find("]("); at != std::string_view::npos;
         at = line.find("](", at + 1)) {
      std::string_view target = line.substr(at + 2);
      target = target.substr(0, target.find_first_of(")# "));
      if (target.empty() || target.find("://") != std::string_view::npos) continue;
      links.push_back({folder + std::string(target), number});
    }
  });
  return links;
}

}  // namespace mqlab::tidy
