// SPDX-License-Identifier: MIT
// A small world told by hand: each verb writes the rows that a real one would.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/ledger/view.hpp"

namespace mqlab::story {

using ledger::CopyId;
using ledger::EntityId;
using ledger::EntityKind;
using ledger::Fact;
using ledger::MessageId;
using ledger::Reason;
using ledger::Row;
using ledger::RowNo;
using ledger::TransmissionId;

// A delivery: what came to whom.
struct Delivery {
  TransmissionId id;
  MessageId message;
  CopyId copy;
  EntityId queue;
  EntityId actor;
  std::uint64_t tag = 0;
  bool no_ack = false;
};

struct Subscription {
  EntityId id;
  EntityId queue;
  EntityId actor;
  bool no_ack = false;
};

class Story {
 public:
  Story();

  ledger::Ledger ledger{ledger::Sink::full};
  EntityId node;
  EntityId vhost;
  EntityId exchange;  // the default one

  ledger::LedgerView view() const { return ledger::LedgerView(ledger); }

  // -- things -----------------------------------------------------------------------------------
  void pass(Duration time) { ledger.set_now(ledger.now() + time); }
  EntityId queue(std::string_view name);
  EntityId actor(std::string_view name);
  // With a connection and a channel of its own. A prefetch of 0 is no limit.
  Subscription consumer(std::string_view name, EntityId queue, std::uint64_t prefetch = 0,
                        bool no_ack = false);
  // A fanout exchange bound to the queues.
  EntityId fanout(std::string_view name, const std::vector<EntityId>& queues);
  RowNo kill(EntityId actor_or_node);
  void restart(EntityId actor_or_node);

  // -- publishing -------------------------------------------------------------------------------
  // With no business id, the message's name is it.
  MessageId compose(EntityId author, std::string_view business = "");
  TransmissionId send(EntityId author, MessageId message, bool confirms = false);
  // The broker reads a publish that is on its way and puts it into the queues.
  std::vector<CopyId> accept(EntityId author, MessageId message, TransmissionId publish,
                             const std::vector<EntityId>& queues);
  void end(TransmissionId transmission, MessageId message, CopyId copy, EntityId subject,
           Reason reason, RowNo cause = 0);
  void learn(EntityId author, MessageId message, TransmissionId publish, Reason reason);
  // All of it, 1 ms later: one message into one queue.
  CopyId publish(EntityId author, EntityId queue, std::string_view business = "");

  // -- consuming --------------------------------------------------------------------------------
  Delivery deliver(CopyId copy, const Subscription& to);
  void arrive(const Delivery& delivery);
  void start(const Delivery& delivery);
  void effect(const Delivery& delivery, std::string_view name = "handled");
  void settle(const Delivery& delivery, Reason removed, Reason finished);
  void ack(const Delivery& delivery) { settle(delivery, Reason::acked, Reason::settled_ack); }
  // 1 ms on the way, 1 ms of work, then the effect (and the ack).
  Delivery handle(CopyId copy, const Subscription& by);
  void requeue(CopyId copy, Reason reason, RowNo cause = 0);
  void remove(CopyId copy, Reason reason, RowNo cause = 0);
  CopyId enqueue(MessageId message, EntityId queue, Reason reason);

  RowNo row(Row row) { return ledger.append(row); }

 private:
  struct Held {
    MessageId message;
    EntityId queue;
    std::uint64_t order = 0;
    bool delivered = false;
  };

  EntityId make(EntityKind kind, std::string_view name, EntityId parent, std::uint64_t value = 0,
                std::uint32_t extra = 0, std::uint32_t flags = 0);

  std::vector<Held> held_ = std::vector<Held>(1);  // by copy
  std::uint64_t order_ = 0;
  std::uint64_t tag_ = 0;
};

}  // namespace mqlab::story
