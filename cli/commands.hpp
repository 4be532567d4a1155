// SPDX-License-Identifier: MIT
// The subcommands of mqlab: their options, and what each does.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/exit_code.hpp"
#include "cli/shared_options.hpp"
#include "sim/base/result.hpp"

namespace mqlab::cli {

struct OutputOptions {
  std::string junit;                 // files; empty: none
  std::string perfetto;              // the same
  std::string csv;                   // a file if it ends in .csv, else a folder
  std::string out;                   // a folder for the folders of the runs
  std::string annotations = "auto";  // github, none, auto: as GITHUB_ACTIONS says
  bool force = false;                // existing files are replaced; --record's too
};

struct RunOptions {
  std::vector<std::string> scenarios;
  std::string variant;                // empty: all
  std::vector<std::string> settings;  // name=value
  std::string seed;
  std::string until;  // a time, or #events
  std::string max_events;
  bool verbose = false;
  bool json = false;
  bool quiet = false;
  bool check_determinism = false;
  bool no_color = false;
  std::string lang = "en";
  std::string record;
  OutputOptions outputs;
};
ExitCode run_command(const RunOptions& options, const std::atomic<bool>& interrupted);

struct WatchOptions {
  RunOptions run;
  std::uint64_t times = 0;  // runs until it ends; 0: until it is interrupted
};
ExitCode watch_command(const WatchOptions& options, const std::atomic<bool>& interrupted);

struct WhyOptions {
  FromRun from;
  std::string message;  // shop.3, shop.3@orders, shop.3@orders/2
};
ExitCode why_command(const WhyOptions& options, const std::atomic<bool>& interrupted);

struct ReplayOptions {
  std::string recording;
  std::string lang = "en";
  bool json = false;
  bool quiet = false;  // no progress
};
ExitCode replay_command(const ReplayOptions& options, const std::atomic<bool>& interrupted);

struct DiffOptions {
  std::string first;  // recordings, or scenarios that are run
  std::string second;
  std::string variant;        // of the first, and of the second if it has none of its own
  std::string other_variant;  // of the second
  std::string lang = "en";
  bool json = false;
  bool quiet = false;  // no progress
};
ExitCode diff_command(const DiffOptions& options, const std::atomic<bool>& interrupted);

struct MatrixOptions {
  std::string scenario;
  std::vector<std::string> vary;      // name=value,value
  std::vector<std::string> settings;  // name=value
  std::string variant;
  std::string seed;
  std::string until;
  std::string csv;  // files; empty: none
  std::string svg;
  std::string lang = "en";
  bool json = false;
  bool quiet = false;
  bool force = false;
};
ExitCode matrix_command(const MatrixOptions& options, const std::atomic<bool>& interrupted);

struct ImportOptions {
  std::string definitions;  // a file
  OutFile out;
  std::string vhost;  // only this one; empty: all
};
ExitCode import_command(const ImportOptions& options, const std::atomic<bool>& interrupted);

struct ExportOptions {
  std::string scenario;
  OutFile out;
  std::string broker;  // its name; empty: the only one
  std::string variant;
  std::vector<std::string> settings;  // name=value
  bool quiet = false;                 // no progress
};
ExitCode export_command(const ExportOptions& options, const std::atomic<bool>& interrupted);

struct LintOptions {
  std::vector<std::string> files;   // scenarios, folders of them, definitions (.json)
  std::vector<std::string> ignore;  // ids of rules
  std::string variant;
  std::string sarif;  // a file; empty: none
  std::string lang = "en";
  bool rules = false;  // list them
  bool json = false;
  bool quiet = false;  // no progress
  bool force = false;
};
ExitCode lint_command(const LintOptions& options, const std::atomic<bool>& interrupted);

struct ConformOptions {
  std::vector<std::string> transcripts;  // files or folders
  bool json = false;
  bool record = false;  // the files are cases: record them from the live broker
  std::string broker;   // amqp://…: compare with a live broker instead
  std::string node;     // its Erlang name and cookie, if it is our own
  std::string cookie;
  std::string seed;
  int runs = 20;
  int at_most_s = 0;
  std::string save_to;
  bool force = false;  // what is saved replaces files that exist
};
ExitCode conform_command(const ConformOptions& options, const std::atomic<bool>& interrupted);

struct BenchOptions {
  std::vector<std::string> names;  // workloads, also with a size; none: all
  bool list = false;
  bool json = false;
  int repeats = 0;                                 // 0: the workload's own
  std::string size;                                // a number, or "small"
  std::string baseline;                            // a file
  std::vector<std::string> draw;                   // files of results, to draw instead
  std::string out;                                 // the folder of what is drawn
  bool force = false;                              // pictures that exist are replaced
  int cpu = -1;                                    // to stay on; -1: any
  std::uint64_t (*count_allocations)() = nullptr;  // nullptr: they are not counted
};
ExitCode bench_command(const BenchOptions& options, const std::atomic<bool>& interrupted);

// Prints an error on standard error and returns the code. It is one line: control characters are
// shown, not sent.
ExitCode complain(const std::string& text, ExitCode code);
// The same of an error: one without a place is of the command line (64), others of a file (65).
ExitCode complain(const Error& error);

}  // namespace mqlab::cli
