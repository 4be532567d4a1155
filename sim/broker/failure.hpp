// SPDX-License-Identifier: MIT
// How a method tells that it failed: nothing, or the AMQP exception it raised.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "sim/broker/method.hpp"

namespace mqlab::broker {

// One pointer wide, because every method of the hot path returns it.
using Failure = std::unique_ptr<AmqpError>;

inline Failure fail(AmqpError error) {
  return std::make_unique<AmqpError>(std::move(error));
}
inline Failure fail(std::optional<AmqpError> error) {
  return error ? std::make_unique<AmqpError>(std::move(*error)) : nullptr;
}

}  // namespace mqlab::broker
