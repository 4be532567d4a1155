// SPDX-License-Identifier: MIT
// Opening and watching connections.
#include "sim/broker/connection.hpp"

#include <algorithm>

#include "sim/broker/facts.hpp"
#include "sim/broker/reply.hpp"
#include "sim/broker/teardown.hpp"

namespace mqlab::broker {
namespace {

constexpr std::uint32_t kSilentChecks = 2;

// The connection is refused before it was one.
void refuse(Node& node, Connection& connection, AmqpError raised) {
  const bool login = raised.code == 403;
  std::optional<AmqpError> sent = errors::as_sent(node.options.version, std::move(raised));
  const AmqpError error = sent ? *sent : errors::crash();
  const ledger::CauseScope cause(node.ledger, facts::failed(node, connection.entity, error));
  facts::ended(node, connection.entity, ledger::Reason::closed_by_server);
  const ConnectionId id = connection.id;
  const bool told = sent && (!login || connection.login.authentication_failure_close);
  node.connections.remove(id);
  if (told) send(node, id, 0, Outgoing::Kind::connection_close, fail(std::move(sent)));
  send(node, id, 0, Outgoing::Kind::socket_end);
}

}  // namespace

ConnectionId open_connection(Node& node, const Login& login) {
  Connection& connection = node.connections.add(std::make_unique<Connection>());
  const ConnectionId id = connection.id;
  connection.login = login;
  connection.channel_max = login.channel_max == 0
                               ? node.options.channel_max
                               : std::min(login.channel_max, node.options.channel_max);
  connection.entity =
      node.ledger.new_entity(ledger::EntityKind::connection, login.name, node.entity);
  facts::created(node, connection.entity, node.entity, ledger::Reason::opened);
  if (!node.running) {
    node.connections.remove(id);
    send(node, id, 0, Outgoing::Kind::socket_end);
    return id;
  }
  if (auto error = check_login(node.permissions, login.user, login.password, login.vhost)) {
    const std::string_view blamed = error->code == 403 ? "" : "connection.open";
    refuse(node, connection, errors::blame(std::move(*error), blamed));
    return id;
  }
  connection.vhost = node.find_vhost(login.vhost);
  connection.heard = true;
  if (login.heartbeat.ns > 0) {
    node.timers.set(connection.heartbeat, node.now + login.heartbeat, TimerKind::heartbeat,
                    id.value);
  }
  reply(node, id, ReplyKind::connection_open_ok);
  return id;
}

void check_heartbeat(Node& node, Connection& connection) {
  // Nobody can be heard while nothing is read.
  if (connection.heard || connection.paused) {
    connection.silent_checks = 0;
  } else {
    ++connection.silent_checks;
  }
  connection.heard = false;
  if (connection.silent_checks < kSilentChecks) {
    node.timers.set(connection.heartbeat, node.now + connection.login.heartbeat,
                    TimerKind::heartbeat, connection.id.value);
    return;
  }
  const ConnectionId id = connection.id;
  end_connection(node, connection, ledger::Reason::heartbeat_missed);
  send(node, id, 0, Outgoing::Kind::socket_end);
}

void check_consumer_timeout(Node& node, Channel& channel) {
  const Duration timeout = node.options.consumer_timeout;
  if (timeout.ns <= 0 || channel.unacked.outstanding() == 0) return;
  std::uint64_t oldest = channel.unacked.first();
  while (channel.unacked.find(oldest) == nullptr) ++oldest;
  if (channel.unacked.slot(oldest).delivered_at < node.now - timeout) {
    fail_channel(node, channel, errors::ack_timeout(channel.number, timeout.ns / 1'000'000));
    return;
  }
  node.timers.set(channel.consumer_check, node.now + node.options.consumer_timeout_check,
                  TimerKind::consumer_check, channel.id.value);
}

}  // namespace mqlab::broker
