// SPDX-License-Identifier: MIT
// Runs as JUnit XML: the subset that GitLab, Jenkins and GitHub's actions read.
#pragma once

#include <string>

#include "cli/report_text.hpp"
#include "sim/base/result.hpp"

namespace mqlab::cli {

// A scenario that could not be run.
struct Broken {
  std::string path;
  Error error;
};

// The command that runs the same again, seed and parameters included.
std::string replay_line(const Finished& run);

// One testsuite for each run, one testcase for each check; what was not decided is a testcase
// "verdict" with an error, and so is a scenario that could not be run. Times are virtual, in
// seconds. Bytes that XML does not take become U+FFFD.
class JunitReport {
 public:
  void add(const Finished& run);
  void add(const Broken& broken);
  std::string document() const;

 private:
  std::string suites_;
  std::size_t tests_ = 0;
  std::size_t failures_ = 0;
  std::size_t errors_ = 0;
};

}  // namespace mqlab::cli
