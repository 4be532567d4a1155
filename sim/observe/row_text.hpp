// SPDX-License-Identifier: MIT
// One row of the ledger as a line that a person can read, in fixed columns.
#pragma once

#include <string>
#include <string_view>

#include "sim/observe/names.hpp"
#include "sim/observe/texts.hpp"

namespace mqlab::observe {

// The columns of a row, each as text.
struct RowText {
  RowNo number = 0;
  Time at;
  std::string actor;    // who did it
  std::string what;     // "delivered", "basic.ack"
  std::string message;  // the most exact name of what it is about; empty: no message
  std::string where;    // "orders", "rabbit -> worker"
  std::string why;      // the reason, and what else there is to say
  RowNo cause = 0;
};

RowText row_text(const NameIndex& names, RowNo number, Language language = Language::english);

// The line of `mqlab run -v`: number, time, actor, what, message, where, why, and "<- #n" for the
// row that caused it. Columns are wider where a name does not fit; no blanks at the end.
std::string row_line(const NameIndex& names, RowNo number, Language language = Language::english);
// The heading of these columns.
std::string row_heading(Language language = Language::english);

// The node, actor or other thing at the top of the chain of parents.
EntityId owner(const LedgerView& view, EntityId id);

}  // namespace mqlab::observe
