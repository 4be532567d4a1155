// SPDX-License-Identifier: MIT
// A broker with queues behind a direct exchange, driven frame by frame as a client would.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/bench/workload.hpp"
#include "sim/base/choices.hpp"
#include "sim/base/random.hpp"
#include "sim/broker/broker.hpp"

namespace mqlab::bench {

class BrokerDrive {
 public:
  static constexpr std::string_view kBody = "sixteen bytes...";

  BrokerDrive(std::uint32_t queues, ledger::Sink sink);

  // One consumer for each queue, with manual acks.
  void subscribe(std::uint16_t prefetch);
  // Publishes that many messages, each with a key drawn at random and looked up by its text.
  // Everything that is delivered is acked, one by one, in bursts of 64.
  void carry(std::uint64_t messages);
  // Publishes that many messages; nobody acks.
  void publish(std::uint64_t messages);

  // A hash of what was delivered, in order.
  std::uint64_t output() const { return output_.value(); }
  ledger::Ledger& ledger() { return ledger_; }

 private:
  void publish_one();
  void ack_deliveries();

  ledger::Ledger ledger_;
  Choices choices_ = Choices::seeded(1);
  broker::Broker broker_;
  broker::ConnectionId publisher_;
  broker::ConnectionId consumer_;
  ledger::EntityId author_;
  NameId exchange_;
  std::vector<std::string> keys_;
  broker::Body body_{kBody};  // as of a publisher that says the same each time
  SplitMix draws_{3};
  Checksum output_;
  std::vector<broker::Outgoing> delivered_;
};

}  // namespace mqlab::bench
