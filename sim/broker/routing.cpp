// SPDX-License-Identifier: MIT
// Queues, exchanges and bindings coming and going. The way of a message is in route.cpp.
#include "sim/broker/routing.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "sim/base/assert.hpp"

namespace mqlab::broker {

namespace {

using ledger::EntityKind;
using ledger::Fact;
using ledger::Reason;

std::variant<DirectTable, FanoutTable, TopicTable, HeadersTable> table_of(ExchangeType type,
                                                                          Version version) {
  switch (type) {
    case ExchangeType::direct:
      return DirectTable();
    case ExchangeType::fanout:
    case ExchangeType::local_random:
      return FanoutTable();
    case ExchangeType::topic:
      return TopicTable();
    case ExchangeType::headers:
      return HeadersTable(version);
  }
  return DirectTable();
}

std::optional<NameId> alternate_argument(const FieldTable& arguments, Names& names) {
  const FieldValue* value = find_field(arguments, "alternate-exchange");
  if (value == nullptr || value->type != FieldType::text) return std::nullopt;
  return names.intern(std::get<std::string>(value->content));
}

}  // namespace

Routing::Routing(ledger::Ledger& ledger, Version version, std::string_view vhost,
                 ledger::EntityId vhost_entity)
    : ledger_(&ledger), version_(version), vhost_(vhost), vhost_entity_(vhost_entity) {
  const auto predeclare = [this](std::string_view name, ExchangeType type, bool internal) {
    const ExchangeRef ref = declare(ledger_->names().intern(name), type, {true, false, internal},
                                    {}, Reason::predeclared);
    exchanges_[ref].predeclared = true;
  };
  predeclare("", ExchangeType::direct, false);
  predeclare("amq.direct", ExchangeType::direct, false);
  predeclare("amq.fanout", ExchangeType::fanout, false);
  predeclare("amq.headers", ExchangeType::headers, false);
  predeclare("amq.match", ExchangeType::headers, false);
  predeclare("amq.rabbitmq.trace", ExchangeType::topic, true);
  predeclare("amq.topic", ExchangeType::topic, false);
}

// -- queues -------------------------------------------------------------------------------------

void Routing::add_queue(QueueRef queue, NameId name, bool durable, ledger::EntityId entity) {
  changed();
  if (queue >= queues_.size()) queues_.resize(queue + 1);
  MQLAB_ASSERT(!queues_[queue].known);
  queues_[queue] = {};
  queues_[queue].name = name;
  queues_[queue].known = true;
  queues_[queue].durable = durable;
  queues_[queue].entity = entity;
  queue_by_name_.insert(name.value, 0, queue);
  queues_in_order_.emplace(ledger_->text(name), queue);
  rank_queue(queue);
}

// Gives a queue a rank between its neighbours by name, so that a route can put queues in order
// without looking at names. When there is no room between them all ranks are spread anew.
void Routing::rank_queue(QueueRef queue) {
  constexpr std::uint64_t kStep = std::uint64_t{1} << 32;
  const auto at = queues_in_order_.find(ledger_->text(queues_[queue].name));
  const auto after = std::next(at);
  const std::uint64_t low =
      at == queues_in_order_.begin() ? 0 : queues_[std::prev(at)->second].rank;
  if (after == queues_in_order_.end()) {
    if (low < ~std::uint64_t{0} - kStep) {
      queues_[queue].rank = low + kStep;
      return;
    }
  } else if (const std::uint64_t high = queues_[after->second].rank; high - low >= 2) {
    queues_[queue].rank = low + (high - low) / 2;
    return;
  }
  std::uint64_t rank = 0;
  for (const auto& [name, each] : queues_in_order_) queues_[each].rank = rank += kStep;
}

void Routing::remove_queue(QueueRef queue, Reason reason) {
  changed();
  drop_incoming(Destination::queue(queue), reason, true);
  const NameId name = queues_[queue].name;
  queue_by_name_.erase(name.value, 0);
  queues_in_order_.erase(ledger_->text(name));
  queues_[queue] = {};
}

std::vector<QueueRef> Routing::queues_by_name() const {
  std::vector<QueueRef> all;
  all.reserve(queues_in_order_.size());
  for (const auto& [name, queue] : queues_in_order_) all.push_back(queue);
  return all;
}

// -- exchanges ----------------------------------------------------------------------------------

ExchangeRef Routing::declare(NameId name, ExchangeType type, ExchangeFlags flags,
                             FieldTable arguments, Reason reason) {
  changed();
  ExchangeRef ref = 0;
  if (free_exchanges_.empty()) {
    ref = static_cast<ExchangeRef>(exchanges_.size());
    exchanges_.emplace_back();
  } else {
    ref = free_exchanges_.back();
    free_exchanges_.pop_back();
  }
  const std::string_view text = ledger_->text(name);
  Exchange& exchange = exchanges_[ref];
  exchange.name = name;
  exchange.type = type;
  exchange.flags = flags;
  exchange.entity = ledger_->new_entity(EntityKind::exchange, text, vhost_entity_);
  exchange.alternate_by_argument = alternate_argument(arguments, ledger_->names());
  exchange.arguments = std::move(arguments);
  exchange.table = table_of(type, version_);
  exchange_by_name_.insert(name.value, 0, ref);
  exchanges_in_order_.emplace(text, ref);

  ledger::Row row;
  row.fact = Fact::created;
  row.reason = reason;
  row.subject = exchange.entity;
  row.object = vhost_entity_;
  row.flags = flags.durable ? ledger::kDurable : 0;
  ledger_->append(row);
  return ref;
}

void Routing::remove(ExchangeRef exchange, Reason reason) {
  erase_exchange(exchange, reason, true);
}

// Ends the exchange, then its bindings: those as source all at once, those as destination with
// whatever is auto-deleted because of it.
void Routing::erase_exchange(ExchangeRef ref, Reason reason, bool auto_delete) {
  changed();
  Exchange& exchange = exchanges_[ref];
  ledger::Row row;
  row.fact = Fact::ended;
  row.reason = reason;
  row.subject = exchange.entity;
  ledger_->append(row);

  // Out of sight first: a chain of auto-deletions may lead back here.
  exchange_by_name_.erase(exchange.name.value, 0);
  exchanges_in_order_.erase(ledger_->text(exchange.name));
  exchange.flags.auto_delete = false;
  while (exchange.outgoing.first != kNoRef) unlink(exchange.outgoing.first, reason);
  drop_incoming(Destination::exchange(ref), reason, auto_delete);
  exchanges_[ref] = Exchange();
  free_exchanges_.push_back(ref);
}

void Routing::set_policy_alternate(ExchangeRef exchange, std::optional<NameId> alternate) {
  changed();
  exchanges_[exchange].alternate_by_policy = alternate;
}

std::vector<ExchangeRef> Routing::exchanges_by_name() const {
  std::vector<ExchangeRef> all;
  all.reserve(exchanges_in_order_.size());
  for (const auto& [name, exchange] : exchanges_in_order_) all.push_back(exchange);
  return all;
}

// -- bindings -----------------------------------------------------------------------------------

BindingList& Routing::incoming(Destination destination) {
  return destination.is_queue() ? queues_[destination.ref()].incoming
                                : exchanges_[destination.ref()].incoming;
}

ledger::EntityId Routing::entity(Destination destination) const {
  return destination.is_queue() ? queues_[destination.ref()].entity
                                : exchanges_[destination.ref()].entity;
}

void Routing::write_binding(Fact fact, const Binding& binding, Reason reason) {
  ledger::Row row;
  row.fact = fact;
  row.reason = reason;
  row.subject = exchanges_[binding.source].entity;
  row.object = entity(binding.destination);
  row.text = binding.key;
  ledger_->append(row);
}

bool Routing::bound(ExchangeRef source, Destination destination, NameId key,
                    const FieldTable& arguments) const {
  const ArgumentsRef known = arguments_.find(arguments);
  return known != kNoRef && bindings_.find(source, destination, key, known) != kNoRef;
}

bool Routing::bind(ExchangeRef source, Destination destination, NameId key,
                   const FieldTable& arguments) {
  if (bound(source, destination, key, arguments)) return false;
  changed();
  Exchange& exchange = exchanges_[source];
  Binding identity;
  identity.source = source;
  identity.destination = destination;
  identity.key = key;
  identity.arguments = arguments_.acquire(arguments);
  const BindingRef ref = bindings_.add(identity, exchange.outgoing, incoming(destination));

  struct Add {
    Routing& routing;
    BindingRef ref;
    void operator()(DirectTable& table) const { table.add(ref, routing.bindings_); }
    void operator()(FanoutTable& table) const { table.add(ref, routing.bindings_); }
    void operator()(TopicTable& table) const {
      const NameId key = routing.bindings_[ref].key;
      table.add(ref, routing.words_.split(key, routing.ledger_->text(key)), routing.bindings_);
    }
    void operator()(HeadersTable& table) const {
      const ArgumentsRef known = routing.bindings_[ref].arguments;
      table.add(ref, routing.arguments_.table(known), routing.bindings_);
    }
  };
  std::visit(Add{*this, ref}, exchange.table);
  write_binding(Fact::bound, identity, Reason::none);
  return true;
}

bool Routing::unbind(ExchangeRef source, Destination destination, NameId key,
                     const FieldTable& arguments) {
  const ArgumentsRef known = arguments_.find(arguments);
  if (known == kNoRef) return false;
  const BindingRef ref = bindings_.find(source, destination, key, known);
  if (ref == kNoRef) return false;
  unlink(ref, Reason::none);
  const Exchange& exchange = exchanges_[source];
  if (exchange.flags.auto_delete && exchange.outgoing.count == 0) {
    erase_exchange(source, Reason::auto_deleted, true);
  }
  return true;
}

// Takes a binding away from its source, its destination and the ledger's view of the world.
void Routing::unlink(BindingRef ref, Reason reason) {
  changed();
  const Binding binding = bindings_[ref];
  write_binding(Fact::unbound, binding, reason);
  Exchange& source = exchanges_[binding.source];
  std::visit([&](auto& table) { table.remove(ref, bindings_); }, source.table);
  bindings_.remove(ref, source.outgoing, incoming(binding.destination));
  arguments_.release(binding.arguments);
}

// Takes away all bindings that lead to something that goes. Sources that lose their last binding by
// it go too if they are auto-delete, after all bindings are away (DECL-13).
void Routing::drop_incoming(Destination destination, Reason reason, bool auto_delete) {
  std::vector<ExchangeRef> sources;
  while (incoming(destination).first != kNoRef) {
    const BindingRef ref = incoming(destination).first;
    const ExchangeRef source = bindings_[ref].source;
    unlink(ref, reason);
    const Exchange& exchange = exchanges_[source];
    if (exchange.flags.auto_delete && exchange.outgoing.count == 0) sources.push_back(source);
  }
  if (!auto_delete) return;
  for (const ExchangeRef source : sources) {
    // It may be gone already: a chain leads to it twice.
    if (exchanges_[source].flags.auto_delete && exchanges_[source].outgoing.count == 0) {
      erase_exchange(source, Reason::auto_deleted, true);
    }
  }
}

// -- restart ------------------------------------------------------------------------------------

void Routing::drop_transient() {
  for (const QueueRef queue : queues_by_name()) {
    if (queues_[queue].durable) continue;
    drop_incoming(Destination::queue(queue), Reason::not_durable, false);
    remove_queue(queue, Reason::not_durable);
  }
  for (const ExchangeRef exchange : exchanges_by_name()) {
    if (!exchanges_[exchange].flags.durable) erase_exchange(exchange, Reason::not_durable, false);
  }
}

// -- looking in ---------------------------------------------------------------------------------

std::vector<Routing::BindingInfo> Routing::bindings() const {
  std::vector<BindingInfo> all;
  all.reserve(bindings_.size());
  for (const auto& [name, source] : exchanges_in_order_) {
    for (BindingRef ref = exchanges_[source].outgoing.first; ref != kNoRef;
         ref = bindings_[ref].next_of_source) {
      const Binding& b = bindings_[ref];
      const NameId destination = b.destination.is_queue() ? queues_[b.destination.ref()].name
                                                          : exchanges_[b.destination.ref()].name;
      all.push_back({name, b.destination.is_queue(), ledger_->text(destination),
                     ledger_->text(b.key), &arguments_.table(b.arguments)});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const BindingInfo& a, const BindingInfo& b) {
    return std::tuple(a.source, !a.to_queue, a.destination, a.key) <
           std::tuple(b.source, !b.to_queue, b.destination, b.key);
  });
  return all;
}

std::optional<std::string> Routing::validate() const {
  std::size_t outgoing = 0;
  std::size_t incoming_count = 0;
  for (const auto& [name, ref] : exchanges_in_order_) {
    const Exchange& exchange = exchanges_[ref];
    if (find_exchange(exchange.name) != ref) return "an exchange is not found by its name";
    outgoing += exchange.outgoing.count;
    incoming_count += exchange.incoming.count;
    std::uint32_t counted = 0;
    for (BindingRef b = exchange.outgoing.first; b != kNoRef; b = bindings_[b].next_of_source) {
      if (bindings_[b].source != ref) return "a binding is in the list of another source";
      ++counted;
    }
    if (counted != exchange.outgoing.count) return "a source's list has lost bindings";
  }
  std::uint64_t rank = 0;
  for (const auto& [name, ref] : queues_in_order_) {
    const Queue& queue = queues_[ref];
    if (find_queue(queue.name) != ref) return "a queue is not found by its name";
    if (queue.rank <= rank) return "queues are not ranked by their names";
    rank = queue.rank;
    incoming_count += queue.incoming.count;
  }
  if (outgoing != bindings_.size()) return "bindings without a source";
  if (incoming_count != bindings_.size()) return "bindings without a destination";
  return std::nullopt;
}

}  // namespace mqlab::broker
