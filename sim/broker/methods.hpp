// SPDX-License-Identifier: MIT
// What comes from a client, frame by frame, and what follows from it before the next.
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// One method of a client. While the connection is not read it waits (PUB-14).
void receive(Node& node, ConnectionId connection, ChannelNo channel, Method&& method);

// What may come next at the same moment.
enum class Then {
  more_methods,  // of the same burst
  more_timers,
  nothing,
};

// What settle_down() does if there is something to do.
void settle_all(Node& node, Then then);

// Lets everything happen that can happen now. Every call of the broker ends with it. Commits and
// unroutable publishes are answered at once. A queue is a process beside the channel: the letters
// it sends to other queues, and what it has to say to and hears from channels, come behind the
// methods that are already there. Confirms wait until nothing more comes.
inline void settle_down(Node& node, Then then = Then::more_methods) {
  const bool letters = !node.casts.empty() || !node.quorum_news.empty();
  if (!node.urgent_news.empty() || (letters && then != Then::more_methods) ||
      (!node.news.empty() && then == Then::nothing)) {
    settle_all(node, then);
  }
}

// Reads on where an alarm stopped, if there is none any more.
void read_on_after_alarm(Node& node);

}  // namespace mqlab::broker
