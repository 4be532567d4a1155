// SPDX-License-Identifier: MIT
// The channel-wide limit of unacked deliveries: basic.qos with global=true (CONS-4).
#pragma once

#include <cstdint>
#include <vector>

#include "sim/broker/entry.hpp"

namespace mqlab::broker {

// Counts what a channel holds and remembers which queues were refused, to wake them when there is
// room again. It counts as the real one does: what is unacked when the limit is set counts (gets
// too), later gets do not.
class Limiter {
 public:
  bool active() const { return active_; }
  std::uint32_t limit() const { return limit_; }

  // Sets the limit (> 0). True if it stops being reached by that: wake the queues of
  // take_waiting().
  bool set(std::uint32_t limit, std::uint32_t unacked_now);
  // Takes the limit away. True as above.
  bool clear();
  // Asks for a place for one delivery of `queue`; one that needs no ack takes none.
  bool can_send(QueueId queue, bool ack_required);
  // `count` deliveries were settled. True as above.
  bool settled(std::uint32_t count);

  // The queues that were refused since they were last woken, in order of id.
  std::vector<QueueId> take_waiting();

 private:
  bool reached() const { return limit_ != 0 && volume_ >= static_cast<std::int64_t>(limit_); }

  bool active_ = false;
  std::uint32_t limit_ = 0;
  std::int64_t volume_ = 0;
  std::vector<QueueId> waiting_;
};

}  // namespace mqlab::broker
