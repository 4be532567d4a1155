// SPDX-License-Identifier: MIT
// The manual page.
#include <sstream>

#include <fmt/format.h>

#include "cli/option_words.hpp"
#include "cli/shell_words.hpp"
#include "cli/version.hpp"

namespace mqlab::cli {
namespace {

// Text as troff shows it: no letter of it is a request.
std::string roff(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '\\') {
      out += "\\e";
    } else if (letter == '-') {
      out += "\\-";
    } else if (letter == '\'') {
      out += "\\(aq";
    } else {
      out += letter;
    }
  }
  if (out.starts_with('.')) out.insert(0, "\\&");
  return out;
}

std::string option_text(const OptionWords& option) {
  std::string names;
  for (const std::string& name : option.names) {
    names += (names.empty() ? "" : ", ") + fmt::format("\\fB{}\\fR", roff(name));
  }
  if (option.takes_value && !option.positional) names += " \\fIVALUE\\fR";
  return fmt::format(".TP\n{}\n{}\n", names, roff(option.description));
}

std::string examples_text(const std::vector<std::string>& examples) {
  if (examples.empty()) return {};
  std::string out = ".PP\n.nf\n";
  for (const std::string& line : examples) out += roff("  " + line) + "\n";
  return out + ".fi\n";
}

}  // namespace

std::string manual_page(const CLI::App& app) {
  std::string out = fmt::format(
      ".TH MQLAB 1 \"\" \"mqlab {}\" \"mqlab\"\n"
      ".SH NAME\nmqlab \\- a deterministic simulator of RabbitMQ\n"
      ".SH SYNOPSIS\n\\fBmqlab\\fR \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n.SH DESCRIPTION\n",
      roff(version()));
  std::istringstream description(app.get_description());
  std::string line;
  std::getline(description, line);
  out += roff(line) + "\n.SH COMMANDS\n";
  for (const CommandWords& command : commands_of(app)) {
    out += fmt::format(".SS mqlab {}\n{}\n", roff(command.name), roff(command.summary));
    out += examples_text(command.examples);
    for (const OptionWords& option : command.options) out += option_text(option);
  }
  out += ".SH EXIT STATUS\n" + roff(app.get_footer()) + "\n";
  return out;
}

}  // namespace mqlab::cli
