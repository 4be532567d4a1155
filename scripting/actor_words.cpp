// SPDX-License-Identifier: MIT
// publisher and consumer, and what they can be told and asked.
#include <fmt/format.h>

#include "scripting/amqp_options.hpp"
#include "scripting/handling_options.hpp"
#include "scripting/host.hpp"
#include "scripting/network_words.hpp"
#include "scripting/object.hpp"
#include "scripting/process_answers.hpp"
#include "scripting/process_call.hpp"
#include "scripting/vocabulary.hpp"
#include "sim/broker/arguments.hpp"

namespace mqlab::scripting {
namespace {

constexpr std::int64_t kMany = 1'000'000'000'000;

// The broker that an actor talks to: that of the thing it names, or option broker.
void choose_broker(Call& call, Options& options, std::optional<std::uint32_t> broker,
                   world::AccessConfig& access) {
  Host& host = call.host;
  if (const auto named = options.object("broker", {ObjectKind::broker})) broker = named->index;
  if (!broker && host.brokers.size() == 1) broker = 0;
  if (broker) {
    access.node = host.brokers[*broker].node;
  } else {
    options.fail("it is not clear which broker is meant", "add broker = …");
  }
  read_link(options, access);
  read_reconnect(call, options, access);
  access.vhost = options.text("vhost", access.vhost);
  access.user = options.text("user", "guest");
  access.password = options.text("password", "guest");
}

// An option that is a fixed value, a list to go through again and again, or a function of i.
Value varying(Options& options, const char* key, std::string& fixed, bool& asks_host) {
  const Value value = options.value(key);
  if (value.is_nil()) return {};
  if (value.text() != nullptr) {
    fixed = *value.text();
    return {};
  }
  if (value.function() == nullptr && (value.table() == nullptr || value.table()->list.empty())) {
    options.fail(fmt::format("option '{}' must be text, a list of texts or a function, not {}", key,
                             value.kind_text()));
    return {};
  }
  asks_host = true;
  return value;
}

world::ConfirmMode confirm_mode(const std::string& word) {
  if (word == "each") return world::ConfirmMode::each;
  if (word == "batch") return world::ConfirmMode::batch;
  if (word == "stream") return world::ConfirmMode::stream;
  return world::ConfirmMode::none;
}

void read_instants(const Call& call, Options& options, std::vector<Time>& instants) {
  const Value at = options.value("at");
  if (at.is_nil()) return;
  const Table* table = at.table();
  if (table == nullptr) {
    options.fail("option 'at' must be a list of times", "at = { 1*s, 2*s }");
    return;
  }
  for (const Value& entry : table->list) {
    const Result<Duration> time = duration_of(call, entry, "option 'at'");
    if (!time.ok()) return options.fail(time.error().what, time.error().hint);
    instants.push_back(Time{time->ns});
  }
}

// The body: text, a number of bytes, a list or a function.
void read_body(Options& options, world::PublisherConfig& config, ActorObject& object) {
  const Value body = options.value("body");
  if (const std::int64_t* size = body.integer()) {
    if (*size < 0 || *size > 1'048'576) return options.fail("a body has 0 to 1048576 bytes");
    config.body.assign(static_cast<std::size_t>(*size), 'x');
    return;
  }
  object.body = varying(options, "body", config.body, config.asks_host);
}

Result<Then> add_actor(Call& call, ActorObject object, Result<ledger::EntityId> entity) {
  if (!entity.ok()) return call.error(entity.error().what, entity.error().hint);
  object.entity = *entity;
  object.place = call.place;
  call.results.emplace_back(call.host.add_actor(std::move(object)));
  return Then::reply;
}

// outbox = { store = db, table = "outbox", scan = 10*s }
void read_outbox(const Call& call, Options& options, world::PublisherConfig& config) {
  const Value value = options.value("outbox");
  if (value.is_nil()) return;
  constexpr const char* kExample = "outbox = { store = db, table = \"outbox\", scan = 10*s }";
  const Table* table = value.table();
  if (table == nullptr || !table->list.empty()) {
    return options.fail("option 'outbox' must be a table", kExample);
  }
  world::OutboxRule rule{{}, "outbox", seconds(10)};
  for (const auto& [key, given] : table->fields) {
    const Object* object = given.object();
    if (key == "store" && object != nullptr && object->kind == ObjectKind::store) {
      rule.store = call.host.stores[object->index].entity;
    } else if (key == "table" && given.text() != nullptr && !given.text()->empty()) {
      rule.table = *given.text();
    } else if (key == "scan") {
      const Result<Duration> span = duration_of(call, given, "outbox: 'scan'");
      if (!span.ok()) return options.fail(span.error().what, span.error().hint);
      if (span->ns == 0) return options.fail("outbox: 'scan' must be positive", kExample);
      rule.scan = *span;
    } else if (key == "store" || key == "table") {
      return options.fail(fmt::format("outbox: '{}' must be {}, not {}", key,
                                      key == "store" ? "a store" : "the name of a table",
                                      given.kind_text()));
    } else {
      return options.fail(fmt::format("outbox has no option '{}'", key),
                          "it has store, table, scan");
    }
  }
  if (!rule.store) return options.fail("outbox: 'store' is missing", kExample);
  if (config.confirm == world::ConfirmMode::none) {
    return options.fail("publisher: an outbox learns by confirms what was sent",
                        "add confirm = \"each\", \"batch\" or \"stream\"");
  }
  config.outbox = std::move(rule);
}

// The keys that are known before it runs: one, a list, or none that a function makes.
void note_publisher(Call& call, const world::PublisherConfig& config, const Value& key) {
  std::vector<std::string> keys;
  bool any_key = key.function() != nullptr;
  if (key.table() != nullptr) {
    for (const Value& one : key.table()->list) {
      if (one.text() != nullptr)
        keys.push_back(*one.text());
      else
        any_key = true;
    }
  } else if (!any_key) {
    keys.push_back(config.routing_key);
  }
  call.host.plan_of(config.access.node).publisher(call.place, config, any_key, std::move(keys));
}

Result<Then> publisher(Call& call) {
  Options options(call, "publisher");
  world::PublisherConfig config;
  ActorObject object;
  object.kind = ObjectKind::publisher;
  config.name = object.name = options.name();
  const Destination destination = destination_of(call, options);
  config.exchange = destination.exchange;
  config.routing_key = destination.key;
  config.access.vhost = destination.vhost;
  choose_broker(call, options, destination.broker, config.access);
  object.key = varying(options, "key", config.routing_key, config.asks_host);
  if (config.routing_key.size() > kShortText) {
    options.fail(fmt::format("option 'key' has {} bytes", config.routing_key.size()), kTooLong);
  }
  read_body(options, config, object);
  const Value headers = options.value("headers");
  if (headers.function() != nullptr) {
    object.headers = headers;
    config.asks_host = true;
  } else if (!headers.is_nil() && headers.table() == nullptr) {
    options.fail("option 'headers' must be a table or a function");
  }
  config.properties = message_properties(options);
  object.business = options.function("business");
  config.asks_host = config.asks_host || object.business.has_value();
  config.mandatory = options.flag("mandatory", false);

  read_instants(call, options, config.at);
  if (!config.at.empty() && (options.has("count") || options.has("every"))) {
    options.fail("publisher: option 'at' lists all instants, so 'count' and 'every' say nothing",
                 "leave them out");
  }
  if (const auto count = options.maybe_integer("count", 0, kMany)) {
    config.count = static_cast<std::uint64_t>(*count);
  } else if (config.at.empty()) {
    config.count = options.has("every") ? world::PublisherConfig::kUnlimited : 1;
  }
  config.every = options.distribution("every", Distribution{});
  config.start = options.duration("start", Duration{});

  config.confirm =
      confirm_mode(options.one_of("confirm", "none", {"none", "each", "batch", "stream"}));
  config.window = static_cast<std::uint32_t>(options.integer("window", 1'000, 1, 1'000'000'000));
  config.timeout = options.duration("timeout", Duration{});
  config.retry = static_cast<std::uint32_t>(options.integer("retry", 0, 0, 1'000'000));
  if (config.retry > 0 && config.timeout.ns == 0 && config.access.reconnect.after.ns == 0) {
    options.fail("publisher: option 'retry' needs 'timeout' or 'reconnect'",
                 "timeout = 1*s: sent again when no ack came within that time");
  }
  read_outbox(call, options, config);
  object.has_outbox = config.outbox.has_value();
  object.on_return = options.function("on_return");
  object.on_confirm = options.function("on_confirm");
  object.on_blocked = options.function("on_blocked");
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  note_publisher(call, config, object.key);
  return add_actor(call, std::move(object), call.host.world().add_publisher(std::move(config)));
}

Result<Then> consumer(Call& call) {
  Options options(call, "consumer");
  world::ConsumerConfig config;
  ActorObject object;
  object.kind = ObjectKind::consumer;
  config.name = object.name = options.name();
  std::optional<std::uint32_t> broker;
  const Value from = options.value("from");
  if (from.text() != nullptr) {
    config.queue = *from.text();
  } else if (from.object() != nullptr && from.object()->kind == ObjectKind::queue) {
    config.queue = call.host.queues[from.object()->index].name;
    broker = call.host.queues[from.object()->index].broker;
    config.access.vhost = call.host.queues[from.object()->index].vhost;
  } else if (from.is_nil()) {
    options.fail("option 'from' is missing", "from = a queue");
  } else {
    options.fail(fmt::format("option 'from' must be a queue, not {}", from.kind_text()));
  }
  choose_broker(call, options, broker, config.access);
  config.work = options.distribution("work", Distribution{});
  config.threads = static_cast<std::uint32_t>(options.integer("threads", 1, 1, 100'000));
  config.start = options.duration("start", Duration{});
  config.tag = options.short_text("tag", "");
  config.exclusive = options.flag("exclusive", false);
  read_handling(call, options, config, object);
  config.arguments = options.field_table("arguments");
  if (const auto priority = options.maybe_integer("priority", -2147483648LL, 2147483647)) {
    broker::FieldValue value = broker::FieldValue::of(*priority);
    value.type = broker::FieldType::int32;
    broker::set_field(config.arguments, "x-priority", std::move(value));
  }
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  tell_unsimulated(call, broker::ArgumentsOf::consumer, config.arguments);
  call.host.plan_of(config.access.node).consumer(call.place, config, object.fail.has_value());
  return add_actor(call, std::move(object), call.host.world().add_consumer(std::move(config)));
}

Result<ActorObject*> self(Call& call) {
  const Object* object = call.arg(0).object();
  if (object == nullptr ||
      (object->kind != ObjectKind::publisher && object->kind != ObjectKind::consumer &&
       object->kind != ObjectKind::process)) {
    return call.error(fmt::format("this is said to an actor, not to {}", call.arg(0).kind_text()),
                      "methods are called with a colon: worker:kill()");
  }
  return &call.host.actor(*object);
}

enum class Order { kill, stop, restart };

template <Order order>
Result<Then> command(Call& call) {
  const Result<ActorObject*> actor = self(call);
  if (!actor.ok()) return actor.error();
  world::World& world = call.host.world();
  const ledger::EntityId entity = (*actor)->entity;
  const ActorObject* me = call.host.coroutine_on(call.thread);
  switch (order) {
    case Order::kill:
      world.kill(entity);
      break;
    case Order::stop:
      world.stop(entity);
      break;
    case Order::restart:
      world.restart(entity);
      break;
  }
  // Who kills himself does not go on.
  return me != nullptr && me->is_task ? reply_if_alive(call, *me) : Then::reply;
}

// me:publish { … }, in the process of a consumer: on the channel that its message came by.
Result<Then> publish(Call& call) {
  ActorObject* const me = call.host.coroutine_on(call.thread);
  const Object* object = call.arg(0).object();
  if (me == nullptr || !me->is_task || object == nullptr ||
      call.host.actor(*object).entity != me->entity) {
    return call.error("a consumer publishes in its own process",
                      "process = function(me, m) me:publish { … } end");
  }
  Result<world::Content> content = content_of(call, 1);
  if (!content.ok()) return content.error();
  const world::Publishing publishing =
      call.host.world().work(me->entity, me->task).publish(*content);
  me->published = publishing.message;
  return answer_or_wait(call, *me, publishing.answer, receive_published);
}

template <std::uint64_t world::PublisherCounts::*Field>
Result<Then> publisher_count(Call& call) {
  const Result<ActorObject*> actor = self(call);
  if (!actor.ok()) return actor.error();
  const world::PublisherCounts counts = call.host.world().publisher((*actor)->entity);
  call.results.emplace_back(static_cast<std::int64_t>(counts.*Field));
  return Then::reply;
}

template <auto Field>
Result<Then> consumer_count(Call& call) {
  const Result<ActorObject*> actor = self(call);
  if (!actor.ok()) return actor.error();
  const world::ConsumerCounts counts = call.host.world().consumer((*actor)->entity);
  call.results.emplace_back(static_cast<std::int64_t>(counts.*Field));
  return Then::reply;
}

constexpr Method kPublisher[] = {
    {"kill", callable<command<Order::kill>>},
    {"stop", callable<command<Order::stop>>},
    {"restart", callable<command<Order::restart>>},
    {"published", callable<publisher_count<&world::PublisherCounts::published>>},
    {"confirmed", callable<publisher_count<&world::PublisherCounts::confirmed>>},
    {"nacked", callable<publisher_count<&world::PublisherCounts::nacked>>},
    {"returned", callable<publisher_count<&world::PublisherCounts::returned>>},
    {"unconfirmed", callable<publisher_count<&world::PublisherCounts::unconfirmed>>},
};
constexpr Method kConsumer[] = {
    {"kill", callable<command<Order::kill>>},
    {"stop", callable<command<Order::stop>>},
    {"restart", callable<command<Order::restart>>},
    {"received", callable<consumer_count<&world::ConsumerCounts::received>>},
    {"handled", callable<consumer_count<&world::ConsumerCounts::handled>>},
    {"failed", callable<consumer_count<&world::ConsumerCounts::failed>>},
    {"buffered", callable<consumer_count<&world::ConsumerCounts::buffered>>},
    {"retried", callable<consumer_count<&world::ConsumerCounts::retried>>},
    {"publish", callable<publish>},
    {"in_hand", callable<consumer_count<&world::ConsumerCounts::in_hand>>},
};

}  // namespace

void add_actor_words(lua_State* L) {
  lua_register(L, "publisher", callable<publisher>);
  lua_register(L, "consumer", callable<consumer>);
  register_kind(L, ObjectKind::publisher, kPublisher);
  register_kind(L, ObjectKind::consumer, kConsumer);
}

}  // namespace mqlab::scripting
