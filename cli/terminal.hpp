// SPDX-License-Identifier: MIT
// Colour where a person looks, plain text everywhere else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mqlab::cli {

enum class Colour : std::uint8_t { none, red, green, yellow, dim, bold };

class Terminal {
 public:
  // Colours only if standard output is a terminal, NO_COLOR is empty and `allowed`.
  explicit Terminal(bool allowed = true);

  std::string paint(std::string_view text, Colour colour) const;
  bool colours() const { return colours_; }

 private:
  bool colours_;
};

// Names and texts of scripts are shown by this: with numbers for control characters, but for line
// feeds, so that they cannot steer a terminal.
std::string shown(std::string_view text);

// Writes to standard output and standard error. Results go to the first, messages to the second.
void print_result(std::string_view text);
void print_message(std::string_view text);

}  // namespace mqlab::cli
