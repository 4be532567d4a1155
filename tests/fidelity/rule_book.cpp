// SPDX-License-Identifier: MIT
// Reading the tables of docs/rules.md.
#include "tests/fidelity/rule_book.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "tests/fidelity/scan.hpp"

namespace mqlab::fidelity {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// The cells of "| a | b |"; empty for other lines, and for the rules below a table's head.
std::vector<std::string> cells_of(std::string_view line) {
  line = trimmed(line);
  if (!line.starts_with("|") || !line.ends_with("|") || line.starts_with("|-")) return {};
  std::vector<std::string> cells;
  line.remove_prefix(1);
  while (!line.empty()) {
    const std::size_t bar = line.find('|');
    cells.emplace_back(trimmed(line.substr(0, bar)));
    line.remove_prefix(std::min(line.size(), bar + 1));
  }
  return cells;
}

class Reader {
 public:
  void read(std::string_view line) {
    ++number_;
    if (line.starts_with("## ")) {
      open_section(trimmed(line.substr(3)));
      return;
    }
    std::vector<std::string> cells = cells_of(line);
    if (cells.empty() || cells[0] == "rule" || cells[0] == "what") return;
    if (in_absences_) {
      read_absence(std::move(cells));
    } else {
      read_rule(std::move(cells));
    }
  }

  RuleBook book;

 private:
  void complain(std::string_view what) {
    book.mistakes.push_back(fmt::format("line {}: {}", number_, what));
  }

  // "QUEUE: storing and coming back", or the last section.
  void open_section(std::string_view title) {
    const std::size_t colon = title.find(": ");
    in_absences_ = colon == std::string_view::npos;
    if (in_absences_) return;
    book.families.push_back(
        {std::string(title.substr(0, colon)), std::string(title.substr(colon + 2)), {}});
  }

  void read_rule(std::vector<std::string> cells) {
    if (cells.size() != 3) {
      complain("a rule has three cells: its id, what the broker does, versions");
      return;
    }
    const std::string& id = cells[0];
    if (book.families.empty() || family_of(id) != book.families.back().name) {
      complain(fmt::format("\"{}\" is no id of this section", id));
      return;
    }
    if (book.find(id) != nullptr) complain(fmt::format("{} is there twice", id));
    if (cells[1].empty() || cells[2].empty()) complain("an empty cell");
    book.families.back().rules.push_back({id, cells[1], cells[2], number_});
  }

  void read_absence(std::vector<std::string> cells) {
    if (cells.size() != 2) {
      complain("two cells: what is not simulated, and what is here instead");
      return;
    }
    book.absences.push_back({cells[0], cells[1]});
  }

  int number_ = 0;
  bool in_absences_ = false;
};

}  // namespace

const Rule* RuleBook::find(std::string_view id) const {
  for (const Family& family : families) {
    for (const Rule& rule : family.rules) {
      if (rule.id == id) return &rule;
    }
  }
  return nullptr;
}

bool RuleBook::has_family(std::string_view id) const {
  return std::any_of(families.begin(), families.end(),
                     [&](const Family& family) { return family.name == family_of(id); });
}

RuleBook read_rule_book(std::string_view page) {
  Reader reader;
  while (!page.empty()) {
    const std::size_t end = page.find('\n');
    reader.read(page.substr(0, end));
    if (end == std::string_view::npos) break;
    page.remove_prefix(end + 1);
  }
  return std::move(reader.book);
}

}  // namespace mqlab::fidelity
