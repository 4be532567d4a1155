// SPDX-License-Identifier: MIT
// Looking at source text: its lines, and what of it is code.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mqlab::tidy {

// The lines of a text, without their line feeds. A last line without a line feed counts.
std::vector<std::string_view> lines_of(std::string_view text);

// The C++ text with comments and the insides of literals blanked out, line for line and column for
// column. Names in #include "..." are blanked too; #include <...> stays.
std::string code_of(std::string_view text);

// How many characters a UTF-8 text shows.
std::size_t width_of(std::string_view text);

// Can this character be part of a C++ name?
bool is_name_char(char c);

// Where `word` stands in `text` as a whole word (from `start` on), or npos. A word may hold
// punctuation
// ("std::sort", "rand("): only an end that is a name character must not continue.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t start = 0);

}  // namespace mqlab::tidy
