// SPDX-License-Identifier: MIT
// Whether an actor crashes where it is, and its death and return with its stores.
#include "sim/world/fault_point.hpp"

#include <fmt/format.h>

#include "sim/world/caller.hpp"
#include "sim/world/compose.hpp"
#include "sim/world/consumer.hpp"
#include "sim/world/process.hpp"
#include "sim/world/publisher.hpp"
#include "sim/world/store.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;

bool crashes_at_watched(Core& core, EntityId actor, std::string_view point) {
  std::optional<Duration> restart_after;
  bool planned = false;
  for (CrashPlan& plan : core.crash_plans) {
    if (plan.done || plan.actor != actor || plan.point != point) continue;
    if (--plan.passings_left > 0) continue;
    plan.done = planned = true;
    restart_after = plan.restart_after;
  }
  if (!planned && !core.choices.is_attended()) return false;
  const StreamId stream =
      core.choices.stream(fmt::format("{}.fault.{}", core.ledger.name(actor), point));
  if (!core.choices.foreseen(stream, planned)) return false;
  if (!planned) restart_after = seconds(1);
  ledger::Row row;
  row.fact = Fact::noted;
  row.subject = actor;
  row.text = core.ledger.names().intern(fmt::format("crashes at {}", point));
  const ledger::CauseScope scope(core.ledger, core.row(row));
  kill_actor(core, actor);
  if (restart_after) {
    core.engine.schedule_at(core.now() + *restart_after, actor.value,
                            static_cast<std::uint32_t>(EventKind::comeback), core.ledger.cause());
  }
  return true;
}

void kill_actor(Core& core, EntityId actor) {
  const Thing thing = core.thing(actor);
  switch (thing.kind) {
    case Thing::Kind::publisher:
      core.publishers[thing.index].kill(core);
      break;
    case Thing::Kind::consumer:
      core.consumers[thing.index].kill(core);
      break;
    case Thing::Kind::process:
      core.processes[thing.index].kill(core, Reason::killed);
      break;
    case Thing::Kind::store:
      core.stores[thing.index].crash(core);
      return;
    case Thing::Kind::node:
    case Thing::Kind::none:
      return;
  }
  crash_stores_of(core, actor);
}

void restart_actor(Core& core, EntityId actor) {
  restart_stores_of(core, actor);
  const Thing thing = core.thing(actor);
  switch (thing.kind) {
    case Thing::Kind::publisher:
      core.publishers[thing.index].restart(core);
      return;
    case Thing::Kind::consumer:
      core.consumers[thing.index].restart(core);
      return;
    case Thing::Kind::process:
      core.processes[thing.index].restart(core);
      return;
    case Thing::Kind::store:
      core.stores[thing.index].restart(core);
      return;
    case Thing::Kind::node:
    case Thing::Kind::none:
      return;
  }
}

// -- those who wait for stores
// ----------------------------------------------------------------------

void answer_caller(Core& core, const Caller& caller, StoreReply reply) {
  const Thing thing = core.thing(caller.actor);
  if (thing.kind == Thing::Kind::process) {
    core.processes[thing.index].hear_store(core, caller.ticket, std::move(reply));
  } else if (thing.kind == Thing::Kind::consumer) {
    core.consumers[thing.index].hear_store(core, caller, std::move(reply));
  } else if (thing.kind == Thing::Kind::publisher) {
    core.publishers[thing.index].hear_store(core, caller.ticket, reply);
  }
}

MessageId promised_message(Core& core, const Caller& caller) {
  return core.publishers[core.thing(caller.actor).index].promised(core, caller.ticket);
}

void row_written(Core& core, const Caller& author, EntityId store, const std::string& table) {
  for (Publisher& one : core.publishers) {
    if (one.id() != author.actor) one.row_written(core, store, table);
  }
}

void store_is_back(Core& core, EntityId store) {
  for (Publisher& one : core.publishers) one.store_is_back(core, store);
}

void crash_stores_of(Core& core, EntityId actor) {
  for (Store& store : core.stores) {
    if (store.config().with == actor) store.crash(core);
  }
}

void restart_stores_of(Core& core, EntityId actor) {
  for (Store& store : core.stores) {
    if (store.config().with == actor) store.restart(core);
  }
}

}  // namespace mqlab::world
