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
        again_(again),
        jitter_(core.choices.stream(std::string(core.ledger.name(owner)) + ".reconnect")),
        access_(std::move(access)) {}

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
  void open_channel(Core& core) { channel_ = client_->open_channel(core); }

  // News of an earlier connection or channel concern nobody.
  bool concerns(const News& news) const {
    return client_ != nullptr && news.client == client_index() &&
           (news.is_about_connection() || news.channel == channel_);
  }

  EntityId node() const { return access_.node; }
  bool has_client() const { return client_ != nullptr; }
  Client& client() const { return *client_; }
  std::uint32_t client_index() const { return client_->index(); }
  std::uint32_t channel_index() const { return channel_; }
  Channel& channel() const { return client_->channel(channel_); }
  bool is_open() const { return open() != nullptr; }
  // The channel if it is open, else nullptr.
  Channel* open() const { return client_ != nullptr ? client_->open(channel_) : nullptr; }
  const std::vector<std::uint32_t>& clients() const { return clients_; }

 private:
  Client& make_client(Core& core);

  Client* client_ = nullptr;  // the present one: the last of clients_
  std::uint32_t channel_ = 0;
  std::uint32_t failures_ = 0;  // attempts since succeeded()
  EntityId owner_;
  std::uint32_t index_;
  EventKind again_;
  StreamId jitter_;
  Alarm alarm_;
  std::vector<std::uint32_t> clients_;
  AccessConfig access_;
};

}  // namespace mqlab::world
