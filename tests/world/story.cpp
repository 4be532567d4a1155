// SPDX-License-Identifier: MIT
// The auditor at work.
#include "tests/world/story.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace mqlab::world {

namespace {

std::string list(const std::vector<TransmissionId>& ids) {
  std::string text;
  for (const TransmissionId id : ids) text += fmt::format(" {}", id.value);
  return text;
}

std::string text(const ledger::Snapshot& snapshot) {
  std::string text;
  for (const auto& queue : snapshot.queues) {
    text += fmt::format("queue {}: ready", queue.queue.value);
    for (const CopyId copy : queue.ready) text += fmt::format(" {}", copy.value);
    text += " unacked";
    for (const auto& one : queue.unacked) {
      text += fmt::format(" {}@{}#{}", one.copy.value, one.holder.value, one.tag);
    }
    text += "\n";
  }
  for (const auto& one : snapshot.wire) {
    text += fmt::format("wire {} {}->{} at {}\n", one.transmission.value, one.from.value,
                        one.to.value, one.arrives.ns);
  }
  for (const auto& one : snapshot.clients) {
    text += fmt::format("client {}: buffered{} in hand{} unconfirmed{}\n", one.actor.value,
                        list(one.buffered), list(one.in_hand), list(one.unconfirmed));
  }
  return text;
}

}  // namespace

Story::Story(const Options& options, NodeConfig node, std::optional<Choices> choices)
    : world(options, choices ? std::move(*choices) : Choices::seeded(options.seed)) {
  rabbit = world.add_node(std::move(node)).value();
  world.hooks().on_timer = [this](std::uint64_t token) { todo_[token](); };
  world.hooks().after_event = [this] { audit(); };
}

void Story::audit() {
  if (!trouble.empty()) return;
  const ledger::LedgerView view(world.ledger());
  books.extend(view);
  std::string wrong = books.differences();
  const ledger::Snapshot told = observe::snapshot(view, books.state());
  const ledger::Snapshot is = world.snapshot();
  if (told != is) wrong += "the fold:\n" + text(told) + "the world:\n" + text(is);
  if (const auto broken = world.broker(rabbit).validate()) wrong += *broken;
  if (!wrong.empty()) {
    trouble =
        fmt::format("after event {} at {} ns: {}", world.event_count(), world.now().ns, wrong);
  }
}

void Story::queue(std::string_view name, bool durable, broker::FieldTable arguments) {
  broker::QueueDeclare declare;
  declare.queue = name;
  declare.durable = durable;
  declare.arguments = std::move(arguments);
  const auto reply = world.operate(rabbit, "/", std::move(declare));
  INFO((reply ? "declared" : reply.error().what));
  REQUIRE(reply.ok());
}

PublisherConfig Story::to_queue(std::string_view name, std::string_view queue,
                                std::uint64_t count) {
  PublisherConfig config;
  config.name = name;
  config.access.node = rabbit;
  config.routing_key = queue;
  config.count = count;
  config.every = always(milliseconds(10));
  return config;
}

ConsumerConfig Story::from_queue(std::string_view name, std::string_view queue, AckMode ack) {
  ConsumerConfig config;
  config.name = name;
  config.access.node = rabbit;
  config.queue = queue;
  config.ack = ack;
  return config;
}

EntityId Story::process(std::string_view name) {
  return world.add_process(ProcessConfig{std::string(name), {}}).value();
}

void Story::at(Duration when, std::function<void()> what) {
  todo_.push_back(std::move(what));
  world.at(instant(when), todo_.size() - 1);
}

Outcome Story::run(const Limits& limits) {
  const Outcome outcome = world.run(limits);
  audit();
  INFO(trouble);
  CHECK(trouble.empty());
  return outcome;
}

const broker::QueueView* Story::find(std::string_view queue) const {
  view_ = world.broker(rabbit).view();
  for (const broker::QueueView& one : view_.queues) {
    if (one.name == queue) return &one;
  }
  return nullptr;
}

std::size_t Story::ready(std::string_view queue) const {
  const broker::QueueView* found = find(queue);
  REQUIRE(found != nullptr);
  return found->ready.size();
}

std::size_t Story::unacked(std::string_view queue) const {
  const broker::QueueView* found = find(queue);
  REQUIRE(found != nullptr);
  return found->unacked.size();
}

std::vector<Time> Story::times(ledger::Fact fact, ledger::Reason reason) const {
  std::vector<Time> found;
  for (const ledger::Row& row : world.ledger().rows()) {
    if (row.fact == fact && row.reason == reason) found.push_back(row.at);
  }
  return found;
}

broker::PropertiesPtr persistent() {
  broker::Properties properties;
  properties.delivery_mode = 2;
  return broker::PropertiesPtr(std::move(properties));
}

}  // namespace mqlab::world
