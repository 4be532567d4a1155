// SPDX-License-Identifier: MIT
// Long valid histories by chance, beside a model of what is where that is as plain as possible.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/ledger/snapshot.hpp"
#include "tests/observe/story.hpp"

namespace mqlab::story {

// Numbers by chance: the same for the same seed, everywhere.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t limit) { return mix(state_ += 0x9e3779b97f4a7c15) % limit; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

class RandomHistory {
 public:
  explicit RandomHistory(std::uint64_t seed);

  // Lets one thing happen that can happen.
  void step();
  // What is where, as the model knows it.
  ledger::Snapshot snapshot() const;

  Story story;

 private:
  struct ModelCopy {
    EntityId queue;
    std::uint64_t order = 0;
    MessageId message;
    std::optional<Delivery> out;  // while unacked
    EntityId holder;
  };
  struct ModelDelivery {
    Delivery what;
    int stage = 0;  // 0 on the wire, 1 buffered, 2 in hand
    Time arrives;
  };
  struct ModelPublish {
    EntityId author;
    MessageId message;
    Time arrives;
  };

  void publish();
  void accept();
  void learn();
  void deliver();
  void move_on();
  void settle();
  void lose_client();
  void expire();

  Dice dice_;
  std::vector<EntityId> queues_;
  std::vector<EntityId> shops_;
  std::vector<Subscription> workers_;
  std::map<CopyId, ModelCopy> copies_;
  std::map<TransmissionId, ModelDelivery> deliveries_;
  std::map<TransmissionId, ModelPublish> publishes_;
  std::map<TransmissionId, std::pair<EntityId, MessageId>> unconfirmed_;
  std::uint64_t order_ = 0;
};

}  // namespace mqlab::story
