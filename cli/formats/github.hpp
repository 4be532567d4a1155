// SPDX-License-Identifier: MIT
// What GitHub Actions shows of a run: marks at lines of a change, and a table on the job's page.
#pragma once

#include <string>
#include <string_view>

#include "cli/formats/junit.hpp"

namespace mqlab::cli {

// Workflow commands, a line each: an error for each check that failed, a warning for a run without
// a verdict. Empty if it passed. Files are named as on the command line.
std::string github_marks(const Finished& run);
std::string github_mark(const Broken& broken);

// The table of a job's summary, in Markdown: a line for each run.
class GithubSummary {
 public:
  void add(const Finished& run);
  void add(const Broken& broken);
  std::string text() const;

 private:
  std::string lines_;
};

}  // namespace mqlab::cli
