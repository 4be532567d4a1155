// SPDX-License-Identifier: MIT
// The command line as a tree: subcommands, their options, and the words that describe them.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/picture_commands.hpp"
#include "cli/shared_options.hpp"

namespace mqlab::cli {

// What the command line said, one member for each subcommand.
struct Options {
  RunOptions run;
  WatchOptions watch;
  std::string shell;  // of completion
  WhyOptions why;
  PictureOptions pictures;
  ReplayOptions replay;
  DiffOptions diff;
  MatrixOptions matrix;
  ImportOptions import;
  ExportOptions export_to;
  LintOptions lint;
  ConformOptions conform;
  BenchOptions bench;
};

// Makes the tree. Parsing writes into `options`, which must outlive `app`.
void describe(CLI::App& app, Options& options);

}  // namespace mqlab::cli
