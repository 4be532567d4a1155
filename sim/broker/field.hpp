// SPDX-License-Identifier: MIT
// Field values and tables of AMQP 0-9-1, with the types that RabbitMQ knows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mqlab::broker {

struct FieldValue;

// An ordered list of (name, value). Order is kept as sent; it has no meaning in comparisons.
using FieldTable = std::vector<std::pair<std::string, FieldValue>>;
using FieldArray = std::vector<FieldValue>;

// The type letter of a value on the wire, as RabbitMQ uses the letters.
enum class FieldType : char {
  boolean = 't',
  int8 = 'b',
  uint8 = 'B',
  int16 = 's',
  uint16 = 'u',
  int32 = 'I',
  uint32 = 'i',
  int64 = 'l',
  float32 = 'f',
  float64 = 'd',
  decimal = 'D',
  text = 'S',
  bytes = 'x',
  timestamp = 'T',
  none = 'V',
  array = 'A',
  table = 'F',
};

struct Decimal {
  std::uint8_t scale = 0;
  std::uint32_t value = 0;

  bool operator==(const Decimal&) const = default;
};

// One typed value. Which alternative holds the content follows from the type: all integers and the
// timestamp are int64 (uint64 never occurs), both floats double, text and bytes a string.
struct FieldValue {
  using Content = std::variant<std::monostate, bool, std::int64_t, double, Decimal, std::string,
                               FieldArray, FieldTable>;
  FieldType type = FieldType::none;
  Content content;

  // Not written here, because a table holds pairs of what is not complete before the end of it.
  FieldValue();
  FieldValue(FieldType type_given, Content content_given);
  FieldValue(const FieldValue& other);
  FieldValue(FieldValue&& other) noexcept;
  FieldValue& operator=(const FieldValue& other);
  FieldValue& operator=(FieldValue&& other) noexcept;
  ~FieldValue();

  static FieldValue of(bool value);
  static FieldValue of(std::int64_t value);  // as int64 'l'
  static FieldValue of(std::string_view value);
  static FieldValue of(FieldArray value);
  static FieldValue of(FieldTable value);
  static FieldValue timestamp(std::int64_t seconds);

  bool is_integer() const;  // any integer type, not timestamp

  // Type and content equal. For the looser comparisons of AMQP see the headers exchange.
  bool operator==(const FieldValue& other) const;
};

// The value of the first field with this name, or nullptr.
const FieldValue* find_field(const FieldTable& table, std::string_view name);
// Sets or appends.
void set_field(FieldTable& table, std::string_view name, FieldValue value);
// Removes all fields of this name; true if there was one.
bool remove_field(FieldTable& table, std::string_view name);

// The Erlang-like name of a type as the broker's texts use it: "signedint", "longstr", "bool"…
std::string_view broker_type_name(FieldType type);

}  // namespace mqlab::broker
