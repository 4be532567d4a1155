// SPDX-License-Identifier: MIT
// What is where at an instant: the fold of the ledger's rows up to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/ledger/snapshot.hpp"
#include "sim/ledger/view.hpp"
#include "sim/observe/id_table.hpp"
#include "sim/observe/ordered_copies.hpp"

namespace mqlab::observe {

using ledger::CopyId;
using ledger::EntityId;
using ledger::Fact;
using ledger::LedgerView;
using ledger::MessageId;
using ledger::Reason;
using ledger::Row;
using ledger::RowNo;
using ledger::TransmissionId;

// A thing of the world, whatever its kind.
struct Thing {
  bool alive = false;            // created and not ended; nodes and actors also by coming up
  bool down = false;             // a node or actor that is killed, stopped or without power
  bool blocked = false;          // a connection that the broker does not read
  bool no_ack = false;           // a subscription with automatic acks
  bool durable = false;          // a queue or exchange
  Reason why = Reason::none;     // of its last change
  std::uint32_t prefetch = 0;    // of a subscription; 0: no limit
  std::uint32_t bindings = 0;    // that touch it
  EntityId queue;                // of a subscription
  std::uint64_t unroutable = 0;  // messages that an exchange led nowhere
  RowNo since = 0;               // the row of its last change

  bool operator==(const Thing&) const = default;
};

struct Binding {
  EntityId source;
  EntityId destination;
  NameId key;

  bool operator==(const Binding&) const = default;
};

// A copy that a broker holds.
struct Copy {
  CopyId id;
  MessageId message;
  EntityId queue;
  EntityId holder;              // while unacked: a subscription, or the channel of a get
  TransmissionId transmission;  // its last delivery
  std::uint32_t deliveries = 0;
  std::uint64_t order = 0;
  std::uint64_t tag = 0;  // delivery tag of the last delivery
  RowNo enqueued = 0;     // the row that brought it
  Reason came = Reason::none;
  bool unacked = false;  // otherwise it is ready
  bool persistent = false;
  bool synced = false;

  // Would a delivery now be marked as redelivered? (QUEUE-3, DUR-4)
  bool redelivered() const { return deliveries > 0 || came == Reason::recovered; }
  bool operator==(const Copy&) const = default;
};

enum class Stage : std::uint8_t { on_wire, buffered, in_hand };

// A frame on its way, or in its receiver's buffer or hands.
struct Transmission {
  TransmissionId id;
  MessageId message;  // none: a method without content
  CopyId copy;
  EntityId from;
  EntityId to;
  NameId method;
  std::uint32_t channel = 0;
  Reason kind = Reason::none;  // publish, deliver, get, give_back, method
  Stage stage = Stage::on_wire;
  Time sent;
  Time arrives;   // never: a link holds it
  RowNo row = 0;  // of its last change

  bool operator==(const Transmission&) const = default;
};

// A publish whose confirm its publisher waits for.
struct Awaited {
  TransmissionId id;
  MessageId message;
  EntityId publisher;
  Time sent;

  bool operator==(const Awaited&) const = default;
};

// A row of a store.
struct Stored {
  std::uint64_t version = 0;
  RowNo row = 0;  // of its last change

  bool operator==(const Stored&) const = default;
};

// A row that contradicts those before it: a bug in mqlab or a forged recording.
struct Problem {
  RowNo row = 0;
  std::string_view what;

  bool operator==(const Problem&) const = default;
};

inline constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

// Applying a row costs about the same whatever the world holds. Any sequence of rows whose ids
// exist can be applied; one that makes no sense is noted as a problem.
class State {
 public:
  // Row number row_count() + 1 of the ledger.
  void apply(const LedgerView& view, const Row& row);

  RowNo row_count() const { return rows_; }
  Time now() const { return now_; }

  const Thing& thing(EntityId id) const;
  std::span<const Binding> bindings() const { return bindings_; }

  std::size_t ready_count(EntityId queue) const;
  std::size_t unacked_count(EntityId queue) const;
  std::size_t ready_count() const { return ready_; }
  std::size_t unacked_count() const { return copies_.size() - ready_; }
  // From head to tail, at most `limit` of them.
  std::vector<Copy> ready(EntityId queue, std::size_t limit = kAll) const;
  // In the order they have in the queue.
  std::vector<Copy> unacked(EntityId queue, std::size_t limit = kAll) const;
  // What a subscription (or the gets of a channel) holds, in order of delivery tags.
  std::vector<Copy> held_by(EntityId holder) const;
  // nullptr if no broker holds it.
  const Copy* copy(CopyId id) const { return copies_.find(id.value); }
  std::span<const Copy> copies() const { return copies_.all(); }

  // nullptr if it has ended or not begun.
  const Transmission* transmission(TransmissionId id) const {
    return transmissions_.find(id.value);
  }
  std::span<const Transmission> transmissions() const { return transmissions_.all(); }
  // What waits in the receiver's buffer (or is in its hands), first come first.
  std::vector<Transmission> at(EntityId receiver, Stage stage) const;

  // The publisher's confirm window, in order of sending: publishes with confirms of which it has
  // learned neither ack nor nack. Those whose connection broke stay: their fate is not known.
  std::vector<Awaited> window(EntityId publisher) const;
  std::size_t awaited_count() const { return awaited_.size(); }

  // What stores hold, by store and "table/key".
  using Place = std::pair<EntityId, NameId>;
  const std::map<Place, Stored>& stored() const { return stored_; }

  std::uint64_t problem_count() const { return problem_count_; }
  // The first problem; row 0 if there is none.
  const Problem& problem() const { return problem_; }

  // Roughly what a copy of this state takes in memory.
  std::size_t bytes() const;

  bool operator==(const State&) const = default;

 private:
  struct Shelf {
    OrderedCopies ready;
    OrderedCopies unacked;
    bool operator==(const Shelf&) const = default;
  };

  Thing& thing_for(EntityId id);
  Shelf& shelf_for(EntityId queue);
  const Shelf* shelf(EntityId queue) const;
  std::vector<Copy> list(const OrderedCopies& entries, std::size_t limit) const;
  void note(std::string_view what);

  void apply_to_things(const LedgerView& view, const Row& row);
  void apply_to_copies(const Row& row);
  void apply_to_transmissions(const Row& row);
  void apply_to_stores(const Row& row);
  void unbind(const Row& row);
  void drop_bindings(EntityId id);
  void place(Copy& copy, bool unacked);
  void take_off(const Copy& copy);

  void enqueue(const Row& row);
  void deliver(const Row& row);
  void requeue(const Row& row);
  void remove(const Row& row);
  void send(const Row& row);
  void move(const Row& row, Stage stage);

  RowNo rows_ = 0;
  Time now_;
  std::size_t ready_ = 0;
  std::vector<Thing> things_;            // by entity
  std::vector<std::uint32_t> shelf_of_;  // by entity: position in shelves_ + 1
  std::vector<Shelf> shelves_;
  std::vector<Binding> bindings_;
  IdTable<Copy> copies_;
  IdTable<Transmission> transmissions_;
  IdTable<Awaited> awaited_;
  std::map<Place, Stored> stored_;
  Problem problem_;
  std::uint64_t problem_count_ = 0;
};

// The state after the first `row` rows.
State state_after(const LedgerView& view, RowNo row);
// The state when everything that happened up to and at `at` has happened.
State state_at(const LedgerView& view, Time at);

// The same in the neutral words in which the world tells of itself.
ledger::Snapshot snapshot(const LedgerView& view, const State& state);

}  // namespace mqlab::observe
