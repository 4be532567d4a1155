// SPDX-License-Identifier: MIT
// Heartbeats of a connection, from both ends (CONN-1). They are bytes, but no rows: what comes of
// their absence is.
#include <algorithm>

#include "sim/world/client.hpp"
#include "sim/world/connection.hpp"
#include "sim/world/node.hpp"

namespace mqlab::world {

namespace {

constexpr std::uint32_t kSilentChecks = 2;

template <typename Load>
bool carries_only_heartbeats(const Link<Load>& link) {
  return std::all_of(link.frames().begin(), link.frames().end(), [](const Flying<Load>* frame) {
    return frame->load.kind == Load::Kind::heartbeat;
  });
}

}  // namespace

void Connection::is_open(Core& core) {
  core.clear(connect_);
  if (login_.heartbeat <= Duration{} || !client_open_) return;
  ++core.hearts;
  client_heard_ = true;
  core.set(client_beat_, core.now() + half(login_.heartbeat), EventKind::client_beat, index_);
  core.set(client_check_, core.now() + login_.heartbeat, EventKind::client_check, index_);
}

void Connection::beat_no_more(Core& core) {
  if (!client_open_) {
    core.clear(client_beat_);
    core.clear(client_check_);
    core.clear(connect_);
  }
  if (node_socket_ != NodeSocket::open) core.clear(node_beat_);
}

void Connection::client_beats(Core& core) {
  Core::rang(client_beat_);
  // A full socket takes no heartbeat; what fills it is heard as well.
  if (has_room() && !window_closed_) {
    send(core, request_of(Request::Kind::heartbeat));
  }
  core.set(client_beat_, core.now() + half(login_.heartbeat), EventKind::client_beat, index_);
}

void Connection::node_beats(Core& core) {
  Core::rang(node_beat_);
  if (node_socket_ != NodeSocket::open) return;
  Response beat;
  beat.kind = Response::Kind::heartbeat;
  respond(core, std::move(beat));
  core.set(node_beat_, core.now() + half(login_.heartbeat), EventKind::node_beat, index_);
}

void Connection::client_listens(Core& core) {
  Core::rang(client_check_);
  const bool heard = client_heard_ || to_client_.is_arriving(core.now());
  silent_checks_ = heard ? 0 : silent_checks_ + 1;
  client_heard_ = false;
  if (silent_checks_ < kSilentChecks) {
    core.set(client_check_, core.now() + login_.heartbeat, EventKind::client_check, index_);
    return;
  }
  ledger::Row row;
  row.fact = ledger::Fact::network;
  row.reason = ledger::Reason::heartbeat_missed;
  row.subject = owner_;
  row.object = core.nodes[node_].id();
  const ledger::CauseScope scope(core.ledger, core.row(row));
  close_client_socket(core);
  broker::AmqpError error;
  error.text = "the broker is silent: heartbeats missed";
  core.clients[index_].lost(core, std::move(error));
}

std::optional<std::size_t> Connection::idle_events(const Core& core) const {
  const Time patience = core.now() + login_.heartbeat;
  const auto late = [&](Time head) { return head != Time::never() && head > patience; };
  // A frame that is stopped for good is no event to come; one that arrives is.
  if (at_node_.at != Time::never() && !carries_only_heartbeats(to_node_)) return std::nullopt;
  if (at_client_.at != Time::never() && !carries_only_heartbeats(to_client_)) return std::nullopt;
  // A node that does not read does not listen, either.
  const bool cut = (to_node_.stopped() && !window_closed_) || to_client_.stopped();
  const bool beats = client_beat_.at != Time::never() || node_beat_.at != Time::never();
  if (beats && (node_socket_ != NodeSocket::open || !client_open_ || cut || late(to_node_.head()) ||
                late(to_client_.head()))) {
    return std::nullopt;
  }
  std::size_t events = 0;
  for (const Alarm* alarm : {&at_node_, &at_client_, &client_beat_, &node_beat_, &client_check_}) {
    if (alarm->at != Time::never()) ++events;
  }
  return events;
}

bool Core::only_hearts_beat() {
  std::size_t idle = 0;
  for (const Connection& connection : connections) {
    const std::optional<std::size_t> events = connection.idle_events(*this);
    if (!events) return false;
    idle += *events;
  }
  for (const Node& node : nodes) idle += node.idle_events();
  return idle == engine.pending();
}

}  // namespace mqlab::world
