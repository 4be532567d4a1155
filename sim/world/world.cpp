// SPDX-License-Identifier: MIT
// Building a world, and what is ordered from outside.
#include "sim/world/world.hpp"

#include <algorithm>
#include <utility>

#include "sim/world/compose.hpp"
#include "sim/world/consumer.hpp"
#include "sim/world/node.hpp"
#include "sim/world/process.hpp"
#include "sim/world/publisher.hpp"
#include "sim/world/script.hpp"

namespace mqlab::world {

using ledger::EntityKind;
using ledger::Reason;

namespace {

Choices prepared(const Options& options, Choices choices) {
  for (const ChoiceOverride& override : options.overrides) choices.set_override(override);
  if (options.keep_choices) choices.keep_log();
  return choices;
}

Error name_taken(std::string_view name) {
  return Error{{}, "the name '" + std::string(name) + "' is taken", "names are unique"};
}

}  // namespace

World::World(Options options) : World(options, Choices::seeded(options.seed)) {}

World::World(Options options, Choices choices)
    : core_(std::make_unique<Core>(options.sink, prepared(options, std::move(choices)))),
      script_(std::make_unique<Script>()) {
  script_->interventions = std::move(options.interventions);
  for (std::size_t i = 0; i < script_->interventions.size(); ++i) {
    core_->engine.set_anchor(script_->interventions[i].after_event, i);
  }
}

World::~World() = default;
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;

Hooks& World::hooks() {
  return core_->hooks;
}

// -- building
// ---------------------------------------------------------------------------------------

std::optional<EntityId> World::find(std::string_view name) const {
  for (std::uint32_t i = 1; i < core_->things.size(); ++i) {
    const EntityId id{i};
    if (core_->things[i].kind != Thing::Kind::none && core_->ledger.name(id) == name) return id;
  }
  return std::nullopt;
}

Result<EntityId> World::add_node(NodeConfig config) {
  if (find(config.broker.name)) return name_taken(config.broker.name);
  const auto index = static_cast<std::uint32_t>(core_->nodes.size());
  const EntityId id = core_->ledger.new_entity(EntityKind::node, config.broker.name, {});
  core_->set_thing(id, Thing{Thing::Kind::node, index});
  core_->nodes.emplace_back(*core_, index, id, std::move(config));
  return id;
}

Result<EntityId> World::add_publisher(PublisherConfig config) {
  if (find(config.name)) return name_taken(config.name);
  const auto index = static_cast<std::uint32_t>(core_->publishers.size());
  const EntityId id = core_->ledger.new_entity(EntityKind::actor, config.name, config.access.node);
  core_->set_thing(id, Thing{Thing::Kind::publisher, index});
  core_->publishers.emplace_back(*core_, index, id, std::move(config));
  if (core_->begun) core_->publishers.back().schedule_start(*core_);
  return id;
}

Result<EntityId> World::add_consumer(ConsumerConfig config) {
  if (find(config.name)) return name_taken(config.name);
  const auto index = static_cast<std::uint32_t>(core_->consumers.size());
  const EntityId id = core_->ledger.new_entity(EntityKind::actor, config.name, config.access.node);
  core_->set_thing(id, Thing{Thing::Kind::consumer, index});
  core_->consumers.emplace_back(*core_, index, id, std::move(config));
  if (core_->begun) core_->consumers.back().schedule_start(*core_);
  return id;
}

Result<EntityId> World::add_process(ProcessConfig config) {
  if (find(config.name)) return name_taken(config.name);
  const auto index = static_cast<std::uint32_t>(core_->processes.size());
  const EntityId id = core_->ledger.new_entity(EntityKind::actor, config.name, {});
  core_->set_thing(id, Thing{Thing::Kind::process, index});
  core_->processes.emplace_back(index, id, std::move(config));
  if (core_->begun) core_->processes.back().schedule_start(*core_);
  return id;
}

Result<broker::Reply> World::operate(EntityId node, std::string_view vhost, broker::Method method) {
  return core_->nodes[core_->thing(node).index].operate(*core_, vhost, std::move(method));
}

Result<void> World::administer(EntityId node,
                               const std::function<Result<void>(broker::Broker&)>& action) {
  return core_->nodes[core_->thing(node).index].administer(*core_, action);
}

// -- faults and orders
// ------------------------------------------------------------------------------

void World::kill(EntityId id) {
  const Thing thing = core_->thing(id);
  switch (thing.kind) {
    case Thing::Kind::node:
      core_->nodes[thing.index].go_down(*core_, broker::Down::kill);
      return;
    case Thing::Kind::publisher:
      core_->publishers[thing.index].kill(*core_);
      return;
    case Thing::Kind::consumer:
      core_->consumers[thing.index].kill(*core_);
      return;
    case Thing::Kind::process:
      core_->processes[thing.index].kill(*core_, Reason::killed);
      return;
    case Thing::Kind::none:
      return;
  }
}

void World::stop(EntityId id) {
  const Thing thing = core_->thing(id);
  switch (thing.kind) {
    case Thing::Kind::node:
      core_->nodes[thing.index].go_down(*core_, broker::Down::stop);
      return;
    case Thing::Kind::publisher:
      core_->publishers[thing.index].stop(*core_);
      return;
    case Thing::Kind::consumer:
      core_->consumers[thing.index].stop(*core_);
      return;
    case Thing::Kind::process:
      core_->processes[thing.index].kill(*core_, Reason::stopped);
      return;
    case Thing::Kind::none:
      return;
  }
}

void World::power_off(EntityId id) {
  const Thing thing = core_->thing(id);
  if (thing.kind == Thing::Kind::node) {
    core_->nodes[thing.index].go_down(*core_, broker::Down::power_off);
  }
}

void World::restart(EntityId id) {
  const Thing thing = core_->thing(id);
  switch (thing.kind) {
    case Thing::Kind::node:
      core_->nodes[thing.index].restart(*core_);
      return;
    case Thing::Kind::publisher:
      core_->publishers[thing.index].restart(*core_);
      return;
    case Thing::Kind::consumer:
      core_->consumers[thing.index].restart(*core_);
      return;
    case Thing::Kind::process:
      core_->processes[thing.index].restart(*core_);
      return;
    case Thing::Kind::none:
      return;
  }
}

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

Result<void> World::apply(const Intervention& intervention) {
  const std::optional<EntityId> found = find(intervention.name);
  if (!found) return Error{{}, "there is no '" + intervention.name + "'", {}};
  const bool is_node = core_->thing(*found).kind == Thing::Kind::node;
  const auto refused = [&](std::string_view why) {
    return Error{
        {},
        std::string(word(intervention.kind)) + " " + intervention.name + ": " + std::string(why),
        {}};
  };
  switch (intervention.kind) {
    case Intervention::Kind::kill:
      kill(*found);
      return {};
    case Intervention::Kind::stop:
      stop(*found);
      return {};
    case Intervention::Kind::power_off:
      if (!is_node) return refused("is not a node");
      power_off(*found);
      return {};
    case Intervention::Kind::restart:
      restart(*found);
      return {};
    case Intervention::Kind::drop_connection:
      if (is_node) return refused("is a node");
      drop_connections(*found);
      return {};
    case Intervention::Kind::delay:
      if (is_node) return refused("is a node");
      if (intervention.span < Duration{}) return refused("a delay is not negative");
      delay(*found, intervention.span);
      return {};
  }
  MQLAB_ASSERT(false && "every kind of intervention is applied");
}

const std::vector<Error>& World::failed_interventions() const {
  return script_->failed;
}

// -- processes
// --------------------------------------------------------------------------------------

ProcessPort World::process(EntityId process) {
  return ProcessPort(*core_, core_->thing(process).index);
}

void World::effect(EntityId actor, std::string_view effect, std::string_view business,
                   MessageId message) {
  write_effect(*core_, actor, effect, core_->ledger.names().intern(business), message);
}

// -- looking in
// -------------------------------------------------------------------------------------

bool World::is_up(EntityId id) const {
  const Thing thing = core_->thing(id);
  switch (thing.kind) {
    case Thing::Kind::node:
      return core_->nodes[thing.index].is_up();
    case Thing::Kind::publisher:
      return core_->publishers[thing.index].life() == Life::up;
    case Thing::Kind::consumer:
      return core_->consumers[thing.index].life() == Life::up;
    case Thing::Kind::process:
      return core_->processes[thing.index].life() == Life::up;
    case Thing::Kind::none:
      return false;
  }
  MQLAB_ASSERT(false && "every thing is up or not");
}

PublisherCounts World::publisher(EntityId publisher) const {
  return core_->publishers[core_->thing(publisher).index].counts(*core_);
}

ConsumerCounts World::consumer(EntityId consumer) const {
  return core_->consumers[core_->thing(consumer).index].counts(*core_);
}

const broker::Broker& World::broker(EntityId node) const {
  return core_->nodes[core_->thing(node).index].broker();
}

ledger::Ledger& World::ledger() {
  return core_->ledger;
}

const ledger::Ledger& World::ledger() const {
  return core_->ledger;
}

Choices& World::choices() {
  return core_->choices;
}

}  // namespace mqlab::world
