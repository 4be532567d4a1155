// SPDX-License-Identifier: MIT
// How a broker's answer becomes the results of the call that a process made.
#pragma once

#include <optional>
#include <vector>

#include "scripting/host.hpp"

namespace mqlab::scripting {

// {code, text, method, scope}
Value error_value(const broker::AmqpError& error);

// Each fits ActorObject::Receive: false means that the process still waits. On a closed channel or
// connection all give nil and the error.
bool receive_nothing(Host&, ActorObject&, const world::Answer&, std::vector<Value>&);
bool receive_done(Host&, ActorObject&, const world::Answer&, std::vector<Value>&);   // true
bool receive_count(Host&, ActorObject&, const world::Answer&, std::vector<Value>&);  // messages
bool receive_name(Host&, ActorObject&, const world::Answer&, std::vector<Value>&);   // consumer tag
// The queue, its ready messages, its consumers.
bool receive_queue(Host&, ActorObject&, const world::Answer&, std::vector<Value>&);
bool receive_exchange(Host&, ActorObject&, const world::Answer&, std::vector<Value>&);
bool receive_message(Host&, ActorObject&, const world::Answer&, std::vector<Value>&);
// What a store says to the caller's step, or to its commit.
bool receive_store(Host&, ActorObject&, const world::Answer&, std::vector<Value>&);
// "ack", "nack" or "timeout"; nil if nothing was awaited.
bool receive_confirm(Host&, ActorObject&, const world::Answer&, std::vector<Value>&);
// The name of the message that is written.
bool receive_published(Host&, ActorObject&, const world::Answer&, std::vector<Value>&);
bool receive_connection(Host&, ActorObject&, const world::Answer&, std::vector<Value>&);
bool receive_channel(Host&, ActorObject&, const world::Answer&, std::vector<Value>&);
// A connection that is there: now its first channel.
bool receive_then_open(Host&, ActorObject&, const world::Answer&, std::vector<Value>&);

// Opens a channel on a connection of the process; its object is made at once.
std::optional<world::Answer> begin_channel(Host& host, ActorObject& process,
                                           std::uint32_t connection);

}  // namespace mqlab::scripting
