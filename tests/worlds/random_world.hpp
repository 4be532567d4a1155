// SPDX-License-Identifier: MIT
// A small world made by chance, of a kind that promises something, and the faults it suffers.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"
#include "tests/world/story.hpp"
#include "tests/worlds/clerk.hpp"

namespace mqlab::world {

enum class Claim : std::uint8_t {
  at_least_once,     // persistent, confirms and retries, manual acks: nothing is lost
  at_most_once,      // automatic acks, no retries: nothing is done twice
  effectively_once,  // outbox and idempotent consumer: neither
};

class Dice {
 public:
  Dice(std::uint64_t seed, std::string_view name) : stream_(seed, name) {}

  std::uint64_t below(std::uint64_t n) { return stream_.below(n); }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  // From 1 ns.
  Duration up_to(Duration most) {
    return nanoseconds(static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most.ns))) + 1);
  }
  Distribution span(Duration most) {
    const Duration one = up_to(most);
    return one_in(2) ? always(one) : Distribution::exponential(one).value();
  }

 private:
  RandomStream stream_;
};

// What the claim rests on, and whether it is there: retries, automatic acks, the record of what is
// done.
enum class Cure : bool { missing, there };

// One or two publishers, one or two consumers, which perhaps publish one more order for each,
// perhaps processes that publish or work, a store, the way between them, and up to seven faults in
// the first second. From the third second on all is well, and the world drains.
class RandomWorld {
 public:
  RandomWorld(std::uint64_t seed, Claim claim, bool audit_each_event, Cure cure = Cure::there);

  // Runs it. The text says in which way the claim is broken; it is empty if it holds.
  std::string live();

  Story story;

 private:
  // What a thread of a coroutine consumer is about.
  struct Task {
    Delivery delivery;
    bool decided = false;  // that it is done now
    bool asked = false;    // the store
  };
  using Thread = std::pair<std::uint32_t, std::uint32_t>;  // consumer, thread

  AccessConfig access();
  void add_topology();
  void add_publisher(std::uint64_t i);
  void add_consumer(std::uint64_t i);
  void add_clerk(bool publishes);
  void add_hooks();
  void work(EntityId consumer, std::uint32_t thread, const Answer& answer);
  bool may_send_on(std::uint64_t seed) const;
  // Publishes what follows from an order, on the channel that it came by; false if that waits.
  bool send_on(EntityId consumer, std::uint32_t thread, const std::string& business);
  void finish(EntityId consumer, std::uint32_t thread, Decision decision);
  Clerk* clerk(EntityId id);
  void add_faults();
  void add_fault(Duration begin, Duration end);
  void add_network_fault(EntityId who, Duration begin, Duration end);
  void add_broker_fault(Duration begin, Duration end);
  void add_crash(EntityId who, bool publishes);
  void heal();

  Claim claim_;
  Cure cure_;
  bool broker_dies_;
  bool sends_on_;  // coroutines of consumers publish
  Dice dice_;
  Dice answers_;
  std::string exchange_;
  std::string key_;
  EntityId db_;
  std::vector<EntityId> publishers_;
  std::vector<EntityId> consumers_;
  std::deque<Clerk> clerks_;
  std::map<Thread, Task> tasks_;
};

}  // namespace mqlab::world
