// SPDX-License-Identifier: MIT
// The routing core as a broker that transcripts are played on, in virtual time.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "cli/conform/client.hpp"
#include "cli/conform/methods.hpp"
#include "sim/base/choices.hpp"
#include "sim/broker/broker.hpp"
#include "sim/ledger/ledger.hpp"

namespace mqlab::conform {

// The core's version for a broker's version text: "3.10.8", "4.0.5". Error for others.
Result<broker::Version> core_version(const std::string& version);

// A fresh broker with its clients. Time passes in `wait` steps only; the disk answers within the
// step; clients send heartbeats while they wait (unless mute) and answer a server's close.
class CoreSide {
 public:
  explicit CoreSide(broker::Version version);
  CoreSide(const CoreSide&) = delete;
  CoreSide& operator=(const CoreSide&) = delete;

  // Carries out one step and lets everything happen that can happen now. Returns what was observed,
  // or {"skipped": why}. Error: the core has no such control.
  Result<Json> perform(const Step& step);

  const Client& client() const { return client_; }
  // What is broken inside the core, if anything is.
  std::optional<std::string> validate() const { return broker_.validate(); }

 private:
  struct Link {
    broker::ConnectionId id;
    ledger::EntityId author;
    Duration beat{};  // between the client's heartbeats; 0: it sends none
    Time next_beat = Time::never();
  };

  Result<void> send(const Step& step);
  void send_method(const Step& step);
  void open(const Step& step);
  Result<void> control(const Step& step);
  Result<void> set_env(const Step& step);
  void restart(broker::Down how);
  void wait(Duration span);
  void settle();
  bool read_frames();

  ledger::Ledger ledger_{ledger::Sink::digest};
  Choices choices_ = Choices::seeded(1);
  broker::Broker broker_;
  Client client_;
  Time now_;
  std::map<std::string, Link> links_;
  std::map<std::uint32_t, std::string> names_;  // of connections that are open
  Duration ack_timeout_ = broker::Options{}.consumer_timeout;
  Duration ack_tick_ = broker::Options{}.consumer_timeout_check;
};

}  // namespace mqlab::conform
