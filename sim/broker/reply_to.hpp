// SPDX-License-Identifier: MIT
// Direct reply-to: answers to a channel without a queue (RPC-1).
#pragma once

#include <string_view>

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// The pretended queue, and what the addresses made from it begin with.
inline constexpr std::string_view kReplyQueue = "amq.rabbitmq.reply-to";
inline constexpr std::string_view kReplyPrefix = "amq.rabbitmq.reply-to.";

// basic.consume of the pretended queue; `tag` receives the consumer tag.
Failure consume_replies(Node& node, Channel& channel, const BasicConsume& method, NameId& tag);

// The error of a publish that asks for replies on a channel that does not consume them.
Failure check_reply_to(const Channel& channel, const Properties& properties);

// The message with the channel's own address in reply_to, if it asks for replies.
MessagePtr with_reply_address(Node& node, const Channel& channel, MessagePtr message);

// Ends what consume_replies began, if it did.
void end_replies(Node& node, Channel& channel, ledger::Reason reason);

// Delivers a message published to the default exchange to the channels whose addresses are among
// its keys; false: there are none.
bool send_direct_replies(Node& node, std::span<const NameId> keys, const MessagePtr& message);

// Whether a channel consumes replies under this address: 404 or not of a declare of it.
bool reply_address_exists(const Node& node, std::string_view address);

}  // namespace mqlab::broker
