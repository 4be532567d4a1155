// SPDX-License-Identifier: MIT
// Frames that answer methods or end things. Callers ask whether an answer is wanted (DECL-15).
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

void reply(Node& node, const Channel& channel, Reply answer);
void reply(Node& node, const Channel& channel, ReplyKind kind);
// On the connection itself.
void reply(Node& node, ConnectionId connection, ReplyKind kind);
// A frame without content but its error, if any.
void send(Node& node, ConnectionId connection, ChannelNo channel, Outgoing::Kind kind,
          Failure error = nullptr);

}  // namespace mqlab::broker
