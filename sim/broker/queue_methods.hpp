// SPDX-License-Identifier: MIT
// The queue methods: declare, delete, purge, bind, unbind; and what a policy changes.
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// Names as the client sent them; an empty one stands for the last declared queue (DECL-10).
Failure declare_queue(Node& node, Channel& channel, const QueueDeclare& method);
Failure delete_queue(Node& node, Channel& channel, QueueDelete method);
Failure purge_queue(Node& node, Channel& channel, QueuePurge method);
Failure bind_queue(Node& node, Channel& channel, QueueBind method);
Failure unbind_queue(Node& node, Channel& channel, QueueUnbind method);

// The name of the last declared queue in place of an empty one.
Failure expand_name(const Node& node, const Channel& channel, std::string& name);

// Policies of the virtual host were changed: queues whose settings change act on it at once
// (POL-1, LEN-9).
void apply_policies(Node& node, Vhost& vhost);

}  // namespace mqlab::broker
