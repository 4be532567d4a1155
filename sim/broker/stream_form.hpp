// SPDX-License-Identifier: MIT
// What a stream of 4.0 keeps of a message: it stores all as AMQP 1.0, and what has no place there
// is lost on the way (STREAM-2).
#pragma once

#include "sim/broker/message.hpp"

namespace mqlab::broker {

// The properties with which the message is read again.
Properties as_stream_keeps(const Message& message);

}  // namespace mqlab::broker
