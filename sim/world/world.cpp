// SPDX-License-Identifier: MIT
// Building a world, and what is ordered from outside.
#include "sim/world/world.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/world/compose.hpp"
#include "sim/world/consumer.hpp"
#include "sim/world/fault_point.hpp"
#include "sim/world/node.hpp"
#include "sim/world/process.hpp"
#include "sim/world/publisher.hpp"
#include "sim/world/script.hpp"
#include "sim/world/store.hpp"

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

World::World(const Options& options) : World(options, Choices::seeded(options.seed)) {}

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
  const auto found = core_->names.find(name);
  if (found == core_->names.end()) return std::nullopt;
  return found->second;
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

Result<EntityId> World::add_store(StoreConfig config) {
  if (find(config.name)) return name_taken(config.name);
  const auto index = static_cast<std::uint32_t>(core_->stores.size());
  const EntityId id = core_->ledger.new_entity(EntityKind::store, config.name, {});
  core_->set_thing(id, Thing{Thing::Kind::store, index});
  core_->stores.emplace_back(*core_, index, id, std::move(config));
  return id;
}

Result<broker::Reply> World::operate(EntityId node, std::string_view vhost, broker::Method method) {
  return core_->nodes[core_->thing(node).index].operate(*core_, vhost, std::move(method));
}

std::vector<std::pair<std::string, std::string>> World::policies_in_vain(EntityId node) const {
  return core_->nodes[core_->thing(node).index].broker().policies_in_vain();
}

Result<void> World::administer(EntityId node,
                               const std::function<Result<void>(broker::Broker&)>& action) {
  return core_->nodes[core_->thing(node).index].administer(*core_, action);
}

// -- faults and orders
// ------------------------------------------------------------------------------

void World::kill(EntityId id) {
  const Thing thing = core_->thing(id);
  if (thing.kind == Thing::Kind::node) {
    core_->nodes[thing.index].go_down(*core_, broker::Down::kill);
  } else {
    kill_actor(*core_, id);
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
    case Thing::Kind::store:
      core_->stores[thing.index].crash(*core_);
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
  if (thing.kind == Thing::Kind::node) {
    core_->nodes[thing.index].restart(*core_);
  } else {
    restart_actor(*core_, id);
  }
}

void World::crash_at(EntityId actor, std::string_view point, std::uint64_t nth,
                     std::optional<Duration> restart_after) {
  core_->crash_plans.push_back(CrashPlan{actor, std::string(point), nth, restart_after, false});
}

bool World::pass(EntityId actor, std::string_view point) {
  return crashes_at(*core_, actor, point);
}

std::vector<std::string> World::unmet_crashes() const {
  std::vector<std::string> unmet;
  for (const CrashPlan& plan : core_->crash_plans) {
    if (plan.done) continue;
    unmet.push_back(std::string(core_->ledger.name(plan.actor)) + " at " + plan.point);
  }
  return unmet;
}

Result<void> World::plan(const Intervention& intervention) {
  if (!core_->engine.set_anchor(intervention.after_event, script_->interventions.size())) {
    return make_error(fmt::format("event {} is past", intervention.after_event));
  }
  script_->interventions.push_back(intervention);
  return {};
}

const std::vector<Error>& World::failed_interventions() const {
  return script_->failed;
}

// -- processes
// --------------------------------------------------------------------------------------

ProcessPort World::process(EntityId process) {
  return ProcessPort(*core_, core_->thing(process).index);
}

WorkPort World::work(EntityId consumer, std::uint32_t thread) {
  return WorkPort(*core_, core_->thing(consumer).index, thread);
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
    case Thing::Kind::store:
      return core_->stores[thing.index].is_up();
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

std::vector<StoreRow> World::rows(EntityId store, const std::string& table) const {
  return core_->stores[core_->thing(store).index].rows(table);
}

std::uint32_t World::store_turns(EntityId store) const {
  return core_->stores[core_->thing(store).index].turns();
}

std::optional<std::string> World::blocked(EntityId id) const {
  const Session& session = core_->publishers[core_->thing(id).index].session();
  return session.has_client() ? session.client().blocked() : std::nullopt;
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
