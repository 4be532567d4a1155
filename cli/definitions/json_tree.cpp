// SPDX-License-Identifier: MIT
// The JSON library's events, with the line at which each comes.
#include "cli/definitions/json_tree.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/assert.hpp"

namespace mqlab::cli {
namespace {

constexpr std::size_t kDeepest = 64;

// Tells how far the library has read.
class Watched {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Watched() = default;
  Watched(const char* at, const char** seen) : at_(at), seen_(seen) {}
  reference operator*() const { return *at_; }
  Watched& operator++() {
    *seen_ = ++at_;
    return *this;
  }
  Watched operator++(int) {
    const Watched before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Watched& other) const { return at_ == other.at_; }
  bool operator!=(const Watched& other) const { return at_ != other.at_; }

 private:
  const char* at_ = nullptr;
  const char** seen_ = nullptr;
};

// What the library says, without its own number of the error, its place (the line is ours) and the
// bytes that it read last: "invalid string: ill-formed UTF-8 byte".
std::string plain(std::string what) {
  const auto cut_to = [&what](std::string_view mark) {
    const std::size_t at = what.find(mark);
    if (at != std::string::npos) what.erase(0, at + mark.size());
  };
  cut_to("] ");
  cut_to(" - ");
  const std::size_t last = what.find("; last read: ");
  if (last != std::string::npos) what.erase(last);
  return what;
}

class Builder {
 public:
  using Json = nlohmann::json;
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  Builder(std::string_view text, const char** seen) : counted_(text.data()), seen_(seen) {}

  bool null() { return add(make(JsonNode::Kind::null)); }
  bool boolean(bool value) {
    JsonNode node = make(JsonNode::Kind::boolean);
    node.flag = value;
    return add(std::move(node));
  }
  bool number_integer(number_integer_t value) {
    JsonNode node = make(JsonNode::Kind::integer);
    node.integer = value;
    return add(std::move(node));
  }
  bool number_unsigned(number_unsigned_t value) {
    if (value > static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max())) {
      return fail("a whole number that does not fit 64 bits");
    }
    return number_integer(static_cast<number_integer_t>(value));
  }
  bool number_float(number_float_t value, const string_t&) {
    JsonNode node = make(JsonNode::Kind::number);
    node.number = value;
    return add(std::move(node));
  }
  bool string(string_t& value) {
    JsonNode node = make(JsonNode::Kind::text);
    node.text = std::move(value);
    return add(std::move(node));
  }
  bool binary(binary_t&) { return fail("binary data"); }
  bool start_object(std::size_t) { return enter(JsonNode::Kind::object); }
  bool start_array(std::size_t) { return enter(JsonNode::Kind::list); }
  bool key(string_t& name) {
    if (!names_.back().insert(name).second) {
      return fail(fmt::format("the member \"{}\" stands twice in one object", name));
    }
    keys_.back() = std::move(name);
    return true;
  }
  bool end_object() { return leave(); }
  bool end_array() { return leave(); }
  bool parse_error(std::size_t position, const std::string&, const Json::exception& error) {
    static_cast<void>(position);
    return fail(plain(error.what()));
  }

  JsonNode root;
  std::string problem;
  int problem_line = 0;

 private:
  // The line of the byte that was read last.
  int line() {
    const char* upto = *seen_ > counted_ ? *seen_ - 1 : counted_;
    if (upto > counted_) {
      line_ += static_cast<int>(std::count(counted_, upto, '\n'));
      counted_ = upto;
    }
    return line_;
  }
  bool fail(std::string what) {
    problem = std::move(what);
    problem_line = line();
    return false;
  }
  JsonNode make(JsonNode::Kind kind) {
    JsonNode node;
    node.kind = kind;
    node.line = line();
    return node;
  }
  bool add(JsonNode node) {
    if (open_.empty()) {
      root = std::move(node);
      return true;
    }
    JsonNode& parent = open_.back();
    if (parent.kind == JsonNode::Kind::object) {
      parent.members.push_back({std::move(keys_.back()), std::move(node)});
    } else {
      parent.items.push_back(std::move(node));
    }
    return true;
  }
  bool enter(JsonNode::Kind kind) {
    if (open_.size() == kDeepest) {
      return fail(fmt::format("nested deeper than {} levels", kDeepest));
    }
    open_.push_back(make(kind));
    keys_.emplace_back();
    names_.emplace_back();
    return true;
  }
  bool leave() {
    JsonNode node = std::move(open_.back());
    open_.pop_back();
    keys_.pop_back();
    names_.pop_back();
    return add(std::move(node));
  }

  const char* counted_;
  const char** seen_;
  int line_ = 1;
  std::vector<JsonNode> open_;
  std::vector<std::string> keys_;
  std::vector<std::set<std::string>> names_;
};

}  // namespace

const JsonNode* JsonNode::find(std::string_view member) const {
  for (const auto& [name, node] : members) {
    if (name == member) return &node;
  }
  return nullptr;
}

std::string_view kind_word(JsonNode::Kind kind) {
  switch (kind) {
    case JsonNode::Kind::null:
      return "null";
    case JsonNode::Kind::boolean:
      return "true or false";
    case JsonNode::Kind::integer:
      return "a whole number";
    case JsonNode::Kind::number:
      return "a number";
    case JsonNode::Kind::text:
      return "text";
    case JsonNode::Kind::list:
      return "a list";
    case JsonNode::Kind::object:
      return "an object";
  }
  MQLAB_ASSERT(false && "every kind has a word");
}

Result<JsonNode> read_json_tree(std::string_view text, const std::string& file) {
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) {
    return Error{Place{file, 1}, "is empty", "rabbitmqctl export_definitions FILE writes one"};
  }
  text = text.substr(0, end + 1);
  const char* seen = text.data();
  Builder builder(text, &seen);
  const bool read = nlohmann::json::sax_parse(Watched(text.data(), &seen),
                                              Watched(text.data() + text.size(), &seen), &builder);
  if (!read) {
    const bool cut = seen == text.data() + text.size() &&
                     builder.problem.find("unexpected end") != std::string::npos;
    return Error{Place{file, builder.problem_line},
                 cut ? "the JSON text ends too early" : "broken JSON: " + builder.problem,
                 cut ? "is it cut off?" : ""};
  }
  return std::move(builder.root);
}

broker::FieldValue field_value(const JsonNode& node) {
  using broker::FieldValue;
  switch (node.kind) {
    case JsonNode::Kind::null:
      return {};
    case JsonNode::Kind::boolean:
      return FieldValue::of(node.flag);
    case JsonNode::Kind::integer:
      return FieldValue::of(node.integer);
    case JsonNode::Kind::number: {
      FieldValue value;
      value.type = broker::FieldType::float64;
      value.content = node.number;
      return value;
    }
    case JsonNode::Kind::text:
      return FieldValue::of(std::string_view(node.text));
    case JsonNode::Kind::list: {
      broker::FieldArray values;
      for (const JsonNode& item : node.items) values.push_back(field_value(item));
      return FieldValue::of(std::move(values));
    }
    case JsonNode::Kind::object:
      return FieldValue::of(field_table(node));
  }
  MQLAB_ASSERT(false && "every kind has a value");
}

broker::FieldTable field_table(const JsonNode& object) {
  broker::FieldTable table;
  for (const auto& [name, node] : object.members) table.emplace_back(name, field_value(node));
  return table;
}

}  // namespace mqlab::cli
