// SPDX-License-Identifier: MIT
// The tree of commands and options, as plain words.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace mqlab::cli {

struct OptionWords {
  std::vector<std::string> names;  // "-v", "--verbose"; of a positional argument: "SCENARIO"
  std::string description;
  bool positional = false;
  bool takes_value = false;
  bool takes_file = false;           // the value is a file or folder
  std::vector<std::string> choices;  // the words that the value may be, if it is one of a few
};

struct CommandWords {
  std::string name;
  std::string summary;                // one sentence
  std::vector<std::string> examples;  // lines
  std::vector<OptionWords> options;
};

std::vector<CommandWords> commands_of(const CLI::App& app);
std::vector<OptionWords> options_of(const CLI::App& app);

}  // namespace mqlab::cli
