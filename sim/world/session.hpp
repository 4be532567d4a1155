// SPDX-License-Identifier: MIT
// What a publisher and a consumer keep of their one connection and channel, and of those before.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/world/client.hpp"
#include "sim/world/core.hpp"

namespace mqlab::world {

class Session {
 public:
  // `again` is the event that asks for resume().
  Session(Core& core, EntityId owner, std::uint32_t index, AccessConfig access, EventKind again)
      : owner_(owner),
        index_(index),
        access_(std::move(access)),
        again_(again),
        jitter_(core.choices.stream(std::string(core.ledger.name(owner)) + ".reconnect")) {}

  // A new connection: at once, or with its round trips.
  void connect_at_once(Core& core);
  void connect(Core& core);
  // The actor dies: its connection too.
  void die(Core& core);
  // The channel or connection is gone. True if another attempt is on its way.
  bool will_resume(Core& core);
  // The attempt: a new channel if the connection still stands, else a new connection.
  void resume(Core& core);
  // The actor has what it connected for: the next loss is a first one again.
  void succeeded() { failures_ = 0; }
  void forget_resume(Core& core) { core.clear(alarm_); }
  void open_channel(Core& core) { channel_ = client(core).open_channel(core); }

  // News of an earlier connection or channel concern nobody.
  bool concerns(const News& news) const;

  EntityId node() const { return access_.node; }
  bool has_client() const { return !clients_.empty(); }
  Client& client(Core& core) const { return core.clients[clients_.back()]; }
  std::uint32_t client_index() const { return clients_.back(); }
  std::uint32_t channel_index() const { return channel_; }
  Channel& channel(Core& core) const { return client(core).channel(channel_); }
  bool is_open(Core& core) const {
    return has_client() && channel_ < client(core).channels().size() &&
           client(core).is_open(channel_);
  }
  const std::vector<std::uint32_t>& clients() const { return clients_; }

 private:
  EntityId owner_;
  std::uint32_t index_;
  AccessConfig access_;
  EventKind again_;
  StreamId jitter_;
  std::uint32_t failures_ = 0;          // attempts since succeeded()
  std::vector<std::uint32_t> clients_;  // the last one is the present one
  std::uint32_t channel_ = 0;
  Alarm alarm_;
};

}  // namespace mqlab::world
