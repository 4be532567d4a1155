// SPDX-License-Identifier: MIT
// The subcommands that draw and report a run: draw, plot, sequence, report.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/exit_code.hpp"
#include "cli/shared_options.hpp"

namespace mqlab::cli {

struct DrawOptions {
  FromRun from;
  OutFile out;
  std::string at;  // a time or #row; empty: the end
  bool text = false;
};
ExitCode draw_command(const DrawOptions& options, const std::atomic<bool>& interrupted);

struct PlotOptions {
  FromRun from;
  OutFile out;
  std::string what;   // backlog, rates, loss, latency; empty: all
  std::string queue;  // only this one
  std::string axis = "linear";
  bool text = false;
};
ExitCode plot_command(const PlotOptions& options, const std::atomic<bool>& interrupted);

struct SequenceOptions {
  FromRun from_run;
  OutFile out;
  std::string message;  // empty: everything between from and to
  std::string from;
  std::string to;
  std::string axis = "compressed";
  bool text = false;
};
ExitCode sequence_command(const SequenceOptions& options, const std::atomic<bool>& interrupted);

struct ReportOptions {
  FromRun from;
  OutFile out;
  std::string seed;                   // of a scenario
  std::vector<std::string> settings;  // name=value, of a scenario
};
ExitCode report_command(const ReportOptions& options, const std::atomic<bool>& interrupted);

struct PictureOptions {
  DrawOptions draw;
  PlotOptions plot;
  SequenceOptions sequence;
  ReportOptions report;
};
void describe_pictures(CLI::App& app, PictureOptions& options);

}  // namespace mqlab::cli
