// SPDX-License-Identifier: MIT
// A queue as one page: what was declared, what is ready, who consumes, what is due.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/broker/arguments.hpp"
#include "sim/broker/consumer.hpp"
#include "sim/broker/dead_letter.hpp"
#include "sim/broker/line.hpp"
#include "sim/broker/ready.hpp"
#include "sim/broker/timers.hpp"

namespace mqlab::broker {

using ConnectionId = Id<struct ConnectionTag>;
struct Vhost;

// A channel that publishes to a quorum queue with reject-publish (QQ-8).
struct Publisher {
  ChannelId channel;
  bool refused = false;  // the queue says that it must stop
  bool stopped = false;  // the channel has heard of it
};

// A consumer of a quorum queue that waits to be served.
struct Turn {
  std::int64_t priority = 0;
  ConsumerId consumer;
};

// Consumers of a quorum queue, in the way of its state machine: those with credit wait to be
// served; with a single active consumer the others wait apart.
struct QuorumLine {
  std::vector<Turn> service;          // who may be sent the next message, by priority, then turn
  std::vector<ConsumerId> waiting;    // single active consumer: those that are not it
  ConsumerId active;                  // single active consumer: it
  bool quiescing = false;             // it gives way when it has settled all it holds (QQ-10)
  std::uint32_t turn = 0;             // counts to the weight of high priority (QQ-11)
  std::vector<ConsumerId> automatic;  // for each delivery without ack: credit on its way back
  bool has_news = false;
  std::vector<Publisher> publishers;  // with reject-publish, by channel
  std::vector<ChannelId> failing;     // that cannot take what they were sent (CONS-9)
  std::size_t first_letter = 0;       // where the dead letters of the present command begin
};

// A copy that died and stays until its dead letter finds a place (QQ-6).
struct Kept {
  Entry entry;
  DeathReason reason = DeathReason::rejected;
};

// What every message needs lies together at its begin.
struct alignas(64) Queue {
  QueueId id;
  // The single active consumer, or the exclusive one (CONS-7, CONS-8).
  ConsumerId holder;
  Line line;
  std::uint64_t unacked = 0;
  std::uint64_t arrivals = 0;  // the order number of the last arrival
  QueueSettings settings;      // of arguments and policy
  Ready ready;
  // What the settings say, as the queue works with it.
  std::optional<NameId> dead_letter_exchange;
  std::optional<NameId> dead_letter_key;

  Vhost* vhost = nullptr;
  NameId name;
  ledger::EntityId entity;
  QueueFlags flags;
  ConnectionId owner;    // exclusive: the connection that declared it
  FieldTable arguments;  // as kept

  std::uint64_t returns = 0;         // quorum queues: the order number of the last return
  std::uint64_t unstored_bytes = 0;  // of bodies that need not be written, if Options::counts_disk

  QuorumLine quorum;
  std::vector<ConsumerId> consumers;  // all of them, in the order of their start
  bool had_consumers = false;

  Time begun;  // when it was declared, or came back after a restart
  Timer head_expiry;
  Timer queue_expiry;
  Timer letter_retry;

  std::vector<Kept> kept;

  // Streams: how many messages the last tick before the newest message counted, and which it was.
  std::uint64_t counted = 0;
  std::int64_t counted_at = 0;

  bool is_durable() const { return flags.is_durable(); }
  bool is_classic() const { return settings.type == QueueType::classic; }
};

}  // namespace mqlab::broker
