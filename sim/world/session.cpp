// SPDX-License-Identifier: MIT
// Connecting, losing the connection, connecting again.
#include "sim/world/session.hpp"

namespace mqlab::world {

Client& Session::make_client(Core& core) {
  clients_.push_back(Client::make(core, owner_, access_));
  client_ = &core.clients[clients_.back()];
  return *client_;
}

void Session::connect_at_once(Core& core) {
  Client& made = make_client(core);
  Connection& connection = core.connections[clients_.back()];
  connection.set_direct(true);
  made.connect_at_once(core);
  connection.set_direct(false);
}

void Session::connect(Core& core) {
  make_client(core).connect(core);
}

void Session::die(Core& core) {
  core.clear(alarm_);
  if (has_client()) client().die(core);
}

bool Session::will_resume(Core& core) {
  const Reconnect& rule = access_.reconnect;
  if (rule.after <= Duration{}) return false;
  const Duration longest = rule.wait(failures_++);
  const auto play = static_cast<std::uint64_t>(static_cast<double>(longest.ns) * rule.jitter);
  const auto less = static_cast<std::int64_t>(core.choices.below(jitter_, play + 1));
  core.set(alarm_, core.now() + (longest - nanoseconds(less)), again_, index_);
  return true;
}

void Session::resume(Core& core) {
  core.clear(alarm_);
  if (has_client() && client().state() == Client::State::open) {
    open_channel(core);
  } else {
    connect(core);
  }
}

}  // namespace mqlab::world
