// SPDX-License-Identifier: MIT
// The way between one actor and one node: faults of one of several, connecting in vain, jitter,
// sockets that are full.
#include <algorithm>
#include <utility>

#include "tests/world/story.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;

TEST_CASE("Connecting over a cut link ends after the connect timeout, and is tried again") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = story.to_queue("shop", "orders", 1);
  shop.access.connect_timeout = seconds(3);
  shop.access.reconnect = seconds(1);
  const EntityId id = story.add(shop);
  story.at(milliseconds(500), [&] {
    story.world.drop_connections(id);
    story.world.partition(id, World::Way::both);
  });
  story.at(seconds(10), [&] { story.world.heal(id); });
  CHECK(story.run() == Outcome::drained);
  // From 1.5 s to 4.5 s, and from 5.5 s to 8.5 s; the third attempt, at 9.5 s, lives to see 10 s.
  CHECK(story.times(Fact::network, Reason::timed_out) ==
        std::vector<Time>{instant(milliseconds(4500)), instant(milliseconds(8500))});
  // The operator's connection, two of the shop's, and their channels.
  CHECK(story.rows(Fact::created, Reason::opened) == 6);
}

TEST_CASE("A machine without power lets who connects wait until the connect timeout") {
  Story story;
  story.queue("orders");
  ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
  worker.start = seconds(2);
  worker.access.connect_timeout = seconds(5);
  story.add(worker);
  story.at(seconds(1), [&] { story.world.power_off(story.rabbit); });
  CHECK(story.run() == Outcome::drained);
  CHECK(story.times(Fact::network, Reason::timed_out) == std::vector<Time>{instant(seconds(7))});
}

TEST_CASE("A fault of the way to one node leaves the ways to others alone") {
  Story story;
  NodeConfig config;
  config.broker.name = "other";
  const EntityId other = story.world.add_node(config).value();
  const EntityId client = story.process("client");
  std::vector<Time> opened;
  story.world.hooks().start = [&](EntityId) {
    AccessConfig access;
    access.node = other;
    static_cast<void>(story.world.process(client).connect(access));
  };
  bool second = false;
  story.world.hooks().resume = [&](EntityId, const Answer&) {
    opened.push_back(story.world.now());
    if (std::exchange(second, true)) return;
    AccessConfig access;
    access.node = story.rabbit;
    static_cast<void>(story.world.process(client).connect(access));
  };
  // Nothing gets to rabbit before 1 s; the other one is as near as ever.
  story.at(Duration{}, [&] { story.world.hold(client, story.rabbit); });
  story.at(seconds(1), [&] { story.world.release(client); });
  CHECK(story.run() == Outcome::drained);
  CHECK(opened ==
        std::vector<Time>{instant(milliseconds(8)), instant(seconds(1) + milliseconds(7))});
  const auto& rows = story.world.ledger().rows();
  const auto held = std::find_if(rows.begin(), rows.end(),
                                 [](const auto& row) { return row.reason == Reason::held; });
  REQUIRE(held != rows.end());
  CHECK(held->object == story.rabbit);
  CHECK(story.world.has_link(client, other));
}

TEST_CASE("What was done to one way is taken back with all of them, but not the other way round") {
  Story story;
  story.queue("orders");
  const EntityId shop = story.add(story.to_queue("shop", "orders", 2));
  story.at(milliseconds(5), [&] { story.world.partition(shop, World::Way::both, story.rabbit); });
  story.at(milliseconds(6), [&] { story.world.partition(shop, World::Way::both); });
  // The whole is still cut.
  story.at(seconds(1), [&] { story.world.heal(shop, story.rabbit); });
  story.at(seconds(2), [&] { CHECK(story.ready("orders") == 1); });
  story.at(seconds(3), [&] { story.world.partition(shop, World::Way::to_broker, story.rabbit); });
  story.at(seconds(4), [&] { story.world.heal(shop); });
  CHECK(story.run() == Outcome::drained);
  CHECK(story.ready("orders") == 2);
}

TEST_CASE("Interventions name one end of a link or both, and stores only where it makes sense") {
  const auto parsed = parse_intervention(3, "partition shop > rabbit");
  REQUIRE(parsed.ok());
  CHECK(parsed->name == "shop");
  CHECK(parsed->peer == "rabbit");
  for (const char* text : {"partition shop > rabbit", "delay shop > rabbit 50ms", "hold shop",
                           "clog order service > rabbit 300"}) {
    const auto one = parse_intervention(3, text);
    REQUIRE(one.ok());
    CHECK(intervention_text(*one) == text);
  }

  Story story;
  story.queue("orders");
  story.add(story.to_queue("shop", "orders", 1));
  StoreConfig config;
  config.name = "db";
  const EntityId db = story.world.add_store(config).value();
  const auto apply = [&](const char* text) {
    const Result<void> applied = story.world.apply(*parse_intervention(0, text));
    return applied ? std::string("done") : applied.error().what;
  };
  CHECK(apply("kill db") == "done");
  CHECK(!story.world.is_up(db));
  CHECK(apply("restart db") == "done");
  CHECK(story.world.is_up(db));
  CHECK(apply("partition db") == "partition db: is a store");
  CHECK(apply("power-off db") == "power-off db: is not a node");
  CHECK(apply("hold shop > moon") == "hold shop: 'moon' is not a node");
  CHECK(apply("hold shop > rabbit") == "done");
}

TEST_CASE("With jitter frames are late by chance, but never overtake") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = story.to_queue("shop", "orders", 200);
  shop.every = always(milliseconds(1));
  shop.access.latency = Distribution::uniform(milliseconds(1), milliseconds(50)).value();
  story.add(shop);
  CHECK(story.run() == Outcome::drained);
  MessageId last;
  std::size_t together = 0;
  Time before;
  for (const ledger::Row& row : story.world.ledger().rows()) {
    if (row.fact != Fact::arrived) continue;
    CHECK(row.message > last);
    last = row.message;
    if (row.at == before) ++together;
    before = row.at;
  }
  // Those that would have overtaken arrive with the one before them.
  CHECK(together > 100);
}

TEST_CASE("A consumer whose socket is full waits with its ack, and so does its thread") {
  for (const bool small : {false, true}) {
    Story story;
    story.queue("orders");
    PublisherConfig shop = story.to_queue("shop", "orders", 4);
    shop.every = always(Duration{});
    story.add(shop);
    ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
    worker.access.latency = always(milliseconds(100));
    if (small) worker.access.send_buffer = 1;
    story.add(worker);
    CHECK(story.run() == Outcome::drained);
    CHECK(story.ready("orders") == 0);
    // One ack on the wire at a time; the effect of the next message waits for its arrival.
    std::vector<Time> effects(4, instant(milliseconds(101)));
    if (small) {
      effects = {instant(milliseconds(101)), instant(milliseconds(101)), instant(milliseconds(201)),
                 instant(milliseconds(301))};
    }
    CHECK(story.times(Fact::effect, Reason::none) == effects);
  }
}

}  // namespace mqlab::world
