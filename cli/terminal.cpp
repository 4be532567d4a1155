// SPDX-License-Identifier: MIT
// Terminal escapes and the two streams.
#include "cli/terminal.hpp"

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

namespace mqlab::cli {
namespace {

// As no-color.org has it: an empty one is none.
bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

std::string_view code(Colour colour) {
  switch (colour) {
    case Colour::none:
      return "";
    case Colour::red:
      return "\x1b[31m";
    case Colour::green:
      return "\x1b[32m";
    case Colour::yellow:
      return "\x1b[33m";
    case Colour::dim:
      return "\x1b[2m";
    case Colour::bold:
      return "\x1b[1m";
  }
  return "";
}

}  // namespace

Terminal::Terminal(bool allowed)
    : colours_(allowed && ::isatty(STDOUT_FILENO) != 0 && !is_set("NO_COLOR")) {}

std::string Terminal::paint(std::string_view text, Colour colour) const {
  if (!colours_ || colour == Colour::none) return std::string(text);
  return std::string(code(colour)).append(text).append("\x1b[0m");
}

std::string shown(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if ((code < 0x20 && letter != '\n') || code == 0x7f) {
      out += fmt::format("\\{:03}", static_cast<int>(code));
    } else {
      out += letter;
    }
  }
  return out;
}

void print_result(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void print_message(std::string_view text) {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace mqlab::cli
