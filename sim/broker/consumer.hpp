// SPDX-License-Identifier: MIT
// A consumer: one basic.consume on one channel.
#pragma once

#include <cstdint>

#include "sim/broker/arguments.hpp"
#include "sim/broker/entry.hpp"

namespace mqlab::broker {

// What every delivery needs lies together at its begin.
struct alignas(64) Consumer {
  ConsumerId id;
  ChannelId channel;
  QueueId queue;
  NameId tag;
  ledger::EntityId entity;
  // Deliveries it may still be sent before it has to settle some; 0: it is full (CONS-2). Only if
  // it is limited at all.
  std::uint32_t credit = 0;
  bool limited = false;
  bool no_ack = false;
  bool exclusive = false;
  std::uint16_t prefetch = 0;       // of the channel when it began (CONS-1)
  Consumer* next_parked = nullptr;  // see ChannelRecord
  // What settlements of an earlier consumer of the same tag added to it.
  std::uint32_t extra_credit = 0;
  ConsumerSettings settings;

  std::uint32_t holding = 0;  // quorum queues: deliveries it has not settled
  // Quorum queues of 3.10: among them are an earlier consumer's of the same tag (CONS-9).
  bool inherits = false;
  std::uint64_t position = 0;  // streams: the offset of the next message

  bool full() const { return limited && credit == 0; }
};

}  // namespace mqlab::broker
