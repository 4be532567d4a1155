// SPDX-License-Identifier: MIT
// The files that runs leave behind: reports for machines, and one folder for each run.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/formats/csv.hpp"
#include "cli/formats/github.hpp"
#include "cli/formats/junit.hpp"
#include "cli/formats/perfetto.hpp"
#include "cli/progress.hpp"
#include "cli/report_text.hpp"
#include "sim/base/result.hpp"

namespace mqlab::cli {

// Collects what runs leave, then writes it. No file holds a wall-clock time: the same runs leave
// the same bytes.
class Outputs {
 public:
  // Annotations go to standard error if standard output belongs to JSON.
  Outputs(const OutputOptions& options, bool json);

  // Before the first run: whether the files may be written, and this one besides, if it is named.
  Result<void> check(const std::string& record) const;
  // Writes the run's folder at once. The error is of that.
  Result<void> add(const Finished& run, const scripting::Request& request, Progress& progress);
  void add(const Broken& broken);
  // Writes what covers all runs: tries all of it; the errors, if any.
  std::vector<Error> write(Progress& progress) const;

 private:
  void say(const std::string& marks) const;

  OutputOptions options_;
  bool json_;
  bool marks_ = false;
  std::string summary_file_;  // of the GitHub job; may be empty
  JunitReport junit_;
  CsvReport csv_;
  TraceReport trace_;
  GithubSummary summary_;
};

// A file of a run's folder. What is in it is made when it is written, the long ones piece by piece.
struct RunFile {
  std::string name;
  std::function<void(const Put&)> write;
};
// Run and request must outlive them.
std::vector<RunFile> run_files(const Finished& run, const scripting::Request& request);

// Writes DIR/<scenario>/<n>/, with n counting up, and lets DIR/latest and DIR/<scenario>/latest
// point there. The folder appears whole or not at all. Returns its path.
Result<std::string> write_run_folder(const std::string& root, const Finished& run,
                                     const scripting::Request& request, Progress& progress);

}  // namespace mqlab::cli
