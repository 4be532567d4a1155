// SPDX-License-Identifier: MIT
// The type letters of fields and the names of properties, both ways.
#include "cli/conform/values.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace mqlab::conform {

namespace {

using broker::Decimal;
using broker::FieldArray;
using broker::FieldTable;
using broker::FieldType;
using broker::FieldValue;
using broker::Properties;

Error wrong(std::string what, std::string hint = "") {
  return Error{{}, std::move(what), std::move(hint)};
}

std::optional<FieldType> type_of(const Json& letter) {
  if (!letter.is_string() || letter.get_ref<const std::string&>().size() != 1) return std::nullopt;
  const char c = letter.get_ref<const std::string&>()[0];
  constexpr std::string_view kLetters = "tbBsuIilfdDSxTVAF";
  if (kLetters.find(c) == std::string_view::npos) return std::nullopt;
  return static_cast<FieldType>(c);
}

template <typename Integer>
bool fits(const Json& value) {
  using Limits = std::numeric_limits<Integer>;
  if (value.is_number_unsigned()) {
    return value.get<std::uint64_t>() <= static_cast<std::uint64_t>(Limits::max());
  }
  if (!value.is_number_integer()) return false;
  const auto number = value.get<std::int64_t>();
  return number >= static_cast<std::int64_t>(Limits::min());
}

Result<FieldValue> read_typed(FieldType type, const Json& value, Notation notation);

Result<FieldValue> read_plain(const Json& value) {
  if (value.is_string()) return read_typed(FieldType::text, value, Notation::pairs_or_plain);
  if (value.is_boolean()) return read_typed(FieldType::boolean, value, Notation::pairs_or_plain);
  if (value.is_null()) return read_typed(FieldType::none, value, Notation::pairs_or_plain);
  if (value.is_object()) return read_typed(FieldType::table, value, Notation::pairs_or_plain);
  if (value.is_number_float()) return read_typed(FieldType::float64, value, Notation::pairs);
  if (value.is_number()) {
    const bool small = fits<std::int32_t>(value);
    return read_typed(small ? FieldType::int32 : FieldType::int64, value, Notation::pairs);
  }
  return wrong(fmt::format("{} is no typed value", to_line(value)));
}

Result<FieldValue> read_value(const Json& json, Notation notation) {
  if (json.is_array() && json.size() == 2) {
    if (const auto type = type_of(json[0])) return read_typed(*type, json[1], notation);
    if (json[0].is_string()) {
      return wrong(fmt::format("{} is no type letter", to_line(json[0])),
                   "the letters are t b B s u I i l f d D S x T V A F");
    }
  }
  if (notation == Notation::pairs_or_plain && !json.is_array()) return read_plain(json);
  return wrong(fmt::format("{} is no typed value", to_line(json)),
               "a value is a pair like [\"S\", \"text\"]");
}

Result<FieldValue> read_array(const Json& value, Notation notation) {
  FieldArray array;
  for (const Json& member : value) {
    auto read = read_value(member, notation);
    if (!read) return read.error();
    array.push_back(std::move(*read));
  }
  return FieldValue::of(std::move(array));
}

Result<FieldValue> read_decimal(const Json& value) {
  if (value.size() == 2 && value.contains("scale") && value.contains("value") &&
      fits<std::uint8_t>(value["scale"]) && fits<std::uint32_t>(value["value"])) {
    const Decimal decimal{value["scale"].get<std::uint8_t>(), value["value"].get<std::uint32_t>()};
    return FieldValue{FieldType::decimal, decimal};
  }
  return wrong(fmt::format("{} is no decimal", to_line(value)),
               "a decimal is {\"scale\": 0-255, \"value\": number}");
}

bool integer_fits(FieldType type, const Json& value) {
  switch (type) {
    case FieldType::int8:
      return fits<std::int8_t>(value);
    case FieldType::uint8:
      return fits<std::uint8_t>(value);
    case FieldType::int16:
      return fits<std::int16_t>(value);
    case FieldType::uint16:
      return fits<std::uint16_t>(value);
    case FieldType::int32:
      return fits<std::int32_t>(value);
    case FieldType::uint32:
      return fits<std::uint32_t>(value);
    case FieldType::int64:
    case FieldType::timestamp:
      return fits<std::int64_t>(value);
    case FieldType::boolean:
    case FieldType::float32:
    case FieldType::float64:
    case FieldType::decimal:
    case FieldType::text:
    case FieldType::bytes:
    case FieldType::none:
    case FieldType::array:
    case FieldType::table:
      return false;
  }
  return false;
}

Result<FieldValue> read_typed(FieldType type, const Json& value, Notation notation) {
  switch (type) {
    case FieldType::boolean:
      if (value.is_boolean()) return FieldValue{type, value.get<bool>()};
      break;
    case FieldType::int8:
    case FieldType::uint8:
    case FieldType::int16:
    case FieldType::uint16:
    case FieldType::int32:
    case FieldType::uint32:
    case FieldType::int64:
    case FieldType::timestamp:
      if (integer_fits(type, value)) return FieldValue{type, value.get<std::int64_t>()};
      break;
    case FieldType::float32:
    case FieldType::float64:
      if (value.is_number()) return FieldValue{type, value.get<double>()};
      break;
    case FieldType::decimal:
      if (value.is_object()) return read_decimal(value);
      break;
    case FieldType::text:
    case FieldType::bytes:
      if (value.is_string()) return FieldValue{type, value.get<std::string>()};
      break;
    case FieldType::none:
      if (value.is_null()) return FieldValue{};
      break;
    case FieldType::array:
      if (value.is_array()) return read_array(value, notation);
      break;
    case FieldType::table:
      if (value.is_object()) {
        auto table = read_table(value, notation);
        if (!table) return table.error();
        return FieldValue::of(std::move(*table));
      }
      break;
  }
  return wrong(
      fmt::format("{} does not fit the type letter {}", to_line(value), static_cast<char>(type)));
}

Json write_value(const FieldValue& value) {
  Json content;
  if (const auto* flag = std::get_if<bool>(&value.content)) content = *flag;
  if (const auto* integer = std::get_if<std::int64_t>(&value.content)) content = *integer;
  if (const auto* number = std::get_if<double>(&value.content)) content = *number;
  if (const auto* text = std::get_if<std::string>(&value.content)) content = *text;
  if (const auto* decimal = std::get_if<Decimal>(&value.content)) {
    content = Json{{"scale", decimal->scale}, {"value", decimal->value}};
  }
  if (const auto* array = std::get_if<FieldArray>(&value.content)) {
    content = Json::array();
    for (const FieldValue& member : *array) content.push_back(write_value(member));
  }
  if (const auto* table = std::get_if<FieldTable>(&value.content)) content = write_table(*table);
  return Json::array({std::string(1, static_cast<char>(value.type)), std::move(content)});
}

}  // namespace

Result<FieldTable> read_table(const Json& json, Notation notation) {
  if (!json.is_object()) return wrong(fmt::format("{} is no table", to_line(json)));
  FieldTable table;
  for (const auto& item : json.items()) {
    if (item.key().size() > 255) return wrong("a field's name is longer than 255 bytes");
    auto value = read_value(item.value(), notation);
    if (!value) {
      return wrong(fmt::format("{}: {}", item.key(), value.error().what), value.error().hint);
    }
    table.emplace_back(item.key(), std::move(*value));
  }
  return table;
}

Json write_table(const FieldTable& table) {
  Json json = Json::object();
  for (const auto& [name, value] : table) json[name] = write_value(value);
  return json;
}

Result<FieldTable> read_plain_table(const Json& json) {
  if (!json.is_object()) return wrong(fmt::format("{} is no object", to_line(json)));
  FieldTable table;
  for (const auto& item : json.items()) {
    auto value = read_plain(item.value());
    if (!value) {
      return wrong(fmt::format("{}: {}", item.key(), value.error().what), value.error().hint);
    }
    table.emplace_back(item.key(), std::move(*value));
  }
  return table;
}

namespace {

// Calls `visit(name, member)` for each property but headers, in the order of the protocol.
template <typename P, typename Visit>
void each_property(P& p, Visit visit) {
  visit("content_type", p.content_type);
  visit("content_encoding", p.content_encoding);
  visit("headers", p.headers);
  visit("delivery_mode", p.delivery_mode);
  visit("priority", p.priority);
  visit("correlation_id", p.correlation_id);
  visit("reply_to", p.reply_to);
  visit("expiration", p.expiration);
  visit("message_id", p.message_id);
  visit("timestamp", p.timestamp);
  visit("type", p.type);
  visit("user_id", p.user_id);
  visit("app_id", p.app_id);
  visit("cluster_id", p.cluster_id);
}

bool read_property(const Json& json, std::optional<std::string>& into) {
  if (!json.is_string() || json.get_ref<const std::string&>().size() > 255) return false;
  into = json.get<std::string>();
  return true;
}

bool read_property(const Json& json, std::optional<std::uint8_t>& into) {
  if (!fits<std::uint8_t>(json)) return false;
  into = json.get<std::uint8_t>();
  return true;
}

bool read_property(const Json& json, std::optional<std::int64_t>& into) {
  if (!fits<std::int64_t>(json)) return false;
  into = json.get<std::int64_t>();
  return true;
}

bool read_property(const Json&, std::optional<FieldTable>&) {
  return true;
}

Json write_property(const FieldTable& headers) {
  return write_table(headers);
}

template <typename T>
Json write_property(const T& value) {
  return value;
}

}  // namespace

Result<Properties> read_properties(const Json& json, Notation notation) {
  if (!json.is_object()) return wrong(fmt::format("{} are no properties", to_line(json)));
  Properties properties;
  std::size_t known = 0;
  std::string misfit;
  each_property(properties, [&](const char* name, auto& member) {
    const auto found = json.find(name);
    if (found == json.end()) return;
    ++known;
    if (!read_property(*found, member) && misfit.empty()) misfit = name;
  });
  if (!misfit.empty()) {
    return wrong(fmt::format("{} cannot be {}", misfit, to_line(json[misfit])));
  }
  if (json.contains("headers")) {
    auto headers = read_table(json["headers"], notation);
    if (!headers) {
      return wrong(fmt::format("headers: {}", headers.error().what), headers.error().hint);
    }
    properties.headers = std::move(*headers);
  }
  if (known == json.size()) return properties;
  for (const auto& item : json.items()) {
    bool named = false;
    each_property(properties, [&](const char* name, auto&) { named |= item.key() == name; });
    if (!named) return wrong(fmt::format("there is no property \"{}\"", item.key()));
  }
  return properties;
}

Json write_properties(const Properties& properties) {
  Json json = Json::object();
  each_property(properties, [&](const char* name, const auto& member) {
    if (member) json[name] = write_property(*member);
  });
  return json;
}

}  // namespace mqlab::conform
