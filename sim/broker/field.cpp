// SPDX-License-Identifier: MIT
// Making, finding and changing fields.
#include "sim/broker/field.hpp"

#include <algorithm>
#include <utility>

namespace mqlab::broker {

FieldValue::FieldValue() = default;
FieldValue::FieldValue(FieldType type_given, Content content_given)
    : type(type_given), content(std::move(content_given)) {}
FieldValue::FieldValue(const FieldValue& other) = default;
FieldValue::FieldValue(FieldValue&& other) noexcept = default;
FieldValue& FieldValue::operator=(const FieldValue& other) = default;
FieldValue& FieldValue::operator=(FieldValue&& other) noexcept = default;
FieldValue::~FieldValue() = default;

bool FieldValue::operator==(const FieldValue& other) const {
  return type == other.type && content == other.content;
}

FieldValue FieldValue::of(bool value) {
  return {FieldType::boolean, value};
}

FieldValue FieldValue::of(std::int64_t value) {
  return {FieldType::int64, value};
}

FieldValue FieldValue::of(std::string_view value) {
  return {FieldType::text, std::string(value)};
}

FieldValue FieldValue::of(FieldArray value) {
  return {FieldType::array, std::move(value)};
}

FieldValue FieldValue::of(FieldTable value) {
  return {FieldType::table, std::move(value)};
}

FieldValue FieldValue::timestamp(std::int64_t seconds) {
  return {FieldType::timestamp, seconds};
}

bool FieldValue::is_integer() const {
  switch (type) {
    case FieldType::int8:
    case FieldType::uint8:
    case FieldType::int16:
    case FieldType::uint16:
    case FieldType::int32:
    case FieldType::uint32:
    case FieldType::int64:
      return true;
    case FieldType::boolean:
    case FieldType::float32:
    case FieldType::float64:
    case FieldType::decimal:
    case FieldType::text:
    case FieldType::bytes:
    case FieldType::timestamp:
    case FieldType::none:
    case FieldType::array:
    case FieldType::table:
      return false;
  }
  return false;
}

const FieldValue* find_field(const FieldTable& table, std::string_view name) {
  for (const auto& [field, value] : table) {
    if (field == name) return &value;
  }
  return nullptr;
}

void set_field(FieldTable& table, std::string_view name, FieldValue value) {
  for (auto& [field, old] : table) {
    if (field == name) {
      old = std::move(value);
      return;
    }
  }
  table.emplace_back(std::string(name), std::move(value));
}

bool remove_field(FieldTable& table, std::string_view name) {
  return std::erase_if(table, [name](const auto& field) { return field.first == name; }) > 0;
}

std::string_view broker_type_name(FieldType type) {
  switch (type) {
    case FieldType::boolean:
      return "bool";
    case FieldType::int8:
      return "byte";
    case FieldType::uint8:
      return "unsignedbyte";
    case FieldType::int16:
      return "short";
    case FieldType::uint16:
      return "unsignedshort";
    case FieldType::int32:
      return "signedint";
    case FieldType::uint32:
      return "unsignedint";
    case FieldType::int64:
      return "long";
    case FieldType::float32:
      return "float";
    case FieldType::float64:
      return "double";
    case FieldType::decimal:
      return "decimal";
    case FieldType::text:
      return "longstr";
    case FieldType::bytes:
      return "binary";
    case FieldType::timestamp:
      return "timestamp";
    case FieldType::none:
      return "void";
    case FieldType::array:
      return "array";
    case FieldType::table:
      return "table";
  }
  return "";
}

}  // namespace mqlab::broker
