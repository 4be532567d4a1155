// SPDX-License-Identifier: MIT
// Options that several subcommands take: each is declared once, so that help says it once.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace mqlab::cli {

// The run that a command reads, and how it is told.
struct FromRun {
  std::string run;      // a recording, or a scenario that is run for it
  std::string variant;  // of a scenario; empty: the first
  std::string lang = "en";
  bool quiet = false;  // no progress
};

// Where a result goes.
struct OutFile {
  std::string file;    // empty: standard output
  bool force = false;  // an existing file is replaced
};

// A validator of CLI11: the problem with the text, or nothing.
std::string not_empty(const std::string& text);

// RUN, --variant, --lang and -q.
void describe_run_read(CLI::App& app, FromRun& from);
// RUN alone.
void describe_run_name(CLI::App& app, std::string& run);
void describe_variant(CLI::App& app, std::string& variant, const std::string& words);
void describe_settings(CLI::App& app, std::vector<std::string>& settings,
                       const std::string& words = "NAME=VALUE: a parameter of the scenario");
void describe_seed(CLI::App& app, std::string& seed);
void describe_until(CLI::App& app, std::string& until);
void describe_language(CLI::App& app, std::string& lang);
void describe_json(CLI::App& app, bool& json);
void describe_quiet(CLI::App& app, bool& quiet);
// -o and --force.
void describe_out(CLI::App& app, OutFile& out);
void describe_force(CLI::App& app, bool& force);
// An option for a file that is written besides the result.
void describe_file(CLI::App& app, const std::string& name, std::string& file,
                   const std::string& words);

}  // namespace mqlab::cli
