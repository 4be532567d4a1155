// SPDX-License-Identifier: MIT
// Where everything is at one instant, in neutral words. The world makes one of its own state, the
// fold makes one of the ledger's rows; that they are equal is the strongest test of both.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/ledger/row.hpp"

namespace mqlab::ledger {

struct Snapshot {
  struct Unacked {
    CopyId copy;
    EntityId holder;        // the subscription, or the channel of a get
    std::uint64_t tag = 0;  // delivery tag

    bool operator==(const Unacked&) const = default;
  };

  // A queue that exists, also an empty one; those of a broker that is down are left out.
  struct Queue {
    EntityId queue;
    std::vector<CopyId> ready;     // head first
    std::vector<Unacked> unacked;  // in order of copy

    bool operator==(const Queue&) const = default;
  };

  // A transmission that was sent and has neither arrived nor finished.
  struct OnWire {
    TransmissionId transmission;
    EntityId from;
    EntityId to;
    Time arrives;  // never: held by the link

    bool operator==(const OnWire&) const = default;
  };

  // What an actor holds; actors that hold nothing are left out. What a node has received and not
  // yet dealt with (a transaction, a connection it does not read) is no part of a snapshot.
  struct Client {
    EntityId actor;
    std::vector<TransmissionId> buffered;  // arrived; in order of transmission
    std::vector<TransmissionId> in_hand;   // started; in order of transmission
    // Publishes sent with kConfirms of which the actor has not learned ack or nack; in order of
    // transmission. Those whose connection broke stay: their fate is not known.
    std::vector<TransmissionId> unconfirmed;

    bool operator==(const Client&) const = default;
  };

  // A row of a store: "table/key", and how often it was written since it was inserted.
  struct Stored {
    NameId place;
    std::uint64_t version = 0;

    bool operator==(const Stored&) const = default;
  };

  // A store that has rows, whether it is up or down.
  struct Store {
    EntityId store;
    std::vector<Stored> rows;  // in order of place

    bool operator==(const Store&) const = default;
  };

  std::vector<Queue> queues;    // in order of entity
  std::vector<OnWire> wire;     // in order of transmission
  std::vector<Client> clients;  // in order of entity
  std::vector<Store> stores;    // in order of entity

  bool operator==(const Snapshot&) const = default;
};

}  // namespace mqlab::ledger
