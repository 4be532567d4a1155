// SPDX-License-Identifier: MIT
// The rows behind each verb.
#include "tests/observe/story.hpp"

#include <fmt/format.h>

namespace mqlab::story {

namespace {
constexpr Duration kLatency = milliseconds(1);
}

Story::Story() {
  node = ledger.new_entity(EntityKind::node, "rabbit", EntityId{});
  row({.subject = node, .fact = Fact::up, .reason = Reason::started});
  vhost = make(EntityKind::vhost, "/", node);
  exchange = make(EntityKind::exchange, "", vhost, 0, 0, ledger::kDurable);
}

EntityId Story::make(EntityKind kind, std::string_view name, EntityId parent, std::uint64_t value,
                     std::uint32_t extra, std::uint32_t flags) {
  const EntityId id = ledger.new_entity(kind, name, parent);
  row({.value = value,
       .subject = id,
       .object = parent,
       .extra = extra,
       .flags = flags,
       .fact = Fact::created,
       .reason = Reason::declared});
  return id;
}

EntityId Story::queue(std::string_view name) {
  return make(EntityKind::queue, name, vhost, 0, 0, ledger::kDurable);
}

EntityId Story::actor(std::string_view name) {
  return make(EntityKind::actor, name, EntityId{});
}

Subscription Story::consumer(std::string_view name, EntityId queue, std::uint64_t prefetch,
                             bool no_ack) {
  const EntityId self = actor(name);
  const EntityId connection = make(EntityKind::connection, name, node);
  const EntityId channel = make(EntityKind::channel, "1", connection);
  const EntityId id = make(EntityKind::subscription, name, channel, prefetch, queue.value,
                           no_ack ? ledger::kNoAck : 0);
  return Subscription{id, queue, self, no_ack};
}

EntityId Story::fanout(std::string_view name, const std::vector<EntityId>& queues) {
  const EntityId id = make(EntityKind::exchange, name, vhost);
  for (const EntityId queue : queues) {
    row({.subject = id, .object = queue, .fact = Fact::bound});
  }
  return id;
}

RowNo Story::kill(EntityId actor_or_node) {
  return row({.subject = actor_or_node, .fact = Fact::down, .reason = Reason::killed});
}

void Story::restart(EntityId actor_or_node) {
  row({.subject = actor_or_node, .fact = Fact::up, .reason = Reason::restarted});
}

MessageId Story::compose(EntityId author, std::string_view business) {
  const std::uint32_t ordinal = [&] {
    std::uint32_t count = 1;
    for (std::uint32_t id = 1; id <= ledger.message_count(); ++id) {
      if (ledger.message(MessageId{id}).author == author) ++count;
    }
    return count;
  }();
  const std::string text =
      business.empty() ? fmt::format("{}.{}", ledger.name(author), ordinal) : std::string(business);
  const NameId name = ledger.names().intern(text);
  const MessageId message = ledger.new_message(author, name);
  row({.value = 10, .message = message, .subject = author, .text = name, .fact = Fact::composed});
  return message;
}

TransmissionId Story::send(EntityId author, MessageId message, bool confirms) {
  const TransmissionId id = ledger.new_transmission();
  row({.value = static_cast<std::uint64_t>((ledger.now() + kLatency).ns),
       .message = message,
       .transmission = id,
       .subject = author,
       .object = node,
       .flags = confirms ? ledger::kConfirms : 0,
       .fact = Fact::sent,
       .reason = Reason::publish});
  return id;
}

std::vector<CopyId> Story::accept(EntityId author, MessageId message, TransmissionId publish,
                                  const std::vector<EntityId>& queues) {
  static_cast<void>(author);
  row({.message = message, .transmission = publish, .subject = node, .fact = Fact::arrived});
  const RowNo published = row({.message = message,
                               .transmission = publish,
                               .subject = exchange,
                               .text = ledger.names().intern("key"),
                               .fact = Fact::published});
  const ledger::CauseScope because(ledger, published);
  row({.value = queues.size(),
       .message = message,
       .subject = exchange,
       .fact = Fact::routed,
       .reason = queues.empty() ? Reason::unroutable : Reason::none});
  std::vector<CopyId> copies;
  for (const EntityId queue : queues) copies.push_back(enqueue(message, queue, Reason::published));
  end(publish, message, CopyId{}, node, queues.empty() ? Reason::unroutable : Reason::accepted);
  return copies;
}

CopyId Story::enqueue(MessageId message, EntityId queue, Reason reason) {
  const CopyId copy = ledger.new_copy();
  held_.push_back(Held{message, queue, ++order_, false});
  row({.value = order_,
       .message = message,
       .copy = copy,
       .subject = queue,
       .flags = ledger::kPersistent,
       .fact = Fact::enqueued,
       .reason = reason});
  return copy;
}

void Story::end(TransmissionId transmission, MessageId message, CopyId copy, EntityId subject,
                Reason reason, RowNo cause) {
  row({.cause = cause,
       .message = message,
       .copy = copy,
       .transmission = transmission,
       .subject = subject,
       .fact = Fact::finished,
       .reason = reason});
}

void Story::learn(EntityId author, MessageId message, TransmissionId publish, Reason reason) {
  row({.message = message,
       .transmission = publish,
       .subject = author,
       .fact = Fact::learned,
       .reason = reason});
}

CopyId Story::publish(EntityId author, EntityId queue, std::string_view business) {
  const MessageId message = compose(author, business);
  const TransmissionId transmission = send(author, message);
  pass(kLatency);
  return accept(author, message, transmission, {queue}).front();
}

Delivery Story::deliver(CopyId copy, const Subscription& to) {
  Held& held = held_[copy.value];
  Delivery delivery{
      ledger.new_transmission(), held.message, copy, held.queue, to.actor, ++tag_, to.no_ack};
  const RowNo delivered =
      row({.value = delivery.tag,
           .message = held.message,
           .copy = copy,
           .transmission = delivery.id,
           .subject = held.queue,
           .object = to.id,
           .flags = (held.delivered ? ledger::kRedelivered : 0) | (to.no_ack ? ledger::kNoAck : 0),
           .fact = Fact::delivered});
  held.delivered = true;
  if (to.no_ack) remove(copy, Reason::auto_acked, delivered);
  row({.cause = delivered,
       .value = static_cast<std::uint64_t>((ledger.now() + kLatency).ns),
       .message = held.message,
       .copy = copy,
       .transmission = delivery.id,
       .subject = node,
       .object = to.actor,
       .fact = Fact::sent,
       .reason = Reason::deliver});
  return delivery;
}

void Story::arrive(const Delivery& delivery) {
  row({.message = delivery.message,
       .copy = delivery.copy,
       .transmission = delivery.id,
       .subject = delivery.actor,
       .fact = Fact::arrived});
}

void Story::start(const Delivery& delivery) {
  row({.message = delivery.message,
       .copy = delivery.copy,
       .transmission = delivery.id,
       .subject = delivery.actor,
       .fact = Fact::started});
}

void Story::effect(const Delivery& delivery, std::string_view name) {
  row({.message = delivery.message,
       .subject = delivery.actor,
       .text = ledger.message(delivery.message).business,
       .extra = ledger.names().intern(name).value,
       .fact = Fact::effect});
}

void Story::settle(const Delivery& delivery, Reason removed, Reason finished) {
  if (!delivery.no_ack) remove(delivery.copy, removed);
  end(delivery.id, delivery.message, delivery.copy, delivery.actor, finished);
}

Delivery Story::handle(CopyId copy, const Subscription& by) {
  const Delivery delivery = deliver(copy, by);
  pass(kLatency);
  arrive(delivery);
  start(delivery);
  pass(kLatency);
  effect(delivery);
  settle(delivery, Reason::acked, by.no_ack ? Reason::handled : Reason::settled_ack);
  return delivery;
}

void Story::requeue(CopyId copy, Reason reason, RowNo cause) {
  const Held& held = held_[copy.value];
  row({.cause = cause,
       .value = held.order,
       .message = held.message,
       .copy = copy,
       .subject = held.queue,
       .fact = Fact::requeued,
       .reason = reason});
}

void Story::remove(CopyId copy, Reason reason, RowNo cause) {
  const Held& held = held_[copy.value];
  row({.cause = cause,
       .message = held.message,
       .copy = copy,
       .subject = held.queue,
       .fact = Fact::removed,
       .reason = reason});
}

}  // namespace mqlab::story
