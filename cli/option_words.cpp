// SPDX-License-Identifier: MIT
// Asking the command line's tree for its words.
#include "cli/option_words.hpp"

#include <sstream>

namespace mqlab::cli {
namespace {

// "TEXT:{github,none,auto}": the words between the braces.
std::vector<std::string> choices_in(const std::string& type) {
  std::vector<std::string> words;
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return words;
  std::istringstream in(type.substr(open + 1, close - open - 1));
  for (std::string word; std::getline(in, word, ',');) words.push_back(word);
  return words;
}

bool names_a_file(const std::string& description) {
  for (const char* word : {"FILE", "DIR", "folder", "Folder"}) {
    if (description.find(word) != std::string::npos) return true;
  }
  return false;
}

OptionWords words_of(const CLI::Option& option) {
  OptionWords words;
  for (const std::string& name : option.get_snames()) words.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) words.names.push_back("--" + name);
  words.positional = words.names.empty();
  if (words.positional) words.names.push_back(option.get_name());
  words.description = option.get_description();
  words.takes_value = option.get_items_expected_max() > 0;
  words.takes_file = words.takes_value && (words.positional || names_a_file(words.description));
  if (words.takes_value) words.choices = choices_in(option.get_type_name());
  return words;
}

}  // namespace

std::vector<OptionWords> options_of(const CLI::App& app) {
  std::vector<OptionWords> out;
  for (const CLI::Option* option : app.get_options()) out.push_back(words_of(*option));
  return out;
}

std::vector<CommandWords> commands_of(const CLI::App& app) {
  std::vector<CommandWords> out;
  for (const CLI::App* command : app.get_subcommands({})) {
    CommandWords words;
    words.name = command->get_name();
    std::istringstream in(command->get_description());
    for (std::string line; std::getline(in, line);) {
      if (line.empty()) continue;
      if (line.front() == ' ') {
        words.examples.push_back(line.substr(line.find_first_not_of(' ')));
      } else {
        words.summary += (words.summary.empty() ? "" : " ") + line;
      }
    }
    words.options = options_of(*command);
    out.push_back(std::move(words));
  }
  return out;
}

}  // namespace mqlab::cli
