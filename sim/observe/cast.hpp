// SPDX-License-Identifier: MIT
// Who plays which part in a run, and who is connected with whom: what a topology is drawn from.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "sim/observe/state.hpp"

namespace mqlab::observe {

// Told from all rows, so that things keep their places however the view moves in time.
struct Cast {
  using Pair = std::pair<EntityId, EntityId>;

  std::vector<EntityId> publishers;  // actors that composed something
  std::vector<EntityId> exchanges;   // those that messages came to or that were bound
  std::vector<EntityId> queues;
  std::vector<EntityId> consumers;  // actors that subscribed or got something

  std::set<Pair> publishes;     // actor -> exchange
  std::set<Pair> routes;        // exchange -> queue or exchange; of the default one, where used
  std::set<Pair> dead_letters;  // queue -> queue
  std::set<Pair> consumes;      // queue -> actor

  std::map<EntityId, EntityId> actor_of;  // of channels and subscriptions
  std::vector<EntityId> exchange_of;      // by transmission of a publish; none: it never got there
  std::vector<char> letter_of;            // by copy: the letter of a dead letter, or 0
};

Cast cast_of(const LedgerView& view);

}  // namespace mqlab::observe
