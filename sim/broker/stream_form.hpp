// SPDX-License-Identifier: MIT
// What a stream keeps of a message: it stores all as AMQP 1.0, and what has no place there is lost
// on the way (STREAM-2).
#pragma once

#include "sim/broker/message.hpp"
#include "sim/broker/version.hpp"

namespace mqlab::broker {

// Whether the message can be stored at all: the server fails over a decimal among its headers.
bool stream_can_keep(Version version, const Message& message);

// The properties with which the message is read again.
Properties as_stream_keeps(Version version, const Message& message);

}  // namespace mqlab::broker
