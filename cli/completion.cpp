// SPDX-License-Identifier: MIT
// Completion scripts for three shells.
#include <fmt/format.h>

#include "cli/formats/text_forms.hpp"
#include "cli/option_words.hpp"
#include "cli/shell_words.hpp"

namespace mqlab::cli {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

std::string names_text(const std::vector<OptionWords>& options) {
  std::vector<std::string> names;
  for (const OptionWords& option : options) {
    if (option.positional) continue;
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return joined(names, " ");
}

// The branch of one command: what stands behind an option that takes a value, then options, then
// files.
std::string bash_command(const CommandWords& command) {
  std::string values;
  std::string arguments = ":";
  for (const OptionWords& option : command.options) {
    if (option.positional) {
      arguments = option.choices.empty()
                      ? "_mqlab_files"
                      : "_mqlab_words " + shell_word(joined(option.choices, " "));
    }
    if (option.positional || !option.takes_value) continue;
    if (!option.choices.empty()) {
      values += fmt::format("        {}) _mqlab_words {}; return ;;\n", joined(option.names, "|"),
                            shell_word(joined(option.choices, " ")));
    } else {
      values += fmt::format("        {}) {}return ;;\n", joined(option.names, "|"),
                            option.takes_file ? "_mqlab_files; " : "");
    }
  }
  std::string out = fmt::format("    {})\n", command.name);
  if (!values.empty()) out += "      case $prev in\n" + values + "      esac\n";
  return out + fmt::format(
                   "      case $cur in\n        -*) _mqlab_words {} ;;\n        *) {} ;;\n"
                   "      esac ;;\n",
                   shell_word(names_text(command.options)), arguments);
}

// In an argument of _arguments, between quotes: what it would read as syntax.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '\'') {
      out += "'\\''";
    } else if (letter == '[' || letter == ']' || letter == ':' || letter == '\\') {
      out += '\\';
      out += letter;
    } else {
      out += letter;
    }
  }
  return out;
}

// An option as _arguments wants it: '*--csv=[…]:file:_files'.
std::string zsh_option(const OptionWords& option) {
  std::string value;
  if (!option.choices.empty()) {
    value = fmt::format(":word:({})", joined(option.choices, " "));
  } else if (option.takes_value) {
    value = option.takes_file ? ":file:_files" : ":value:";
  }
  std::string out;
  for (const std::string& name : option.names) {
    // The value stands in the next word, or behind = or the letter.
    const char* joint = !option.takes_value ? "" : name.starts_with("--") ? "=" : "+";
    out +=
        fmt::format("      '*{}{}[{}]{}' \\\n", name, joint, zsh_text(option.description), value);
  }
  return out;
}

std::string zsh_options(const std::vector<OptionWords>& options) {
  std::string out = "_arguments -S \\\n";
  std::string rest;  // all arguments that are no options are alike
  for (const OptionWords& option : options) {
    if (!option.positional) {
      out += zsh_option(option);
    } else if (option.choices.empty()) {
      rest = "      '*:file:_files' \\\n";
    } else {
      rest = fmt::format("      ':word:({})' \\\n", joined(option.choices, " "));
    }
  }
  return out + rest;
}

// A line of fish: for one command, or behind no command yet.
std::string fish_line(const std::string& command, const std::string& rest) {
  return fmt::format("complete -c mqlab -n '__mqlab_command {}' {}\n",
                     command.empty() ? "\"\"" : command, rest);
}

std::string fish_option(const std::string& command, const OptionWords& option) {
  if (option.positional) {
    return fish_line(command, option.choices.empty()
                                  ? "-F"
                                  : "-f -a " + shell_word(joined(option.choices, " ")));
  }
  std::string out;
  for (const std::string& name : option.names) {
    out += name.starts_with("--") ? "-l " + name.substr(2) : "-s " + name.substr(1);
    out += ' ';
  }
  out += "-d " + shell_word(option.description);
  if (!option.choices.empty()) {
    out += " -x -a " + shell_word(joined(option.choices, " "));
  } else if (option.takes_value) {
    out += option.takes_file ? " -r -F" : " -x";
  }
  return fish_line(command, out);
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::vector<std::string> first;
  std::string branches;
  for (const CommandWords& command : commands_of(app)) {
    first.push_back(command.name);
    branches += bash_command(command);
  }
  first.push_back(names_text(options_of(app)));
  return fmt::format(
      "# Completion of mqlab for bash: eval \"$(mqlab completion bash)\"\n"
      "_mqlab_words() {{ mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\"); }}\n"
      "_mqlab_files() {{\n"
      "  compopt -o filenames 2>/dev/null\n"
      "  mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
      "}}\n"
      "_mqlab() {{\n"
      "  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} command= i\n"
      "  COMPREPLY=()\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case ${{COMP_WORDS[i]}} in -*) ;; *) command=${{COMP_WORDS[i]}}; break ;; esac\n"
      "  done\n"
      "  case $command in\n"
      "    '') _mqlab_words {} ;;\n{}"
      "  esac\n"
      "}}\n"
      "complete -F _mqlab mqlab\n",
      shell_word(joined(first, " ")), branches);
}

std::string zsh_completion(const CLI::App& app) {
  std::string commands;
  std::string branches;
  for (const CommandWords& command : commands_of(app)) {
    commands += fmt::format("    '{}:{}'\n", command.name, zsh_text(command.summary));
    branches += fmt::format("    {}) {}", command.name, zsh_options(command.options));
    branches += "      ;;\n";
  }
  return fmt::format(
      "#compdef mqlab\n"
      "# Completion of mqlab for zsh: mqlab completion zsh > a folder of $fpath/_mqlab\n"
      "_mqlab() {{\n"
      "  local -a commands=(\n{}  )\n"
      "  if (( CURRENT == 2 )) && [[ $words[2] == -* ]]; then\n"
      "    {}"
      "      ;\n"
      "    return\n"
      "  fi\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $command in\n{}  esac\n"
      "}}\n"
      // As a file of $fpath this text is the function's body the first time; sourced, it is not.
      "if [[ $funcstack[1] == _mqlab ]]; then\n"
      "  _mqlab \"$@\"\n"
      "else\n"
      "  compdef _mqlab mqlab\n"
      "fi\n",
      commands, zsh_options(options_of(app)), branches);
}

std::string fish_completion(const CLI::App& app) {
  std::string out =
      "# Completion of mqlab for fish: mqlab completion fish > "
      "~/.config/fish/completions/mqlab.fish\n"
      "function __mqlab_command\n"
      "  set -l words (commandline -opc) ''\n"
      "  test \"$words[2]\" = \"$argv[1]\"\n"
      "end\n"
      "complete -c mqlab -f\n";
  for (const OptionWords& option : options_of(app)) out += fish_option("", option);
  for (const CommandWords& command : commands_of(app)) {
    out += fish_line("", fmt::format("-a {} -d {}", command.name, shell_word(command.summary)));
    for (const OptionWords& option : command.options) out += fish_option(command.name, option);
  }
  return out;
}

}  // namespace mqlab::cli
