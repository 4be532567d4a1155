// SPDX-License-Identifier: MIT
// store and its tables, transactions, and crash.
#include <array>

#include <fmt/format.h>

#include "scripting/amqp_options.hpp"
#include "scripting/host.hpp"
#include "scripting/object.hpp"
#include "scripting/options.hpp"
#include "scripting/process_answers.hpp"
#include "scripting/process_call.hpp"
#include "scripting/vocabulary.hpp"
#include "sim/base/suggest.hpp"
#include "sim/world/fault_point.hpp"

namespace mqlab::scripting {
namespace {

using Kind = world::StoreOp::Kind;
using Status = world::StoreReply::Status;

Result<Then> new_store(Call& call) {
  Options options(call, "store");
  world::StoreConfig config;
  config.name = options.name();
  config.read = options.distribution("read", world::always(milliseconds(1)));
  config.write = options.distribution("write", world::always(milliseconds(1)));
  config.durable = options.flag("durable", true);
  if (const auto with = options.object(
          "with", {ObjectKind::publisher, ObjectKind::consumer, ObjectKind::process})) {
    config.with = call.host.actor(*with).entity;
  }
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  const std::string name = config.name;
  const Result<ledger::EntityId> entity = call.host.world().add_store(std::move(config));
  if (!entity.ok()) return call.error(entity.error().what, entity.error().hint);
  call.results.emplace_back(
      Object{ObjectKind::store, static_cast<std::uint32_t>(call.host.stores.size())});
  call.host.stores.emplace_back(StoreObject{name, *entity});
  return Then::reply;
}

Result<StoreObject*> self(Call& call) {
  const Object* object = call.arg(0).object();
  if (object == nullptr || object->kind != ObjectKind::store) {
    return call.error(fmt::format("this is said to a store, not to {}", call.arg(0).kind_text()),
                      "methods are called with a colon: db:get(\"orders\", \"order-7\")");
  }
  return &call.host.stores[object->index];
}

// -- steps ----------------------------------------------------------------------------------------

bool has_key(Kind kind) {
  return kind != Kind::count && kind != Kind::scan;
}

bool has_value(Kind kind) {
  return kind == Kind::insert || kind == Kind::put || kind == Kind::update;
}

// db:update("table", "key", value, { version = …, expires = … })
Result<world::StoreOp> step_of(Call& call, Kind kind) {
  world::StoreOp step;
  step.kind = kind;
  const std::string* table = call.arg(1).text();
  if (table == nullptr || table->empty()) {
    return call.error(fmt::format("a table is named by a text, not by {}", call.arg(1).kind_text()),
                      "db:get(\"orders\", \"order-7\")");
  }
  step.table = *table;
  if (!has_key(kind)) return step;
  const Value& key = call.arg(2);
  if (const std::int64_t* number = key.integer()) {
    step.key = std::to_string(*number);
  } else if (key.text() != nullptr) {
    step.key = *key.text();
  } else {
    return call.error(fmt::format("a key is a text or a whole number, not {}", key.kind_text()));
  }
  std::size_t next = 3;
  if (has_value(kind)) {
    const Value& value = call.arg(next++);
    Result<broker::FieldValue> field = field_of(call, value.is_nil() ? Value{true} : value);
    if (!field.ok()) return field.error();
    step.value = std::move(*field);
  }
  Options options(call, "this", next);
  if (kind == Kind::update || kind == Kind::remove) {
    if (const auto version = options.maybe_integer("version", 1, INT64_MAX)) {
      step.version = static_cast<std::uint64_t>(*version);
    }
  }
  if (has_value(kind)) {
    step.expires = options.maybe_duration("expires");
    if (step.expires && step.expires->ns == 0) options.fail("option 'expires' must be positive");
  }
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  return step;
}

Then ask(Call& call, ActorObject& me, ledger::EntityId store, world::StoreRequest request) {
  world::World& world = call.host.world();
  const std::optional<world::Answer> answer =
      me.is_task ? world.work(me.entity, me.task).ask(store, std::move(request))
                 : world.process(me.entity).ask(store, std::move(request));
  return answer_or_wait(call, me, answer, receive_store);
}

// What is said to the machine, not by its clients: it must run.
Result<Then> down(const Call& call, const StoreObject& store) {
  return call.error(store.name + " is down", store.name + " crashed before; restart() it first");
}

template <Kind kind>
Result<Then> store_step(Call& call) {
  const Result<StoreObject*> store = self(call);
  if (!store.ok()) return store.error();
  const Result<ActorObject*> me = calling_coroutine(call);
  if (!me.ok()) return me.error();
  Result<world::StoreOp> step = step_of(call, kind);
  if (!step.ok()) return step.error();
  (*me)->awaited_step = kind;
  (*me)->awaited_commit = false;
  world::StoreRequest request;
  request.steps.push_back(std::move(*step));
  return ask(call, **me, (*store)->entity, std::move(request));
}

Value row_value(const world::StoreRow& row) {
  Table table;
  table.set("key", row.key);
  table.set("value", value_of(row.value));
  table.set("version", static_cast<std::int64_t>(row.version));
  return table;
}

Value rows_value(const std::vector<world::StoreRow>& rows) {
  Table table;
  for (const world::StoreRow& row : rows) table.list.push_back(row_value(row));
  return table;
}

Result<Then> look_at_rows(Call& call) {
  const Result<StoreObject*> store = self(call);
  if (!store.ok()) return store.error();
  const std::string* table = call.arg(1).text();
  if (table == nullptr) return call.error("rows takes the name of a table", "db:rows(\"orders\")");
  if (!call.host.world().is_up((*store)->entity)) return down(call, **store);
  call.results.push_back(rows_value(call.host.world().rows((*store)->entity, *table)));
  return Then::reply;
}

enum class Order { kill, restart };

template <Order order>
Result<Then> command(Call& call) {
  const Result<StoreObject*> store = self(call);
  if (!store.ok()) return store.error();
  world::World& world = call.host.world();
  if (order == Order::kill && !world.is_up((*store)->entity)) return down(call, **store);
  if (order == Order::kill) world.kill((*store)->entity);
  if (order == Order::restart) world.restart((*store)->entity);
  return Then::reply;
}

// -- transactions ---------------------------------------------------------------------------------

Result<TransactionObject*> transaction_of(Call& call) {
  const Object* object = call.arg(0).object();
  if (object == nullptr || object->kind != ObjectKind::transaction) {
    return call.error("this is said to a transaction",
                      "db:transaction(function(tx) tx:put(…) end)");
  }
  TransactionObject& transaction = call.host.transactions[object->index];
  if (transaction.over) return call.error("this transaction is over");
  return &transaction;
}

// The store was down since it began: what it knew of the transaction is gone.
bool is_broken(const Call& call, const TransactionObject& transaction) {
  const ledger::EntityId store = call.host.stores[transaction.store].entity;
  return call.host.world().store_turns(store) != transaction.turns;
}

Then refuse(Call& call, std::string_view why) {
  call.results = {Value{}, Value{why}};
  return Then::reply;
}

Result<Then> begin(Call& call) {
  const Result<StoreObject*> store = self(call);
  if (!store.ok()) return store.error();
  const Result<ActorObject*> me = calling_coroutine(call);
  if (!me.ok()) return me.error();
  if (call.arg(1).function() == nullptr) {
    return call.error("transaction takes a function", "db:transaction(function(tx) … end)");
  }
  call.results.emplace_back(
      Object{ObjectKind::transaction, static_cast<std::uint32_t>(call.host.transactions.size())});
  call.host.transactions.emplace_back(TransactionObject{
      call.arg(0).object()->index, call.host.world().store_turns((*store)->entity), {}, false});
  return Then::reply;
}

Result<Then> commit(Call& call) {
  const Result<TransactionObject*> transaction = transaction_of(call);
  if (!transaction.ok()) return transaction.error();
  const Result<ActorObject*> me = calling_coroutine(call);
  if (!me.ok()) return me.error();
  (*transaction)->over = true;
  const bool* keep = call.arg(1).boolean();
  if (keep != nullptr && !*keep) return refuse(call, "rolled back");
  if (is_broken(call, **transaction)) return refuse(call, world::word(Status::down));
  (*me)->awaited_commit = true;
  return ask(call, **me, call.host.stores[(*transaction)->store].entity,
             world::StoreRequest{(*transaction)->steps, true});
}

// What a transaction writes is checked and takes place at its commit; what it reads is read now.
template <Kind kind>
Result<Then> transaction_step(Call& call) {
  const Result<TransactionObject*> transaction = transaction_of(call);
  if (!transaction.ok()) return transaction.error();
  const Result<ActorObject*> me = calling_coroutine(call);
  if (!me.ok()) return me.error();
  Result<world::StoreOp> step = step_of(call, kind);
  if (!step.ok()) return step.error();
  if (world::writes(kind)) {
    (*transaction)->steps.push_back(std::move(*step));
    return Then::reply;
  }
  if (is_broken(call, **transaction)) return refuse(call, world::word(Status::down));
  (*me)->awaited_step = kind;
  (*me)->awaited_commit = false;
  world::StoreRequest request{(*transaction)->steps, false};
  request.steps.push_back(std::move(*step));
  return ask(call, **me, call.host.stores[(*transaction)->store].entity, std::move(request));
}

// tx:effect("shipped", m): takes place with the commit, if there is one.
Result<Then> transaction_effect(Call& call) {
  const Result<TransactionObject*> transaction = transaction_of(call);
  if (!transaction.ok()) return transaction.error();
  const Result<ActorObject*> me = calling_coroutine(call);
  if (!me.ok()) return me.error();
  const std::string* name = call.arg(1).text();
  const std::string* business = business_at(call, 2);
  if (name == nullptr || business == nullptr) {
    return call.error("effect takes its name and a message or business id",
                      "tx:effect(\"shipped\", m)");
  }
  world::StoreOp step;
  step.kind = Kind::effect;
  step.table = *name;
  step.key = *business;
  (*transaction)->steps.push_back(std::move(step));
  return Then::reply;
}

int finish_transaction(lua_State* L, int, lua_KContext) {
  return lua_gettop(L) - 2;
}

// stack: store, function, transaction, what the function returned
int end_transaction(lua_State* L, int, lua_KContext) {
  lua_pushcfunction(L, callable<commit>);
  lua_insert(L, 3);
  lua_callk(L, 2, LUA_MULTRET, 0, finish_transaction);
  return finish_transaction(L, LUA_OK, 0);
}

// db:transaction(f): no C++ object is alive here, so that f may wait and fail.
int run_transaction(lua_State* L) {
  lua_settop(L, 2);
  lua_pushcfunction(L, callable<begin>);
  lua_pushvalue(L, 1);
  lua_pushvalue(L, 2);
  lua_call(L, 2, 1);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 3);
  lua_callk(L, 1, 1, 0, end_transaction);
  return end_transaction(L, LUA_OK, 0);
}

// -- crash ----------------------------------------------------------------------------------------

namespace point = world::point;

constexpr std::array kPublisherPoints{point::kBeforePublish, point::kAfterPublish,
                                      point::kAfterConfirm};
constexpr std::array kOutboxPoints{point::kBeforeRow, point::kAfterRow, point::kAfterMark};
constexpr std::array kConsumerPoints{point::kBeforeWork, point::kAfterEffect, point::kBeforeAck,
                                     point::kAfterAck};

// Points that such an actor passes; coroutines have others besides.
std::vector<std::string> points_of(const ActorObject& actor) {
  if (actor.kind == ObjectKind::publisher) {
    std::vector<std::string> points(kPublisherPoints.begin(), kPublisherPoints.end());
    if (actor.has_outbox) points.insert(points.end(), kOutboxPoints.begin(), kOutboxPoints.end());
    return points;
  }
  if (actor.kind == ObjectKind::consumer) return {kConsumerPoints.begin(), kConsumerPoints.end()};
  return {std::string(point::kAfterEffect)};
}

Result<Then> crash(Call& call) {
  const Table* table = call.arg(0).table();
  const Object* who =
      table == nullptr || table->list.size() != 1 ? nullptr : table->list[0].object();
  if (who == nullptr || (who->kind != ObjectKind::publisher && who->kind != ObjectKind::consumer &&
                         who->kind != ObjectKind::process)) {
    return call.error("crash takes an actor and a point",
                      "crash { worker, at = \"after_effect\", nth = 2, restart_after = 1*s }");
  }
  const ActorObject& actor = call.host.actor(*who);
  std::string at;
  std::uint64_t nth = 1;
  std::optional<Duration> restart_after;
  for (const auto& [key, value] : table->fields) {
    if (key == "at" && value.text() != nullptr) {
      at = *value.text();
    } else if (key == "nth" && value.integer() != nullptr && *value.integer() >= 1) {
      nth = static_cast<std::uint64_t>(*value.integer());
    } else if (key == "restart_after") {
      const Result<Duration> span = duration_of(call, value, "crash: option 'restart_after'");
      if (!span.ok()) return span.error();
      restart_after = *span;
    } else if (key == "at" || key == "nth") {
      return call.error(fmt::format("crash: option '{}' must be {}", key,
                                    key == "at" ? "the name of a point" : "a whole number from 1"));
    } else {
      return call.error(fmt::format("crash has no option '{}'", key),
                        "it has at, nth, restart_after");
    }
  }
  const std::vector<std::string> known = points_of(actor);
  const bool own = actor.kind == ObjectKind::process || actor.work_function.has_value();
  bool found = own && !at.empty();
  std::string list;
  for (const std::string& one : known) {
    found = found || one == at;
    list += (list.empty() ? "" : ", ") + one;
  }
  if (!found) {
    return call.error(fmt::format("{} passes no point '{}'", actor.name, at), "it passes " + list);
  }
  call.host.world().crash_at(actor.entity, at, nth, restart_after);
  return Then::reply;
}

constexpr Method kStore[] = {
    {"get", callable<store_step<Kind::get>>},
    {"count", callable<store_step<Kind::count>>},
    {"scan", callable<store_step<Kind::scan>>},
    {"insert", callable<store_step<Kind::insert>>},
    {"put", callable<store_step<Kind::put>>},
    {"update", callable<store_step<Kind::update>>},
    {"delete", callable<store_step<Kind::remove>>},
    {"transaction", run_transaction},
    {"rows", callable<look_at_rows>},
    {"kill", callable<command<Order::kill>>},
    {"restart", callable<command<Order::restart>>},
};
constexpr Method kTransaction[] = {
    {"get", callable<transaction_step<Kind::get>>},
    {"count", callable<transaction_step<Kind::count>>},
    {"scan", callable<transaction_step<Kind::scan>>},
    {"insert", callable<transaction_step<Kind::insert>>},
    {"put", callable<transaction_step<Kind::put>>},
    {"update", callable<transaction_step<Kind::update>>},
    {"delete", callable<transaction_step<Kind::remove>>},
    {"effect", callable<transaction_effect>},
};

}  // namespace

bool receive_store(Host&, ActorObject& caller, const world::Answer& answer,
                   std::vector<Value>& results) {
  const world::StoreReply& reply = answer.store;
  const auto rows = [&] { return rows_value(reply.rows); };
  if (reply.status != Status::done) {
    results.emplace_back();
    results.emplace_back(world::word(reply.status));
  } else if (caller.awaited_commit || caller.awaited_step == Kind::remove) {
    results.emplace_back(true);
  } else if (caller.awaited_step == Kind::scan) {
    results.push_back(rows());
  } else if (caller.awaited_step == Kind::count) {
    results.emplace_back(static_cast<std::int64_t>(reply.count));
  } else if (!reply.rows.empty()) {
    if (caller.awaited_step == Kind::get) results.push_back(value_of(reply.rows[0].value));
    results.emplace_back(static_cast<std::int64_t>(reply.rows[0].version));
  }
  return true;
}

void add_store_words(lua_State* L) {
  lua_register(L, "store", callable<new_store>);
  lua_register(L, "crash", callable<crash>);
  register_kind(L, ObjectKind::store, kStore);
  register_kind(L, ObjectKind::transaction, kTransaction);
}

}  // namespace mqlab::scripting
