// SPDX-License-Identifier: MIT
// A publisher: messages come by the clock and go out as its confirm mode allows.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/broker/ring.hpp"
#include "sim/world/compose.hpp"
#include "sim/world/session.hpp"
#include "sim/world/world.hpp"

namespace mqlab::world {

// Whether an actor lives.
enum class Life : std::uint8_t { not_started, up, stopping, down };

// What each message needs stands in front.
class alignas(64) Publisher {
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

  // -- its outbox
  // -----------------------------------------------------------------------------------------
  void scan(Core& core);
  void hear_store(Core& core, std::uint64_t ticket, const StoreReply& reply);
  // The row that this question inserts is committed: its message comes into being.
  MessageId promised(Core& core, std::uint64_t ticket);
  void store_is_back(Core& core, EntityId store);
  // Somebody else wrote into a table of the store.
  void row_written(Core& core, EntityId store, const std::string& table);

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
    std::shared_ptr<const std::string> row = nullptr;  // of the outbox; nullptr: none
  };
  // A message that was sent with confirms and that somebody still waits for.
  struct Outstanding {
    Letter letter;
    TransmissionId transmission;
    Time deadline;
    bool nacked = false;  // it waits for its deadline to be sent again
  };
  // What a row of the outbox promises, until it is kept.
  struct Promise {
    Letter letter;
    bool sent = false;  // at least once
    bool busy = false;  // it waits to be sent, for its confirm, or for the row's update
  };
  // What the outbox's store was asked.
  struct Question {
    enum class Kind : std::uint8_t { insert, mark, scan };
    Kind kind = Kind::scan;
    std::string key;
    Content content;
    std::uint64_t life = 0;  // of the publisher, when it asked
  };
  enum class Way : std::uint8_t {
    none,  // there is no connection and there will be none: what is sent is lost at once
    coming,
    ready,
  };

  void schedule_tick(Core& core, Time at);
  // A message came into being: it goes out as soon as it may.
  void compose(Core& core, Composed&& composed, bool mandatory);
  Composed compose_the_usual(Core& core);
  Letter copy_of(Core& core, const Letter& letter);
  void flush(Core& core);
  bool may_send(Core& core);
  // Whether its connection takes a publish now. If not, turn() is called when it does.
  bool has_turn(Core& core);
  void turn(Core& core);
  bool may_confirm_more();
  // False: it crashed meanwhile.
  bool send(Core& core, Letter&& letter);
  void watch_deadline(Core& core);
  void ready(Core& core);
  void gone(Core& core);
  void returned(Core& core, const News& news);
  void confirmed(Core& core, const News& news);
  // Letters in order, before all that wait.
  void put_first(std::vector<Letter>&& letters);
  void finish_stop(Core& core);
  void go_down(Core& core, ledger::Reason reason);

  void take_down(Core& core, const Content& content);
  void ask(Core& core, Question question, StoreRequest request);
  void keep_promise(Core& core, const std::string& key);
  void say_sent(Core& core, const std::string& key);
  void read_outbox(Core& core, const StoreReply& reply);
  // Nobody is busy with its promise any more.
  void let_go(Core& core, const Letter& letter);
  void watch_outbox(Core& core);

  EntityId id_;
  std::uint32_t index_;
  Life life_ = Life::not_started;
  Way way_ = Way::none;
  bool waits_ = false;  // for its turn
  // Of its config, where each message can see it.
  bool asks_host_;
  bool has_outbox_;
  bool by_list_;  // its messages come at the instants of a list
  bool mandatory_;
  ConfirmMode confirm_;
  std::uint32_t retry_;
  std::uint32_t in_window_ = 0;  // of outstanding_: not nacked
  std::uint64_t count_;
  std::uint64_t arrived_ = 0;  // messages that came into being
  Alarm tick_;
  Timing every_;
  // What its config says, interned at the first message.
  std::optional<broker::Message> usual_;
  broker::Ring<Letter> backlog_;  // to be sent, in order
  PublisherCounts counts_;
  Session session_;

  broker::Ring<Outstanding> outstanding_;  // in order of sending: rising deadlines
  std::uint32_t batch_ = 0;                // sent since the batch began
  Alarm deadline_;
  PublisherConfig config_;
  std::map<std::string, Promise> promises_;      // by key of the row
  std::map<std::uint64_t, Question> questions_;  // by ticket
  bool foreign_rows_ = false;                    // others wrote into the outbox since it was read
  bool store_down_ = false;                      // when it was last read
  std::uint64_t lives_ = 0;                      // that ended
  Alarm start_;
  Alarm scan_;
};

}  // namespace mqlab::world
