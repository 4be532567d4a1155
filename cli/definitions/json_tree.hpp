// SPDX-License-Identifier: MIT
// JSON as a tree that knows its lines, for files whose mistakes are told with their place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/broker/field.hpp"

namespace mqlab::cli {

struct JsonMember;

struct JsonNode {
  enum class Kind : std::uint8_t { null, boolean, integer, number, text, list, object };
  Kind kind = Kind::null;
  bool flag = false;
  int line = 0;
  std::int64_t integer = 0;
  double number = 0;
  std::string text;
  std::vector<JsonNode> items;
  std::vector<JsonMember> members;  // in order

  // nullptr if there is none.
  const JsonNode* find(std::string_view member) const;
};

struct JsonMember {
  std::string name;
  JsonNode value;
};

// "text", "a list": for messages.
std::string_view kind_word(JsonNode::Kind kind);

// Reads one JSON text. Errors with file and line: broken or cut off, no UTF-8, a member twice in
// one object, a whole number beyond 64 bits, nested deeper than 64 levels.
Result<JsonNode> read_json_tree(std::string_view text, const std::string& file);

// A value as AMQP has it: whole numbers are signed 64-bit, others doubles.
broker::FieldValue field_value(const JsonNode& node);
broker::FieldTable field_table(const JsonNode& object);

}  // namespace mqlab::cli
