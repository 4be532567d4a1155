// SPDX-License-Identifier: MIT
// How options are read and refused.
#include "scripting/options.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "scripting/host.hpp"
#include "sim/base/suggest.hpp"

namespace mqlab::scripting {

Options::Options(const Call& call, std::string what, std::size_t position)
    : call_(call), what_(std::move(what)), table_(&named_) {
  constexpr std::size_t kMostOptions = 64;
  known_.reserve(kMostOptions);
  const Value& argument = call.arg(position);
  if (const Table* table = argument.table()) {
    table_ = table;
  } else if (argument.text() != nullptr) {
    named_.list.push_back(argument);
  } else if (!argument.is_nil()) {
    fail(fmt::format("{} takes a table of options, not {}", what_, argument.kind_text()),
         fmt::format("write {} {{ … }}", what_));
  }
}

void Options::fail(std::string what, std::string hint) {
  if (!error_) error_ = call_.error(std::move(what), std::move(hint));
}

void Options::wrong_type(std::string_view key, std::string_view wanted, const Value& got) {
  fail(fmt::format("{}: option '{}' must be {}, not {}", what_, key, wanted, got.kind_text()));
}

const Value* Options::find(std::string_view key) {
  known_.push_back(key);
  return table_->find(key);
}

std::string Options::name() {
  std::string name = optional_name();
  if (name.empty()) {
    fail(fmt::format("{} needs a name", what_), fmt::format("write {} {{ \"name\", … }}", what_));
  }
  return name;
}

std::string Options::optional_name() {
  name_read_ = true;
  if (table_->list.empty()) return {};
  const std::string* text = table_->list.front().text();
  if (text == nullptr) {
    fail(fmt::format("the name of a {} must be text, not {}", what_,
                     table_->list.front().kind_text()));
    return {};
  }
  if (text->size() > kShortText) {
    fail(fmt::format("the name of a {} has {} bytes", what_, text->size()), kTooLong);
  }
  return *text;
}

bool Options::flag(std::string_view key, bool fallback) {
  const Value* value = find(key);
  if (value == nullptr) return fallback;
  if (const bool* flag = value->boolean()) return *flag;
  wrong_type(key, "true or false", *value);
  return fallback;
}

std::string Options::text(std::string_view key, std::string_view fallback) {
  const Value* value = find(key);
  if (value == nullptr) return std::string(fallback);
  if (const std::string* text = value->text()) return *text;
  wrong_type(key, "text", *value);
  return std::string(fallback);
}

std::string Options::short_text(std::string_view key, std::string_view fallback) {
  std::string got = text(key, fallback);
  if (got.size() > kShortText) {
    fail(fmt::format("option '{}' has {} bytes", key, got.size()), kTooLong);
  }
  return got;
}

std::string Options::one_of(std::string_view key, std::string_view fallback,
                            std::initializer_list<std::string_view> words) {
  std::string got = text(key, fallback);
  std::string list;
  for (const std::string_view word : words) {
    if (got == word) return got;
    list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", word);
  }
  if (has(key))
    fail(fmt::format("{}: option '{}' cannot be \"{}\"", what_, key, got), "one of " + list);
  return got;
}

std::optional<std::int64_t> Options::maybe_integer(std::string_view key, std::int64_t low,
                                                   std::int64_t high) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const std::int64_t* integer = value->integer();
  if (integer == nullptr) {
    wrong_type(key, "a whole number", *value);
    return std::nullopt;
  }
  if (*integer < low || *integer > high) {
    fail(fmt::format("{}: option '{}' is {}, outside {} to {}", what_, key, *integer, low, high));
    return std::nullopt;
  }
  return *integer;
}

std::int64_t Options::integer(std::string_view key, std::int64_t fallback, std::int64_t low,
                              std::int64_t high) {
  return maybe_integer(key, low, high).value_or(fallback);
}

std::optional<Duration> Options::maybe_duration(std::string_view key) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const Result<Duration> duration =
      duration_of(call_, *value, fmt::format("{}: option '{}'", what_, key));
  if (duration.ok()) return *duration;
  fail(duration.error().what, duration.error().hint);
  return std::nullopt;
}

Duration Options::duration(std::string_view key, Duration fallback) {
  return maybe_duration(key).value_or(fallback);
}

Distribution Options::distribution(std::string_view key, Distribution fallback) {
  const Value* value = find(key);
  if (value == nullptr) return fallback;
  if (const Object* object = value->object();
      object != nullptr && object->kind == ObjectKind::distribution) {
    return call_.host.distribution(*object);
  }
  const Result<Distribution> constant = Distribution::constant(duration(key, Duration{}));
  return constant.ok() ? *constant : fallback;
}

std::optional<Function> Options::function(std::string_view key) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (const Function* function = value->function()) return *function;
  wrong_type(key, "a function", *value);
  return std::nullopt;
}

std::optional<Object> Options::object(std::string_view key,
                                      std::initializer_list<ObjectKind> kinds) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  std::string wanted;
  for (const ObjectKind kind : kinds) {
    if (value->object() != nullptr && value->object()->kind == kind) return *value->object();
    wanted += fmt::format("{}{}", wanted.empty() ? "a " : " or a ", word(kind));
  }
  wrong_type(key, wanted, *value);
  return std::nullopt;
}

broker::FieldTable Options::field_table(std::string_view key) {
  const Value* value = find(key);
  if (value == nullptr) return {};
  const Table* table = value->table();
  if (table == nullptr) {
    wrong_type(key, "a table", *value);
    return {};
  }
  Result<broker::FieldTable> fields = field_table_of(call_, *table);
  if (fields.ok()) return *fields;
  fail(fields.error().what, fields.error().hint);
  return {};
}

Value Options::value(std::string_view key) {
  const Value* value = find(key);
  return value != nullptr ? *value : Value{};
}

Result<void> Options::finish() {
  if (error_) return *error_;
  if (table_->list.size() > (name_read_ ? 1U : 0U)) {
    return call_.error(
        fmt::format("{}: {} is not an option", what_, table_->list[name_read_ ? 1 : 0].kind_text()),
        "options have names: key = value");
  }
  for (const auto& [key, value] : table_->fields) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::set<std::string> unique(known_.begin(), known_.end());
    const std::vector<std::string> known(unique.begin(), unique.end());
    const std::string near = suggest(key, known);
    return call_.error(fmt::format("{} has no option '{}'", what_, key),
                       near.empty() ? fmt::format("it has {}", fmt::join(known, ", "))
                                    : fmt::format("did you mean '{}'?", near));
  }
  return {};
}

namespace {

// A product of whole numbers that is too large comes round as some negative number: hardly anybody
// means one of more than a year.
std::string negative_hint(const Value& value) {
  constexpr double kYear = 365.0 * 24 * 3600 * 1e9;
  const std::int64_t* integer = value.integer();
  const double* number = value.number();
  const double ns = integer != nullptr ? static_cast<double>(*integer) : number ? *number : 0;
  if (ns > -kYear) return "times start at 0";
  return "times start at 0; more than 292 years do not fit, and Lua goes on with negative numbers";
}

}  // namespace

Result<Duration> duration_of(const Call& call, const Value& value, std::string_view what) {
  constexpr double kLimit = 9.2e18;
  double ns = 0;
  if (const std::int64_t* integer = value.integer()) {
    if (*integer >= 0) return Duration{*integer};
    ns = -1;
  } else if (const double* number = value.number()) {
    ns = *number;
  } else {
    return call.error(fmt::format("{} must be a time, not {}", what, value.kind_text()),
                      "times are numbers with a unit: 10*ms, 1.5*s");
  }
  if (ns < 0) return call.error(fmt::format("{} is negative", what), negative_hint(value));
  if (!(ns <= kLimit)) {
    return call.error(fmt::format("{} is too long", what), "at most 292 years");
  }
  return Duration{static_cast<std::int64_t>(ns + 0.5)};
}

namespace {

bool is_list(const Table& table) {
  return !table.list.empty() && table.fields.empty();
}

}  // namespace

Result<broker::FieldValue> field_of(const Call& call, const Value& value) {
  using broker::FieldType;
  using broker::FieldValue;
  if (value.is_nil()) return FieldValue{};
  if (const bool* flag = value.boolean()) return FieldValue::of(*flag);
  if (const std::int64_t* integer = value.integer()) {
    FieldValue field = FieldValue::of(*integer);
    if (*integer >= std::numeric_limits<std::int32_t>::min() &&
        *integer <= std::numeric_limits<std::int32_t>::max()) {
      field.type = FieldType::int32;
    }
    return field;
  }
  if (const double* number = value.number()) return FieldValue{FieldType::float64, *number};
  if (const std::string* text = value.text()) return FieldValue::of(std::string_view(*text));
  if (const Table* table = value.table()) {
    if (is_list(*table)) {
      broker::FieldArray array;
      for (const Value& element : table->list) {
        Result<FieldValue> field = field_of(call, element);
        if (!field.ok()) return field.error();
        array.push_back(std::move(*field));
      }
      return FieldValue::of(std::move(array));
    }
    Result<broker::FieldTable> fields = field_table_of(call, *table);
    if (!fields.ok()) return fields.error();
    return FieldValue::of(std::move(*fields));
  }
  return call.error(value.kind_text() + " cannot be sent in a header or argument",
                    "use text, numbers, true, false or tables of them");
}

Result<broker::FieldTable> field_table_of(const Call& call, const Table& table) {
  if (!table.list.empty()) {
    return call.error("a table of headers or arguments needs names for its values",
                      "write { name = value }");
  }
  broker::FieldTable fields;
  for (const auto& [name, value] : table.fields) {
    if (name.size() > kShortText) {
      return call.error(fmt::format("the name of a header or argument has {} bytes", name.size()),
                        kTooLong);
    }
    Result<broker::FieldValue> field = field_of(call, value);
    if (!field.ok()) return field.error();
    fields.emplace_back(name, std::move(*field));
  }
  return fields;
}

Value value_of(const broker::FieldValue& field) {
  using broker::FieldArray;
  using broker::FieldTable;
  if (const bool* flag = std::get_if<bool>(&field.content)) return *flag;
  if (const auto* integer = std::get_if<std::int64_t>(&field.content)) return *integer;
  if (const double* number = std::get_if<double>(&field.content)) return *number;
  if (const auto* text = std::get_if<std::string>(&field.content)) return *text;
  if (const auto* decimal = std::get_if<broker::Decimal>(&field.content)) {
    return static_cast<std::int64_t>(decimal->value);
  }
  if (const auto* array = std::get_if<FieldArray>(&field.content)) {
    Table table;
    for (const broker::FieldValue& element : *array) table.list.push_back(value_of(element));
    return table;
  }
  if (const auto* fields = std::get_if<FieldTable>(&field.content)) return value_of(*fields);
  return {};
}

Value value_of(const broker::FieldTable& table) {
  Table out;
  for (const auto& [name, field] : table) out.set(name, value_of(field));
  return out;
}

}  // namespace mqlab::scripting
