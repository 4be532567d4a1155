// SPDX-License-Identifier: MIT
// Faults of the network and of disks, and faults that are ordered by name.
#include <utility>

#include <fmt/format.h>

#include "sim/world/connection.hpp"
#include "sim/world/node.hpp"
#include "sim/world/publisher.hpp"
#include "sim/world/world.hpp"

namespace mqlab::world {

using ledger::CauseScope;
using ledger::Fact;
using ledger::Reason;
using ledger::Row;

namespace {

// Changes what an actor's cable is like and lets its connections follow.
template <typename Change>
void change_cable(Core& core, EntityId actor, Reason reason, bool again, std::uint64_t value,
                  const Change& change) {
  Row row;
  row.fact = Fact::network;
  row.reason = reason;
  row.subject = actor;
  row.value = value;
  const CauseScope scope(core.ledger, core.row(row));
  if (core.cables.size() <= actor.value) core.cables.resize(actor.value + std::size_t{1});
  change(core.cables[actor.value]);
  for (Connection& connection : core.connections) {
    if (connection.owner() == actor) connection.follow_cable(core, again);
  }
}

Reason reason_of(World::Way way) {
  switch (way) {
    case World::Way::both:
      return Reason::partitioned;
    case World::Way::to_broker:
      return Reason::partitioned_to_broker;
    case World::Way::to_client:
      return Reason::partitioned_to_client;
  }
  MQLAB_ASSERT(false && "every way has a reason");
}

}  // namespace

void World::drop_connections(EntityId actor) {
  // By index: those who are told may connect again at once.
  for (std::size_t i = 0; i < core_->connections.size(); ++i) {
    Connection& connection = core_->connections[i];
    if (connection.owner() == actor) connection.reset(*core_, Reason::connection_lost, true);
  }
}

void World::delay(EntityId actor, Duration span) {
  for (Connection& connection : core_->connections) {
    if (connection.owner() == actor) connection.delay(*core_, span);
  }
}

void World::hold(EntityId actor) {
  change_cable(*core_, actor, Reason::held, false, 0, [](Cable& cable) { cable.held = true; });
}

void World::release(EntityId actor) {
  if (!core_->cable(actor).held) return;
  change_cable(*core_, actor, Reason::released, false, 0, [](Cable& cable) { cable.held = false; });
}

void World::partition(EntityId actor, Way way) {
  change_cable(*core_, actor, reason_of(way), false, 0, [way](Cable& cable) {
    cable.cut_to_broker = cable.cut_to_broker || way != Way::to_client;
    cable.cut_to_client = cable.cut_to_client || way != Way::to_broker;
  });
}

void World::heal(EntityId actor) {
  const Cable before = core_->cable(actor);
  if (!before.cut_to_broker && !before.cut_to_client) return;
  change_cable(*core_, actor, Reason::healed, true, 0,
               [](Cable& cable) { cable.cut_to_broker = cable.cut_to_client = false; });
}

void World::clog(EntityId actor, std::uint64_t bytes_per_second) {
  change_cable(*core_, actor, Reason::clogged, false, bytes_per_second, [=](Cable& cable) {
    cable.rate.reset();
    if (bytes_per_second != 0) cable.rate = bytes_per_second;
  });
}

void World::set_fsync(EntityId node, Distribution fsync) {
  core_->nodes[core_->thing(node).index].set_fsync(std::move(fsync));
}

Result<void> World::can_suffer(EntityId id) const {
  if (is_up(id) || (core_->thing(id).kind != Thing::Kind::node && !core_->begun)) return {};
  return Error{{}, fmt::format("{} is down", core_->ledger.name(id)), {}};
}

Result<void> World::apply(const Intervention& intervention) {
  using Kind = Intervention::Kind;
  const std::optional<EntityId> found = find(intervention.name);
  if (!found) return Error{{}, "there is no '" + intervention.name + "'", {}};
  const bool is_node = core_->thing(*found).kind == Thing::Kind::node;
  const auto refused = [&](std::string_view why) {
    return Error{{}, fmt::format("{} {}: {}", word(intervention.kind), intervention.name, why), {}};
  };
  switch (intervention.kind) {
    case Kind::kill:
      kill(*found);
      return {};
    case Kind::stop:
      stop(*found);
      return {};
    case Kind::restart:
      restart(*found);
      return {};
    case Kind::power_off:
      if (!is_node) return refused("is not a node");
      power_off(*found);
      return {};
    case Kind::slow_disk:
      if (!is_node) return refused("is not a node");
      if (intervention.span < Duration{})
        return refused("an fsync does not take less than nothing");
      set_fsync(*found, always(intervention.span));
      return {};
    case Kind::drop_connection:
    case Kind::delay:
    case Kind::hold:
    case Kind::release:
    case Kind::partition:
    case Kind::partition_to_broker:
    case Kind::partition_to_client:
    case Kind::heal:
    case Kind::clog:
      break;
  }
  if (is_node) return refused("is a node");
  return disturb(*found, intervention);
}

Result<void> World::disturb(EntityId actor, const Intervention& intervention) {
  using Kind = Intervention::Kind;
  switch (intervention.kind) {
    case Kind::drop_connection:
      drop_connections(actor);
      return {};
    case Kind::delay:
      if (intervention.span < Duration{}) return Error{{}, "a delay is not negative", {}};
      delay(actor, intervention.span);
      return {};
    case Kind::hold:
      hold(actor);
      return {};
    case Kind::release:
      release(actor);
      return {};
    case Kind::partition:
      partition(actor, Way::both);
      return {};
    case Kind::partition_to_broker:
      partition(actor, Way::to_broker);
      return {};
    case Kind::partition_to_client:
      partition(actor, Way::to_client);
      return {};
    case Kind::heal:
      heal(actor);
      return {};
    case Kind::clog:
      clog(actor, intervention.rate);
      return {};
    case Kind::kill:
    case Kind::stop:
    case Kind::restart:
    case Kind::power_off:
    case Kind::slow_disk:
      break;
  }
  MQLAB_ASSERT(false && "every fault of a link is one of these");
}

}  // namespace mqlab::world
