// SPDX-License-Identifier: MIT
// What the world asks of its host (a script, a test), and the values that pass between them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sim/broker/broker.hpp"
#include "sim/world/config.hpp"
#include "sim/world/store_port.hpp"

namespace mqlab::world {

// A message before it is sent.
struct Content {
  std::string exchange;
  std::string routing_key;
  std::string body;
  broker::PropertiesPtr properties;  // nullptr: none set
  std::string business;              // empty: the name of the message
  bool mandatory = false;
};

// A message in a client's hands.
struct Delivery {
  MessageId message;
  CopyId copy;
  TransmissionId transmission;
  broker::MessagePtr content;
  broker::PropertiesPtr properties;  // nullptr: the content's own
  NameId routing_key;                // as the client sees it
  NameId consumer_tag;
  std::uint64_t tag = 0;            // delivery tag
  std::uint32_t message_count = 0;  // of a get: ready messages left
  bool redelivered = false;
  bool no_ack = false;

  const broker::Properties& props() const { return properties ? *properties : content->props(); }
};

// A message that came back by basic.return.
struct Returned {
  MessageId message;
  broker::MessagePtr content;
  NameId routing_key;
  std::uint16_t code = 0;
  std::string text;
};

// What a handler makes of a delivery. With automatic acks all but `ack` count as failures.
enum class Decision : std::uint8_t {
  ack,      // handled: the business effect takes place
  nack,     // without requeue
  reject,   // without requeue
  requeue,  // nack with requeue
  failure,  // an error: ConsumerConfig::retry and on_failure say what follows
  leave,    // no answer: it stays unacked
};

// What a process's waiting call comes back with.
struct Answer {
  enum class Kind : std::uint8_t {
    reply,      // `reply` is the broker's; of connect and open_channel: their _ok
    delivery,   // `delivery` is a message (get, next)
    nothing,    // get of an empty queue; wait_confirm without anything to wait for
    acked,      // wait_confirm(s): the broker has it (all of them)
    nacked,     // wait_confirm(s): it refused it (one of them)
    timed_out,  // wait_confirm(s), next
    slept,
    stored,     // `store` is what a store says
    cancelled,  // next: the broker cancelled the consumer `reply.name`
    error,      // `error`: the channel or connection is closed, or the node is not there (code 0)
  };
  Kind kind = Kind::nothing;
  broker::Reply reply;
  Delivery delivery;
  broker::AmqpError error;
  StoreReply store;
};

// The host's side. A hook that is not set does nothing (handle: ack). Hooks may call any function
// of the world but run(); they are called between steps, never inside one.
// A publish of a coroutine: its message, and the answer if it does not have to wait.
struct Publishing {
  MessageId message;
  std::optional<Answer> answer;
};

struct Hooks {
  std::function<void(std::uint64_t token)> on_timer;
  // Message number i (from 1) of a publisher; `content` holds what its config says.
  std::function<void(EntityId publisher, std::uint64_t i, Content& content)> make_message;
  std::function<Decision(EntityId consumer, const Delivery&)> handle;
  std::function<void(EntityId publisher, const Returned&)> on_return;
  std::function<void(EntityId publisher, MessageId, bool ack)> on_confirm;
  // The broker reads the publisher's connection no more because of an alarm (and why), or again.
  std::function<void(EntityId publisher, bool on, std::string_view why)> on_blocked;
  std::function<void(EntityId process)> start;
  std::function<void(EntityId process, const Answer&)> resume;
  // A process, or a consumer with coroutines, was killed: its coroutines never go on.
  std::function<void(EntityId actor)> killed;
  // ConsumerConfig::coroutine: a thread begins with a delivery, and goes on after a wait. See
  // WorkPort.
  std::function<void(EntityId consumer, std::uint32_t thread, const Delivery&)> begin_work;
  std::function<void(EntityId consumer, std::uint32_t thread, const Answer&)> resume_work;
  // After every event, when all that follows from it at once has happened.
  std::function<void()> after_event;
};

}  // namespace mqlab::world
