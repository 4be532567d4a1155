// SPDX-License-Identifier: MIT
// Writing frames.
#include "sim/broker/reply.hpp"

#include <utility>

namespace mqlab::broker {

void reply(Node& node, const Channel& channel, Reply answer) {
  Outgoing frame;
  frame.kind = Outgoing::Kind::reply;
  frame.connection = channel.connection;
  frame.channel = channel.number;
  frame.cause = node.ledger.cause();
  frame.reply = std::make_unique<Reply>(std::move(answer));
  node.out.push_back(std::move(frame));
}

void reply(Node& node, const Channel& channel, ReplyKind kind) {
  Reply answer;
  answer.kind = kind;
  reply(node, channel, std::move(answer));
}

void reply(Node& node, ConnectionId connection, ReplyKind kind) {
  Outgoing frame;
  frame.kind = Outgoing::Kind::reply;
  frame.connection = connection;
  frame.cause = node.ledger.cause();
  frame.reply = std::make_unique<Reply>();
  frame.reply->kind = kind;
  node.out.push_back(std::move(frame));
}

void send(Node& node, ConnectionId connection, ChannelNo channel, Outgoing::Kind kind,
          Failure error) {
  Outgoing frame;
  frame.kind = kind;
  frame.connection = connection;
  frame.channel = channel;
  frame.cause = node.ledger.cause();
  frame.error = std::move(error);
  node.out.push_back(std::move(frame));
}

}  // namespace mqlab::broker
