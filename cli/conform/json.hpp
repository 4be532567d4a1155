// SPDX-License-Identifier: MIT
// JSON as transcripts use it: read strictly with places, written on one line.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "sim/base/result.hpp"

namespace mqlab::conform {

// Members keep their order, so that a file that is read and written again stays the same.
using Json = nlohmann::ordered_json;

// Reads one JSON text. Error with `file` and the line for text that is not UTF-8, broken or cut
// off, names a member twice in one object, or nests deeper than 64 levels.
Result<Json> parse_json(std::string_view text, const std::string& file);

// The value on one line, with a blank after each comma and colon.
std::string to_line(const Json& value);

// The line (counted from 1) of the byte at `offset`.
int line_at(std::string_view text, std::size_t offset);

}  // namespace mqlab::conform
