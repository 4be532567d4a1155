// SPDX-License-Identifier: MIT
// One text in the forms that files and tools ask for: XML, CSV, JSON, shell, Lua.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mqlab::cli {

// Where a text goes piece by piece, if it is too long to be made first.
using Put = std::function<void(std::string_view)>;

// A long text in pieces: it grows without being moved, and nothing is kept twice.
class Pieces {
 public:
  Pieces& operator+=(std::string_view text);
  void put_to(const Put& put) const;

 private:
  std::vector<std::string> pieces_;
};

// UTF-8: each byte that is none becomes U+FFFD.
std::string utf8_text(std::string_view text);

// For an element or an attribute of XML 1.0; control characters become U+FFFD.
std::string xml_text(std::string_view text);

// How many columns of a terminal a text takes: Chinese letters take two.
std::size_t columns_of(std::string_view text);

// One field of a CSV file (RFC 4180): quoted where it must be.
std::string csv_field(std::string_view text);

// A string of JSON, with its quotes.
std::string json_string(std::string_view text);

// One word of a command line, quoted where a shell would take it apart.
std::string shell_word(std::string_view text);

// A string of Lua, with its quotes: any bytes.
std::string lua_string(std::string_view text);

}  // namespace mqlab::cli
