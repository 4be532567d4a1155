// SPDX-License-Identifier: MIT
// A machine of the world: the broker that runs on it, its disk, and its operator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/broker/broker.hpp"
#include "sim/world/core.hpp"
#include "sim/world/disk.hpp"

namespace mqlab::world {

// Every call into the broker ends with pump(), which carries what the broker wrote to the links,
// the disk and the clock. Nothing that pump() does calls the broker again, except for actors that
// are being connected at once.
class Node {
 public:
  Node(Core& core, std::uint32_t index, EntityId id, NodeConfig config);

  EntityId id() const { return id_; }
  const NodeConfig& config() const { return config_; }
  bool is_up() const { return up_; }
  // False from a power_off until it has booted: the machine answers nobody.
  bool has_power() const { return power_; }
  // False as long as nothing can have raised an alarm of its broker (PUB-14).
  bool may_alarm() const { return may_alarm_; }
  const broker::Broker& broker() const { return broker_; }

  // -- called by connections
  // -------------------------------------------------------------------------- Opens a connection
  // of the broker for this connection of the world; pump() is left to the caller.
  broker::ConnectionId open(Core& core, std::uint32_t connection);
  void close(Core& core, broker::ConnectionId connection);
  void drop(Core& core, broker::ConnectionId connection, ledger::Reason reason);
  // A method, or one of them by itself.
  template <typename Any>
  void handle(Core& core, broker::ConnectionId connection, broker::ChannelNo channel,
              Any&& method) {
    advance(core);
    broker_.handle(connection, channel, std::forward<Any>(method));
    pump(core);
  }
  // Bytes that are no method.
  void traffic(Core& core, broker::ConnectionId connection);
  // Frames for this connection have nowhere to go any more.
  void forget(broker::ConnectionId connection);
  void pump(Core& core);

  // -- events
  // -----------------------------------------------------------------------------------------
  void deadline(Core& core);
  void disk_synced(Core& core);
  void booted(Core& core);

  // -- operator
  // ---------------------------------------------------------------------------------------
  void go_down(Core& core, broker::Down how);
  void restart(Core& core);
  // The disk takes this long from its next fsync on.
  void set_fsync(Distribution fsync) { fsync_.span = std::move(fsync); }
  // How many scheduled events are about nothing but heartbeats of clients.
  std::size_t idle_events() const;
  Result<broker::Reply> operate(Core& core, std::string_view vhost, broker::Method method);
  Result<void> administer(Core& core, const std::function<Result<void>(broker::Broker&)>& action);

 private:
  // The operator's connection to one virtual host, with its one channel.
  struct Operator {
    std::string vhost;
    broker::ConnectionId connection;
    bool channel_open = false;
  };

  void advance(Core& core);
  // Frames that are arriving count as heard (CONN-1).
  void listen(Core& core);
  void carry_frames(Core& core);
  void carry_writes(Core& core);
  void route(Core& core, broker::Outgoing&& frame);
  // The connection of the world that has this id with the broker, if it still has one.
  Connection* connection_of(broker::ConnectionId id) const;
  void start_sync(Core& core);
  void watch_resources();
  void watch(broker::Broker::Resource resource, bool exhausted, bool& raised);
  Operator& operator_of(Core& core, std::string_view vhost);
  std::optional<Result<broker::Reply>> answer_to_operator(Core& core, Operator& who);

  NodeConfig config_;
  EntityId id_;
  std::uint32_t index_;
  broker::Broker broker_;
  bool up_ = true;
  bool booting_ = false;
  bool power_ = true;
  bool may_alarm_;
  bool memory_alarm_ = false;  // raised by watch_resources()
  bool disk_alarm_ = false;
  broker::ImagePtr image_;
  std::vector<Connection*> connections_;  // by the broker's id; nullptr: none of the world's
  Disk disk_;
  Timing fsync_;
  Alarm deadline_;
  Alarm sync_;
  Alarm boot_;
  std::vector<Operator> operators_;
  std::vector<broker::Outgoing> to_operator_;
};

}  // namespace mqlab::world
