// SPDX-License-Identifier: MIT
// From AMQP 0-9-1 to 1.0 and back.
#include "sim/broker/stream_form.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mqlab::broker {
namespace {

// 1.0 knows no byte array that is not a text to 0-9-1.
FieldValue converted(FieldValue value) {
  if (value.type == FieldType::bytes) value.type = FieldType::text;
  if (auto* members = std::get_if<FieldArray>(&value.content)) {
    for (FieldValue& member : *members) member = converted(std::move(member));
  }
  if (auto* fields = std::get_if<FieldTable>(&value.content)) {
    for (auto& [name, field] : *fields) field = converted(std::move(field));
  }
  return value;
}

// Names that mean something of its own to the server.
bool is_internal(std::string_view name) {
  return name.starts_with("x-basic-") || name == "x-routing-key" || name == "x-exchange";
}

bool is_simple(const FieldValue& value) {
  return value.type != FieldType::array && value.type != FieldType::table;
}

// Headers beginning x- become annotations, which may hold anything; the others may only be simple
// values. The history of deaths is the broker's, not what a client says.
bool is_kept(std::string_view name, const FieldValue& value, bool died) {
  if (name == "x-death") return died;
  if (name.starts_with("x-")) return !is_internal(name);
  if (name == "CC") return true;
  return is_simple(value);
}

// A dead letter has lost its expiration for queues only: the original one comes back.
std::optional<std::string> original_expiration(const FieldTable& headers) {
  const FieldValue* deaths = find_field(headers, "x-death");
  if (deaths == nullptr) return std::nullopt;
  for (const FieldValue& death : std::get<FieldArray>(deaths->content)) {
    const FieldValue* found =
        find_field(std::get<FieldTable>(death.content), "original-expiration");
    if (found != nullptr) return std::get<std::string>(found->content);
  }
  return std::nullopt;
}

// A name of the form urn:uuid: is kept as a number, and written with small letters.
void convert_id(std::optional<std::string>& id) {
  constexpr std::string_view kPrefix = "urn:uuid:";
  constexpr std::size_t kLength = kPrefix.size() + 36;
  if (!id || id->size() != kLength || !id->starts_with(kPrefix)) return;
  for (char& c : *id) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
}

bool has_decimal(const FieldValue& value) {
  if (value.type == FieldType::decimal) return true;
  if (const auto* members = std::get_if<FieldArray>(&value.content)) {
    return std::any_of(members->begin(), members->end(), has_decimal);
  }
  if (const auto* fields = std::get_if<FieldTable>(&value.content)) {
    return std::any_of(fields->begin(), fields->end(),
                       [](const auto& field) { return has_decimal(field.second); });
  }
  return false;
}

// Some headers stand in for a property that is not given.
void take_property(FieldTable& headers, std::string_view name,
                   std::optional<std::string>& property) {
  const FieldValue* const given = find_field(headers, name);
  if (property || given == nullptr || given->type != FieldType::text) return;
  property = std::get<std::string>(given->content);
  remove_field(headers, name);
}

// 3.10 keeps simple headers of any name.
Properties as_old_stream_keeps(const Message& message) {
  Properties kept = message.props();
  kept.cluster_id.reset();
  if (!kept.headers) return kept;
  take_property(*kept.headers, "x-basic-type", kept.type);
  take_property(*kept.headers, "x-basic-app-id", kept.app_id);
  std::erase_if(*kept.headers, [](const auto& field) { return !is_simple(field.second); });
  if (kept.headers->empty()) kept.headers.reset();
  return kept;
}

}  // namespace

bool stream_can_keep(Version version, const Message& message) {
  if (!message.properties || !message.properties->headers) return true;
  return std::none_of(message.properties->headers->begin(), message.properties->headers->end(),
                      [version](const auto& field) {
                        const auto& [name, value] = field;
                        if (is_simple(value)) return value.type == FieldType::decimal;
                        // Of the others 4.0 stores annotations, 3.10 nothing.
                        return version == Version::v4_0 && name.starts_with("x-") &&
                               has_decimal(value);
                      });
}

Properties as_stream_keeps(Version version, const Message& message) {
  if (version == Version::v3_10) return as_old_stream_keeps(message);
  Properties kept = message.props();
  kept.delivery_mode = message.persistent() ? 2 : 1;
  kept.cluster_id.reset();
  convert_id(kept.message_id);
  convert_id(kept.correlation_id);
  if (!kept.headers) return kept;
  if (message.letter().died) kept.expiration = original_expiration(*kept.headers);
  take_property(*kept.headers, "x-basic-type", kept.type);
  FieldTable headers;
  for (auto& [name, value] : *kept.headers) {
    if (is_kept(name, value, message.letter().died)) {
      headers.emplace_back(name, converted(std::move(value)));
    }
  }
  if (headers.empty()) {
    kept.headers.reset();
  } else {
    kept.headers = std::move(headers);
  }
  return kept;
}

}  // namespace mqlab::broker
