// SPDX-License-Identifier: MIT
// One copy of a message as a queue holds it, and the ids of what lives inside a broker.
#pragma once

#include <cstdint>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/broker/message.hpp"
#include "sim/ledger/row.hpp"

namespace mqlab::broker {

// Numbers of places in the broker's tables. They are never given twice, so an id that outlived its
// thing finds nothing.
using QueueId = Id<struct QueueTag>;
using ChannelId = Id<struct ChannelTag>;
using ConsumerId = Id<struct ConsumerTag>;

// A copy. It is ready in exactly one queue or unacked on exactly one channel. Queues keep less of
// those that need less (ready.hpp).
struct Entry {
  MessagePtr message;
  std::uint64_t key = 0;          // its place: ready copies are in ascending order of keys
  Time deadline = Time::never();  // TTL-1, TTL-2, TTL-4, TTL-8; fixed at arrival
  std::uint64_t token = 0;        // of the write it is part of; 0: it is not written
  ledger::CopyId copy;
  std::uint32_t failures = 0;  // LetterNotes::failures of its letter, as far as it is known
  std::uint16_t returns = 0;   // quorum queues: how often it came back
  bool redelivered = false;    // QUEUE-3
  bool from_disk = false;      // read from the disk of a lazy queue (DLX-8)
};

// The order key: a class (0 first) above a number that counts up.
constexpr std::uint64_t order_key(std::uint8_t order_class, std::uint64_t number) {
  return (static_cast<std::uint64_t>(order_class) << 56) | number;
}
constexpr std::uint8_t order_class(std::uint64_t key) {
  return static_cast<std::uint8_t>(key >> 56);
}

}  // namespace mqlab::broker
