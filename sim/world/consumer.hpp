// SPDX-License-Identifier: MIT
// A consumer: a subscription, a buffer, and threads that work off what is in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world/publisher.hpp"
#include "sim/world/session.hpp"

namespace mqlab::world {

// What each message needs stands in front.
class alignas(64) Consumer {
 public:
  Consumer(Core& core, std::uint32_t index, EntityId id, ConsumerConfig config);

  EntityId id() const { return id_; }
  Life life() const { return life_; }
  const Session& session() const { return session_; }
  ConsumerCounts counts(const Core& core) const;
  // What its threads work on, in no order.
  std::vector<TransmissionId> in_hand() const;

  // -- events
  // -----------------------------------------------------------------------------------------
  void start(Core& core);
  void work_done(Core& core, std::uint32_t thread);
  void reconnect(Core& core) { session_.resume(core); }
  void hear(Core& core, const News& news);
  void hear_store(Core& core, const Caller& caller, StoreReply reply);

  // -- its coroutines, by WorkPort
  // -----------------------------------------------------------------------------------------
  const Delivery& delivery(std::uint32_t thread) const { return threads_[thread].job.delivery; }
  bool is_running(std::uint32_t thread) const { return threads_[thread].stage == Stage::running; }
  void sleep(Core& core, std::uint32_t thread, Duration span);
  void wait_for(std::uint32_t thread, std::uint64_t ticket) { threads_[thread].ticket = ticket; }
  Publishing publish(Core& core, std::uint32_t thread, const Content& content);
  // The handling is over: retried, or settled.
  void conclude(Core& core, std::uint32_t thread, Decision decision, std::string_view why);

  // -- orders
  // -----------------------------------------------------------------------------------------
  void schedule_start(Core& core);
  void kill(Core& core);
  void stop(Core& core);
  void restart(Core& core);

 private:
  enum class Stage : std::uint8_t {
    idle,
    working,    // for a sample of `work`
    running,    // its coroutine runs or waits
    resting,    // before the next attempt
    answering,  // it is done; its answer waits to be written
  };
  // A delivery and what becomes of it.
  struct Job {
    std::uint32_t client = 0;  // where the delivery came from
    std::uint32_t channel = 0;
    Decision decision = Decision::ack;  // answering
    Delivery delivery;
    std::string why;

    // Of what it holds on to.
    void let_go() {
      delivery.content.reset();
      delivery.properties.reset();
      if (!why.empty()) why.clear();
    }
  };
  // What an answer needs to know of it.
  struct Done {
    InHand delivery;
    std::uint32_t client = 0;
    std::uint32_t channel = 0;
    Decision decision = Decision::ack;
    bool no_ack = false;
  };
  struct alignas(64) Thread {
    Alarm done;
    Stage stage = Stage::idle;
    bool writing = false;  // running: its publish waits to be written
    std::uint32_t attempt = 0;
    std::uint64_t ticket = 0;  // running: of the store's answer that it waits for; 0: none
    Job job;
  };

  void set_up(Core& core, broker::ReplyKind last);
  void take_work(Core& core);
  void work(Core& core, std::uint32_t thread);
  bool will_retry(Core& core, std::uint32_t thread, std::string_view why);
  Decision recover(Core& core, const Job& work);
  void republish(Core& core, const Job& work);
  // The thread answers when it is its turn to write, and is free.
  void answer_in_turn(Core& core, std::uint32_t thread);
  void answer_now(Core& core, std::uint32_t thread);
  void publish_now(Core& core, std::uint32_t thread, broker::BasicPublish&& publish);
  // False: it died meanwhile.
  bool settle(Core& core, const Done& work);
  void answer(Core& core, const Done& work);
  void gone(Core& core);
  void finish_stop(Core& core);
  void go_down(Core& core, ledger::Reason reason);
  bool is_idle() const;

  EntityId id_;
  std::uint32_t index_;
  Life life_ = Life::not_started;
  bool cancelled_ = false;  // while stopping: no more deliveries come
  // Of its config, where each message can see it.
  bool asks_host_;
  bool coroutine_;
  bool has_effect_;
  NameId effect_;  // config_.effect, once there was one
  std::vector<Thread> threads_;
  Timing work_;
  ConsumerCounts counts_;
  Session session_;

  ConsumerConfig config_;
  std::uint64_t lives_ = 0;  // kills and stops, to notice those that a handler orders
  Alarm start_;
};

}  // namespace mqlab::world
