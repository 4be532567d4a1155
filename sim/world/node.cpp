// SPDX-License-Identifier: MIT
// Between a broker and the rest of the world.
#include "sim/world/node.hpp"

#include <algorithm>
#include <utility>

#include "sim/world/client.hpp"
#include "sim/world/connection.hpp"

namespace mqlab::world {

using ledger::CauseScope;
using ledger::Reason;

namespace {

Reason reason_of(broker::Down how) {
  switch (how) {
    case broker::Down::stop:
      return Reason::broker_stopped;
    case broker::Down::kill:
      return Reason::broker_killed;
    case broker::Down::power_off:
      return Reason::broker_powered_off;
  }
  MQLAB_ASSERT(false && "every way down has a reason");
}

NodeConfig prepared(NodeConfig config) {
  config.broker.counts_disk = config.disk_free != 0;
  return config;
}

Error error_of(const broker::AmqpError& error) {
  return Error{{}, error.text, {}};
}

}  // namespace

Node::Node(Core& core, std::uint32_t index, EntityId id, NodeConfig config)
    : config_(prepared(std::move(config))),
      id_(id),
      index_(index),
      broker_(config_.broker, core.ledger, core.choices, id),
      may_alarm_(config_.memory_limit != 0 || config_.disk_free != 0),
      fsync_{config_.fsync, core.choices.stream(config_.broker.name + ".fsync")} {
  pump(core);
}

void Node::advance(Core& core) {
  const CauseScope scope(core.ledger, 0);
  broker_.advance(core.now());
}

// -- connections
// ------------------------------------------------------------------------------------

broker::ConnectionId Node::open(Core& core, std::uint32_t connection) {
  advance(core);
  const broker::ConnectionId id = broker_.open(core.connections[connection].login());
  if (connections_.size() <= id.value) connections_.resize(id.value + std::size_t{1});
  connections_[id.value] = &core.connections[connection];
  return id;
}

void Node::close(Core& core, broker::ConnectionId connection) {
  advance(core);
  broker_.close(connection);
  pump(core);
}

void Node::drop(Core& core, broker::ConnectionId connection, Reason reason) {
  advance(core);
  broker_.drop(connection, reason);
  pump(core);
}

void Node::traffic(Core& core, broker::ConnectionId connection) {
  advance(core);
  broker_.traffic(connection);
  pump(core);
}

std::size_t Node::idle_events() const {
  return deadline_.at != Time::never() && broker_.only_watches_heartbeats() ? 1 : 0;
}

void Node::forget(broker::ConnectionId connection) {
  if (connection.value < connections_.size()) connections_[connection.value] = nullptr;
}

void Node::watch(broker::Broker::Resource resource, bool exhausted, bool& raised) {
  if (exhausted == raised) return;
  raised = exhausted;
  broker_.alarm(resource, exhausted);
}

void Node::watch_resources() {
  using Resource = broker::Broker::Resource;
  if (!up_) return;
  if (config_.memory_limit != 0) {
    watch(Resource::memory, broker_.memory_used() > config_.memory_limit, memory_alarm_);
  }
  if (config_.disk_free != 0) {
    const bool low = config_.disk_free < broker_.disk_used() + config_.disk_free_limit;
    watch(Resource::disk, low, disk_alarm_);
  }
}

void Node::pump(Core& core) {
  if (may_alarm_) watch_resources();
  if (!broker_.out().empty()) carry_frames(core);
  if (!broker_.store_requests().empty()) carry_writes(core);
  if (!up_) return;
  const Time next = std::max(broker_.next_deadline(), core.now());
  if (next == deadline_.at) return;
  const CauseScope scope(core.ledger, 0);
  core.set(deadline_, next, EventKind::node_deadline, index_);
}

void Node::carry_frames(Core& core) {
  // Swapped out, because an actor that is being connected answers at once and comes back here.
  std::vector<broker::Outgoing> frames;
  std::swap(frames, broker_.out());
  std::vector<Connection*> read_again;
  for (broker::Outgoing& frame : frames) {
    using Kind = broker::Outgoing::Kind;
    if (frame.kind == Kind::unblocked || frame.kind == Kind::connection_close) {
      read_again.push_back(connection_of(frame.connection));
    }
    route(core, std::move(frame));
  }
  frames.clear();
  for (Connection* const connection : read_again) {
    if (connection != nullptr) connection->read_on(core);
  }
  if (broker_.out().empty()) std::swap(frames, broker_.out());
}

void Node::carry_writes(Core& core) {
  for (const broker::StoreRequest& request : broker_.store_requests()) {
    const CauseScope scope(core.ledger, request.cause != 0 ? request.cause : core.ledger.cause());
    if (disk_.write(request.token)) start_sync(core);
  }
  broker_.store_requests().clear();
}

void Node::route(Core& core, broker::Outgoing&& frame) {
  if (Connection* const connection = connection_of(frame.connection)) {
    connection->respond(core, std::move(frame));
    return;
  }
  const auto is_to = [&](const Operator& who) { return who.connection == frame.connection; };
  if (std::any_of(operators_.begin(), operators_.end(), is_to)) {
    to_operator_.push_back(std::move(frame));
  }
}

Connection* Node::connection_of(broker::ConnectionId id) const {
  return id.value < connections_.size() ? connections_[id.value] : nullptr;
}

// -- disk and clock
// ---------------------------------------------------------------------------------

void Node::start_sync(Core& core) {
  core.set(sync_, core.now() + core.sample(fsync_), EventKind::disk_synced, index_);
}

void Node::disk_synced(Core& core) {
  Core::rang(sync_);
  const std::uint64_t token = disk_.synced();
  if (disk_.is_busy()) start_sync(core);
  advance(core);
  broker_.stored(token);
  pump(core);
}

void Node::deadline(Core& core) {
  Core::rang(deadline_);
  if (core.hearts > 0) listen(core);
  advance(core);
  pump(core);
}

void Node::listen(Core& core) {
  for (const Connection* const one : connections_) {
    if (one == nullptr || !one->is_arriving_at_node(core.now())) continue;
    broker_.traffic(one->broker_id());
  }
}

// -- down and up
// ------------------------------------------------------------------------------------

void Node::go_down(Core& core, broker::Down how) {
  if (booting_) {
    booting_ = false;
    core.clear(boot_);
  }
  if (!up_) return;
  power_ = how != broker::Down::power_off;
  advance(core);
  image_ = broker_.go_down(how);
  up_ = false;
  core.clear(deadline_);
  core.clear(sync_);
  disk_.forget();
  if (how != broker::Down::stop) broker_.out().clear();
  pump(core);
  operators_.clear();
  to_operator_.clear();
  for (std::size_t i = 0; i < core.connections.size(); ++i) {
    Connection& connection = core.connections[i];
    if (connection.node() != index_) continue;
    switch (how) {
      case broker::Down::stop:
        connection.close_node_socket(core);
        break;
      case broker::Down::kill:
        connection.process_died(core, reason_of(how));
        break;
      case broker::Down::power_off:
        connection.power_lost(core);
        break;
    }
  }
  connections_.clear();
}

void Node::restart(Core& core) {
  if (up_ || booting_) return;
  booting_ = true;
  core.set(boot_, core.now() + config_.boot, EventKind::node_booted, index_);
}

void Node::booted(Core& core) {
  core.clear(boot_);
  booting_ = false;
  up_ = power_ = true;
  memory_alarm_ = disk_alarm_ = false;
  advance(core);
  broker_.recover(std::move(image_));
  pump(core);
  for (std::size_t i = 0; i < core.connections.size(); ++i) {
    if (core.connections[i].node() == index_) core.connections[i].power_back(core);
  }
}

// -- operator
// ---------------------------------------------------------------------------------------

Node::Operator& Node::operator_of(Core& core, std::string_view vhost) {
  const auto found = std::find_if(operators_.begin(), operators_.end(),
                                  [&](const Operator& who) { return who.vhost == vhost; });
  if (found != operators_.end()) return *found;
  broker::Login login;
  login.name = "operator";
  login.vhost = vhost;
  Operator who;
  who.vhost = vhost;
  who.connection = broker_.open(login);
  operators_.push_back(std::move(who));
  pump(core);
  return operators_.back();
}

std::optional<Result<broker::Reply>> Node::answer_to_operator(Core& core, Operator& who) {
  using Kind = broker::Outgoing::Kind;
  std::optional<Result<broker::Reply>> answer;
  std::vector<broker::Outgoing> frames;
  std::swap(frames, to_operator_);
  for (broker::Outgoing& frame : frames) {
    if (frame.kind == Kind::reply && frame.channel != 0) {
      answer = Result<broker::Reply>(std::move(*frame.reply));
    } else if (frame.kind == Kind::channel_close) {
      answer = Result<broker::Reply>(error_of(*frame.error));
      broker_.handle(who.connection, 1, broker::ChannelCloseOk{});
      who.channel_open = false;
    } else if (frame.kind == Kind::connection_close) {
      answer = Result<broker::Reply>(error_of(*frame.error));
      broker_.drop(who.connection, Reason::closed_by_server);
      who.connection = {};
    }
  }
  pump(core);
  return answer;
}

Result<broker::Reply> Node::operate(Core& core, std::string_view vhost, broker::Method method) {
  if (!up_) {
    return Error{{}, "the broker " + config_.broker.name + " is down", {}};
  }
  const std::string blame(broker::method_name(method));
  advance(core);
  Operator& who = operator_of(core, vhost);
  std::optional<Result<broker::Reply>> answer = answer_to_operator(core, who);
  if (!answer && !who.channel_open) {
    broker_.handle(who.connection, 1, broker::ChannelOpen{});
    pump(core);
    answer_to_operator(core, who);
    who.channel_open = true;
  }
  if (!answer) {
    broker_.handle(who.connection, 1, std::move(method));
    pump(core);
    answer = answer_to_operator(core, who);
  }
  operators_.erase(std::remove_if(operators_.begin(), operators_.end(),
                                  [](const Operator& one) { return !one.connection; }),
                   operators_.end());
  if (!answer) return Error{{}, blame + " has no answer", {}};
  return std::move(*answer);
}

Result<void> Node::administer(Core& core,
                              const std::function<Result<void>(broker::Broker&)>& action) {
  if (!up_) return Error{{}, "the broker " + config_.broker.name + " is down", {}};
  advance(core);
  may_alarm_ = true;  // nobody knows what it does
  Result<void> result = action(broker_);
  pump(core);
  return result;
}

}  // namespace mqlab::world
