// SPDX-License-Identifier: MIT
// One fact: a fixed-size row of 64 bytes. What is rare or large sits in the ledger's side tables.
#pragma once

#include <cstdint>

#include "sim/base/ids.hpp"
#include "sim/base/names.hpp"
#include "sim/base/time.hpp"
#include "sim/ledger/fact.hpp"

namespace mqlab::ledger {

// A thing of the world that rows speak of: a queue, a consumer, a link…
using EntityId = Id<struct EntityTag>;
// What a publisher meant to say: the same in every queue it reaches and after every dead lettering.
using MessageId = Id<struct MessageTag>;
// One message in one queue, from enqueued to removed.
using CopyId = Id<struct CopyTag>;
// One frame's journey from a sender's hand to the receiver's, and what the receiver did with it.
using TransmissionId = Id<struct TransmissionTag>;

// The number of a row, counted from 1. Zero means "no row".
using RowNo = std::uint64_t;

inline constexpr std::uint32_t kRedelivered = 1;  // flags of delivered
inline constexpr std::uint32_t kNoAck = 2;       // flags of delivered, and of created subscriptions
inline constexpr std::uint32_t kPersistent = 4;  // flags of enqueued
inline constexpr std::uint32_t kDurable = 8;     // flags of created
inline constexpr std::uint32_t kConfirms = 16;   // flags of sent publishes: a confirm will come
inline constexpr std::uint32_t kRead = 32;       // flags of delivered: the copy stays (streams)

// See Fact for what each field means in each kind of row.
struct Row {
  Time at{};
  RowNo cause = 0;
  std::uint64_t value = 0;
  MessageId message{};
  CopyId copy{};
  TransmissionId transmission{};
  EntityId subject{};
  EntityId object{};
  NameId text{};
  std::uint32_t extra = 0;
  std::uint32_t flags = 0;
  Fact fact = Fact::noted;
  Reason reason = Reason::none;
  std::uint32_t reserved = 0;
};

static_assert(sizeof(Row) == 64, "a row stays at 64 bytes: millions of them are kept and scanned");

}  // namespace mqlab::ledger
