// SPDX-License-Identifier: MIT
// The subcommands that draw and report a run: plot, sequence, report.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/exit_code.hpp"
#include "sim/base/result.hpp"

namespace mqlab::cli {

struct PlotOptions {
  std::string run;
  std::string what;   // backlog, rates, loss, latency; empty: all
  std::string queue;  // only this one
  std::string axis = "linear";
  std::string out;  // a file; empty: standard output
  std::string variant;
  std::string lang = "en";
  bool text = false;
  bool force = false;
};
ExitCode plot_command(const PlotOptions& options);

struct SequenceOptions {
  std::string run;
  std::string message;  // empty: everything between from and to
  std::string from;
  std::string to;
  std::string axis = "compressed";
  std::string out;
  std::string variant;
  std::string lang = "en";
  bool text = false;
  bool force = false;
};
ExitCode sequence_command(const SequenceOptions& options);

struct ReportOptions {
  std::string run;
  std::string out;
  std::string variant;
  std::string seed;                   // of a scenario
  std::vector<std::string> settings;  // name=value, of a scenario
  std::string lang = "en";
  bool force = false;
};
ExitCode report_command(const ReportOptions& options);

struct PictureOptions {
  PlotOptions plot;
  SequenceOptions sequence;
  ReportOptions report;
};
void describe_pictures(CLI::App& app, PictureOptions& options);
// --lang, of every command that says something about a run.
void describe_language(CLI::App& app, std::string& lang);

// Prints the content, or writes it to `out` if that is not empty, and tells so.
ExitCode put_out(const std::string& out, bool force, const std::string& content);

}  // namespace mqlab::cli
