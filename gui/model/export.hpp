// SPDX-License-Identifier: MIT
// Taking things out of the window: names for files, and files that replace nothing.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "gui/model/session.hpp"

namespace mqlab::gui {

// "auto_ack_loss-manual-world-1.4s": scenario, variant, what it is, and the instant that is shown.
std::string export_name(const Session& session, std::string_view what);

// Writes a file that is not there yet: NAME.ENDING in the folder, or NAME-2.ENDING and so on.
// Returns its whole path. An error if there is no such folder, or it cannot be written to.
Result<std::string> write_new(const std::string& folder, const std::string& name,
                              std::string_view ending, std::string_view content);

// Rows of the ledger as lines with a heading; as CSV with the same columns. Of a long ledger that
// takes seconds; raising `interrupt` ends it early.
std::string rows_as_text(const Run& run, const std::vector<RowNo>& rows, observe::Language language,
                         const std::atomic<bool>& interrupt);
std::string rows_as_csv(const Run& run, const std::vector<RowNo>& rows,
                        const std::atomic<bool>& interrupt);

// Everything that a run leaves, as `mqlab run --out` writes it: a new folder, whose path it
// returns. An error if the run was not made here.
Result<std::string> write_all(const std::string& folder, const Run& run);

}  // namespace mqlab::gui
