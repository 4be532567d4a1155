// SPDX-License-Identifier: MIT
// broker, and what a broker, a queue and an exchange can be told.
#include <functional>

#include <fmt/format.h>

#include "scripting/amqp_options.hpp"
#include "scripting/host.hpp"
#include "scripting/object.hpp"
#include "scripting/vocabulary.hpp"
#include "sim/broker/policy.hpp"

namespace mqlab::scripting {
namespace {

// The receiver of a method: the object before the colon.
template <ObjectKind Kind>
Result<std::uint32_t> self(const Call& call) {
  const Object* object = call.arg(0).object();
  if (object == nullptr || object->kind != Kind) {
    return call.error(
        fmt::format("this is said to a {}, not to {}", word(Kind), call.arg(0).kind_text()),
        "methods are called with a colon: thing:method()");
  }
  return object->index;
}

Result<broker::Reply> operate(const Call& call, std::uint32_t broker, const std::string& vhost,
                              const broker::Method& method) {
  constexpr std::size_t kBytesOfBinding = 500;  // whatever the method is
  call.host.keep_bytes(kBytesOfBinding);
  Result<broker::Reply> reply =
      call.host.world().operate(call.host.brokers[broker].node, vhost, method);
  if (!reply.ok()) return call.error(reply.error().what, reply.error().hint);
  call.host.plans[broker].method(call.place, vhost, method, reply->name);
  return reply;
}

Result<Then> new_broker(Call& call) {
  Options options(call, "broker");
  BrokerObject object;
  object.name = options.name();
  world::NodeConfig config;
  config.broker.name = object.name;
  const std::string version = options.one_of("version", "4.0", {"3.10", "4.0"});
  config.broker.version = version == "4.0" ? broker::Version::v4_0 : broker::Version::v3_10;
  config.latency = options.distribution("latency", config.latency);
  config.fsync = options.distribution("fsync", config.fsync);
  config.memory_limit = static_cast<std::uint64_t>(
      options.maybe_integer("memory_limit", 1, std::int64_t{1} << 50).value_or(0));
  config.disk_free = static_cast<std::uint64_t>(
      options.maybe_integer("disk_free", 1, std::int64_t{1} << 50).value_or(0));
  config.disk_free_limit = static_cast<std::uint64_t>(
      options.integer("disk_free_limit", 50'000'000, 0, std::int64_t{1} << 50));
  config.receive_buffer = static_cast<std::uint64_t>(
      options.integer("receive_buffer", static_cast<std::int64_t>(config.receive_buffer), 1,
                      std::int64_t{1} << 50));
  if (options.has("disk_free_limit") && config.disk_free == 0) {
    options.fail("broker: option 'disk_free_limit' needs 'disk_free'",
                 "disk_free = 60000000: bytes that are free at the start");
  }
  config.broker.consumer_timeout =
      options.duration("consumer_timeout", config.broker.consumer_timeout);
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  const broker::Version planned = config.broker.version;
  Result<ledger::EntityId> node = call.host.world().add_node(std::move(config));
  if (!node.ok()) return call.error(node.error().what, node.error().hint);
  object.node = *node;
  call.results.emplace_back(
      Object{ObjectKind::broker, static_cast<std::uint32_t>(call.host.brokers.size())});
  Plan plan;
  plan.broker = object.name;
  plan.version = planned;
  call.host.plans.emplace_back(std::move(plan));
  call.host.brokers.emplace_back(std::move(object));
  return Then::reply;
}

Result<Then> broker_queue(Call& call) {
  const Result<std::uint32_t> broker = self<ObjectKind::broker>(call);
  if (!broker.ok()) return broker.error();
  std::string vhost = "/";
  Result<broker::QueueDeclare> declare = queue_declare(call, 1, &vhost);
  if (!declare.ok()) return declare.error();
  if (declare->exclusive) {
    return call.error("an operator cannot own an exclusive queue",
                      "declare it in a process: ch:queue { …, exclusive = true }");
  }
  const Result<broker::Reply> reply = operate(call, *broker, vhost, *declare);
  if (!reply.ok()) return reply.error();
  call.results.emplace_back(call.host.queue_object(*broker, vhost, reply->name));
  return Then::reply;
}

Result<Then> broker_exchange(Call& call) {
  const Result<std::uint32_t> broker = self<ObjectKind::broker>(call);
  if (!broker.ok()) return broker.error();
  std::string vhost = "/";
  Result<broker::ExchangeDeclare> declare = exchange_declare(call, 1, &vhost);
  if (!declare.ok()) return declare.error();
  const std::string name = declare->exchange;
  const Result<broker::Reply> reply = operate(call, *broker, vhost, std::move(*declare));
  if (!reply.ok()) return reply.error();
  call.results.emplace_back(call.host.exchange_object(*broker, vhost, name));
  return Then::reply;
}

Result<Then> default_exchange(Call& call) {
  const Result<std::uint32_t> broker = self<ObjectKind::broker>(call);
  if (!broker.ok()) return broker.error();
  const std::string* vhost = call.arg(1).text();
  call.results.emplace_back(
      call.host.exchange_object(*broker, vhost != nullptr ? *vhost : "/", ""));
  return Then::reply;
}

enum class Order { kill, stop, power_off, restart };

template <Order order>
Result<Then> command(Call& call) {
  const Result<std::uint32_t> broker = self<ObjectKind::broker>(call);
  if (!broker.ok()) return broker.error();
  world::World& world = call.host.world();
  const ledger::EntityId node = call.host.brokers[*broker].node;
  if (order != Order::restart) {
    const Result<void> can = world.can_suffer(node);
    if (!can.ok()) return call.error(can.error().what, "restart() starts it again");
  }
  switch (order) {
    case Order::kill:
      world.kill(node);
      break;
    case Order::stop:
      world.stop(node);
      break;
    case Order::power_off:
      world.power_off(node);
      break;
    case Order::restart:
      world.restart(node);
      break;
  }
  return Then::reply;
}

// The broker itself, for what only an operator can do.
Result<Then> administer(Call& call, std::uint32_t broker,
                        const std::function<Result<void>(broker::Broker&)>& action) {
  const Result<void> done = call.host.world().administer(call.host.brokers[broker].node, action);
  if (!done.ok()) return call.error(done.error().what, done.error().hint);
  return Then::reply;
}

Result<Then> vhost(Call& call) {
  const Result<std::uint32_t> broker = self<ObjectKind::broker>(call);
  if (!broker.ok()) return broker.error();
  const std::string* name = call.arg(1).text();
  if (name == nullptr || name->empty()) {
    return call.error("a virtual host needs a name", "rabbit:vhost(\"orders\")");
  }
  call.host.plans[*broker].vhost(call.place, *name);
  return administer(call, *broker, [&](broker::Broker& node) -> Result<void> {
    // As the management page does: whoever makes a virtual host may use it.
    node.add_vhost(*name);
    return node.permit(*name, "guest", ".*", ".*", ".*");
  });
}

Result<Then> user(Call& call) {
  const Result<std::uint32_t> broker = self<ObjectKind::broker>(call);
  if (!broker.ok()) return broker.error();
  Options options(call, "user", 1);
  const std::string name = options.name();
  const std::string password = options.text("password", "");
  const std::string vhost = options.text("vhost", "/");
  const std::string configure = options.text("configure", "");
  const std::string write = options.text("write", "");
  const std::string read = options.text("read", "");
  const bool access = options.flag("access", true);
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  PlanNotes& plan = call.host.plans[*broker];
  plan.user(call.place, name, password);
  if (access) plan.permission({call.place, name, vhost, configure, write, read});
  return administer(call, *broker, [&](broker::Broker& node) -> Result<void> {
    node.add_user(name, password);
    return access ? node.permit(vhost, name, configure, write, read) : Result<void>{};
  });
}

Result<Then> policy(Call& call) {
  const Result<std::uint32_t> broker = self<ObjectKind::broker>(call);
  if (!broker.ok()) return broker.error();
  Options options(call, "policy", 1);
  const std::string name = options.name();
  const std::string pattern = options.text("pattern", "");
  const std::string target = options.one_of("apply_to", "queues", {"queues", "exchanges", "all"});
  const std::string vhost = options.text("vhost", "/");
  const int priority = static_cast<int>(options.integer("priority", 0, -1'000'000, 1'000'000));
  const broker::FieldTable definition = options.field_table("definition");
  if (definition.empty()) {
    options.fail("a policy needs a definition", "definition = { [\"message-ttl\"] = 1000 }");
  }
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  for (const std::string& key : broker::unsimulated_policy_keys(definition)) {
    call.host.warn(call.place, fmt::format("policy key {}", key));
  }
  call.host.plans[*broker].policy({call.place, vhost, name, pattern, target, priority, definition});
  const auto applies = target == "queues"      ? broker::Broker::PolicyTarget::queues
                       : target == "exchanges" ? broker::Broker::PolicyTarget::exchanges
                                               : broker::Broker::PolicyTarget::all;
  return administer(call, *broker, [&](broker::Broker& node) {
    return node.set_policy(vhost, name, pattern, definition, applies, priority);
  });
}

Result<Then> clear_policy(Call& call) {
  const Result<std::uint32_t> broker = self<ObjectKind::broker>(call);
  if (!broker.ok()) return broker.error();
  const std::string* name = call.arg(1).text();
  if (name == nullptr) return call.error("clear_policy takes the name of a policy");
  const std::string vhost = call.arg(2).text() != nullptr ? *call.arg(2).text() : "/";
  call.host.plans[*broker].clear_policy(vhost, *name);
  return administer(call, *broker, [&](broker::Broker& node) -> Result<void> {
    node.clear_policy(vhost, *name);
    return {};
  });
}

Result<Then> alarm(Call& call) {
  const Result<std::uint32_t> broker = self<ObjectKind::broker>(call);
  if (!broker.ok()) return broker.error();
  const std::string* resource = call.arg(1).text();
  const bool* on = call.arg(2).boolean();
  if (resource == nullptr || on == nullptr || (*resource != "memory" && *resource != "disk")) {
    return call.error("alarm takes \"memory\" or \"disk\", and true or false",
                      "rabbit:alarm(\"memory\", true)");
  }
  return administer(call, *broker, [&](broker::Broker& node) -> Result<void> {
    node.alarm(
        *resource == "memory" ? broker::Broker::Resource::memory : broker::Broker::Resource::disk,
        *on);
    return {};
  });
}

template <typename QueueMethod>
Result<Then> bind_queue(Call& call) {
  const Result<std::uint32_t> index = self<ObjectKind::queue>(call);
  if (!index.ok()) return index.error();
  const Result<std::string> exchange = exchange_name(call, 1, "the source of a binding");
  if (!exchange.ok()) return exchange.error();
  Result<BindingOptions> binding = binding_options(call, 2);
  if (!binding.ok()) return binding.error();
  const QueueObject& queue = call.host.queues[*index];
  QueueMethod method;
  method.queue = queue.name;
  method.exchange = *exchange;
  method.routing_key = binding->key;
  method.arguments = std::move(binding->arguments);
  const Result<broker::Reply> reply = operate(call, queue.broker, queue.vhost, std::move(method));
  if (!reply.ok()) return reply.error();
  call.results.push_back(call.arg(0));
  return Then::reply;
}

template <typename ExchangeMethod>
Result<Then> bind_exchange(Call& call) {
  const Result<std::uint32_t> index = self<ObjectKind::exchange>(call);
  if (!index.ok()) return index.error();
  const Result<std::string> source = exchange_name(call, 1, "the source of a binding");
  if (!source.ok()) return source.error();
  Result<BindingOptions> binding = binding_options(call, 2);
  if (!binding.ok()) return binding.error();
  const ExchangeObject& exchange = call.host.exchanges[*index];
  ExchangeMethod method;
  method.destination = exchange.name;
  method.source = *source;
  method.routing_key = binding->key;
  method.arguments = std::move(binding->arguments);
  const Result<broker::Reply> reply =
      operate(call, exchange.broker, exchange.vhost, std::move(method));
  if (!reply.ok()) return reply.error();
  call.results.push_back(call.arg(0));
  return Then::reply;
}

Result<Then> purge(Call& call) {
  const Result<std::uint32_t> index = self<ObjectKind::queue>(call);
  if (!index.ok()) return index.error();
  const QueueObject& queue = call.host.queues[*index];
  broker::QueuePurge method;
  method.queue = queue.name;
  const Result<broker::Reply> reply = operate(call, queue.broker, queue.vhost, std::move(method));
  if (!reply.ok()) return reply.error();
  call.results.emplace_back(static_cast<std::int64_t>(reply->message_count));
  return Then::reply;
}

Result<Then> delete_queue(Call& call) {
  const Result<std::uint32_t> index = self<ObjectKind::queue>(call);
  if (!index.ok()) return index.error();
  const QueueObject& queue = call.host.queues[*index];
  broker::QueueDelete method;
  method.queue = queue.name;
  const Result<broker::Reply> reply = operate(call, queue.broker, queue.vhost, std::move(method));
  if (!reply.ok()) return reply.error();
  call.results.emplace_back(static_cast<std::int64_t>(reply->message_count));
  return Then::reply;
}

Result<Then> ready(Call& call) {
  const Result<std::uint32_t> index = self<ObjectKind::queue>(call);
  if (!index.ok()) return index.error();
  call.results.emplace_back(
      static_cast<std::int64_t>(call.host.state().ready_count(call.host.queue_entity(*index))));
  return Then::reply;
}

Result<Then> unacked(Call& call) {
  const Result<std::uint32_t> index = self<ObjectKind::queue>(call);
  if (!index.ok()) return index.error();
  call.results.emplace_back(
      static_cast<std::int64_t>(call.host.state().unacked_count(call.host.queue_entity(*index))));
  return Then::reply;
}

Result<Then> contents(Call& call) {
  const Result<std::uint32_t> index = self<ObjectKind::queue>(call);
  if (!index.ok()) return index.error();
  Table names;
  for (const observe::Copy& copy : call.host.state().ready(call.host.queue_entity(*index))) {
    names.list.emplace_back(call.host.message_name(copy.message));
  }
  call.results.emplace_back(std::move(names));
  return Then::reply;
}

constexpr Method kBroker[] = {
    {"queue", callable<broker_queue>},
    {"exchange", callable<broker_exchange>},
    {"default_exchange", callable<default_exchange>},
    {"kill", callable<command<Order::kill>>},
    {"stop", callable<command<Order::stop>>},
    {"vhost", callable<vhost>},
    {"user", callable<user>},
    {"policy", callable<policy>},
    {"clear_policy", callable<clear_policy>},
    {"alarm", callable<alarm>},
    {"power_off", callable<command<Order::power_off>>},
    {"restart", callable<command<Order::restart>>},
};
constexpr Method kQueue[] = {
    {"bind", callable<bind_queue<broker::QueueBind>>},
    {"unbind", callable<bind_queue<broker::QueueUnbind>>},
    {"purge", callable<purge>},
    {"delete", callable<delete_queue>},
    {"ready", callable<ready>},
    {"unacked", callable<unacked>},
    {"contents", callable<contents>},
};
constexpr Method kExchange[] = {
    {"bind", callable<bind_exchange<broker::ExchangeBind>>},
    {"unbind", callable<bind_exchange<broker::ExchangeUnbind>>},
};

}  // namespace

void add_topology_words(lua_State* L) {
  lua_register(L, "broker", callable<new_broker>);
  register_kind(L, ObjectKind::broker, kBroker);
  register_kind(L, ObjectKind::queue, kQueue);
  register_kind(L, ObjectKind::exchange, kExchange);
}

}  // namespace mqlab::scripting
