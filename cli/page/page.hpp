// SPDX-License-Identifier: MIT
// A run as one HTML file that needs nothing else: no network, no other file.
#pragma once

#include <string>

#include "cli/report_text.hpp"
#include "sim/observe/texts.hpp"

namespace mqlab::cli {

struct PageOptions {
  observe::Language language = observe::Language::english;
  std::string command;   // that gives this run again
  std::string all_rows;  // that prints the whole ledger
  std::string version;   // of the mqlab that ran it
  // A recording that could not be run again: it has no title, no places of checks, and no texts
  // that the script printed.
  bool rows_only = false;
};

// The page. What scripts say is shown as text whatever it contains. The same run gives the same
// bytes.
std::string report_page(const Finished& run, const PageOptions& options);

}  // namespace mqlab::cli
