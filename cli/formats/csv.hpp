// SPDX-License-Identifier: MIT
// Runs as tables for spreadsheets and data frames: units stand in the names of columns.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/report_text.hpp"

namespace mqlab::cli {

// Each row begins with scenario and variant, so that tables of many runs stay one table. Fields are
// quoted as RFC 4180 says; lines end with a line feed; what does not exist is an empty field.
class CsvReport {
 public:
  CsvReport();
  void add(const Finished& run);

  // One line for each run.
  const std::string& runs() const { return runs_; }
  // All tables by file name: runs.csv, checks.csv, queues.csv, backlog.csv, messages.csv.
  std::vector<std::pair<std::string, std::string>> files() const;

 private:
  void add_run(const Finished& run, const std::string& key);
  void add_queues(const Finished& run, const std::string& key);
  void add_messages(const Finished& run, const std::string& key);

  std::string runs_;
  std::string checks_;
  std::string queues_;
  std::string backlog_;
  std::string messages_;
};

}  // namespace mqlab::cli
