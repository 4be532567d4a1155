// SPDX-License-Identifier: MIT
// From a method to what a client writes.
#include <memory>
#include <utility>

#include "sim/world/connection.hpp"

namespace mqlab::world {

Request request_of(broker::ChannelNo channel, broker::Method&& method) {
  if (auto* const publish = std::get_if<broker::BasicPublish>(&method)) {
    return request_of(channel, std::move(*publish));
  }
  if (auto* const ack = std::get_if<broker::BasicAck>(&method)) return request_of(channel, *ack);
  Request request;
  request.channel = channel;
  request.method = std::make_unique<broker::Method>(std::move(method));
  return request;
}

}  // namespace mqlab::world
