// SPDX-License-Identifier: MIT
// Looking for rows of the ledger.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "gui/model/run.hpp"

namespace mqlab::gui {

struct QueryResult {
  std::vector<RowNo> rows;  // rising
  bool whole = true;        // false: interrupted
};

// The rows that a query means. A message's name as `mqlab why` takes it gives its life; other words
// must all stand in a row's line, in any case of letters; a word after "-" must not.
QueryResult find_rows(const Run& run, const std::string& query, const std::atomic<bool>& interrupt);

}  // namespace mqlab::gui
