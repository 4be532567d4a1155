// SPDX-License-Identifier: MIT
// A world with one broker and an auditor: what tests of the world tell their stories with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/observe/books.hpp"
#include "sim/world/world.hpp"
#include "tests/catch.hpp"

namespace mqlab::world {

// After every event the books must balance and the fold of the ledger must equal the world's own
// state; the first difference becomes `trouble`.
class Story {
 public:
  explicit Story(const Options& options = {}, NodeConfig node = {},
                 std::optional<Choices> choices = std::nullopt);

  // Declares a queue; the operator's error, if there is one, ends the test.
  void queue(std::string_view name, bool durable = true, broker::FieldTable arguments = {});
  // A publisher of `count` messages to a queue by the default exchange, 10 ms apart.
  PublisherConfig to_queue(std::string_view name, std::string_view queue, std::uint64_t count);
  ConsumerConfig from_queue(std::string_view name, std::string_view queue, AckMode ack);
  EntityId add(PublisherConfig config) { return world.add_publisher(std::move(config)).value(); }
  EntityId add(ConsumerConfig config) { return world.add_consumer(std::move(config)).value(); }
  EntityId process(std::string_view name);

  // Calls `what` at that instant.
  void at(Duration when, std::function<void()> what);
  // Runs and checks that nothing was wrong at any event.
  Outcome run(const Limits& limits = {});

  std::size_t ready(std::string_view queue) const;
  std::size_t unacked(std::string_view queue) const;
  std::uint64_t lost(observe::LossCause cause) const { return books.business().lost(cause); }
  std::uint64_t business(observe::Outcome outcome) const { return books.business().count(outcome); }
  std::uint64_t rows(ledger::Fact fact, ledger::Reason reason) const {
    return world.ledger().digest().count(fact, reason);
  }
  // When the last thing happened. (The broker's idle look at its channels may come later.)
  Time end() const { return world.ledger().rows().back().at; }
  // The instants of all rows of this fact and reason.
  std::vector<Time> times(ledger::Fact fact, ledger::Reason reason) const;

  World world;
  EntityId rabbit;
  observe::Books books;
  std::string trouble;

 private:
  void audit();
  const broker::QueueView* find(std::string_view queue) const;

  std::vector<std::function<void()>> todo_;
  mutable broker::View view_;
};

broker::PropertiesPtr persistent();

inline Time instant(Duration since_start) {
  return Time{} + since_start;
}

}  // namespace mqlab::world
