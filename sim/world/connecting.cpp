// SPDX-License-Identifier: MIT
// How a connection comes about or does not, and how it breaks.
#include <utility>

#include "sim/base/text.hpp"
#include "sim/world/client.hpp"
#include "sim/world/connection.hpp"
#include "sim/world/node.hpp"

namespace mqlab::world {

void Connection::begin_connecting(Core& core) {
  if (connect_timeout_ <= Duration{}) return;
  core.set(connect_, core.now() + connect_timeout_, EventKind::connect_over, index_);
}

void Connection::connect_over(Core& core) {
  core.clear(connect_);
  ledger::Row row;
  row.fact = ledger::Fact::network;
  row.reason = ledger::Reason::timed_out;
  row.subject = owner_;
  row.object = core.nodes[node_].id();
  const ledger::CauseScope scope(core.ledger, core.row(row));
  close_client_socket(core);
  broker::AmqpError error;
  error.text = "connecting timed out after " + format_short(connect_timeout_);
  core.clients[index_].lost(core, std::move(error));
}

void Connection::shake_hands(Core& core, std::uint8_t step) {
  Response response;
  response.kind = Response::Kind::handshake;
  response.step = step;
  if (!core.nodes[node_].has_power()) {
    calling_ = true;
    return;
  }
  const bool refused = !core.nodes[node_].is_up();
  if (refused) response.kind = Response::Kind::refused;
  respond(core, std::move(response));
  if (refused) close_node_socket(core);
}

void Connection::power_back(Core& core) {
  if (!std::exchange(calling_, false) || !client_open_) return;
  if (forsaken_) {
    say_reset(core);
  } else if (node_socket_ == NodeSocket::open) {
    shake_hands(core, 0);
  }
}

void Connection::say_reset(Core& core) {
  forsaken_ = false;
  Response response;
  response.kind = Response::Kind::reset;
  respond(core, std::move(response));
}

void Connection::broker_leaves(Core& core, ledger::Reason reason) {
  const broker::ConnectionId id = std::exchange(broker_id_, broker::ConnectionId{});
  node_socket_ = NodeSocket::closed;
  beat_no_more(core);
  if (!id) return;
  Node& node = core.nodes[node_];
  node.forget(id);
  node.drop(core, id, reason);
}

void Connection::reset(Core& core, ledger::Reason reason, bool node_runs) {
  if (node_runs && node_socket_ != NodeSocket::closed) {
    broker_leaves(core, reason);
  }
  node_socket_ = NodeSocket::closed;
  broker_id_ = {};
  const bool told = std::exchange(client_open_, false);
  beat_no_more(core);
  lose_if_closed(core);
  if (told) core.clients[index_].lost(core, {});
}

}  // namespace mqlab::world
