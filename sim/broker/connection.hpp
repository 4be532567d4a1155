// SPDX-License-Identifier: MIT
// Connections begin, are watched, and are closed by others than their channels.
#pragma once

#include <string_view>

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// A login and connection.open: the answer is connection_open_ok, or connection_close (ERR-5,
// PERM-2), or only the end of the socket.
ConnectionId open_connection(Node& node, const Login& login);

// The heartbeat check came up: after two silent ones the socket is closed (CONN-1).
void check_heartbeat(Node& node, Connection& connection);

// The check for deliveries that were not settled in time (ACK-9).
void check_consumer_timeout(Node& node, Channel& channel);

}  // namespace mqlab::broker
