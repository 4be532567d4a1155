// SPDX-License-Identifier: MIT
// Names and values of options on the one side, AMQP arguments on the other.
#include "scripting/amqp_options.hpp"

#include <fmt/format.h>

#include "scripting/host.hpp"

namespace mqlab::scripting {
namespace {

using broker::FieldTable;
using broker::FieldValue;

constexpr std::int64_t kMaxCount = 4'000'000'000'000'000'000;

void add_number(FieldTable& arguments, const char* key, std::optional<std::int64_t> value) {
  if (value) broker::set_field(arguments, key, FieldValue::of(*value));
}

// AMQP counts these times in whole milliseconds.
std::optional<std::int64_t> whole_milliseconds(Options& options, const char* option) {
  const std::optional<Duration> value = options.maybe_duration(option);
  if (!value) return std::nullopt;
  if (value->ns % 1'000'000 != 0) {
    options.fail(
        fmt::format("option '{}' must be whole milliseconds: AMQP knows nothing finer", option));
    return std::nullopt;
  }
  return value->ns / 1'000'000;
}

void add_time(Options& options, FieldTable& arguments, const char* option, const char* key) {
  add_number(arguments, key, whole_milliseconds(options, option));
}

void add_text(Options& options, FieldTable& arguments, const char* option, const char* key) {
  if (options.has(option)) {
    broker::set_field(arguments, key, FieldValue::of(std::string_view(options.text(option, ""))));
  } else {
    static_cast<void>(options.value(option));
  }
}

void add_flag(Options& options, FieldTable& arguments, const char* option, const char* key) {
  if (options.flag(option, false)) broker::set_field(arguments, key, FieldValue::of(true));
}

// An exchange given as an object or by name.
void add_exchange(const Call& call, Options& options, FieldTable& arguments, const char* option,
                  const char* key) {
  const Value value = options.value(option);
  if (value.is_nil()) return;
  std::string name;
  if (value.text() != nullptr) {
    name = *value.text();
  } else if (value.object() != nullptr && value.object()->kind == ObjectKind::exchange) {
    name = call.host.exchanges[value.object()->index].name;
  } else {
    options.fail(fmt::format("option '{}' must be an exchange, not {}", option, value.kind_text()));
    return;
  }
  broker::set_field(arguments, key, FieldValue::of(std::string_view(name)));
}

void add_given(Options& options, FieldTable& arguments) {
  for (auto& [key, value] : options.field_table("arguments")) {
    broker::set_field(arguments, key, std::move(value));
  }
}

}  // namespace

void tell_unsimulated(const Call& call, broker::ArgumentsOf what, const FieldTable& arguments) {
  for (const std::string& note : broker::argument_notes(what, arguments)) {
    call.host.warn(call.place, note);
  }
}

Result<broker::QueueDeclare> queue_declare(const Call& call, std::size_t position,
                                           std::string* vhost) {
  Options options(call, "queue", position);
  broker::QueueDeclare declare;
  declare.queue = options.optional_name();
  declare.durable = options.flag("durable", false);
  declare.exclusive = options.flag("exclusive", false);
  declare.auto_delete = options.flag("auto_delete", false);
  declare.passive = options.flag("passive", false);
  FieldTable& arguments = declare.arguments;
  add_text(options, arguments, "type", "x-queue-type");
  add_time(options, arguments, "ttl", "x-message-ttl");
  add_time(options, arguments, "expires", "x-expires");
  add_number(arguments, "x-max-length", options.maybe_integer("max_length", 0, kMaxCount));
  add_number(arguments, "x-max-length-bytes", options.maybe_integer("max_bytes", 0, kMaxCount));
  add_text(options, arguments, "overflow", "x-overflow");
  add_exchange(call, options, arguments, "dead_letter", "x-dead-letter-exchange");
  add_text(options, arguments, "dead_letter_key", "x-dead-letter-routing-key");
  add_number(arguments, "x-max-priority", options.maybe_integer("max_priority", 0, kMaxCount));
  add_flag(options, arguments, "single_active", "x-single-active-consumer");
  add_text(options, arguments, "mode", "x-queue-mode");
  add_number(arguments, "x-delivery-limit", options.maybe_integer("delivery_limit", 0, kMaxCount));
  add_given(options, arguments);
  if (vhost != nullptr) *vhost = options.text("vhost", *vhost);
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  tell_unsimulated(call, broker::ArgumentsOf::queue, arguments);
  return declare;
}

Result<broker::ExchangeDeclare> exchange_declare(const Call& call, std::size_t position,
                                                 std::string* vhost) {
  Options options(call, "exchange", position);
  broker::ExchangeDeclare declare;
  declare.exchange = options.name();
  declare.type = options.text("type", "direct");
  declare.durable = options.flag("durable", false);
  declare.auto_delete = options.flag("auto_delete", false);
  declare.internal = options.flag("internal", false);
  declare.passive = options.flag("passive", false);
  add_exchange(call, options, declare.arguments, "alternate", "alternate-exchange");
  add_given(options, declare.arguments);
  if (vhost != nullptr) *vhost = options.text("vhost", *vhost);
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  tell_unsimulated(call, broker::ArgumentsOf::exchange, declare.arguments);
  if (declare.type.starts_with("x-") &&
      !broker::exchange_type(broker::Version::v4_0, declare.type)) {
    call.host.warn(call.place, fmt::format("exchange type {}", declare.type));
  }
  return declare;
}

Result<BindingOptions> binding_options(const Call& call, std::size_t position) {
  BindingOptions binding;
  for (std::size_t i = position; i < call.args.size() && i < position + 2; ++i) {
    const Value& value = call.arg(i);
    if (value.text() != nullptr && i == position) {
      binding.key = *value.text();
      if (binding.key.size() > kShortText) {
        return call.error(fmt::format("a key of {} bytes", binding.key.size()), kTooLong);
      }
    } else if (value.table() != nullptr && binding.arguments.empty()) {
      Result<FieldTable> fields = field_table_of(call, *value.table());
      if (!fields.ok()) return fields.error();
      binding.arguments = std::move(*fields);
      tell_unsimulated(call, broker::ArgumentsOf::binding, binding.arguments);
    } else if (!value.is_nil()) {
      return call.error(fmt::format("a binding takes a key and headers, not {}", value.kind_text()),
                        "queue:bind(exchange, \"key\"), queue:bind(exchange, { name = \"x\" })");
    }
  }
  return binding;
}

broker::PropertiesPtr message_properties(Options& options) {
  broker::Properties properties;
  const auto take_text = [&](const char* key, std::optional<std::string>& into) {
    if (options.has(key))
      into = options.short_text(key, "");
    else
      static_cast<void>(options.value(key));
  };
  if (options.has("persistent")) {
    properties.delivery_mode = static_cast<std::uint8_t>(options.flag("persistent", false) ? 2 : 1);
  }
  if (const auto priority = options.maybe_integer("priority", 0, 255)) {
    properties.priority = static_cast<std::uint8_t>(*priority);
  }
  if (const auto expiration = whole_milliseconds(options, "expiration")) {
    properties.expiration = fmt::format("{}", *expiration);
  }
  take_text("content_type", properties.content_type);
  take_text("correlation_id", properties.correlation_id);
  take_text("reply_to", properties.reply_to);
  take_text("message_id", properties.message_id);
  take_text("type", properties.type);
  take_text("user_id", properties.user_id);
  take_text("app_id", properties.app_id);
  if (options.value("headers").table() != nullptr)
    properties.headers = options.field_table("headers");
  static_cast<void>(options.flag("persistent", false));
  if (properties == broker::Properties{}) return nullptr;
  return broker::PropertiesPtr(std::move(properties));
}

Destination destination_of(const Call& call, Options& options) {
  Destination destination;
  const Value to = options.value("to");
  if (const std::string* name = to.text()) {
    destination.exchange = *name;
  } else if (const Object* object = to.object();
             object != nullptr && object->kind == ObjectKind::queue) {
    destination.key = call.host.queues[object->index].name;
    destination.broker = call.host.queues[object->index].broker;
    destination.vhost = call.host.queues[object->index].vhost;
  } else if (object != nullptr && object->kind == ObjectKind::exchange) {
    destination.exchange = call.host.exchanges[object->index].name;
    destination.broker = call.host.exchanges[object->index].broker;
    destination.vhost = call.host.exchanges[object->index].vhost;
  } else if (to.is_nil()) {
    options.fail("option 'to' is missing", "to = a queue, an exchange, or an exchange's name");
  } else {
    options.fail(fmt::format("option 'to' must be a queue or an exchange, not {}", to.kind_text()));
  }
  return destination;
}

namespace {

Result<std::string> name_at(const Call& call, std::size_t position, std::string_view what,
                            ObjectKind kind) {
  const Value& value = call.arg(position);
  if (value.text() != nullptr) return *value.text();
  if (const Object* object = value.object(); object != nullptr && object->kind == kind) {
    return kind == ObjectKind::queue ? call.host.queues[object->index].name
                                     : call.host.exchanges[object->index].name;
  }
  return call.error(fmt::format("{} must be a{} {} or its name, not {}", what,
                                kind == ObjectKind::exchange ? "n" : "", word(kind),
                                value.kind_text()));
}

}  // namespace

Result<std::string> queue_name(const Call& call, std::size_t position, std::string_view what) {
  return name_at(call, position, what, ObjectKind::queue);
}

Result<std::string> exchange_name(const Call& call, std::size_t position, std::string_view what) {
  return name_at(call, position, what, ObjectKind::exchange);
}

Result<world::Content> content_of(const Call& call, std::size_t position) {
  Options options(call, "publish", position);
  world::Content content;
  const Destination destination = destination_of(call, options);
  content.exchange = destination.exchange;
  content.routing_key = options.short_text("key", destination.key);
  const Value body = options.value("body");
  if (body.text() != nullptr) {
    content.body = *body.text();
  } else if (body.integer() != nullptr && *body.integer() >= 0 && *body.integer() <= 1'048'576) {
    content.body.assign(static_cast<std::size_t>(*body.integer()), 'x');
  } else if (!body.is_nil()) {
    options.fail("option 'body' must be text, or a number of bytes up to 1048576");
  }
  content.business = options.text("business", "");
  content.mandatory = options.flag("mandatory", false);
  content.properties = message_properties(options);
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  return content;
}

}  // namespace mqlab::scripting
