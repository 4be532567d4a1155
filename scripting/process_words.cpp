// SPDX-License-Identifier: MIT
// process, sleep, effect, and the connections of a process.
#include <fmt/format.h>

#include "scripting/host.hpp"
#include "scripting/network_words.hpp"
#include "scripting/object.hpp"
#include "scripting/options.hpp"
#include "scripting/process_answers.hpp"
#include "scripting/process_call.hpp"
#include "scripting/vocabulary.hpp"
#include "sim/world/fault_point.hpp"

namespace mqlab::scripting {
namespace {

Result<Then> new_process(Call& call) {
  const Table* table = call.arg(0).table();
  const Function* function = nullptr;
  if (table != nullptr && table->list.size() == 2) function = table->list[1].function();
  if (function == nullptr || table->list[0].text() == nullptr) {
    return call.error("process takes a name and a function",
                      "process { \"client\", function(me) … end }");
  }
  ActorObject object;
  object.kind = ObjectKind::process;
  object.name = *table->list[0].text();
  object.body_function = *function;
  world::ProcessConfig config;
  config.name = object.name;
  for (const auto& [key, value] : table->fields) {
    if (key != "start") {
      return call.error(fmt::format("process has no option '{}'", key), "it has start");
    }
    const Result<Duration> start = duration_of(call, value, "process: option 'start'");
    if (!start.ok()) return start.error();
    config.start = *start;
  }
  const Result<ledger::EntityId> entity = call.host.world().add_process(std::move(config));
  if (!entity.ok()) return call.error(entity.error().what, entity.error().hint);
  object.entity = *entity;
  object.place = call.place;
  call.results.emplace_back(call.host.add_actor(std::move(object)));
  return Then::reply;
}

std::uint32_t index_of(const Host& host, const ActorObject& process) {
  return host.object_of(process).index;
}

// -- the process itself -------------------------------------------------------------------------

Result<Then> sleep(Call& call) {
  const Result<ActorObject*> me = calling_coroutine(call);
  if (!me.ok()) return me.error();
  const Result<Duration> span = duration_of(call, call.arg(0), "sleep: the time");
  if (!span.ok()) return span.error();
  world::World& world = call.host.world();
  const std::optional<world::Answer> answer =
      (*me)->is_task ? world.work((*me)->entity, (*me)->task).sleep(*span)
                     : world.process((*me)->entity).sleep(*span);
  return answer_or_wait(call, **me, answer, receive_nothing);
}

Result<Then> effect(Call& call) {
  const Result<ActorObject*> me = calling_coroutine(call);
  if (!me.ok()) return me.error();
  const std::string* name = call.arg(0).text();
  const std::string* business = business_at(call, 1);
  if (name == nullptr || business == nullptr) {
    return call.error("effect takes its name and a message or business id",
                      "effect(\"charged\", m)");
  }
  call.host.world().effect((*me)->entity, *name, *business);
  call.host.world().pass((*me)->entity, world::point::kAfterEffect);
  return reply_if_alive(call, **me);
}

// A point of the script's own, at which a crash can be ordered.
Result<Then> pass_point(Call& call) {
  const Result<ActorObject*> me = calling_coroutine(call);
  if (!me.ok()) return me.error();
  const std::string* name = call.arg(0).text();
  if (name == nullptr || name->empty()) {
    return call.error("point takes the name of a point", "point \"row_written\"");
  }
  call.host.world().pass((*me)->entity, *name);
  return reply_if_alive(call, **me);
}

Result<Then> give_up(Call& call) {
  const Result<ActorObject*> me = calling_coroutine(call);
  if (!me.ok()) return me.error();
  if (!(*me)->is_task) {
    return call.error("fail can only be said in the process of a consumer",
                      "consumer { \"worker\", process = function(me, m) … end }");
  }
  const std::string* why = call.arg(0).text();
  (*me)->failure = why == nullptr ? "" : *why;
  return call.error("failed: " + (*me)->failure, kGaveUp);
}

enum class Order { kill, restart };

template <Order order>
Result<Then> command(Call& call) {
  const Object* object = call.arg(0).object();
  if (object == nullptr || object->kind != ObjectKind::process) {
    return call.error("this is said to a process", "client:kill()");
  }
  ActorObject& process = call.host.actor(*object);
  if (&process == call.host.running_process()) {
    return call.error("a process cannot kill itself", "return from its function instead");
  }
  if (order == Order::kill) call.host.world().kill(process.entity);
  if (order == Order::restart) call.host.world().restart(process.entity);
  return Then::reply;
}

Result<Then> start_connecting(Call& call, ActorObject::Receive receive) {
  const Result<ActorObject*> process = calling_process(call);
  if (!process.ok()) return process.error();
  const Object* self = call.arg(0).object();
  if (self == nullptr || *self != call.host.object_of(**process)) {
    return call.error("a process connects for itself", "function(me) … me:connect(rabbit)");
  }
  const Object* object = call.arg(1).object();
  if (object == nullptr || object->kind != ObjectKind::broker) {
    return call.error(
        fmt::format("a connection is made to a broker, not to {}", call.arg(1).kind_text()),
        "me:connect(rabbit)");
  }
  Options options(call, "connect", 2);
  world::AccessConfig access;
  access.node = call.host.brokers[object->index].node;
  access.vhost = options.text("vhost", "/");
  access.user = options.text("user", "guest");
  access.password = options.text("password", "guest");
  read_link(options, access);
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  world::ProcessPort port = call.host.world().process((*process)->entity);
  const world::ProcessPort::Opening opening = port.connect(access);
  (*process)->awaited_connection = static_cast<std::uint32_t>(call.host.connections.size());
  call.host.connections.emplace_back(
      ConnectionObject{index_of(call.host, **process), object->index, opening.ref, access.vhost});
  return answer_or_wait(call, **process, opening.answer, receive);
}

Result<Then> connect(Call& call) {
  return start_connecting(call, receive_connection);
}
Result<Then> connect_and_open(Call& call) {
  return start_connecting(call, receive_then_open);
}

// -- connections --------------------------------------------------------------------------------

struct OnConnection {
  ActorObject* process = nullptr;
  std::uint32_t index = 0;
  ConnectionObject* connection = nullptr;
  world::ProcessPort port;
};

Result<OnConnection> on_connection(Call& call) {
  const Object* object = call.arg(0).object();
  if (object == nullptr || object->kind != ObjectKind::connection) {
    return call.error("this is said to a connection", "connection:channel()");
  }
  const Result<ActorObject*> process = calling_process(call);
  if (!process.ok()) return process.error();
  ConnectionObject& connection = call.host.connections[object->index];
  if (&call.host.actors[connection.process] != *process) {
    return call.error("this connection belongs to another process");
  }
  return OnConnection{*process, object->index, &connection,
                      call.host.world().process((*process)->entity)};
}

Result<Then> open_channel(Call& call) {
  Result<OnConnection> on = on_connection(call);
  if (!on.ok()) return on.error();
  const std::optional<world::Answer> answer = begin_channel(call.host, *on->process, on->index);
  return answer_or_wait(call, *on->process, answer, receive_channel);
}

Result<Then> close_connection(Call& call) {
  Result<OnConnection> on = on_connection(call);
  if (!on.ok()) return on.error();
  return answer_or_wait(call, *on->process, on->port.close_connection(on->connection->ref),
                        receive_done);
}

Result<Then> drop_connection(Call& call) {
  Result<OnConnection> on = on_connection(call);
  if (!on.ok()) return on.error();
  on->port.drop_connection(on->connection->ref);
  return Then::reply;
}

Result<Then> connection_closed(Call& call) {
  Result<OnConnection> on = on_connection(call);
  if (!on.ok()) return on.error();
  const broker::AmqpError* error = on->port.closed(on->connection->ref);
  if (error != nullptr) call.results.push_back(error_value(*error));
  return Then::reply;
}

Result<Then> connection_blocked(Call& call) {
  Result<OnConnection> on = on_connection(call);
  if (!on.ok()) return on.error();
  const std::optional<std::string>& why = on->port.blocked(on->connection->ref);
  if (why) call.results.emplace_back(*why);
  return Then::reply;
}

constexpr Method kProcess[] = {
    {"connect", callable<connect>},
    {"channel", callable<connect_and_open>},
    {"kill", callable<command<Order::kill>>},
    {"restart", callable<command<Order::restart>>},
};
constexpr Method kConnection[] = {
    {"channel", callable<open_channel>},       {"close", callable<close_connection>},
    {"drop", callable<drop_connection>},       {"closed", callable<connection_closed>},
    {"blocked", callable<connection_blocked>},
};
}  // namespace

void add_process_words(lua_State* L) {
  add_channel_words(L);
  lua_register(L, "process", callable<new_process>);
  lua_register(L, "sleep", callable<sleep>);
  lua_register(L, "effect", callable<effect>);
  lua_register(L, "point", callable<pass_point>);
  lua_register(L, "fail", callable<give_up>);
  register_kind(L, ObjectKind::process, kProcess);
  register_kind(L, ObjectKind::connection, kConnection);
}

}  // namespace mqlab::scripting
