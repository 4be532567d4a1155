// SPDX-License-Identifier: MIT
// A store: a small transactional table, which crashes apart from its clients, or with one of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/ledger/snapshot.hpp"
#include "sim/world/core.hpp"
#include "sim/world/store_port.hpp"

namespace mqlab::world {

// Requests are carried out whole, each at one instant: when its time is over. A request that is on
// its way when its client dies is still carried out; nobody hears the answer.
class Store {
 public:
  Store(Core& core, std::uint32_t index, EntityId id, StoreConfig config);

  EntityId id() const { return id_; }
  bool is_up() const { return up_; }
  const StoreConfig& config() const { return config_; }
  // How often it went down or came back: what was begun with it is gone when this has changed.
  std::uint32_t turns() const { return turns_; }
  // All rows of a table, by key.
  std::vector<StoreRow> rows(const std::string& table) const;
  // All rows by their names in the ledger, in order of the names' numbers.
  std::vector<ledger::Snapshot::Stored> stored() const;

  // The answer reaches the asker by answer_caller(ticket), or is there at once if the store is
  // down. The steps take place together or not at all.
  std::optional<StoreReply> ask(Core& core, Caller caller, StoreRequest request);

  // -- events
  // -----------------------------------------------------------------------------------------
  void carry_out(Core& core, std::uint32_t slot);
  void expire(Core& core);

  // -- orders
  // -----------------------------------------------------------------------------------------
  // What is not committed is lost; rows, too, if they are not durable.
  void crash(Core& core);
  void restart(Core& core);

 private:
  using Place = std::pair<std::string, std::string>;  // table, key
  struct Cell {
    broker::FieldValue value;
    std::uint64_t version = 0;
    Time until = Time::never();
    NameId name;        // "table/key" in the ledger
    MessageId message;  // what the row promises to send
  };
  struct Pending {
    Caller caller;
    StoreRequest request;
    Alarm done;
  };
  // What a request changes; no cell: the row goes.
  using Overlay = std::map<Place, std::optional<Cell>>;
  // One row of the ledger about a request.
  struct Entry {
    ledger::Reason reason = ledger::Reason::inserted;
    Cell cell;                        // as it is then, or was before it went
    const StoreOp* effect = nullptr;  // instead: an effect takes place
  };

  StoreReply apply(Core& core, const Caller& caller, const StoreRequest& request);
  Cell changed_cell(Core& core, const StoreOp& step, const std::optional<Cell>& before) const;
  void commit(Core& core, const Caller& caller, const StoreRequest& request, Overlay&& changed,
              std::vector<Entry> log);
  static StoreReply::Status judge(const StoreOp& step, const std::optional<Cell>& cell);
  void read(const Overlay& changed, const StoreOp& step, StoreReply& reply) const;
  std::optional<Cell> look(const Overlay& changed, const Place& place) const;
  void set(const Place& place, std::optional<Cell> cell);
  void note(Core& core, EntityId author, const Cell& cell, ledger::Reason reason) const;
  void watch_expiry(Core& core);

  StoreConfig config_;
  EntityId id_;
  std::uint32_t index_;
  Timing read_;
  Timing write_;
  bool up_ = true;
  std::uint32_t turns_ = 0;
  std::map<Place, Cell> cells_;
  std::set<std::pair<Time, Place>> expiries_;
  std::map<std::uint32_t, Pending> pending_;  // by slot
  std::set<std::uint32_t> free_slots_;        // below the highest that was used
  Alarm expiry_;
};

}  // namespace mqlab::world
