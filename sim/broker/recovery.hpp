// SPDX-License-Identifier: MIT
// A node goes down and comes back: what a disk remembers (DUR-*).
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// Everything that survives: users, policies, durable exchanges and queues with their bindings, and
// the persistent copies (DUR-2) that were written (killed) or synced (power gone).
struct Image {
  Permissions permissions;
  std::vector<std::unique_ptr<Vhost>> vhosts;
  Table<Queue, QueueId> queues;
  std::vector<Cast> casts;  // dead letters of quorum queues that were on their way
  Down how = Down::stop;
};

// Ends all connections and takes what survives out of the node, which is empty afterwards.
ImagePtr go_down(Node& node, Down how);
// Puts it back. Copies that come back from a crash are flagged redelivered (DUR-4), after a stop
// only those that were delivered (DUR-3). Deadlines have gone on meanwhile (DUR-5).
void recover(Node& node, ImagePtr image);

}  // namespace mqlab::broker
