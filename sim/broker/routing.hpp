// SPDX-License-Identifier: MIT
// The exchanges and bindings of one virtual host, and the way of a message through them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/broker/exchange.hpp"
#include "sim/broker/route_memo.hpp"
#include "sim/broker/version.hpp"
#include "sim/ledger/ledger.hpp"

namespace mqlab::broker {

// Routing says what is there and where a message goes. It carries out changes that were checked
// before (see topology.hpp for the checks in the server's order), writes their rows to the ledger
// (created, ended, bound, unbound) and holds no messages. Queues are known to it by name and by the
// number that their owner gave them.
//
// A route calls no allocator once its tables and the caller's vector have grown. All lists are in
// an order that follows from names or from the order of creation, never from a hash.
class Routing {
 public:
  // Creates the predeclared exchanges (DECL-2). `ledger` must outlive the object.
  Routing(ledger::Ledger& ledger, Version version, std::string_view vhost,
          ledger::EntityId vhost_entity);

  // -- queues -------------------------------------------------------------------------------------
  // Makes a queue known: the default exchange leads to it at once (ROUTE-1).
  void add_queue(QueueRef queue, NameId name, bool durable, ledger::EntityId entity);
  // Forgets a queue with all its bindings; exchanges that are deleted with their last binding go
  // too (DECL-13). The owner has written the queue's own `ended` row.
  void remove_queue(QueueRef queue, ledger::Reason reason);
  // The queue of this name, or kNoRef.
  QueueRef find_queue(NameId name) const { return queue_by_name_.find(name.value, 0); }
  NameId queue_name(QueueRef queue) const { return queues_[queue].name; }
  std::uint32_t binding_count(QueueRef queue) const { return queues_[queue].incoming.count; }
  // All queues in the order of their names.
  std::vector<QueueRef> queues_by_name() const;

  // -- exchanges ----------------------------------------------------------------------------------
  // The exchange of this name, or kNoRef.
  ExchangeRef find_exchange(NameId name) const { return exchange_by_name_.find(name.value, 0); }
  const Exchange& exchange(ExchangeRef ref) const { return exchanges_[ref]; }
  // Creates an exchange that is not there. Its alternate-exchange argument takes effect.
  ExchangeRef declare(NameId name, ExchangeType type, ExchangeFlags flags, FieldTable arguments,
                      ledger::Reason reason = ledger::Reason::declared);
  // Deletes an exchange with all its bindings, and those that are auto-deleted because of it.
  void remove(ExchangeRef exchange, ledger::Reason reason);
  // A policy's alternate exchange, or that there is none (POL-1).
  void set_policy_alternate(ExchangeRef exchange, std::optional<NameId> alternate);
  // All exchanges in the order of their names.
  std::vector<ExchangeRef> exchanges_by_name() const;

  // -- bindings -----------------------------------------------------------------------------------
  // Adds a binding; false if it is there already (ROUTE-14).
  bool bind(ExchangeRef source, Destination destination, NameId key, const FieldTable& arguments);
  // Removes a binding; false if there is none such. The source may be auto-deleted (DECL-13).
  bool unbind(ExchangeRef source, Destination destination, NameId key, const FieldTable& arguments);
  bool bound(ExchangeRef source, Destination destination, NameId key,
             const FieldTable& arguments) const;
  std::size_t binding_count() const { return bindings_.size(); }

  // -- routing ------------------------------------------------------------------------------------
  // Fills `queues` with every queue that the message reaches, each once (ROUTE-13), in the order of
  // their names. `keys`: the routing key, then those of CC and BCC (ROUTE-18). `headers`: of the
  // message as stored, nullptr if it has none.
  void route(ExchangeRef exchange, std::span<const NameId> keys, const FieldTable* headers,
             std::vector<QueueRef>& queues);

  // Who chooses for local random exchanges: a number below the given one (ROUTE-23). Without one it
  // is 0.
  void choose_by(std::function<std::uint64_t(std::uint64_t)> choose) {
    choose_ = std::move(choose);
  }

  // Counts changes: as long as it stays the same, so does every route that is_fixed().
  std::uint64_t version() const { return version_number_; }
  // Whether the last route() hangs on nothing but exchange and keys: it asked no headers and left
  // nothing to chance.
  bool is_fixed() const { return !varies_; }

  // -- restart ------------------------------------------------------------------------------------
  // Drops what a restart does not bring back (DUR-1): transient queues and exchanges with all
  // bindings from or to them. Nothing is auto-deleted. The owner has written the queues' rows.
  void drop_transient();

  // -- looking in ---------------------------------------------------------------------------------
  struct BindingInfo {
    std::string_view source;
    bool to_queue = true;
    std::string_view destination;
    std::string_view key;
    const FieldTable* arguments = nullptr;
  };
  // All bindings, in the order of source, kind of destination (queues first), destination, key;
  // without those of the default exchange.
  std::vector<BindingInfo> bindings() const;
  std::string_view vhost() const { return vhost_; }
  Names& names() { return ledger_->names(); }
  // Deep check; nullopt, or what is broken.
  std::optional<std::string> validate() const;

 private:
  struct Queue {
    NameId name;
    bool known = false;
    bool durable = false;
    ledger::EntityId entity;
    BindingList incoming;
    std::uint64_t rank = 0;    // orders queues by name, see rank_queue
    std::uint64_t routed = 0;  // the last route that reached it
  };

  void rank_queue(QueueRef queue);
  void collect(ExchangeRef exchange, std::span<const NameId> keys, const FieldTable* headers,
               std::vector<QueueRef>& queues);
  bool finds_one(ExchangeRef exchange, NameId key, std::vector<QueueRef>& queues) const;
  void put_in_order(std::vector<QueueRef>& queues) const;
  bool is_worth_keeping(ExchangeRef exchange, std::size_t keys, std::size_t queues) const;
  BindingList& incoming(Destination destination);
  ledger::EntityId entity(Destination destination) const;
  void unlink(BindingRef ref, ledger::Reason reason);
  void drop_incoming(Destination destination, ledger::Reason reason, bool auto_delete);
  void erase_exchange(ExchangeRef exchange, ledger::Reason reason, bool auto_delete);
  void write_binding(ledger::Fact fact, const Binding& binding, ledger::Reason reason);

  ledger::Ledger* ledger_;
  Version version_;
  std::string vhost_;
  ledger::EntityId vhost_entity_;

  std::vector<Queue> queues_;  // by QueueRef
  FlatIndex queue_by_name_;
  std::map<std::string_view, QueueRef> queues_in_order_;

  std::vector<Exchange> exchanges_;  // by ExchangeRef
  std::vector<ExchangeRef> free_exchanges_;
  FlatIndex exchange_by_name_;
  std::map<std::string_view, ExchangeRef> exchanges_in_order_;

  Bindings bindings_;
  ArgumentTables arguments_;
  TopicWords words_;

  std::uint64_t route_ = 0;
  std::vector<ExchangeRef> work_;  // exchanges that a route has still to look at
  bool varies_ = false;            // the present route hangs on more than exchange and keys
  std::function<std::uint64_t(std::uint64_t)> choose_;
  // Everything that changes what is there says so here, before it does.
  void changed() {
    ++version_number_;
    memo_.forget();
  }
  RouteMemo memo_;
  std::uint64_t version_number_ = 1;
};

}  // namespace mqlab::broker
