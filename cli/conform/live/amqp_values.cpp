// SPDX-License-Identifier: MIT
// Values on their way to and from the wire. Letters of types are the same on both sides.
#include "cli/conform/live/amqp_values.hpp"

#include <cstdint>
#include <utility>

namespace mqlab::conform {

using broker::FieldArray;
using broker::FieldTable;
using broker::FieldType;
using broker::FieldValue;
using broker::Properties;

amqp_bytes_t AmqpValues::bytes(std::string text) {
  std::string& kept = texts_.emplace_back(std::move(text));
  return {kept.size(), kept.data()};
}

amqp_table_t AmqpValues::table(const FieldTable& table) {
  std::vector<amqp_table_entry_t> entries;
  for (const auto& [name, content] : table) entries.push_back({bytes(name), value(content)});
  auto& kept = tables_.emplace_back(std::move(entries));
  return {static_cast<int>(kept.size()), kept.data()};
}

amqp_field_value_t AmqpValues::value(const FieldValue& from) {
  amqp_field_value_t to{};
  to.kind = static_cast<std::uint8_t>(from.type);
  const auto* integer = std::get_if<std::int64_t>(&from.content);
  switch (from.type) {
    case FieldType::boolean:
      to.value.boolean = std::get<bool>(from.content) ? 1 : 0;
      break;
    case FieldType::int8:
      to.value.i8 = static_cast<std::int8_t>(*integer);
      break;
    case FieldType::uint8:
      to.value.u8 = static_cast<std::uint8_t>(*integer);
      break;
    case FieldType::int16:
      to.value.i16 = static_cast<std::int16_t>(*integer);
      break;
    case FieldType::uint16:
      to.value.u16 = static_cast<std::uint16_t>(*integer);
      break;
    case FieldType::int32:
      to.value.i32 = static_cast<std::int32_t>(*integer);
      break;
    case FieldType::uint32:
      to.value.u32 = static_cast<std::uint32_t>(*integer);
      break;
    case FieldType::int64:
      to.value.i64 = *integer;
      break;
    case FieldType::timestamp:
      to.value.u64 = static_cast<std::uint64_t>(*integer);
      break;
    case FieldType::float32:
      to.value.f32 = static_cast<float>(std::get<double>(from.content));
      break;
    case FieldType::float64:
      to.value.f64 = std::get<double>(from.content);
      break;
    case FieldType::decimal: {
      const auto& decimal = std::get<broker::Decimal>(from.content);
      to.value.decimal.decimals = decimal.scale;
      to.value.decimal.value = decimal.value;
      break;
    }
    case FieldType::text:
    case FieldType::bytes:
      to.value.bytes = bytes(std::get<std::string>(from.content));
      break;
    case FieldType::none:
      break;
    case FieldType::array: {
      std::vector<amqp_field_value_t> members;
      for (const FieldValue& each : std::get<FieldArray>(from.content)) {
        members.push_back(value(each));
      }
      auto& kept = arrays_.emplace_back(std::move(members));
      to.value.array.num_entries = static_cast<int>(kept.size());
      to.value.array.entries = kept.data();
      break;
    }
    case FieldType::table:
      to.value.table = table(std::get<FieldTable>(from.content));
      break;
  }
  return to;
}

amqp_basic_properties_t AmqpValues::properties(const Properties& from) {
  amqp_basic_properties_t to{};
  const auto text = [&](const std::optional<std::string>& source, amqp_bytes_t& target,
                        amqp_flags_t flag) {
    if (!source) return;
    to._flags |= flag;
    target = bytes(*source);
  };
  text(from.content_type, to.content_type, AMQP_BASIC_CONTENT_TYPE_FLAG);
  text(from.content_encoding, to.content_encoding, AMQP_BASIC_CONTENT_ENCODING_FLAG);
  text(from.correlation_id, to.correlation_id, AMQP_BASIC_CORRELATION_ID_FLAG);
  text(from.reply_to, to.reply_to, AMQP_BASIC_REPLY_TO_FLAG);
  text(from.expiration, to.expiration, AMQP_BASIC_EXPIRATION_FLAG);
  text(from.message_id, to.message_id, AMQP_BASIC_MESSAGE_ID_FLAG);
  text(from.type, to.type, AMQP_BASIC_TYPE_FLAG);
  text(from.user_id, to.user_id, AMQP_BASIC_USER_ID_FLAG);
  text(from.app_id, to.app_id, AMQP_BASIC_APP_ID_FLAG);
  text(from.cluster_id, to.cluster_id, AMQP_BASIC_CLUSTER_ID_FLAG);
  if (from.headers) {
    to._flags |= AMQP_BASIC_HEADERS_FLAG;
    to.headers = table(*from.headers);
  }
  if (from.delivery_mode) {
    to._flags |= AMQP_BASIC_DELIVERY_MODE_FLAG;
    to.delivery_mode = *from.delivery_mode;
  }
  if (from.priority) {
    to._flags |= AMQP_BASIC_PRIORITY_FLAG;
    to.priority = *from.priority;
  }
  if (from.timestamp) {
    to._flags |= AMQP_BASIC_TIMESTAMP_FLAG;
    to.timestamp = static_cast<std::uint64_t>(*from.timestamp);
  }
  return to;
}

std::string text_of(amqp_bytes_t bytes) {
  return bytes.len == 0 ? std::string()
                        : std::string(static_cast<const char*>(bytes.bytes), bytes.len);
}

namespace {

FieldValue value_of(const amqp_field_value_t& from) {
  const auto type = static_cast<FieldType>(from.kind);
  const auto integer = [type](std::int64_t number) { return FieldValue{type, number}; };
  switch (type) {
    case FieldType::boolean:
      return FieldValue::of(from.value.boolean != 0);
    case FieldType::int8:
      return integer(from.value.i8);
    case FieldType::uint8:
      return integer(from.value.u8);
    case FieldType::int16:
      return integer(from.value.i16);
    case FieldType::uint16:
      return integer(from.value.u16);
    case FieldType::int32:
      return integer(from.value.i32);
    case FieldType::uint32:
      return integer(from.value.u32);
    case FieldType::int64:
      return integer(from.value.i64);
    case FieldType::timestamp:
      return integer(static_cast<std::int64_t>(from.value.u64));
    case FieldType::float32:
      return {type, static_cast<double>(from.value.f32)};
    case FieldType::float64:
      return {type, from.value.f64};
    case FieldType::decimal:
      return {type, broker::Decimal{from.value.decimal.decimals, from.value.decimal.value}};
    case FieldType::text:
    case FieldType::bytes:
      return {type, text_of(from.value.bytes)};
    case FieldType::none:
      return {};
    case FieldType::array: {
      FieldArray members;
      for (int i = 0; i < from.value.array.num_entries; ++i) {
        members.push_back(value_of(from.value.array.entries[i]));
      }
      return FieldValue::of(std::move(members));
    }
    case FieldType::table:
      return FieldValue::of(table_of(from.value.table));
  }
  return {};
}

}  // namespace

FieldTable table_of(const amqp_table_t& from) {
  FieldTable table;
  for (int i = 0; i < from.num_entries; ++i) {
    table.emplace_back(text_of(from.entries[i].key), value_of(from.entries[i].value));
  }
  return table;
}

Properties properties_of(const amqp_basic_properties_t& from) {
  Properties to;
  const auto text = [&](amqp_bytes_t source, std::optional<std::string>& target,
                        amqp_flags_t flag) {
    if ((from._flags & flag) != 0) target = text_of(source);
  };
  text(from.content_type, to.content_type, AMQP_BASIC_CONTENT_TYPE_FLAG);
  text(from.content_encoding, to.content_encoding, AMQP_BASIC_CONTENT_ENCODING_FLAG);
  text(from.correlation_id, to.correlation_id, AMQP_BASIC_CORRELATION_ID_FLAG);
  text(from.reply_to, to.reply_to, AMQP_BASIC_REPLY_TO_FLAG);
  text(from.expiration, to.expiration, AMQP_BASIC_EXPIRATION_FLAG);
  text(from.message_id, to.message_id, AMQP_BASIC_MESSAGE_ID_FLAG);
  text(from.type, to.type, AMQP_BASIC_TYPE_FLAG);
  text(from.user_id, to.user_id, AMQP_BASIC_USER_ID_FLAG);
  text(from.app_id, to.app_id, AMQP_BASIC_APP_ID_FLAG);
  text(from.cluster_id, to.cluster_id, AMQP_BASIC_CLUSTER_ID_FLAG);
  if ((from._flags & AMQP_BASIC_HEADERS_FLAG) != 0) to.headers = table_of(from.headers);
  if ((from._flags & AMQP_BASIC_DELIVERY_MODE_FLAG) != 0) to.delivery_mode = from.delivery_mode;
  if ((from._flags & AMQP_BASIC_PRIORITY_FLAG) != 0) to.priority = from.priority;
  if ((from._flags & AMQP_BASIC_TIMESTAMP_FLAG) != 0) {
    to.timestamp = static_cast<std::int64_t>(from.timestamp);
  }
  return to;
}

}  // namespace mqlab::conform
