// SPDX-License-Identifier: MIT
// The arguments of consumers, and the arguments of all kinds that have no effect here.
#include <algorithm>

#include <fmt/format.h>

#include "sim/broker/arguments.hpp"
#include "sim/broker/erlang_text.hpp"
#include "sim/broker/max_age.hpp"

namespace mqlab::broker {

namespace {

using Names = std::span<const std::string_view>;

constexpr std::string_view kClassic310[] = {"x-cancel-on-ha-failover", "x-priority", "x-credit"};
constexpr std::string_view kQuorum310[] = {"x-priority", "x-credit"};
constexpr std::string_view kStream310[] = {"x-stream-offset", "x-credit"};
constexpr std::string_view kQueue40[] = {"x-priority"};
constexpr std::string_view kStream40[] = {"x-stream-offset", "x-stream-filter",
                                          "x-stream-match-unfiltered"};

bool contains(Names names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Names consumer_arguments_of(Version version, QueueType type) {
  const bool old = version == Version::v3_10;
  switch (type) {
    case QueueType::classic:
      return old ? Names(kClassic310) : Names(kQueue40);
    case QueueType::quorum:
      return old ? Names(kQuorum310) : Names(kQueue40);
    case QueueType::stream:
      return old ? Names(kStream310) : Names(kStream40);
  }
  return {};
}

bool some_type_takes(Version version, std::string_view name) {
  for (const QueueType type : {QueueType::classic, QueueType::quorum, QueueType::stream}) {
    if (contains(consumer_arguments_of(version, type), name)) return true;
  }
  return false;
}

AmqpError complain(std::string_view name, Resource queue, const std::string& why) {
  return errors::invalid_argument(name, queue, why);
}

std::variant<StreamOffset, AmqpError> stream_offset(Resource queue, const FieldValue& value) {
  using Kind = StreamOffset::Kind;
  if (const auto* text = std::get_if<std::string>(&value.content)) {
    if (*text == "first") return StreamOffset{Kind::first, 0};
    if (*text == "last") return StreamOffset{Kind::last, 0};
    if (*text == "next") return StreamOffset{Kind::next, 0};
    if (value.type == FieldType::text) {
      const MaxAge age = parse_max_age(*text);
      if (age.kind == MaxAge::Kind::valid) return StreamOffset{Kind::age_ms, age.ms};
      if (age.kind == MaxAge::Kind::crash) return errors::crash();
      return complain("x-stream-offset", queue,
                      fmt::format("{{invalid_stream_offset_arg,{}}}", erlang_pair(value)));
    }
  }
  if (const auto* number = std::get_if<std::int64_t>(&value.content)) {
    const bool time = value.type == FieldType::timestamp;
    return StreamOffset{time ? Kind::timestamp_s : Kind::offset, *number};
  }
  return errors::crash();
}

// Where a queue lives, how it is kept in memory and when a stream throws old segments away.
constexpr std::string_view kUnsimulatedOfQueues[] = {
    "x-max-in-memory-length",
    "x-max-in-memory-bytes",
    "x-quorum-initial-group-size",
    "x-initial-cluster-size",
    "x-queue-leader-locator",
    "x-queue-master-locator",
    "x-max-age",
    "x-stream-max-segment-size-bytes",
    "x-stream-filter-size-bytes",
};
// Of exchange types that are plugins.
constexpr std::string_view kUnsimulatedOfExchanges[] = {"x-delayed-type", "hash-header",
                                                        "hash-property", "x-recent-history-length"};
constexpr std::string_view kUnsimulatedOfConsumers[] = {
    "x-cancel-on-ha-failover", "x-credit", "x-stream-filter", "x-stream-match-unfiltered"};

Names unsimulated_of(ArgumentsOf what) {
  switch (what) {
    case ArgumentsOf::queue:
      return kUnsimulatedOfQueues;
    case ArgumentsOf::exchange:
      return kUnsimulatedOfExchanges;
    case ArgumentsOf::consumer:
      return kUnsimulatedOfConsumers;
    case ArgumentsOf::binding:
      return {};
  }
  return {};
}

// Whether a binding's match looks at names beginning x- (ROUTE-10).
bool matches_x(const FieldTable& arguments) {
  const FieldValue* const match = find_field(arguments, "x-match");
  const auto* const word = match != nullptr ? std::get_if<std::string>(&match->content) : nullptr;
  return word != nullptr && word->ends_with("-with-x");
}

bool is_known(ArgumentsOf what, std::string_view name) {
  if (contains(unsimulated_of(what), name)) return true;
  if (what == ArgumentsOf::binding && name == "x-match") return true;
  for (const Version version : {Version::v3_10, Version::v4_0}) {
    if (what == ArgumentsOf::consumer && some_type_takes(version, name)) return true;
    for (const QueueType type : {QueueType::classic, QueueType::quorum, QueueType::stream}) {
      if (what == ArgumentsOf::queue && contains(arguments_of(version, type), name)) return true;
    }
  }
  return false;
}

// As an offset in a stream; here it stands for the first message.
bool is_time(const FieldValue& offset) {
  const auto parsed = stream_offset(Resource::queue("", ""), offset);
  const auto* const begin = std::get_if<StreamOffset>(&parsed);
  return begin != nullptr && (begin->kind == StreamOffset::Kind::timestamp_s ||
                              begin->kind == StreamOffset::Kind::age_ms);
}

}  // namespace

std::variant<ConsumerSettings, AmqpError> consumer_settings(Version version, Resource queue,
                                                            QueueType type,
                                                            const FieldTable& arguments) {
  ConsumerSettings settings;
  const Names known = consumer_arguments_of(version, type);
  const auto find = [&](std::string_view name) {
    return contains(known, name) ? find_field(arguments, name) : nullptr;
  };
  if (const FieldValue* priority = find("x-priority")) {
    if (!priority->is_integer()) {
      return complain(
          "x-priority", queue,
          erlang_string(fmt::format("expected integer, got {}", broker_type_name(priority->type))));
    }
    settings.priority = std::get<std::int64_t>(priority->content);
  }
  if (const FieldValue* cancel = find("x-cancel-on-ha-failover")) {
    if (cancel->type != FieldType::boolean) {
      return complain("x-cancel-on-ha-failover", queue,
                      fmt::format("{{unacceptable_type,{}}}", broker_type_name(cancel->type)));
    }
  }
  if (const FieldValue* offset = find("x-stream-offset")) {
    auto parsed = stream_offset(queue, *offset);
    if (auto* error = std::get_if<AmqpError>(&parsed)) return std::move(*error);
    settings.offset = std::get<StreamOffset>(parsed);
  }
  for (const auto& [name, value] : arguments) {
    if (!contains(known, name) && some_type_takes(version, name)) {
      return errors::argument_of_other_type(name, queue, type_module(type));
    }
  }
  return settings;
}

std::vector<std::string> unsimulated_arguments(ArgumentsOf what, const FieldTable& arguments) {
  std::vector<std::string> found;
  for (const auto& [name, value] : arguments) {
    const bool more = name == "x-max-length-bytes"
                          ? what == ArgumentsOf::queue && queue_type(arguments) == QueueType::stream
                      : name == "x-stream-offset" ? what == ArgumentsOf::consumer && is_time(value)
                                                  : contains(unsimulated_of(what), name);
    if (more) found.push_back(name);
  }
  return found;
}

std::vector<std::string> unknown_arguments(ArgumentsOf what, const FieldTable& arguments) {
  std::vector<std::string> found;
  if (what == ArgumentsOf::binding && matches_x(arguments)) return found;
  for (const auto& [name, value] : arguments) {
    if (name.starts_with("x-") && !is_known(what, name)) found.push_back(name);
  }
  return found;
}

std::vector<std::string> argument_notes(ArgumentsOf what, const FieldTable& arguments) {
  const std::string_view kind = what == ArgumentsOf::queue      ? "queue"
                                : what == ArgumentsOf::exchange ? "exchange"
                                : what == ArgumentsOf::consumer ? "consumer"
                                                                : "binding";
  std::vector<std::string> notes;
  for (const std::string& name : unsimulated_arguments(what, arguments)) {
    notes.push_back(fmt::format("{} argument {}", kind, name));
  }
  for (const std::string& name : unknown_arguments(what, arguments)) {
    notes.push_back(
        fmt::format("{} argument {}: RabbitMQ without plugins ignores it, too", kind, name));
  }
  return notes;
}

}  // namespace mqlab::broker
