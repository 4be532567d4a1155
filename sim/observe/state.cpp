// SPDX-License-Identifier: MIT
// How each row changes what is where.
#include "sim/observe/state.hpp"

#include <algorithm>

namespace mqlab::observe {

namespace {

const Thing kNothing{};

}  // namespace

Thing& State::thing_for(EntityId id) {
  if (id.value >= things_.size()) things_.resize(id.value + std::size_t{1});
  return things_[id.value];
}

const Thing& State::thing(EntityId id) const {
  return id.value < things_.size() ? things_[id.value] : kNothing;
}

State::Shelf& State::shelf_for(EntityId queue) {
  if (queue.value >= shelf_of_.size()) shelf_of_.resize(queue.value + std::size_t{1});
  std::uint32_t& position = shelf_of_[queue.value];
  if (position == 0) {
    shelves_.emplace_back();
    position = static_cast<std::uint32_t>(shelves_.size());
  }
  return shelves_[position - 1];
}

const State::Shelf* State::shelf(EntityId queue) const {
  if (queue.value >= shelf_of_.size() || shelf_of_[queue.value] == 0) return nullptr;
  return &shelves_[shelf_of_[queue.value] - 1];
}

void State::note(std::string_view what) {
  if (problem_count_++ == 0) problem_ = Problem{rows_, what};
}

void State::apply(const LedgerView& view, const Row& row) {
  ++rows_;
  now_ = row.at;
  switch (row.fact) {
    case Fact::created:
    case Fact::ended:
    case Fact::bound:
    case Fact::unbound:
    case Fact::blocked:
    case Fact::unblocked:
    case Fact::down:
    case Fact::up:
    case Fact::routed:
      return apply_to_things(view, row);
    case Fact::enqueued:
    case Fact::delivered:
    case Fact::requeued:
    case Fact::removed:
    case Fact::synced:
      return apply_to_copies(row);
    case Fact::sent:
    case Fact::delayed:
    case Fact::arrived:
    case Fact::started:
    case Fact::finished:
    case Fact::learned:
      return apply_to_transmissions(row);
    case Fact::written:
      return apply_to_stores(row);
    case Fact::failed:
    case Fact::composed:
    case Fact::published:
    case Fact::confirmed:
    case Fact::effect:
    case Fact::noted:
    case Fact::checked:
    case Fact::network:
      return;
  }
}

void State::apply_to_stores(const Row& row) {
  const Place place{row.subject, row.text};
  const bool known = stored_.count(place) != 0;
  if (row.reason == Reason::inserted) {
    if (known) note("inserted, but the row was there");
    stored_[place] = Stored{row.value, rows_};
    return;
  }
  if (!known) return note("changed, but there was no such row");
  if (row.reason == Reason::updated) {
    stored_[place] = Stored{row.value, rows_};
  } else {
    stored_.erase(place);
  }
}

void State::apply_to_things(const LedgerView& view, const Row& row) {
  Thing& thing = thing_for(row.subject);
  if (row.fact == Fact::created) {
    if (thing.alive) note("created, but it was there");
    const std::uint32_t bindings = thing.bindings;
    thing = Thing{};
    thing.bindings = bindings;
    thing.alive = true;
    thing.durable = (row.flags & ledger::kDurable) != 0;
    if (view.entity(row.subject).kind == ledger::EntityKind::subscription) {
      thing.no_ack = (row.flags & ledger::kNoAck) != 0;
      thing.prefetch = static_cast<std::uint32_t>(row.value);
      thing.queue = EntityId{row.extra};
    }
  } else if (row.fact == Fact::ended) {
    if (!thing.alive) note("ended, but it was not there");
    thing.alive = false;
    thing.blocked = false;
    drop_bindings(row.subject);
  } else if (row.fact == Fact::bound) {
    bindings_.push_back(Binding{row.subject, row.object, row.text});
    ++thing_for(row.subject).bindings;
    ++thing_for(row.object).bindings;
    return;
  } else if (row.fact == Fact::unbound) {
    return unbind(row);
  } else if (row.fact == Fact::routed) {
    if (row.reason != Reason::none) ++thing.unroutable;
    return;
  } else if (row.fact == Fact::blocked || row.fact == Fact::unblocked) {
    thing.blocked = row.fact == Fact::blocked;
  } else if (row.fact == Fact::down) {
    thing.down = true;
  } else {
    thing.down = false;
    thing.alive = true;
  }
  thing.why = row.reason;
  thing.since = rows_;
}

void State::unbind(const Row& row) {
  const auto found =
      std::find(bindings_.begin(), bindings_.end(), Binding{row.subject, row.object, row.text});
  if (found == bindings_.end()) {
    // What ends takes its bindings with it, so a row that says so again is no contradiction.
    if (thing(row.subject).alive && thing(row.object).alive) note("unbound, but it was not bound");
    return;
  }
  bindings_.erase(found);
  --thing_for(row.subject).bindings;
  --thing_for(row.object).bindings;
}

void State::drop_bindings(EntityId id) {
  if (thing(id).bindings == 0) return;
  std::erase_if(bindings_, [&](const Binding& binding) {
    if (binding.source != id && binding.destination != id) return false;
    --things_[binding.source.value].bindings;
    --things_[binding.destination.value].bindings;
    return true;
  });
}

void State::apply_to_copies(const Row& row) {
  if (row.fact == Fact::enqueued) {
    enqueue(row);
  } else if (row.fact == Fact::delivered) {
    deliver(row);
  } else if (row.fact == Fact::requeued) {
    requeue(row);
  } else if (row.fact == Fact::removed) {
    remove(row);
  } else if (Copy* copy = copies_.find(row.copy.value)) {
    copy->synced = true;
  } else {
    note("synced, but no broker holds the copy");
  }
}

void State::place(Copy& copy, bool unacked) {
  copy.unacked = unacked;
  Shelf& shelf = shelf_for(copy.queue);
  (unacked ? shelf.unacked : shelf.ready).insert({copy.order, copy.id});
  if (!unacked) ++ready_;
}

void State::take_off(const Copy& copy) {
  Shelf& shelf = shelf_for(copy.queue);
  (copy.unacked ? shelf.unacked : shelf.ready).erase({copy.order, copy.id});
  if (!copy.unacked) --ready_;
}

void State::enqueue(const Row& row) {
  if (const Copy* old = copies_.find(row.copy.value)) {
    note("enqueued, but a broker held the copy already");
    take_off(*old);
    copies_.erase(row.copy.value);
  }
  Copy& copy = copies_.add(row.copy);
  copy.message = row.message;
  copy.queue = row.subject;
  copy.order = row.value;
  copy.enqueued = rows_;
  copy.came = row.reason;
  copy.persistent = (row.flags & ledger::kPersistent) != 0;
  place(copy, false);
}

void State::deliver(const Row& row) {
  if (!row.copy && (row.flags & ledger::kNoAck) != 0) return;  // a direct reply
  Copy* copy = copies_.find(row.copy.value);
  if (copy == nullptr) return note("delivered, but no broker held the copy");
  if (copy->unacked) note("delivered, but the copy was not ready");
  if ((row.flags & ledger::kRead) != 0) {
    copy->transmission = row.transmission;
    return;
  }
  take_off(*copy);
  copy->holder = row.object;
  copy->tag = row.value;
  copy->transmission = row.transmission;
  ++copy->deliveries;
  place(*copy, true);
}

void State::requeue(const Row& row) {
  Copy* copy = copies_.find(row.copy.value);
  if (copy == nullptr) return note("requeued, but no broker held the copy");
  if (row.reason == Reason::recovered) {
    copy->came = Reason::recovered;  // of a crashed broker: also what was ready is marked (DUR-4)
  } else if (!copy->unacked && row.reason != Reason::held) {
    note("requeued, but the copy was ready");
  }
  take_off(*copy);
  copy->holder = EntityId{};
  copy->order = row.value;
  place(*copy, false);
}

void State::remove(const Row& row) {
  const Copy* copy = copies_.find(row.copy.value);
  if (copy == nullptr) return note("removed, but no broker held the copy");
  take_off(*copy);
  copies_.erase(row.copy.value);
}

void State::apply_to_transmissions(const Row& row) {
  if (row.fact == Fact::sent) {
    send(row);
  } else if (row.fact == Fact::arrived) {
    move(row, Stage::buffered);
  } else if (row.fact == Fact::started) {
    move(row, Stage::in_hand);
  } else if (row.fact == Fact::learned) {
    if (row.reason == Reason::ack || row.reason == Reason::nack) {
      awaited_.erase(row.transmission.value);
    }
  } else if (Transmission* transmission = transmissions_.find(row.transmission.value)) {
    if (row.fact == Fact::finished) {
      transmissions_.erase(row.transmission.value);
    } else {
      transmission->arrives = Time{static_cast<std::int64_t>(row.value)};
      transmission->row = rows_;
    }
  } else {
    note(row.fact == Fact::finished ? "finished, but nothing was under way"
                                    : "delayed, but nothing was under way");
  }
}

void State::send(const Row& row) {
  if (transmissions_.find(row.transmission.value) != nullptr) {
    note("sent, but it was under way already");
    transmissions_.erase(row.transmission.value);
  }
  Transmission& sent = transmissions_.add(row.transmission);
  sent.message = row.message;
  sent.copy = row.copy;
  sent.from = row.subject;
  sent.to = row.object;
  sent.kind = row.reason;
  sent.method = row.text;
  sent.channel = row.extra;
  sent.sent = row.at;
  sent.arrives = Time{static_cast<std::int64_t>(row.value)};
  sent.row = rows_;
  if (row.reason == Reason::publish && (row.flags & ledger::kConfirms) != 0) {
    awaited_.erase(row.transmission.value);
    Awaited& awaited = awaited_.add(row.transmission);
    awaited.message = row.message;
    awaited.publisher = row.subject;
    awaited.sent = row.at;
  }
}

void State::move(const Row& row, Stage stage) {
  Transmission* transmission = transmissions_.find(row.transmission.value);
  if (transmission == nullptr) {
    return note(stage == Stage::buffered ? "arrived, but nothing was under way"
                                         : "started, but nothing was under way");
  }
  if (transmission->stage >= stage) note("moved on, but it was further already");
  transmission->stage = stage;
  transmission->row = rows_;
}

State state_after(const LedgerView& view, RowNo row) {
  State state;
  for (const Row& next : view.rows().first(std::min(row, view.row_count()))) {
    state.apply(view, next);
  }
  return state;
}

State state_at(const LedgerView& view, Time at) {
  return state_after(view, view.row_at(at));
}

}  // namespace mqlab::observe
