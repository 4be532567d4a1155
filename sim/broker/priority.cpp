// SPDX-License-Identifier: MIT
// From a message's priority to its lane.
#include "sim/broker/priority.hpp"

#include <algorithm>

namespace mqlab::broker {

std::size_t lanes_of(const QueueSettings& settings) {
  switch (settings.type) {
    case QueueType::classic:
      return settings.max_priority ? std::size_t{*settings.max_priority} + 1 : 1;
    case QueueType::quorum:
      return 3;
    case QueueType::stream:
      return 1;
  }
  MQLAB_ASSERT(false && "every type of queue has lanes");
}

std::uint8_t order_class_of(const Node& node, const Queue& queue, const Message& message) {
  const std::uint8_t priority =
      message.properties ? message.properties->priority.value_or(0) : std::uint8_t{0};
  switch (queue.settings.type) {
    case QueueType::classic: {
      if (!queue.settings.max_priority) return 0;
      const std::uint8_t highest = *queue.settings.max_priority;
      return static_cast<std::uint8_t>(highest - std::min(priority, highest));
    }
    case QueueType::quorum:
      return !node.is_v3() && priority >= 5 ? kHighLane : kNormalLane;
    case QueueType::stream:
      return 0;
  }
  MQLAB_ASSERT(false && "every type of queue has an order");
}

}  // namespace mqlab::broker
