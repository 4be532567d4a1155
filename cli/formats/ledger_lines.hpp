// SPDX-License-Identifier: MIT
// The ledger as JSON Lines: one object for each row, for jq and data frames.
#pragma once

#include "cli/formats/text_forms.hpp"
#include "cli/report_text.hpp"

namespace mqlab::cli {

// The first line names the schema; then one line for each row: row, time_ns, fact, reason, actor,
// message, where, why, value, cause. What is empty is left out.
void ledger_lines(const Finished& run, const Put& put);

}  // namespace mqlab::cli
