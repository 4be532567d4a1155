// SPDX-License-Identifier: MIT
// Brokers that die, connections that break, frames that are late.
#include "tests/world/story.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;
using observe::LossCause;

namespace {

PublisherConfig careful(Story& story, std::uint64_t count) {
  PublisherConfig shop = story.to_queue("shop", "orders", count);
  shop.confirm = ConfirmMode::stream;
  shop.window = 100;
  shop.properties = persistent();
  return shop;
}

}  // namespace

TEST_CASE("What was confirmed as persistent survives every way a broker can go down") {
  for (const auto how : {&World::kill, &World::stop, &World::power_off}) {
    Story story;
    story.queue("orders");
    const EntityId shop = story.add(careful(story, 5));
    story.at(seconds(1), [&] { (story.world.*how)(story.rabbit); });
    story.at(seconds(2), [&] { story.world.restart(story.rabbit); });
    CHECK(story.run() == Outcome::drained);
    CHECK(story.world.publisher(shop).confirmed == 5);
    CHECK(story.world.is_up(story.rabbit));
    CHECK(story.ready("orders") == 5);
    CHECK(story.rows(Fact::down, Reason::none) == 0);
    CHECK(story.times(Fact::down, Reason::killed).size() +
              story.times(Fact::down, Reason::stopped).size() +
              story.times(Fact::down, Reason::powered_off).size() ==
          1);
    CHECK(story.times(Fact::up, Reason::restarted) == std::vector<Time>{instant(seconds(2))});
  }
}

TEST_CASE("Transient messages are gone when their broker comes back") {
  Story story;
  story.queue("orders");
  story.add(story.to_queue("shop", "orders", 5));
  story.at(seconds(1), [&] { story.world.kill(story.rabbit); });
  story.at(seconds(2), [&] { story.world.restart(story.rabbit); });
  story.run();
  CHECK(story.ready("orders") == 0);
  CHECK(story.lost(LossCause::lost_in_broker) == 5);
}

TEST_CASE("A power cut before the fsync loses an unconfirmed persistent message, a kill does not") {
  for (const bool power : {false, true}) {
    NodeConfig node;
    node.fsync = always(milliseconds(100));
    Story story({}, node);
    story.queue("orders");
    const EntityId shop = story.add(careful(story, 1));
    story.at(milliseconds(50), [&] {
      if (power) {
        story.world.power_off(story.rabbit);
      } else {
        story.world.kill(story.rabbit);
      }
    });
    story.at(seconds(1), [&] { story.world.restart(story.rabbit); });
    story.run();
    CHECK(story.world.publisher(shop).confirmed == 0);
    CHECK(story.world.publisher(shop).unconfirmed == 1);
    CHECK(story.ready("orders") == (power ? 0 : 1));
    CHECK(story.rows(Fact::removed, Reason::not_synced) == (power ? 1 : 0));
  }
}

TEST_CASE("Frames in flight are lost when the broker dies, in both directions") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = story.to_queue("shop", "orders", 2);
  shop.access.latency = always(milliseconds(15));
  story.add(shop);
  ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::automatic);
  worker.access.latency = always(milliseconds(15));
  story.add(worker);
  // The first is on its way out, the second on its way in.
  story.at(milliseconds(20), [&] { story.world.kill(story.rabbit); });
  CHECK(story.run() == Outcome::drained);
  CHECK(story.rows(Fact::finished, Reason::lost_in_flight) == 2);
  CHECK(story.lost(LossCause::lost_before_broker) == 1);
  CHECK(story.lost(LossCause::auto_acked_then_lost) == 1);
}

TEST_CASE("What a killed publisher wrote still arrives, what it kept does not") {
  Story story;
  story.queue("orders");
  PublisherConfig config = story.to_queue("shop", "orders", 3);
  config.confirm = ConfirmMode::each;
  config.access.latency = always(milliseconds(50));
  const EntityId shop = story.add(config);
  story.at(milliseconds(30), [&] { story.world.kill(shop); });
  CHECK(story.run() == Outcome::drained);
  CHECK(story.ready("orders") == 1);
  CHECK(story.lost(LossCause::never_sent) == 2);
  CHECK(story.world.publisher(shop).unconfirmed == 1);
}

TEST_CASE("A publisher without a connection loses what it sends") {
  Story story;
  story.queue("orders");
  const EntityId shop = story.add(story.to_queue("shop", "orders", 10));
  story.at(milliseconds(45), [&] { story.world.drop_connections(shop); });
  story.run();
  CHECK(story.ready("orders") == 5);
  CHECK(story.lost(LossCause::lost_before_broker) == 5);
}

TEST_CASE("A publisher that reconnects and retries loses nothing over a restart of its broker") {
  for (const auto how : {&World::kill, &World::stop, &World::power_off}) {
    Story story;
    story.queue("orders");
    PublisherConfig config = careful(story, 100);
    config.access.reconnect = milliseconds(50);
    config.timeout = seconds(1);
    config.retry = 5;
    story.add(config);
    ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
    worker.access.reconnect = milliseconds(70);
    story.add(worker);
    story.at(milliseconds(503), [&] { (story.world.*how)(story.rabbit); });
    story.at(milliseconds(900), [&] { story.world.restart(story.rabbit); });
    CHECK(story.run() == Outcome::drained);
    CHECK(story.business(observe::Outcome::lost) == 0);
    CHECK(story.business(observe::Outcome::pending) == 0);
    CHECK(story.rows(Fact::effect, Reason::none) >= 100);
  }
}

TEST_CASE("Delayed frames arrive later, and nothing overtakes them") {
  Story story;
  story.queue("orders");
  const EntityId shop = story.add(story.to_queue("shop", "orders", 3));
  story.at(microseconds(500), [&] { story.world.delay(shop, milliseconds(100)); });
  story.run();
  CHECK(story.rows(Fact::delayed, Reason::none) == 1);
  const std::vector<Time> late(3, instant(milliseconds(101)));
  CHECK(story.times(Fact::arrived, Reason::none) == late);
}

TEST_CASE("A restart takes its time") {
  NodeConfig node;
  node.boot = seconds(3);
  Story story({}, node);
  story.at(seconds(1), [&] { story.world.kill(story.rabbit); });
  story.at(seconds(2), [&] { story.world.restart(story.rabbit); });
  story.at(seconds(3), [&] { story.world.restart(story.rabbit); });
  story.run();
  CHECK(story.times(Fact::up, Reason::restarted) == std::vector<Time>{instant(seconds(5))});
}

TEST_CASE("A broker that is killed while it starts stays down") {
  NodeConfig node;
  node.boot = seconds(3);
  Story story({}, node);
  story.at(seconds(1), [&] { story.world.kill(story.rabbit); });
  story.at(seconds(2), [&] { story.world.restart(story.rabbit); });
  story.at(seconds(3), [&] { story.world.kill(story.rabbit); });
  CHECK(story.run() == Outcome::drained);
  CHECK_FALSE(story.world.is_up(story.rabbit));
}

TEST_CASE("A publish to a missing exchange closes the channel and takes what is behind it along") {
  Story story;
  story.queue("orders");
  PublisherConfig config = story.to_queue("shop", "orders", 3);
  config.asks_host = true;
  config.every = always({});
  story.add(config);
  story.world.hooks().make_message = [](EntityId, std::uint64_t i, Content& content) {
    if (i == 1) content.exchange = "missing";
  };
  CHECK(story.run() == Outcome::drained);
  CHECK(story.lost(LossCause::no_exchange) == 1);
  CHECK(story.lost(LossCause::ignored) == 2);
}

TEST_CASE("The operator hears an AMQP error in the broker's words and can go on") {
  Story story;
  story.queue("orders");
  broker::QueueDeclare again;
  again.queue = "orders";
  const auto refused = story.world.operate(story.rabbit, "/", again);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().what.find("PRECONDITION_FAILED - inequivalent arg 'durable'") == 0);
  story.queue("more");
  const auto nowhere = story.world.operate(story.rabbit, "elsewhere", again);
  REQUIRE_FALSE(nowhere.ok());
  CHECK(nowhere.error().what.find("vhost elsewhere not found") != std::string::npos);
  story.world.kill(story.rabbit);
  CHECK_FALSE(story.world.operate(story.rabbit, "/", again).ok());
  story.world.restart(story.rabbit);
  story.run();
  again.durable = true;
  CHECK(story.world.operate(story.rabbit, "/", again).ok());
}

}  // namespace mqlab::world
