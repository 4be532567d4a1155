// SPDX-License-Identifier: MIT
// Tables as text and as CSV.
#include "gui/model/table.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "cli/formats/text_forms.hpp"
#include "sim/observe/canvas.hpp"

namespace mqlab::gui {

namespace {

// In letters; a Chinese one counts as two.
std::size_t columns_of(const std::string& text) {
  const double letter = observe::text_width("x", 10);
  return static_cast<std::size_t>(std::lround(observe::text_width(text, 10) / letter));
}

}  // namespace

std::string to_text(const Table& table) {
  std::vector<std::size_t> widths;
  const auto measure = [&widths](const std::vector<std::string>& row) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], columns_of(row[i]));
    }
  };
  measure(table.heads);
  for (const auto& row : table.rows) measure(row);
  std::string text;
  const auto write = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] - columns_of(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  if (!table.heads.empty()) write(table.heads);
  for (const auto& row : table.rows) write(row);
  return text;
}

std::string to_csv(const Table& table) {
  std::string text;
  const auto write = [&text](const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += ',';
      text += cli::csv_field(row[i]);
    }
    text += '\n';
  };
  if (!table.heads.empty()) write(table.heads);
  for (const auto& row : table.rows) write(row);
  return text;
}

}  // namespace mqlab::gui
