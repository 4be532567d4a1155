// SPDX-License-Identifier: MIT
// Reading and refusing properties.
#include "sim/broker/message_checks.hpp"

#include <charconv>

#include <fmt/format.h>

#include "sim/broker/erlang_text.hpp"

namespace mqlab::broker {

namespace {

constexpr std::string_view kCc = "CC";
constexpr std::string_view kBcc = "BCC";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A decimal number at the beginning of a text, as Erlang's string:to_integer reads it: an optional
// sign and digits, of any length.
struct LeadingInteger {
  bool negative = false;
  std::string_view digits;  // without leading zeros, "0" for zero; empty: there is no number
  std::string_view rest;
};

LeadingInteger leading_integer(std::string_view text) {
  LeadingInteger result;
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    result.negative = text[at] == '-';
    ++at;
  }
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  if (end == at) return {};
  while (at + 1 < end && text[at] == '0') ++at;
  result.digits = text.substr(at, end - at);
  result.rest = text.substr(end);
  if (result.digits == "0") result.negative = false;
  return result;
}

// The number, or nullopt if it is beyond the longest expiry.
std::optional<std::int64_t> small_value(const LeadingInteger& number) {
  std::int64_t value = 0;
  const char* end = number.digits.data() + number.digits.size();
  if (std::from_chars(number.digits.data(), end, value).ec != std::errc()) return std::nullopt;
  if (value > kLongestExpiry) return std::nullopt;
  return value;
}

std::optional<AmqpError> check_expiration(const Properties& properties) {
  if (!properties.expiration) return std::nullopt;
  const std::string& text = *properties.expiration;
  const LeadingInteger number = leading_integer(text);
  if (number.digits.empty()) return errors::invalid_expiration(text, "no_integer");
  if (!number.rest.empty()) {
    return errors::invalid_expiration(
        text, fmt::format("{{leftover_string,{}}}", erlang_string(number.rest)));
  }
  if (number.negative) {
    return errors::invalid_expiration(text, fmt::format("{{value_negative,-{}}}", number.digits));
  }
  if (!small_value(number)) {
    return errors::invalid_expiration(text, fmt::format("{{value_too_large,{}}}", number.digits));
  }
  return std::nullopt;
}

std::optional<AmqpError> check_user(const Properties& properties, std::string_view user) {
  if (!properties.user_id || *properties.user_id == user) return std::nullopt;
  return errors::user_id(*properties.user_id, user);
}

std::optional<AmqpError> check_header_keys(const Properties& properties) {
  if (!properties.headers) return std::nullopt;
  for (const std::string_view name : {kCc, kBcc}) {
    const FieldValue* value = find_field(*properties.headers, name);
    if (value == nullptr || value->type == FieldType::array) continue;
    return errors::invalid_message(fmt::format("{{unacceptable_type_in_header,{},{}}}",
                                               erlang_string(name), broker_type_name(value->type)));
  }
  return std::nullopt;
}

std::optional<AmqpError> check_delivery_mode(const Properties& properties) {
  const std::optional<std::uint8_t> mode = properties.delivery_mode;
  if (!mode || *mode == 1 || *mode == 2) return std::nullopt;
  return errors::invalid_message(fmt::format("{{delivery_mode_unknown,{}}}", *mode));
}

}  // namespace

std::optional<AmqpError> check_properties(Version version, const Properties& properties,
                                          std::string_view user) {
  switch (version) {
    case Version::v3_10:
      if (auto error = check_user(properties, user)) return error;
      if (auto error = check_expiration(properties)) return error;
      if (auto error = check_header_keys(properties)) return error;
      return check_delivery_mode(properties);
    case Version::v4_0:
      if (auto error = check_expiration(properties)) return error;
      if (auto error = check_header_keys(properties)) return error;
      return check_user(properties, user);
  }
  return std::nullopt;
}

std::optional<std::int64_t> expiration_ms(const Properties& properties) {
  if (!properties.expiration) return std::nullopt;
  return small_value(leading_integer(*properties.expiration));
}

void routing_keys(NameId key, const Properties& properties, Names& names,
                  std::vector<NameId>& keys) {
  keys.assign(1, key);
  if (!properties.headers) return;
  for (const std::string_view name : {kCc, kBcc}) {
    const FieldValue* value = find_field(*properties.headers, name);
    if (value == nullptr || value->type != FieldType::array) continue;
    for (const FieldValue& member : std::get<FieldArray>(value->content)) {
      if (member.type != FieldType::text) continue;
      keys.push_back(names.intern(std::get<std::string>(member.content)));
    }
  }
}

std::span<const NameId> key_and_copies(NameId key, const CopyKeys& more,
                                       std::vector<NameId>& scratch) {
  scratch.assign(1, key);
  scratch.insert(scratch.end(), more.cc.begin(), more.cc.end());
  scratch.insert(scratch.end(), more.bcc.begin(), more.bcc.end());
  return scratch;
}

Properties without_bcc(Properties properties) {
  if (properties.headers) remove_field(*properties.headers, kBcc);
  return properties;
}

PropertiesPtr with_keys_of(const Message& message, Properties properties, LetterNotes letter) {
  const CopyKeys* const keys = message.copy_keys();
  return PropertiesPtr(std::move(properties),
                       keys != nullptr ? std::optional<CopyKeys>(*keys) : std::nullopt, letter);
}

MessagePtr with_properties(MessagePool& pool, const Message& message, Properties properties) {
  Message stored = message;
  stored.properties = with_keys_of(message, std::move(properties), message.letter());
  return pool.make(std::move(stored));
}

}  // namespace mqlab::broker
