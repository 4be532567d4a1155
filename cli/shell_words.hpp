// SPDX-License-Identifier: MIT
// Shell completion and the manual page, made from the same tree of options as --help.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace mqlab::cli {

// Scripts that complete commands, options, words that an option takes, and file names.
std::string bash_completion(const CLI::App& app);
std::string zsh_completion(const CLI::App& app);
std::string fish_completion(const CLI::App& app);

// The manual page mqlab(1) as troff. It holds no date.
std::string manual_page(const CLI::App& app);

}  // namespace mqlab::cli
