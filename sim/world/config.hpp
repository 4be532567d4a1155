// SPDX-License-Identifier: MIT
// What a scenario says of its nodes and actors when it declares them.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/time.hpp"
#include "sim/broker/broker.hpp"
#include "sim/broker/message.hpp"
#include "sim/ledger/row.hpp"

namespace mqlab::world {

using ledger::CopyId;
using ledger::EntityId;
using ledger::MessageId;
using ledger::TransmissionId;

// Always `span`, which is not negative.
Distribution always(Duration span);

// A machine with a broker and a disk.
struct NodeConfig {
  broker::Options broker;                          // name, version, limits
  Distribution latency = always(milliseconds(1));  // one way, of every link that names no other
  Distribution fsync = always(milliseconds(5));    // how long the disk takes to bring writes down
  Duration boot{};                                 // from restart until it answers
  // The memory alarm is on while Broker::memory_used() is above this; 0: no such limit (PUB-14).
  std::uint64_t memory_limit = 0;
  // Bytes that are free on the disk before the broker has written any; 0: enough for all times. The
  // disk alarm is on while fewer than `disk_free_limit` are left (PUB-14).
  std::uint64_t disk_free = 0;
  std::uint64_t disk_free_limit = 50'000'000;
  // Bytes of a connection that its machine keeps while the broker does not read (PUB-14). What is
  // more stays with the client.
  std::uint64_t receive_buffer = 131'072;
};

// When a lost connection is tried again: `after` the loss; then, as long as it fails, `factor`
// times as late each time, at most `most`. Of that, up to the share `jitter` (0 to 1) is taken off
// by chance. `after` 0: never.
struct Reconnect {
  Duration after{};
  double factor = 1;  // 1 or more
  Duration most{std::numeric_limits<std::int64_t>::max()};
  double jitter = 0;

  Reconnect() = default;
  Reconnect(Duration always_after) : after(always_after) {}

  // How long to wait after `failures` attempts that failed, before any jitter.
  Duration wait(std::uint32_t failures) const;
};

// How an actor reaches its node. An actor without `reconnect` whose connection ends stays without.
struct AccessConfig {
  EntityId node;
  std::string vhost = "/";
  std::string user = "guest";
  std::string password = "guest";
  std::optional<Distribution> latency;  // one way, each way; else the node's
  Reconnect reconnect;
  Duration connect_timeout = seconds(60);  // until the connection is open; 0: none
  Duration heartbeat{};                    // of both ends (CONN-1); 0: none
  std::uint64_t bandwidth = 0;             // bytes per second, each way; 0: no limit
  std::uint64_t send_buffer = 0;           // bytes written that have not arrived; 0: no limit
};

enum class ConfirmMode : std::uint8_t {
  none,    // publishes and forgets
  each,    // waits for the confirm before it sends the next
  batch,   // sends `window` messages, then waits for all their confirms
  stream,  // has at most `window` unconfirmed messages
};

// A publisher's log table: before a message is sent, a row of the table promises it; when it is
// confirmed, the row says "sent". Every `scan` (at its multiples, while something is promised) the
// table is read, and what it promises and nobody is busy with is sent again. A row of another
// author promises a message as well: about its key, with a text as the body; or as a table says
// with the texts `key` (routing key), `body` and `business`.
struct OutboxRule {
  EntityId store;
  std::string table;
  Duration scan;
};

// A publisher. Its messages come into being by the clock (the first at `start`), whether they can
// be sent or not: while the confirm mode makes it wait, or while it reconnects, they wait in order.
struct PublisherConfig {
  static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

  // When: `count` messages, `every` apart from `start` on; or at the instants of `at`, in order.
  std::uint64_t count = kUnlimited;
  std::vector<Time> at;
  // The message, the same each time; hooks.make_message changes it if `asks_host`.
  bool mandatory = false;
  bool asks_host = false;
  // Confirms. A message not acked `timeout` after it was sent is sent again as a new message of the
  // same business id, at most `retry` times; after that nobody waits for it any more. A new
  // connection sends what was unconfirmed on the old one again, by the same rule.
  ConfirmMode confirm = ConfirmMode::none;
  std::uint32_t window = 1;
  std::uint32_t retry = 0;
  Duration timeout{};  // 0: waits for ever
  Distribution every;
  Duration start{};
  std::string exchange;
  std::string routing_key;
  std::string body;
  broker::PropertiesPtr properties;  // nullptr: none set
  std::string name;
  AccessConfig access;
  std::optional<OutboxRule> outbox;  // not with ConfirmMode::none
};

enum class AckMode : std::uint8_t { automatic, manual };

// What a consumer does with a message whose handling failed (manual ack).
enum class OnFailure : std::uint8_t { requeue, reject, nothing };

// What becomes of a message whose handling failed as often as RetryRule allows.
enum class Recoverer : std::uint8_t {
  on_failure,  // ConsumerConfig::on_failure
  reject,      // without requeue
  requeue,
  republish,  // published to an error exchange with its cause in headers, then acked
};

// Retries in the client's memory; they keep the thread busy.
struct RetryRule {
  std::uint32_t attempts = 1;  // in all
  Duration first{};            // before the second attempt
  double factor = 1;           // each further wait is so much longer, from 1
  Duration most = seconds(3600);
  Recoverer recoverer = Recoverer::on_failure;
  std::string exchange;            // republish
  std::optional<std::string> key;  // republish; else "error." and the message's own
};

// A consumer of one queue. A free thread takes the first buffered delivery, works for a sample of
// `work`, then asks hooks.handle what to do (ack, if not `asks_host`); or, with `coroutine`, runs
// hooks.begin_work until WorkPort::finish.
struct ConsumerConfig {
  bool asks_host = false;
  bool coroutine = false;
  AckMode ack = AckMode::automatic;
  OnFailure on_failure = OnFailure::requeue;
  std::uint16_t prefetch = 0;  // 0: no limit
  std::uint32_t threads = 1;
  std::string effect = "handled";  // the business effect of a handled message; empty: none
  Distribution work;
  RetryRule retry;
  std::string name;
  AccessConfig access;
  std::string queue;
  std::string tag;  // empty: the actor's name
  bool exclusive = false;
  broker::FieldTable arguments;  // of basic.consume: x-priority…
  Duration start{};
};

// A process: the host's coroutine; hooks.start is called at its start.
struct ProcessConfig {
  std::string name;
  Duration start{};
};

}  // namespace mqlab::world
