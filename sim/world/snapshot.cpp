// SPDX-License-Identifier: MIT
// The engine's own answer to where everything is.
#include "sim/ledger/snapshot.hpp"

#include <algorithm>

#include "sim/world/consumer.hpp"
#include "sim/world/node.hpp"
#include "sim/world/process.hpp"
#include "sim/world/publisher.hpp"
#include "sim/world/store.hpp"
#include "sim/world/world.hpp"

namespace mqlab::world {

namespace {

using ledger::Snapshot;

void add_queues(const Node& node, Snapshot& snapshot) {
  for (const broker::QueueView& view : node.broker().view().queues) {
    Snapshot::Queue queue;
    queue.queue = view.id;
    for (const broker::CopyView& copy : view.ready) queue.ready.push_back(copy.copy);
    for (const broker::UnackedView& copy : view.unacked) {
      queue.unacked.push_back(Snapshot::Unacked{copy.copy, copy.holder, copy.tag});
    }
    std::stable_sort(queue.unacked.begin(), queue.unacked.end(),
                     [](const auto& a, const auto& b) { return a.copy < b.copy; });
    snapshot.queues.push_back(std::move(queue));
  }
}

template <typename Load>
void add_link(const Link<Load>& link, EntityId from, EntityId to, Snapshot& snapshot) {
  for (const Flying<Load>* frame : link.frames()) {
    if (!frame->transmission) continue;
    snapshot.wire.push_back(Snapshot::OnWire{frame->transmission, from, to, frame->arrives});
  }
}

void add_client(const Client& client, Snapshot::Client& held) {
  for (const Channel& channel : client.channels()) {
    for (const Delivery& one : channel.buffer) held.buffered.push_back(one.transmission);
    for (const InHand& one : channel.in_hand) held.in_hand.push_back(one.transmission);
    for (const Unconfirmed& one : channel.unconfirmed) {
      held.unconfirmed.push_back(one.transmission);
    }
  }
}

void add_actor(const Core& core, EntityId actor, const std::vector<std::uint32_t>& clients,
               std::vector<TransmissionId> in_hand, Snapshot& snapshot) {
  Snapshot::Client held;
  held.actor = actor;
  held.in_hand = std::move(in_hand);
  for (const std::uint32_t client : clients) add_client(core.clients[client], held);
  for (std::vector<TransmissionId>* list : {&held.buffered, &held.in_hand, &held.unconfirmed}) {
    std::stable_sort(list->begin(), list->end());
  }
  if (held.buffered.empty() && held.in_hand.empty() && held.unconfirmed.empty()) return;
  snapshot.clients.push_back(std::move(held));
}

}  // namespace

Snapshot World::snapshot() const {
  const Core& core = *core_;
  Snapshot snapshot;
  for (const Node& node : core.nodes) add_queues(node, snapshot);
  for (const Connection& connection : core.connections) {
    const EntityId node = core.nodes[connection.node()].id();
    add_link(connection.to_node(), connection.owner(), node, snapshot);
    add_link(connection.to_client(), node, connection.owner(), snapshot);
  }
  for (const Publisher& one : core.publishers) {
    add_actor(core, one.id(), one.session().clients(), {}, snapshot);
  }
  for (const Consumer& one : core.consumers) {
    add_actor(core, one.id(), one.session().clients(), one.in_hand(), snapshot);
  }
  for (const Process& one : core.processes) {
    add_actor(core, one.id(), one.clients(), {}, snapshot);
  }
  for (const Store& one : core.stores) {
    std::vector<Snapshot::Stored> rows = one.stored();
    if (!rows.empty()) snapshot.stores.push_back({one.id(), std::move(rows)});
  }
  std::stable_sort(snapshot.queues.begin(), snapshot.queues.end(),
                   [](const auto& a, const auto& b) { return a.queue < b.queue; });
  std::stable_sort(snapshot.wire.begin(), snapshot.wire.end(),
                   [](const auto& a, const auto& b) { return a.transmission < b.transmission; });
  std::stable_sort(snapshot.clients.begin(), snapshot.clients.end(),
                   [](const auto& a, const auto& b) { return a.actor < b.actor; });
  return snapshot;
}

}  // namespace mqlab::world
