// SPDX-License-Identifier: MIT
// What the world asks of the script while it runs.
#include <fmt/format.h>

#include "scripting/host.hpp"
#include "scripting/options.hpp"
#include "sim/base/assert.hpp"

namespace mqlab::scripting {
namespace {

// x-death as plain tables: reason, queue, exchange, count.
Value deaths_of(const broker::FieldTable& headers) {
  const broker::FieldValue* deaths = broker::find_field(headers, "x-death");
  if (deaths == nullptr) return Table{};
  return value_of(*deaths);
}

void set_if(Table& table, const char* name, const std::optional<std::string>& text) {
  if (text) table.set(name, *text);
}

Table properties_value(const broker::Properties& properties) {
  Table table;
  set_if(table, "content_type", properties.content_type);
  set_if(table, "content_encoding", properties.content_encoding);
  if (properties.delivery_mode) {
    table.set("delivery_mode", static_cast<std::int64_t>(*properties.delivery_mode));
  }
  if (properties.priority) table.set("priority", static_cast<std::int64_t>(*properties.priority));
  set_if(table, "correlation_id", properties.correlation_id);
  set_if(table, "reply_to", properties.reply_to);
  set_if(table, "expiration", properties.expiration);
  set_if(table, "message_id", properties.message_id);
  if (properties.timestamp) table.set("timestamp", *properties.timestamp);
  set_if(table, "type", properties.type);
  set_if(table, "user_id", properties.user_id);
  set_if(table, "app_id", properties.app_id);
  return table;
}

// The i-th element of a list, again from the front when it is used up.
const Value& cycled(const Value& value, std::uint64_t i) {
  const Table* table = value.table();
  if (table == nullptr || table->list.empty()) return value;
  return table->list[(i - 1) % table->list.size()];
}

}  // namespace

void Host::set_hooks() {
  world::Hooks& hooks = world_->hooks();
  hooks.on_timer = [this](std::uint64_t token) { on_timer(token); };
  hooks.make_message = [this](ledger::EntityId publisher, std::uint64_t i,
                              world::Content& content) { make_message(publisher, i, content); };
  hooks.handle = [this](ledger::EntityId consumer, const world::Delivery& delivery) {
    return handle(consumer, delivery);
  };
  hooks.on_return = [this](ledger::EntityId publisher, const world::Returned& returned) {
    on_return(publisher, returned);
  };
  hooks.on_confirm = [this](ledger::EntityId publisher, ledger::MessageId message, bool ack) {
    on_confirm(publisher, message, ack);
  };
  hooks.on_blocked = [this](ledger::EntityId publisher, bool on, std::string_view why) {
    on_blocked(publisher, on, why);
  };
  hooks.start = [this](ledger::EntityId process) { start_process(process); };
  hooks.resume = [this](ledger::EntityId entity, const world::Answer& answer) {
    go_on(*actor_of(entity), answer);
  };
  hooks.killed = [this](ledger::EntityId entity) { drop_coroutines(entity); };
  hooks.begin_work = [this](ledger::EntityId consumer, std::uint32_t thread,
                            const world::Delivery& delivery) {
    begin_work(consumer, thread, delivery);
  };
  hooks.resume_work = [this](ledger::EntityId consumer, std::uint32_t thread,
                             const world::Answer& answer) {
    const auto task = working_.find({consumer, thread});
    if (task != working_.end()) go_on(*task->second, answer);
  };
  look_after_events();
}

// Only if there is something to do after every event.
void Host::look_after_events() {
  if (!request_.verify_each_event && !request_.note_events && watches_.empty()) return;
  world::Hooks& hooks = world().hooks();
  if (hooks.after_event) return;
  hooks.after_event = [this] {
    if (request_.verify_each_event) verify();
    look_at_watches();
    if (request_.note_events) note_event();
  };
}

Value Host::message_value(const world::Delivery& delivery) {
  const ledger::Ledger& ledger = world().ledger();
  const broker::Properties& properties = delivery.props();
  const ledger::MessageName& name = ledger.message(delivery.message);
  constexpr std::size_t kFields = 14;
  Table table;
  table.fields.reserve(kFields);
  std::string id = message_name(delivery.message);
  const std::string_view business = ledger.text(name.business);
  table.set("business", business.empty() ? id : std::string(business));
  table.set("id", std::move(id));
  table.set("number", static_cast<std::int64_t>(name.ordinal));
  table.set("body", delivery.content->body.text());
  table.set("exchange", ledger.text(delivery.content->exchange));
  table.set("key", ledger.text(delivery.routing_key));
  table.set("redelivered", delivery.redelivered);
  table.set("tag", static_cast<std::int64_t>(delivery.tag));
  table.set("consumer", ledger.text(delivery.consumer_tag));
  table.set("left", static_cast<std::int64_t>(delivery.message_count));
  table.set("headers", properties.headers ? value_of(*properties.headers) : nothing_);
  table.set("deaths", properties.headers ? deaths_of(*properties.headers) : nothing_);
  Table given = properties_value(properties);
  table.set("properties", given.fields.empty() ? nothing_ : Value{std::move(given)});
  if (properties.priority) table.set("priority", static_cast<std::int64_t>(*properties.priority));
  return table;
}

void Host::make_message(ledger::EntityId publisher, std::uint64_t i, world::Content& content) {
  ActorObject* actor = actor_of(publisher);
  if (actor == nullptr || failure_) return;
  const auto number = static_cast<std::int64_t>(i);
  const auto ask = [&](const Value& option) -> Value {
    if (option.function() == nullptr) return cycled(option, i);
    Result<std::vector<Value>> result = call(*option.function(), {number});
    return result.ok() && !result->empty() ? result->front() : Value{};
  };
  const auto wrong = [&](const char* what, const Value& got) {
    fail(Error{actor->place,
               fmt::format("publisher {}: its {} must give text, not {}", actor->name, what,
                           got.kind_text()),
               {}});
  };
  if (!actor->key.is_nil()) {
    const Value key = ask(actor->key);
    if (failure_) return;
    if (key.text() == nullptr) return wrong("key", key);
    if (key.text()->size() > kShortText) {
      return fail(
          Error{actor->place,
                fmt::format("publisher {}: a key of {} bytes", actor->name, key.text()->size()),
                kTooLong});
    }
    content.routing_key = *key.text();
  }
  if (!actor->body.is_nil()) {
    const Value body = ask(actor->body);
    if (failure_) return;
    if (body.text() == nullptr) return wrong("body", body);
    content.body = *body.text();
  }
  if (!actor->headers.is_nil()) {
    const Value headers = ask(actor->headers);
    if (failure_) return;
    if (headers.table() == nullptr) {
      fail(Error{actor->place,
                 fmt::format("publisher {}: its headers must give a table, not {}", actor->name,
                             headers.kind_text()),
                 {}});
      return;
    }
    const Call here{*this, lua(), actor->place, {}, {}};
    Result<broker::FieldTable> fields = field_table_of(here, *headers.table());
    if (!fields.ok()) return fail(fields.error());
    broker::Properties properties = content.properties ? *content.properties : broker::Properties{};
    properties.headers = std::move(*fields);
    content.properties = broker::PropertiesPtr(std::move(properties));
  }
  if (actor->business) {
    const Value business = ask(Value{*actor->business});
    if (failure_) return;
    if (business.text() == nullptr) return wrong("business id", business);
    content.business = *business.text();
  }
}

world::Decision Host::handle(ledger::EntityId consumer, const world::Delivery& delivery) {
  ActorObject* actor = actor_of(consumer);
  if (actor == nullptr || failure_) return world::Decision::ack;
  return decide(*actor, delivery);
}

world::Decision Host::decide(ActorObject& consumer, const world::Delivery& delivery) {
  const Value message = message_value(delivery);
  if (consumer.fail) {
    const Result<std::vector<Value>> failed = call(*consumer.fail, {message});
    if (!failed.ok()) return world::Decision::ack;
    const bool* flag = failed->empty() ? nullptr : failed->front().boolean();
    if (flag != nullptr && *flag) return world::Decision::failure;
  }
  if (!consumer.handler) return world::Decision::ack;
  const Result<std::vector<Value>> answer = call(*consumer.handler, {message});
  if (!answer.ok()) return world::Decision::ack;
  return decision_of(consumer, answer->empty() ? Value{} : answer->front());
}

void Host::on_return(ledger::EntityId publisher, const world::Returned& returned) {
  ActorObject* actor = actor_of(publisher);
  if (actor == nullptr || !actor->on_return || failure_) return;
  world::Delivery delivery;
  delivery.message = returned.message;
  delivery.content = returned.content;
  delivery.routing_key = returned.routing_key;
  static_cast<void>(
      call(*actor->on_return,
           {message_value(delivery), static_cast<std::int64_t>(returned.code), returned.text}));
}

void Host::on_confirm(ledger::EntityId publisher, ledger::MessageId message, bool ack) {
  ActorObject* actor = actor_of(publisher);
  if (actor == nullptr || !actor->on_confirm || failure_) return;
  Table table;
  table.set("id", message_name(message));
  table.set("number", static_cast<std::int64_t>(world().ledger().message(message).ordinal));
  static_cast<void>(call(*actor->on_confirm, {Value{std::move(table)}, ack}));
}

void Host::on_blocked(ledger::EntityId publisher, bool on, std::string_view why) {
  ActorObject* actor = actor_of(publisher);
  if (actor == nullptr || !actor->on_blocked || failure_) return;
  static_cast<void>(call(*actor->on_blocked, {on ? Value{std::string(why)} : Value{}}));
}

void Host::on_timer(std::uint64_t token) {
  if (failure_) return;
  TimerObject& timer = timers[token];
  static_cast<void>(call(timer.function, {}));
  if (!timer.repeats) luaL_unref(lua(), LUA_REGISTRYINDEX, timer.function.reference);
}

}  // namespace mqlab::scripting
