// SPDX-License-Identifier: MIT
// Comparing a declaration with what is there (DECL-5, DECL-6).
#include <fmt/format.h>

#include "sim/broker/arguments.hpp"
#include "sim/broker/erlang_text.hpp"

namespace mqlab::broker {

namespace {

bool is_binary(const FieldValue& value) {
  return std::holds_alternative<std::string>(value.content);
}

std::string content_text(const FieldValue& value) {
  return is_binary(value) ? std::get<std::string>(value.content) : erlang_value(value);
}

// A value that is on both sides: without its type.
std::string bare(const FieldValue& value) {
  if (value.type == FieldType::none) return "none";
  return "'" + content_text(value) + "'";
}

// A value that is only on one side.
std::string typed(const FieldValue* value) {
  if (value == nullptr) return "none";
  return fmt::format("the value '{}' of type '{}'", content_text(*value),
                     broker_type_name(value->type));
}

bool is_classic(const FieldValue* value) {
  return value != nullptr && *value == FieldValue::of(std::string_view("classic"));
}

std::optional<AmqpError> compare_argument(std::string_view name, Resource resource,
                                          const FieldTable& current, const FieldTable& asked) {
  const FieldValue* old = find_field(current, name);
  const FieldValue* now = find_field(asked, name);
  if (old == nullptr && now == nullptr) return std::nullopt;
  if (old != nullptr && now != nullptr) {
    // Contents alone decide, also between classes: a timestamp is equal to its number.
    if (old->content == now->content) return std::nullopt;
    return errors::inequivalent(name, resource, bare(*now), bare(*old));
  }
  // A classic queue need not say so.
  if (name == "x-queue-type" && is_classic(old == nullptr ? now : old)) return std::nullopt;
  return errors::inequivalent(name, resource, typed(now), typed(old));
}

std::optional<AmqpError> compare_flag(std::string_view name, Resource resource, bool current,
                                      bool asked) {
  if (current == asked) return std::nullopt;
  const auto text = [](bool flag) { return flag ? "'true'" : "'false'"; };
  return errors::inequivalent(name, resource, text(asked), text(current));
}

}  // namespace

std::optional<AmqpError> check_queue_equivalence(Version version, Resource queue, QueueType type,
                                                 const QueueFlags& current_flags,
                                                 const FieldTable& current,
                                                 const QueueFlags& asked_flags,
                                                 const FieldTable& asked) {
  if (auto error =
          compare_flag("durable", queue, current_flags.is_durable(), asked_flags.is_durable())) {
    return error;
  }
  if (auto error =
          compare_flag("auto_delete", queue, current_flags.auto_delete, asked_flags.auto_delete)) {
    return error;
  }
  for (const std::string_view name : arguments_of(version, type)) {
    if (auto error = compare_argument(name, queue, current, asked)) return error;
  }
  return std::nullopt;
}

std::optional<AmqpError> check_exchange_equivalence(Resource name, const Exchange& current,
                                                    ExchangeType type, ExchangeFlags flags,
                                                    const FieldTable& arguments) {
  if (current.type != type) {
    // A word that is no plain atom brings its own quotes.
    const auto text = [](ExchangeType each) {
      const bool plain = each != ExchangeType::local_random;
      return plain ? fmt::format("'{}'", word(each)) : fmt::format("''{}''", word(each));
    };
    return errors::inequivalent("type", name, text(type), text(current.type));
  }
  const ExchangeFlags& old = current.flags;
  if (auto error = compare_flag("durable", name, old.durable, flags.durable)) return error;
  if (auto error = compare_flag("auto_delete", name, old.auto_delete, flags.auto_delete)) {
    return error;
  }
  if (auto error = compare_flag("internal", name, old.internal, flags.internal)) return error;
  return compare_argument("alternate-exchange", name, current.arguments, arguments);
}

}  // namespace mqlab::broker
