// SPDX-License-Identifier: MIT
// A publisher: messages come by the clock and go out as its confirm mode allows.
#pragma once

#include <cstdint>
#include <deque>

#include "sim/world/session.hpp"
#include "sim/world/world.hpp"

namespace mqlab::world {

// Whether an actor lives.
enum class Life : std::uint8_t { not_started, up, stopping, down };

class Publisher {
 public:
  Publisher(Core& core, std::uint32_t index, EntityId id, PublisherConfig config);

  EntityId id() const { return id_; }
  Life life() const { return life_; }
  const Session& session() const { return session_; }
  PublisherCounts counts(const Core& core) const;

  // -- events
  // -----------------------------------------------------------------------------------------
  void start(Core& core);
  void tick(Core& core);
  void confirm_deadline(Core& core);
  void reconnect(Core& core) { session_.resume(core); }
  void hear(Core& core, const News& news);

  // -- orders
  // -----------------------------------------------------------------------------------------
  void schedule_start(Core& core);
  void kill(Core& core);
  void stop(Core& core);
  void restart(Core& core);

 private:
  // A message that has to be sent.
  struct Letter {
    broker::MessagePtr message;
    ledger::RowNo composed = 0;
    std::uint32_t attempts_left = 0;  // after this one
    bool mandatory = false;
  };
  // A message that was sent with confirms and that somebody still waits for.
  struct Outstanding {
    Letter letter;
    TransmissionId transmission;
    Time deadline;
    bool nacked = false;  // it waits for its deadline to be sent again
  };
  enum class Way : std::uint8_t {
    none,  // there is no connection and there will be none: what is sent is lost at once
    coming,
    ready,
  };

  void schedule_tick(Core& core, Time at);
  void compose(Core& core, const Content& content);
  Letter copy_of(Core& core, const Letter& letter);
  void flush(Core& core);
  bool may_send(Core& core);
  bool may_confirm_more();
  // False: it crashed meanwhile.
  bool send(Core& core, Letter letter);
  void watch_deadline(Core& core);
  void ready(Core& core);
  void gone(Core& core);
  void returned(Core& core, const News& news);
  void confirmed(Core& core, const News& news);
  void finish_stop(Core& core);
  void go_down(Core& core, ledger::Reason reason);

  PublisherConfig config_;
  EntityId id_;
  std::uint32_t index_;
  Session session_;
  Timing every_;
  Life life_ = Life::not_started;
  Way way_ = Way::none;
  std::uint64_t arrived_ = 0;            // messages that came into being
  std::deque<Letter> backlog_;           // to be sent, in order
  std::deque<Outstanding> outstanding_;  // in order of sending: rising deadlines
  std::uint32_t in_window_ = 0;          // of outstanding_: not nacked
  std::uint32_t batch_ = 0;              // sent since the batch began
  PublisherCounts counts_;
  Alarm start_;
  Alarm tick_;
  Alarm deadline_;
};

}  // namespace mqlab::world
