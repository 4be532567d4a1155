// SPDX-License-Identifier: MIT
// What a panel shows, as a table of words: for the clipboard, for files, for those who cannot see.
#pragma once

#include <string>
#include <vector>

namespace mqlab::gui {

struct Table {
  std::vector<std::string> heads;  // may be empty: columns without names
  std::vector<std::vector<std::string>> rows;
};

// Columns side by side, each as wide as its widest field; a line for each row.
std::string to_text(const Table& table);
// As RFC 4180 says; lines end with a line feed.
std::string to_csv(const Table& table);

}  // namespace mqlab::gui
