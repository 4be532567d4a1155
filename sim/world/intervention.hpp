// SPDX-License-Identifier: MIT
// What a person does to a running world, anchored after an event, not at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace mqlab::world {

struct Intervention {
  enum class Kind : std::uint8_t {
    kill,             // a node, an actor or a store
    stop,             // a node or an actor, orderly; a store as kill
    power_off,        // a node
    restart,          // a node, an actor or a store
    drop_connection,  // all connections of an actor
    delay,            // all that is on the wire of an actor's connections, by `span`
    hold,             // an actor's link: nothing arrives
    release,
    partition,  // an actor's link: nothing gets through
    partition_to_broker,
    partition_to_client,
    heal,
    clog,       // an actor's link has `rate` bytes per second
    slow_disk,  // a node's fsyncs take `span`
  };
  // Applied when this many events have happened; 0: before the first.
  std::uint64_t after_event = 0;
  Kind kind = Kind::kill;
  std::string name;  // of the node, actor or store
  Duration span{};
  std::uint64_t rate = 0;
  std::string peer = {};  // of faults of links: the node at their other end; empty: all nodes

  bool operator==(const Intervention&) const = default;
};

// "drop-connection"
std::string_view word(Intervention::Kind kind);

// "kill worker", "delay shop 50ms", "partition shop > rabbit", "clog shop 1000": without
// after_event, which stands beside it in files.
std::string intervention_text(const Intervention& intervention);
Result<Intervention> parse_intervention(std::uint64_t after_event, std::string_view text);

}  // namespace mqlab::world
