// SPDX-License-Identifier: MIT
// The arguments of queues: which there are, what they mean, and which are refused.
#include "sim/broker/arguments.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "sim/broker/erlang_text.hpp"
#include "sim/broker/max_age.hpp"
#include "sim/broker/message_checks.hpp"

namespace mqlab::broker {

namespace {

// Why an argument is refused, in the server's words; nullopt if it is fine.
using Complaint = std::optional<std::string>;
using Check = Complaint (*)(const FieldValue& value, const FieldTable& arguments);

std::string type_of(const FieldValue& value) {
  return std::string(broker_type_name(value.type));
}

// A text that the server formats itself stands in quotes.
std::string quoted(std::string_view text) {
  return erlang_string(text);
}

Complaint unacceptable_type(const FieldValue& value) {
  return fmt::format("{{unacceptable_type,{}}}", type_of(value));
}

Complaint check_integer(const FieldValue& value) {
  if (value.is_integer()) return std::nullopt;
  return quoted("expected integer, got " + type_of(value));
}

std::int64_t number(const FieldValue& value) {
  return std::get<std::int64_t>(value.content);
}

const std::string& text(const FieldValue& value) {
  return std::get<std::string>(value.content);
}

Complaint check_not_negative(const FieldValue& value, const FieldTable&) {
  if (auto complaint = check_integer(value)) return complaint;
  if (number(value) >= 0) return std::nullopt;
  return fmt::format("{{value_negative,{}}}", number(value));
}

Complaint check_expiry(std::int64_t ms) {
  if (ms < 0) return fmt::format("{{value_negative,{}}}", ms);
  if (ms > kLongestExpiry) return fmt::format("{{value_too_large,{}}}", ms);
  return std::nullopt;
}

Complaint check_message_ttl(const FieldValue& value, const FieldTable&) {
  if (auto complaint = check_integer(value)) return complaint;
  return check_expiry(number(value));
}

Complaint check_expires(const FieldValue& value, const FieldTable&) {
  if (auto complaint = check_integer(value)) return complaint;
  if (number(value) == 0) return "{value_zero,0}";
  return check_expiry(number(value));
}

Complaint check_max_priority(const FieldValue& value, const FieldTable& arguments) {
  if (auto complaint = check_not_negative(value, arguments)) return complaint;
  if (number(value) <= 255) return std::nullopt;
  return fmt::format("{{max_value_exceeded,{}}}", number(value));
}

Complaint check_positive(const FieldValue& value, const FieldTable& arguments) {
  if (auto complaint = check_not_negative(value, arguments)) return complaint;
  if (number(value) == 0) return "{value_zero,0}";
  return std::nullopt;
}

Complaint check_boolean(const FieldValue& value, const FieldTable&) {
  return value.type == FieldType::boolean ? std::nullopt : unacceptable_type(value);
}

Complaint check_string(const FieldValue& value, const FieldTable&) {
  return value.type == FieldType::text ? std::nullopt : unacceptable_type(value);
}

Complaint check_dead_letter_key(const FieldValue& value, const FieldTable& arguments) {
  if (value.type != FieldType::text) return unacceptable_type(value);
  if (find_field(arguments, "x-dead-letter-exchange") != nullptr) return std::nullopt;
  return "routing_key_but_no_dlx_defined";
}

bool is_one_of(const FieldValue& value, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text(value)) != words.end();
}

Complaint check_strategy(const FieldValue& value, const FieldTable&) {
  if (value.type != FieldType::text) return unacceptable_type(value);
  if (is_one_of(value, {"at-most-once", "at-least-once"})) return std::nullopt;
  return "invalid_dlx_strategy";
}

Complaint check_overflow(const FieldValue& value, const FieldTable&) {
  if (value.type != FieldType::text) return unacceptable_type(value);
  if (is_one_of(value, {"drop-head", "reject-publish", "reject-publish-dlx"})) return std::nullopt;
  return "invalid_overflow";
}

Complaint check_mode(const FieldValue& value, const FieldTable&) {
  if (value.type != FieldType::text) return unacceptable_type(value);
  if (is_one_of(value, {"default", "lazy"})) return std::nullopt;
  return quoted(fmt::format("unsupported queue mode '{}'", text(value)));
}

Complaint check_version(const FieldValue& value, const FieldTable& arguments) {
  if (auto complaint = check_not_negative(value, arguments)) return complaint;
  if (number(value) == 1 || number(value) == 2) return std::nullopt;
  return quoted(fmt::format("unsupported queue version '{}'", number(value)));
}

Complaint check_type(const FieldValue& value, const FieldTable&) {
  if (value.type != FieldType::text) return unacceptable_type(value);
  if (is_one_of(value, {"classic", "quorum", "stream"})) return std::nullopt;
  return quoted(fmt::format("unsupported queue type '{}'", text(value)));
}

Complaint check_max_age(const FieldValue& value, const FieldTable&) {
  if (value.type != FieldType::text) return unacceptable_type(value);
  if (parse_max_age(text(value)).kind == MaxAge::Kind::valid) return std::nullopt;
  return "invalid_max_age";
}

Complaint check_locator(const FieldValue& value, const FieldTable&) {
  if (value.type != FieldType::text) return unacceptable_type(value);
  if (is_one_of(value, {"client-local", "balanced", "random", "least-leaders"})) {
    return std::nullopt;
  }
  return "invalid_queue_locator_arg";
}

// All arguments whose values the server checks, in its order.
struct Validator {
  std::string_view name;
  Check check;
};
constexpr Validator kValidators[] = {
    {"x-expires", check_expires},
    {"x-message-ttl", check_message_ttl},
    {"x-dead-letter-exchange", check_string},
    {"x-dead-letter-routing-key", check_dead_letter_key},
    {"x-dead-letter-strategy", check_strategy},
    {"x-max-length", check_not_negative},
    {"x-max-length-bytes", check_not_negative},
    {"x-max-in-memory-length", check_not_negative},
    {"x-max-in-memory-bytes", check_not_negative},
    {"x-max-priority", check_max_priority},
    {"x-overflow", check_overflow},
    {"x-queue-mode", check_mode},
    {"x-queue-version", check_version},
    {"x-single-active-consumer", check_boolean},
    {"x-queue-type", check_type},
    {"x-quorum-initial-group-size", check_positive},
    {"x-max-age", check_max_age},
    {"x-stream-max-segment-size-bytes", check_not_negative},
    {"x-initial-cluster-size", check_positive},
    {"x-queue-leader-locator", check_locator},
};

// The arguments that each type of queue takes, in the order in which a redeclaration compares them.
constexpr std::string_view kClassicArguments[] = {
    "x-expires",
    "x-message-ttl",
    "x-dead-letter-exchange",
    "x-dead-letter-routing-key",
    "x-max-length",
    "x-max-length-bytes",
    "x-max-priority",
    "x-overflow",
    "x-queue-mode",
    "x-queue-version",
    "x-single-active-consumer",
    "x-queue-type",
    "x-queue-master-locator",
    "x-queue-leader-locator",
};
constexpr std::string_view kQuorumArguments[] = {
    "x-dead-letter-exchange",
    "x-dead-letter-routing-key",
    "x-dead-letter-strategy",
    "x-expires",
    "x-max-length",
    "x-max-length-bytes",
    "x-max-in-memory-length",
    "x-max-in-memory-bytes",
    "x-overflow",
    "x-single-active-consumer",
    "x-queue-type",
    "x-quorum-initial-group-size",
    "x-delivery-limit",
    "x-message-ttl",
    "x-queue-leader-locator",
};
constexpr std::string_view kStreamArguments[] = {
    "x-max-length-bytes",
    "x-queue-type",
    "x-max-age",
    "x-stream-max-segment-size-bytes",
    "x-initial-cluster-size",
    "x-queue-leader-locator",
};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool some_type_takes(Version version, std::string_view name) {
  for (const QueueType type : {QueueType::classic, QueueType::quorum, QueueType::stream}) {
    if (contains(arguments_of(version, type), name)) return true;
  }
  return false;
}

// What the type asks of the flags, in the server's order.
std::optional<AmqpError> check_flags(Resource queue, const QueueFlags& flags, QueueType type) {
  if (type == QueueType::classic) return std::nullopt;
  if (flags.auto_delete) return errors::invalid_property("auto-delete", queue);
  if (flags.exclusive) return errors::invalid_property("exclusive-owner", queue);
  if (!flags.durable) return errors::invalid_property("non-durable", queue);
  return std::nullopt;
}

// Beyond these the server cannot make a stream.
constexpr std::int64_t kLargestSegment = 3'000'000'000;

std::optional<AmqpError> check_stream_sizes(Version version, const FieldTable& arguments) {
  const FieldValue* segment = find_field(arguments, "x-stream-max-segment-size-bytes");
  if (segment != nullptr && number(*segment) > kLargestSegment) {
    return errors::precondition("Exceeded max value for x-stream-max-segment-size-bytes");
  }
  const FieldValue* filter = find_field(arguments, "x-stream-filter-size-bytes");
  if (version == Version::v3_10 || filter == nullptr) return std::nullopt;
  if (filter->is_integer() && number(*filter) >= 16 && number(*filter) <= 255) return std::nullopt;
  return errors::precondition("Invalid value for  x-stream-filter-size-bytes");
}

std::optional<AmqpError> check_value(const Validator& validator, Resource queue,
                                     const FieldTable& arguments) {
  const FieldValue* value = find_field(arguments, validator.name);
  if (value == nullptr) return std::nullopt;
  if (validator.name == "x-max-age" && value->type == FieldType::text &&
      parse_max_age(text(*value)).kind == MaxAge::Kind::crash) {
    return errors::crash();
  }
  const Complaint complaint = validator.check(*value, arguments);
  if (!complaint) return std::nullopt;
  return errors::invalid_argument(validator.name, queue, *complaint);
}

std::optional<std::int64_t> integer_argument(const FieldTable& arguments, std::string_view name) {
  const FieldValue* value = find_field(arguments, name);
  if (value == nullptr || !value->is_integer()) return std::nullopt;
  return number(*value);
}

std::optional<std::string> text_argument(const FieldTable& arguments, std::string_view name) {
  const FieldValue* value = find_field(arguments, name);
  if (value == nullptr || value->type != FieldType::text) return std::nullopt;
  return text(*value);
}

}  // namespace

std::string_view word(QueueType type) {
  switch (type) {
    case QueueType::classic:
      return "classic";
    case QueueType::quorum:
      return "quorum";
    case QueueType::stream:
      return "stream";
  }
  return "";
}

std::string_view type_module(QueueType type) {
  switch (type) {
    case QueueType::classic:
      return "rabbit_classic_queue";
    case QueueType::quorum:
      return "rabbit_quorum_queue";
    case QueueType::stream:
      return "rabbit_stream_queue";
  }
  return "";
}

std::span<const std::string_view> arguments_of(Version version, QueueType type) {
  switch (type) {
    case QueueType::classic: {
      // 3.10 has no leader locator for classic queues.
      const std::span<const std::string_view> all = kClassicArguments;
      return version == Version::v3_10 ? all.first(all.size() - 1) : all;
    }
    case QueueType::quorum:
      return kQuorumArguments;
    case QueueType::stream:
      return kStreamArguments;
  }
  return {};
}

FieldTable kept_arguments(Version version, const FieldTable& arguments) {
  FieldTable kept = arguments;
  if (version == Version::v3_10 || find_field(arguments, "x-queue-type") != nullptr) return kept;
  set_field(kept, "x-queue-type", FieldValue::of(std::string_view("classic")));
  std::stable_sort(kept.begin(), kept.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return kept;
}

std::optional<AmqpError> check_server_named(const FieldTable& arguments) {
  const FieldValue* type = find_field(arguments, "x-queue-type");
  if (type == nullptr) return std::nullopt;
  if (check_type(*type, arguments)) return errors::crash();
  if (text(*type) == "classic") return std::nullopt;
  return errors::server_named(type_module(queue_type(arguments)));
}

std::optional<AmqpError> check_queue_arguments(Version version, Resource queue,
                                               const QueueFlags& flags,
                                               const FieldTable& arguments) {
  if (auto error = check_value({"x-queue-type", check_type}, queue, arguments)) return error;
  const QueueType type = queue_type(arguments);
  const std::span<const std::string_view> known = arguments_of(version, type);
  for (const Validator& validator : kValidators) {
    if (!contains(known, validator.name)) continue;
    if (auto error = check_value(validator, queue, arguments)) return error;
  }
  for (const auto& [name, value] : arguments) {
    if (!contains(known, name) && some_type_takes(version, name)) {
      return errors::argument_of_other_type(name, queue, type_module(type));
    }
  }
  if (auto error = check_flags(queue, flags, type)) return error;
  if (type == QueueType::stream) return check_stream_sizes(version, arguments);
  return std::nullopt;
}

std::optional<AmqpError> check_exchange_argument(Resource resource, std::string_view argument,
                                                 const FieldTable& arguments) {
  const FieldValue* value = find_field(arguments, argument);
  if (value == nullptr || value->type == FieldType::text) return std::nullopt;
  return errors::wrong_argument_type(broker_type_name(value->type), argument, resource);
}

QueueType queue_type(const FieldTable& arguments) {
  const FieldValue* value = find_field(arguments, "x-queue-type");
  if (value == nullptr || value->type != FieldType::text) return QueueType::classic;
  if (text(*value) == "quorum") return QueueType::quorum;
  if (text(*value) == "stream") return QueueType::stream;
  return QueueType::classic;
}

QueueSettings declared_settings(const FieldTable& arguments) {
  QueueSettings settings;
  settings.type = queue_type(arguments);
  settings.message_ttl_ms = integer_argument(arguments, "x-message-ttl");
  settings.expires_ms = integer_argument(arguments, "x-expires");
  settings.max_length = integer_argument(arguments, "x-max-length");
  settings.max_length_bytes = integer_argument(arguments, "x-max-length-bytes");
  settings.delivery_limit = integer_argument(arguments, "x-delivery-limit");
  settings.dead_letter_exchange = text_argument(arguments, "x-dead-letter-exchange");
  settings.dead_letter_routing_key = text_argument(arguments, "x-dead-letter-routing-key");
  if (const auto priority = integer_argument(arguments, "x-max-priority")) {
    settings.max_priority = static_cast<std::uint8_t>(*priority);
  }
  if (const auto overflow = text_argument(arguments, "x-overflow")) {
    settings.overflow = overflow_of(*overflow);
  }
  if (text_argument(arguments, "x-queue-mode") == "lazy") settings.mode = QueueMode::lazy;
  if (text_argument(arguments, "x-dead-letter-strategy") == "at-least-once") {
    settings.dead_letter_strategy = DeadLetterStrategy::at_least_once;
  }
  const FieldValue* single = find_field(arguments, "x-single-active-consumer");
  settings.single_active_consumer =
      single != nullptr && single->content == FieldValue::Content(true);
  return settings;
}

Overflow overflow_of(std::string_view name) {
  if (name == "reject-publish") return Overflow::reject_publish;
  if (name == "reject-publish-dlx") return Overflow::reject_publish_dlx;
  return Overflow::drop_head;
}

QueueSettings settle(Version version, QueueSettings settings) {
  if (settings.type != QueueType::quorum) {
    settings.delivery_limit.reset();
    settings.dead_letter_strategy = DeadLetterStrategy::at_most_once;
    return settings;
  }
  // A quorum queue takes reject-publish-dlx for drop-head, and dead letters at least once only if
  // it never drops (QQ-1, QQ-6).
  if (settings.overflow == Overflow::reject_publish_dlx) settings.overflow = Overflow::drop_head;
  if (settings.overflow != Overflow::reject_publish || !settings.dead_letter_exchange) {
    settings.dead_letter_strategy = DeadLetterStrategy::at_most_once;
  }
  if (version == Version::v4_0) {
    constexpr std::int64_t kDefaultLimit = 20;
    settings.delivery_limit = settings.delivery_limit.value_or(kDefaultLimit);
    if (*settings.delivery_limit < 0) settings.delivery_limit.reset();
  }
  return settings;
}

QueueSettings queue_settings(Version version, const FieldTable& arguments) {
  return settle(version, declared_settings(arguments));
}

std::string strip_cr_lf(std::string_view name) {
  std::string stripped(name);
  std::erase_if(stripped, [](char c) { return c == '\r' || c == '\n'; });
  return stripped;
}

bool is_reserved(std::string_view name) {
  return name.starts_with("amq.");
}

}  // namespace mqlab::broker
