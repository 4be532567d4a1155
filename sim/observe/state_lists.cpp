// SPDX-License-Identifier: MIT
// Lists of what a state holds, in the order in which people ask for them.
#include <algorithm>

#include "sim/observe/state.hpp"

namespace mqlab::observe {

namespace {

// Sorted by a key that no two of them share.
template <typename T, typename Key>
std::vector<T> sorted(std::vector<T> things, Key key) {
  std::stable_sort(things.begin(), things.end(),
                   [&](const T& a, const T& b) { return key(a) < key(b); });
  return things;
}

template <typename T>
std::vector<T> by_id(std::vector<T> things) {
  return sorted(std::move(things), [](const T& thing) { return thing.id; });
}

}  // namespace

std::size_t State::ready_count(EntityId queue) const {
  const Shelf* found = shelf(queue);
  return found == nullptr ? 0 : found->ready.size();
}

std::size_t State::unacked_count(EntityId queue) const {
  const Shelf* found = shelf(queue);
  return found == nullptr ? 0 : found->unacked.size();
}

std::vector<Copy> State::list(const OrderedCopies& entries, std::size_t limit) const {
  std::vector<Copy> copies;
  copies.reserve(std::min(limit, entries.size()));
  entries.visit([&](OrderedCopies::Entry entry) {
    if (copies.size() == limit) return false;
    copies.push_back(*copies_.find(entry.copy.value));
    return true;
  });
  return copies;
}

std::vector<Copy> State::ready(EntityId queue, std::size_t limit) const {
  const Shelf* found = shelf(queue);
  return found == nullptr ? std::vector<Copy>{} : list(found->ready, limit);
}

std::vector<Copy> State::unacked(EntityId queue, std::size_t limit) const {
  const Shelf* found = shelf(queue);
  return found == nullptr ? std::vector<Copy>{} : list(found->unacked, limit);
}

std::vector<Copy> State::held_by(EntityId holder) const {
  std::vector<Copy> held;
  for (const Shelf& shelf : shelves_) {
    shelf.unacked.visit([&](OrderedCopies::Entry entry) {
      const Copy& copy = *copies_.find(entry.copy.value);
      if (copy.holder == holder) held.push_back(copy);
      return true;
    });
  }
  return sorted(std::move(held), [](const Copy& copy) { return std::pair{copy.tag, copy.id}; });
}

std::vector<Transmission> State::at(EntityId receiver, Stage stage) const {
  std::vector<Transmission> found;
  for (const Transmission& transmission : transmissions_.all()) {
    if (transmission.to == receiver && transmission.stage == stage) found.push_back(transmission);
  }
  return sorted(std::move(found), [](const Transmission& t) { return t.row; });
}

std::vector<Awaited> State::window(EntityId publisher) const {
  std::vector<Awaited> found;
  for (const Awaited& awaited : awaited_.all()) {
    if (awaited.publisher == publisher) found.push_back(awaited);
  }
  return sorted(std::move(found), [](const Awaited& awaited) { return awaited.id; });
}

std::size_t State::bytes() const {
  std::size_t sum = sizeof(State) + things_.capacity() * sizeof(Thing) +
                    shelf_of_.capacity() * sizeof(std::uint32_t) +
                    shelves_.capacity() * sizeof(Shelf) + bindings_.capacity() * sizeof(Binding) +
                    copies_.bytes() + transmissions_.bytes() + awaited_.bytes() +
                    stored_.size() * (sizeof(Place) + sizeof(Stored) + 4 * sizeof(void*));
  for (const Shelf& shelf : shelves_) sum += shelf.ready.bytes() + shelf.unacked.bytes();
  return sum;
}

// The broker that a thing belongs to; 0 if none.
static EntityId node_of(const LedgerView& view, EntityId id) {
  while (id && view.entity(id).kind != ledger::EntityKind::node) id = view.entity(id).parent;
  return id;
}

ledger::Snapshot snapshot(const LedgerView& view, const State& state) {
  ledger::Snapshot shot;
  for (std::uint32_t id = 1; id <= view.entity_count(); ++id) {
    const EntityId entity{id};
    const ledger::EntityKind kind = view.entity(entity).kind;
    if (kind == ledger::EntityKind::queue) {
      if (!state.thing(entity).alive || state.thing(node_of(view, entity)).down) continue;
      ledger::Snapshot::Queue& queue = shot.queues.emplace_back();
      queue.queue = entity;
      for (const Copy& copy : state.ready(entity)) queue.ready.push_back(copy.id);
      for (const Copy& copy : by_id(state.unacked(entity))) {
        queue.unacked.push_back({copy.id, copy.holder, copy.tag});
      }
    } else if (kind == ledger::EntityKind::actor) {
      ledger::Snapshot::Client client;
      client.actor = entity;
      for (const auto& t : by_id(state.at(entity, Stage::buffered))) {
        client.buffered.push_back(t.id);
      }
      for (const auto& t : by_id(state.at(entity, Stage::in_hand))) client.in_hand.push_back(t.id);
      for (const Awaited& awaited : state.window(entity)) client.unconfirmed.push_back(awaited.id);
      if (client.buffered.empty() && client.in_hand.empty() && client.unconfirmed.empty()) continue;
      shot.clients.push_back(std::move(client));
    }
  }
  const std::span<const Transmission> all = state.transmissions();
  for (const auto& t : by_id(std::vector<Transmission>(all.begin(), all.end()))) {
    if (t.stage == Stage::on_wire) shot.wire.push_back({t.id, t.from, t.to, t.arrives});
  }
  for (const auto& [place, row] : state.stored()) {
    if (shot.stores.empty() || shot.stores.back().store != place.first) {
      shot.stores.push_back({place.first, {}});
    }
    shot.stores.back().rows.push_back({place.second, row.version});
  }
  return shot;
}

}  // namespace mqlab::observe
