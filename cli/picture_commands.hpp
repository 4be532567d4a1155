// SPDX-License-Identifier: MIT
// The subcommands that draw and report a run: plot, sequence, report.
#pragma once

#include <string>

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

struct PictureOptions {
  PlotOptions plot;
  SequenceOptions sequence;
};
void describe_pictures(CLI::App& app, PictureOptions& options);

// Prints the content, or writes it to `out` if that is not empty, and tells so.
ExitCode put_out(const std::string& out, bool force, const std::string& content);

}  // namespace mqlab::cli
