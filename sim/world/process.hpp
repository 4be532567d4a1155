// SPDX-License-Identifier: MIT
// A process: a client whose steps the host's coroutine decides.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/world/client.hpp"
#include "sim/world/core.hpp"
#include "sim/world/process_port.hpp"
#include "sim/world/publisher.hpp"

namespace mqlab::world {

class Process {
 public:
  // What the coroutine waits for. There is one thing at a time.
  struct Wait {
    enum class Kind : std::uint8_t {
      nothing,
      sleep,
      connect,
      close_connection,
      open_channel,
      close_channel,
      reply,
      get,
      next,
      confirm,   // of the oldest publish not asked for
      confirms,  // of all
      store,
      turn,  // for its frame to be written
    };
    Kind kind = Kind::nothing;
    std::uint32_t client = 0;
    std::uint32_t channel = 0;
    std::uint64_t ticket = 0;  // store
  };

  Process(std::uint32_t index, EntityId id, ProcessConfig config)
      : config_(std::move(config)), id_(id), index_(index) {}

  EntityId id() const { return id_; }
  Life life() const { return life_; }
  const std::vector<std::uint32_t>& clients() const { return clients_; }

  // -- events
  // -----------------------------------------------------------------------------------------
  void start(Core& core);
  void wait_over(Core& core);
  void hear(Core& core, const News& news);
  void hear_store(Core& core, std::uint64_t ticket, StoreReply reply);

  // -- orders
  // -----------------------------------------------------------------------------------------
  void schedule_start(Core& core);
  void kill(Core& core, ledger::Reason reason);
  void restart(Core& core);

  // -- called by the port
  // -----------------------------------------------------------------------------
  std::uint32_t connect(Core& core, const AccessConfig& access);
  // From now on the coroutine waits, until an answer comes or the time is over.
  void wait(Core& core, Wait wait, std::optional<Duration> timeout);
  // What it waited to write is written.
  void written(Core& core);
  // The front of the channel's buffer, into the coroutine's hands.
  Answer take(Core& core, Channel& channel);
  // The verdict on what the wait asks for, if there is one.
  static std::optional<Answer> verdict(Channel& channel, Wait::Kind kind);

 private:
  bool waits_for(const News& news) const;
  void answer(Core& core, Answer answer);
  void answer_error(Core& core, const broker::AmqpError& error);
  Answer hand_over(Core& core, Channel& channel, Delivery delivery);
  void judge(Core& core, const News& news);

  ProcessConfig config_;
  EntityId id_;
  std::uint32_t index_;
  Life life_ = Life::not_started;
  std::vector<std::uint32_t> clients_;
  Wait wait_;
  Alarm start_;
  Alarm over_;
};

}  // namespace mqlab::world
