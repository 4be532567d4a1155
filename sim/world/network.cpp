// SPDX-License-Identifier: MIT
// Faults of the network and of disks, and faults that are ordered by name.
#include <utility>

#include <fmt/format.h>

#include "sim/world/connection.hpp"
#include "sim/world/consumer.hpp"
#include "sim/world/node.hpp"
#include "sim/world/process.hpp"
#include "sim/world/publisher.hpp"
#include "sim/world/world.hpp"

namespace mqlab::world {

using ledger::CauseScope;
using ledger::Fact;
using ledger::Reason;
using ledger::Row;

namespace {

Row row_of(Reason reason) {
  Row row;
  row.reason = reason;
  return row;
}

// Changes what an actor's cable to a node (or to all of them) is like, and lets its connections
// follow.
template <typename Change>
void change_cable(Core& core, EntityId actor, EntityId node, Row row, bool again,
                  const Change& change) {
  row.fact = Fact::network;
  row.subject = actor;
  row.object = node;
  const CauseScope scope(core.ledger, core.row(row));
  if (core.cables.size() <= actor.value) core.cables.resize(actor.value + std::size_t{1});
  if (node) {
    change(core.ways[{actor, node}]);
  } else {
    change(core.cables[actor.value]);
  }
  for (Connection& connection : core.connections) {
    const bool meant = !node || core.nodes[connection.node()].id() == node;
    if (connection.owner() == actor && meant) connection.follow_cable(core, again);
  }
}

// Takes something back for a node; or for all, and for each alone.
template <typename Has, typename Undo>
void take_back(Core& core, EntityId actor, EntityId node, Reason reason, bool again, const Has& has,
               const Undo& undo) {
  bool found = !node && actor.value < core.cables.size() && has(core.cables[actor.value]);
  for (auto& [way, cable] : core.ways) {
    if (way.first != actor || !has(cable) || (node && way.second != node)) continue;
    found = true;
    if (!node) undo(cable);
  }
  if (!found) return;
  change_cable(core, actor, node, row_of(reason), again, undo);
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

void World::drop_connections(EntityId actor, EntityId node) {
  // By index: those who are told may connect again at once.
  for (std::size_t i = 0; i < core_->connections.size(); ++i) {
    Connection& connection = core_->connections[i];
    if (connection.owner() != actor) continue;
    if (node && core_->nodes[connection.node()].id() != node) continue;
    connection.reset(*core_, Reason::connection_lost, true);
  }
}

void World::delay(EntityId actor, Duration span, EntityId node) {
  for (Connection& connection : core_->connections) {
    if (connection.owner() != actor) continue;
    if (!node || core_->nodes[connection.node()].id() == node) connection.delay(*core_, span);
  }
}

void World::hold(EntityId actor, EntityId node) {
  change_cable(*core_, actor, node, row_of(Reason::held), false,
               [](Cable& cable) { cable.held = true; });
}

void World::release(EntityId actor, EntityId node) {
  take_back(
      *core_, actor, node, Reason::released, false, [](const Cable& cable) { return cable.held; },
      [](Cable& cable) { cable.held = false; });
}

void World::partition(EntityId actor, Way way, EntityId node) {
  change_cable(*core_, actor, node, row_of(reason_of(way)), false, [way](Cable& cable) {
    cable.cut_to_broker = cable.cut_to_broker || way != Way::to_client;
    cable.cut_to_client = cable.cut_to_client || way != Way::to_broker;
  });
}

void World::heal(EntityId actor, EntityId node) {
  take_back(
      *core_, actor, node, Reason::healed, true,
      [](const Cable& cable) { return cable.cut_to_broker || cable.cut_to_client; },
      [](Cable& cable) { cable.cut_to_broker = cable.cut_to_client = false; });
}

void World::clog(EntityId actor, std::uint64_t bytes_per_second, EntityId node) {
  Row row = row_of(Reason::clogged);
  row.value = bytes_per_second;
  const auto change = [=](Cable& cable) {
    cable.rate.reset();
    if (bytes_per_second != 0) cable.rate = bytes_per_second;
  };
  for (auto& [way, cable] : core_->ways) {
    if (way.first == actor && !node) cable.rate.reset();
  }
  change_cable(*core_, actor, node, row, false, change);
}

void World::set_fsync(EntityId node, Distribution fsync) {
  core_->nodes[core_->thing(node).index].set_fsync(std::move(fsync));
}

Result<void> World::can_suffer(EntityId id) const {
  const Thing thing = core_->thing(id);
  const auto lives = [](const auto& actor) { return actor.life() != Life::down; };
  bool can = false;
  switch (thing.kind) {
    case Thing::Kind::publisher:
      can = lives(core_->publishers[thing.index]);
      break;
    case Thing::Kind::consumer:
      can = lives(core_->consumers[thing.index]);
      break;
    case Thing::Kind::process:
      can = lives(core_->processes[thing.index]);
      break;
    case Thing::Kind::node:
    case Thing::Kind::store:
      can = is_up(id);
      break;
    case Thing::Kind::none:
      break;
  }
  if (can) return {};
  return Error{{}, fmt::format("{} is down", core_->ledger.name(id)), {}};
}

bool World::has_link(EntityId actor, EntityId node) const {
  const Thing thing = core_->thing(actor);
  switch (thing.kind) {
    case Thing::Kind::publisher:
      return core_->publishers[thing.index].session().node() == node;
    case Thing::Kind::consumer:
      return core_->consumers[thing.index].session().node() == node;
    case Thing::Kind::process:
      return core_->thing(node).kind == Thing::Kind::node;
    case Thing::Kind::store:
    case Thing::Kind::node:
    case Thing::Kind::none:
      return false;
  }
  MQLAB_ASSERT(false && "every thing has links or not");
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
  if (core_->thing(*found).kind == Thing::Kind::store) return refused("is a store");
  EntityId node;
  if (!intervention.peer.empty()) {
    const std::optional<EntityId> peer = find(intervention.peer);
    if (!peer || core_->thing(*peer).kind != Thing::Kind::node) {
      return refused("'" + intervention.peer + "' is not a node");
    }
    node = *peer;
    if (!has_link(*found, node)) return refused("has no link to " + intervention.peer);
  }
  return disturb(*found, node, intervention);
}

Result<void> World::disturb(EntityId actor, EntityId node, const Intervention& intervention) {
  using Kind = Intervention::Kind;
  switch (intervention.kind) {
    case Kind::drop_connection:
      drop_connections(actor, node);
      return {};
    case Kind::delay:
      if (intervention.span < Duration{}) return Error{{}, "a delay is not negative", {}};
      delay(actor, intervention.span, node);
      return {};
    case Kind::hold:
      hold(actor, node);
      return {};
    case Kind::release:
      release(actor, node);
      return {};
    case Kind::partition:
      partition(actor, Way::both, node);
      return {};
    case Kind::partition_to_broker:
      partition(actor, Way::to_broker, node);
      return {};
    case Kind::partition_to_client:
      partition(actor, Way::to_client, node);
      return {};
    case Kind::heal:
      heal(actor, node);
      return {};
    case Kind::clog:
      clog(actor, intervention.rate, node);
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
