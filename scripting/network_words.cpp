// SPDX-License-Identifier: MIT
// Faults of networks and disks, and the options of connections.
#include "scripting/network_words.hpp"

#include <fmt/format.h>

#include "scripting/host.hpp"
#include "scripting/object.hpp"
#include "scripting/vocabulary.hpp"

namespace mqlab::scripting {
namespace {

constexpr std::int64_t kFastest = 1'000'000'000'000;

std::optional<double> number_of(const Value& value) {
  if (const std::int64_t* integer = value.integer()) return static_cast<double>(*integer);
  if (const double* number = value.number()) return *number;
  return std::nullopt;
}

// One entry of reconnect's table. Returns what is wrong with it.
std::optional<Error> read_entry(const Call& call, const std::string& key, const Value& value,
                                world::Reconnect& rule) {
  const std::string what = fmt::format("reconnect: '{}'", key);
  if (key == "after" || key == "max") {
    const Result<Duration> span = duration_of(call, value, what);
    if (!span.ok()) return span.error();
    if (span->ns == 0) return call.error(what + " is 0", "leave reconnect out for never");
    (key == "after" ? rule.after : rule.most) = *span;
    return std::nullopt;
  }
  if (key != "factor" && key != "jitter") {
    return call.error(fmt::format("reconnect has no option '{}'", key),
                      "it has after, factor, jitter, max");
  }
  const bool grows = key == "factor";
  const double least = grows ? 1 : 0;
  const double largest = grows ? 1'000'000 : 1;
  const std::optional<double> number = number_of(value);
  if (!number || !(*number >= least && *number <= largest)) {
    return call.error(fmt::format("{} must be a number from {} to {}", what, least, largest));
  }
  (grows ? rule.factor : rule.jitter) = *number;
  return std::nullopt;
}

// The actor before the colon, which must not be down if something is to be done to its network.
Result<ledger::EntityId> sufferer(const Call& call) {
  const Object* object = call.arg(0).object();
  if (object == nullptr ||
      (object->kind != ObjectKind::publisher && object->kind != ObjectKind::consumer &&
       object->kind != ObjectKind::process)) {
    return call.error(fmt::format("a link belongs to an actor, not to {}", call.arg(0).kind_text()),
                      "methods are called with a colon: worker:partition()");
  }
  const ledger::EntityId entity = call.host.actor(*object).entity;
  const Result<void> can = call.host.world().can_suffer(entity);
  if (!can.ok()) return call.error(can.error().what, "it has no link; restart() it first");
  return entity;
}

// The broker that a fault of a link names as its other end; none: all are meant. What is said after
// it stands at `next`.
Result<ledger::EntityId> other_end(const Call& call, std::size_t& next) {
  const Object* object = call.arg(next).object();
  if (object == nullptr) return ledger::EntityId{};
  if (object->kind != ObjectKind::broker) {
    return call.error(
        fmt::format("a link leads to a broker, not to {}", call.arg(next).kind_text()),
        "worker:partition(rabbit); without a broker: to all of them");
  }
  ++next;
  const BrokerObject& broker = call.host.brokers[object->index];
  const ActorObject& actor = call.host.actor(*call.arg(0).object());
  if (!call.host.world().has_link(actor.entity, broker.node)) {
    return call.error(fmt::format("{} has no link to {}", actor.name, broker.name));
  }
  return broker.node;
}

enum class Order { hold, release, heal, reset };

template <Order order>
Result<Then> simple(Call& call) {
  const Result<ledger::EntityId> actor = sufferer(call);
  if (!actor.ok()) return actor.error();
  std::size_t next = 1;
  const Result<ledger::EntityId> node = other_end(call, next);
  if (!node.ok()) return node.error();
  world::World& world = call.host.world();
  switch (order) {
    case Order::hold:
      world.hold(*actor, *node);
      break;
    case Order::release:
      world.release(*actor, *node);
      break;
    case Order::heal:
      world.heal(*actor, *node);
      break;
    case Order::reset:
      world.drop_connections(*actor, *node);
      break;
  }
  return Then::reply;
}

Result<Then> partition(Call& call) {
  const Result<ledger::EntityId> actor = sufferer(call);
  if (!actor.ok()) return actor.error();
  std::size_t next = 1;
  const Result<ledger::EntityId> node = other_end(call, next);
  if (!node.ok()) return node.error();
  using Way = world::World::Way;
  const std::string* way = call.arg(next).text();
  if (call.arg(next).is_nil()) {
    call.host.world().partition(*actor, Way::both, *node);
  } else if (way != nullptr && (*way == "to_broker" || *way == "to_client")) {
    const bool to_broker = *way == "to_broker";
    call.host.world().partition(*actor, to_broker ? Way::to_broker : Way::to_client, *node);
  } else {
    return call.error("partition takes \"to_broker\", \"to_client\", or nothing for both ways");
  }
  return Then::reply;
}

Result<Then> delay(Call& call) {
  const Result<ledger::EntityId> actor = sufferer(call);
  if (!actor.ok()) return actor.error();
  std::size_t next = 1;
  const Result<ledger::EntityId> node = other_end(call, next);
  if (!node.ok()) return node.error();
  const Result<Duration> span = duration_of(call, call.arg(next), "the delay");
  if (!span.ok()) return span.error();
  call.host.world().delay(*actor, *span, *node);
  return Then::reply;
}

Result<Then> clog(Call& call) {
  const Result<ledger::EntityId> actor = sufferer(call);
  if (!actor.ok()) return actor.error();
  std::size_t next = 1;
  const Result<ledger::EntityId> node = other_end(call, next);
  if (!node.ok()) return node.error();
  std::uint64_t rate = 0;
  if (!call.arg(next).is_nil()) {
    const std::int64_t* given = call.arg(next).integer();
    if (given == nullptr || *given < 1 || *given > kFastest) {
      return call.error("clog takes a bandwidth of 1 byte per second or more",
                        "worker:clog(1000); worker:clog() takes it back");
    }
    rate = static_cast<std::uint64_t>(*given);
  }
  call.host.world().clog(*actor, rate, *node);
  return Then::reply;
}

Result<Then> disk(Call& call) {
  const Object* object = call.arg(0).object();
  if (object == nullptr || object->kind != ObjectKind::broker) {
    return call.error("this is said to a broker", "rabbit:disk { fsync = 500*ms }");
  }
  const ledger::EntityId node = call.host.brokers[object->index].node;
  Options options(call, "disk", 1);
  if (!options.has("fsync")) options.fail("option 'fsync' is missing", "fsync = 500*ms");
  const Distribution fsync = options.distribution("fsync", Distribution{});
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  if (const Result<void> can = call.host.world().can_suffer(node); !can.ok()) {
    return call.error(can.error().what, can.error().hint);
  }
  call.host.world().set_fsync(node, fsync);
  return Then::reply;
}

Result<Then> blocked(Call& call) {
  const Object* object = call.arg(0).object();
  if (object == nullptr || object->kind != ObjectKind::publisher) {
    return call.error("this is said to a publisher", "shop:blocked()");
  }
  const auto why = call.host.world().blocked(call.host.actor(*object).entity);
  if (why) call.results.emplace_back(*why);
  return Then::reply;
}

constexpr Method kLink[] = {
    {"hold", callable<simple<Order::hold>>},
    {"release", callable<simple<Order::release>>},
    {"heal", callable<simple<Order::heal>>},
    {"drop_connection", callable<simple<Order::reset>>},
    {"partition", callable<partition>},
    {"delay", callable<delay>},
    {"clog", callable<clog>},
};
constexpr Method kPublisher[] = {{"blocked", callable<blocked>}};
constexpr Method kBroker[] = {{"disk", callable<disk>}};

}  // namespace

void read_link(Options& options, world::AccessConfig& access) {
  if (options.has("latency")) {
    access.latency = options.distribution("latency", Distribution{});
  } else {
    static_cast<void>(options.value("latency"));
  }
  access.heartbeat = options.duration("heartbeat", Duration{});
  access.connect_timeout = options.duration("connect_timeout", access.connect_timeout);
  access.bandwidth =
      static_cast<std::uint64_t>(options.maybe_integer("bandwidth", 1, kFastest).value_or(0));
  access.send_buffer =
      static_cast<std::uint64_t>(options.maybe_integer("send_buffer", 1, kFastest).value_or(0));
}

void read_reconnect(const Call& call, Options& options, world::AccessConfig& access) {
  const Value rule = options.value("reconnect");
  if (rule.table() == nullptr) {
    access.reconnect = options.duration("reconnect", Duration{});
    return;
  }
  for (const auto& [key, value] : rule.table()->fields) {
    if (const std::optional<Error> wrong = read_entry(call, key, value, access.reconnect)) {
      return options.fail(wrong->what, wrong->hint);
    }
  }
  if (!rule.table()->list.empty() || access.reconnect.after.ns == 0) {
    options.fail("option 'reconnect' needs to know when: after",
                 "reconnect = { after = 100*ms, factor = 2, max = 5*s }");
  }
}

void add_network_words(lua_State* L) {
  for (const ObjectKind kind : {ObjectKind::publisher, ObjectKind::consumer, ObjectKind::process}) {
    extend_kind(L, kind, kLink);
  }
  extend_kind(L, ObjectKind::publisher, kPublisher);
  extend_kind(L, ObjectKind::broker, kBroker);
}

}  // namespace mqlab::scripting
