// SPDX-License-Identifier: MIT
// What can happen in a random history, and what the model makes of it.
#include "tests/observe/random_history.hpp"

#include <algorithm>
#include <iterator>

namespace mqlab::story {

namespace {

template <typename Map>
typename Map::iterator pick(Map& map, Dice& dice) {
  return std::next(map.begin(), static_cast<std::ptrdiff_t>(dice.below(map.size())));
}

}  // namespace

RandomHistory::RandomHistory(std::uint64_t seed) : dice_(seed) {
  for (const char* name : {"orders", "mails", "waiting"}) queues_.push_back(story.queue(name));
  for (const char* name : {"shop", "desk"}) shops_.push_back(story.actor(name));
  workers_.push_back(story.consumer("ann", queues_[0], 3));
  workers_.push_back(story.consumer("bob", queues_[0], 2));
  workers_.push_back(story.consumer("cat", queues_[1], 0, true));
}

void RandomHistory::step() {
  if (dice_.one_in(3)) story.pass(microseconds(static_cast<std::int64_t>(dice_.below(900))));
  switch (dice_.below(16)) {
    case 0:
    case 1:
      return publish();
    case 2:
    case 3:
    case 4:
      return accept();
    case 5:
    case 6:
    case 7:
      return dice_.one_in(2) ? learn() : settle();
    case 8:
    case 9:
      return deliver();
    case 10:
    case 11:
    case 12:
      return move_on();
    case 13:
      return settle();
    case 14:
      return dice_.one_in(8) ? lose_client() : settle();
    case 15:
      return dice_.one_in(4) ? expire() : deliver();
  }
}

void RandomHistory::publish() {
  const EntityId shop = shops_[dice_.below(shops_.size())];
  const MessageId message = story.compose(shop);
  const bool confirms = !dice_.one_in(3);
  const TransmissionId id = story.send(shop, message, confirms);
  publishes_[id] = ModelPublish{shop, message, story.ledger.now() + milliseconds(1)};
  if (confirms) unconfirmed_[id] = {shop, message};
}

void RandomHistory::accept() {
  if (publishes_.empty()) return;
  const auto found = pick(publishes_, dice_);
  const auto [id, publish] = *found;
  publishes_.erase(found);
  if (dice_.one_in(9)) {
    return story.end(id, publish.message, CopyId{}, story.node, Reason::lost_in_flight);
  }
  std::vector<EntityId> queues;
  for (const EntityId queue : queues_) {
    if (!dice_.one_in(3)) queues.push_back(queue);
  }
  const auto copies = story.accept(publish.author, publish.message, id, queues);
  for (std::size_t i = 0; i < copies.size(); ++i) {
    copies_[copies[i]] = ModelCopy{queues[i], ++order_, publish.message, std::nullopt, {}};
  }
}

void RandomHistory::learn() {
  if (unconfirmed_.empty()) return;
  const auto found = pick(unconfirmed_, dice_);
  const Reason reason = dice_.one_in(4) ? Reason::timed_out : Reason::ack;
  story.learn(found->second.first, found->second.second, found->first, reason);
  if (reason == Reason::ack) unconfirmed_.erase(found);
}

void RandomHistory::deliver() {
  const Subscription& worker = workers_[dice_.below(workers_.size())];
  CopyId head;
  for (const auto& [id, copy] : copies_) {
    if (copy.queue != worker.queue || copy.out) continue;
    if (!head || copy.order < copies_[head].order) head = id;
  }
  if (!head) return;
  const Delivery delivery = story.deliver(head, worker);
  deliveries_[delivery.id] = ModelDelivery{delivery, 0, story.ledger.now() + milliseconds(1)};
  if (worker.no_ack) {
    copies_.erase(head);
  } else {
    copies_[head].out = delivery;
    copies_[head].holder = worker.id;
  }
}

void RandomHistory::move_on() {
  if (deliveries_.empty()) return;
  const auto found = pick(deliveries_, dice_);
  ModelDelivery& delivery = found->second;
  if (delivery.stage == 0 && dice_.one_in(4)) {
    delivery.arrives = dice_.one_in(2) ? Time::never() : story.ledger.now() + milliseconds(7);
    story.row({.value = static_cast<std::uint64_t>(delivery.arrives.ns),
               .transmission = found->first,
               .fact = Fact::delayed});
  } else if (delivery.stage == 0) {
    story.arrive(delivery.what);
    delivery.stage = 1;
  } else if (delivery.stage == 1) {
    story.start(delivery.what);
    delivery.stage = 2;
  }
}

void RandomHistory::settle() {
  if (deliveries_.empty()) return;
  auto found = pick(deliveries_, dice_);
  while (found != deliveries_.end() && found->second.stage != 2) ++found;
  if (found == deliveries_.end()) return;
  const Delivery delivery = found->second.what;
  deliveries_.erase(found);
  if (!dice_.one_in(5)) story.effect(delivery);
  const auto copy = copies_.find(delivery.copy);
  const bool mine =
      copy != copies_.end() && copy->second.out && copy->second.out->id == delivery.id;
  if (delivery.no_ack) return story.settle(delivery, Reason::none, Reason::handled);
  if (!mine) {
    return story.end(delivery.id, delivery.message, delivery.copy, delivery.actor,
                     Reason::connection_ended);
  }
  if (dice_.one_in(4)) {
    story.requeue(delivery.copy, Reason::nack_requeue);
    copy->second.out.reset();
    return story.end(delivery.id, delivery.message, delivery.copy, delivery.actor,
                     Reason::settled_nack);
  }
  copies_.erase(copy);
  if (dice_.one_in(4)) return story.settle(delivery, Reason::rejected, Reason::settled_reject);
  story.ack(delivery);
}

// The client is killed and starts again at once: all that it held comes back to the queue.
void RandomHistory::lose_client() {
  const Subscription& worker = workers_[dice_.below(workers_.size())];
  const RowNo why = story.kill(worker.actor);
  for (auto it = deliveries_.begin(); it != deliveries_.end();) {
    if (it->second.what.actor != worker.actor) {
      ++it;
      continue;
    }
    const Delivery& lost = it->second.what;
    story.end(lost.id, lost.message, lost.copy, lost.actor,
              it->second.stage == 0 ? Reason::lost_in_flight : Reason::died_with_client, why);
    it = deliveries_.erase(it);
  }
  for (auto& [id, copy] : copies_) {
    if (!copy.out || copy.holder != worker.id) continue;
    story.requeue(id, Reason::connection_lost, why);
    copy.out.reset();
  }
  story.restart(worker.actor);
}

void RandomHistory::expire() {
  std::vector<CopyId> ready;
  for (const auto& [id, copy] : copies_) {
    if (!copy.out) ready.push_back(id);
  }
  if (ready.empty()) return;
  const CopyId copy = ready[dice_.below(ready.size())];
  story.remove(copy, Reason::expired);
  const MessageId message = copies_[copy].message;
  copies_.erase(copy);
  if (dice_.one_in(2)) return;
  const CopyId dead = story.enqueue(message, queues_[2], Reason::dead_lettered);
  copies_[dead] = ModelCopy{queues_[2], ++order_, message, std::nullopt, {}};
}

ledger::Snapshot RandomHistory::snapshot() const {
  ledger::Snapshot shot;
  for (const EntityId id : queues_) {
    ledger::Snapshot::Queue queue{id, {}, {}};
    std::map<std::uint64_t, CopyId> ready;
    for (const auto& [copy_id, copy] : copies_) {
      if (copy.queue != id) continue;
      if (copy.out) {
        queue.unacked.push_back({copy_id, copy.holder, copy.out->tag});
      } else {
        ready[copy.order] = copy_id;
      }
    }
    for (const auto& [order, copy] : ready) queue.ready.push_back(copy);
    shot.queues.push_back(queue);
  }
  std::map<TransmissionId, ledger::Snapshot::OnWire> wire;
  std::map<EntityId, ledger::Snapshot::Client> clients;
  for (const auto& [id, publish] : publishes_) {
    wire[id] = {id, publish.author, story.node, publish.arrives};
  }
  for (const auto& [id, delivery] : deliveries_) {
    const EntityId actor = delivery.what.actor;
    if (delivery.stage == 0) wire[id] = {id, story.node, actor, delivery.arrives};
    if (delivery.stage == 1) clients[actor].buffered.push_back(id);
    if (delivery.stage == 2) clients[actor].in_hand.push_back(id);
  }
  for (const auto& [id, publish] : unconfirmed_) {
    clients[publish.first].unconfirmed.push_back(id);
  }
  for (const auto& [id, on_wire] : wire) shot.wire.push_back(on_wire);
  for (auto& [id, client] : clients) {
    client.actor = id;
    shot.clients.push_back(client);
  }
  return shot;
}

}  // namespace mqlab::story
