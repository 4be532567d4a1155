// SPDX-License-Identifier: MIT
// The arithmetic of the channel-wide limit.
#include "sim/broker/limiter.hpp"

#include <algorithm>
#include <utility>

namespace mqlab::broker {

bool Limiter::set(std::uint32_t limit, std::uint32_t unacked_now) {
  const bool before = reached();
  if (limit_ == 0) volume_ = unacked_now;
  limit_ = limit;
  active_ = true;
  return before && !reached();
}

bool Limiter::clear() {
  const bool before = reached();
  active_ = false;
  limit_ = 0;
  volume_ = 0;
  return before;
}

bool Limiter::can_send(QueueId queue, bool ack_required) {
  if (reached()) {
    const auto place = std::lower_bound(waiting_.begin(), waiting_.end(), queue);
    if (place == waiting_.end() || *place != queue) waiting_.insert(place, queue);
    return false;
  }
  if (ack_required) ++volume_;
  return true;
}

bool Limiter::settled(std::uint32_t count) {
  if (!active_) return false;
  const bool before = reached();
  if (volume_ != 0) volume_ -= count;
  return before && !reached();
}

std::vector<QueueId> Limiter::take_waiting() {
  return std::exchange(waiting_, {});
}

}  // namespace mqlab::broker
