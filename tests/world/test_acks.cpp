// SPDX-License-Identifier: MIT
// Who loses what when a consumer dies, stops, fails or loses its connection.
#include "tests/world/story.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;
using observe::LossCause;

namespace {

ConsumerConfig slow_worker(Story& story, AckMode ack) {
  ConsumerConfig worker = story.from_queue("worker", "orders", ack);
  worker.work = always(seconds(1));
  return worker;
}

}  // namespace

TEST_CASE("Automatic ack loses what a killed consumer had in hand and in its buffer") {
  Story story;
  story.queue("orders");
  story.add(story.to_queue("shop", "orders", 5));
  const EntityId worker = story.add(slow_worker(story, AckMode::automatic));
  story.at(milliseconds(1500), [&] { story.world.kill(worker); });
  CHECK(story.run() == Outcome::drained);

  CHECK(story.world.consumer(worker).received == 5);
  CHECK(story.world.consumer(worker).handled == 1);
  CHECK(story.ready("orders") == 0);
  CHECK(story.rows(Fact::finished, Reason::died_with_client) == 4);
  CHECK(story.lost(LossCause::auto_acked_then_crashed) == 4);
  CHECK(story.business(observe::Outcome::handled) == 1);
}

TEST_CASE("Manual ack gives back what a killed consumer had, marked redelivered") {
  Story story;
  story.queue("orders");
  story.add(story.to_queue("shop", "orders", 5));
  const EntityId worker = story.add(slow_worker(story, AckMode::manual));
  std::size_t unacked_before = 0;
  story.at(milliseconds(1500), [&] {
    unacked_before = story.unacked("orders");
    story.world.kill(worker);
  });
  CHECK(story.run() == Outcome::drained);
  CHECK(unacked_before == 4);
  CHECK(story.ready("orders") == 4);
  CHECK(story.unacked("orders") == 0);
  CHECK(story.business(observe::Outcome::lost) == 0);

  ConsumerConfig second = story.from_queue("second", "orders", AckMode::manual);
  second.asks_host = true;
  int redelivered = 0;
  story.world.hooks().handle = [&](EntityId, const Delivery& delivery) {
    if (delivery.redelivered) ++redelivered;
    return Decision::ack;
  };
  story.add(second);
  CHECK(story.run() == Outcome::drained);
  CHECK(redelivered == 4);
  CHECK(story.business(observe::Outcome::handled) == 5);
}

TEST_CASE("A stopped consumer finishes and acks what it has, then closes") {
  for (const AckMode ack : {AckMode::automatic, AckMode::manual}) {
    Story story;
    story.queue("orders");
    story.add(story.to_queue("shop", "orders", 5));
    const EntityId worker = story.add(slow_worker(story, ack));
    story.at(milliseconds(1500), [&] { story.world.stop(worker); });
    CHECK(story.run() == Outcome::drained);
    CHECK(story.world.consumer(worker).handled == 5);
    CHECK(story.unacked("orders") == 0);
    CHECK(story.rows(Fact::down, Reason::stopped) == 1);
    CHECK(story.times(Fact::down, Reason::stopped).front() > instant(seconds(5)));
    CHECK(story.business(observe::Outcome::handled) == 5);
  }
}

TEST_CASE("A stopped consumer takes nothing that is published later") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = story.to_queue("shop", "orders", 10);
  shop.every = always(milliseconds(500));
  story.add(shop);
  const EntityId worker = story.add(slow_worker(story, AckMode::manual));
  story.at(milliseconds(1600), [&] { story.world.stop(worker); });
  story.run();
  CHECK(story.world.consumer(worker).handled == 4);
  CHECK(story.ready("orders") == 6);
}

TEST_CASE("Prefetch bounds what a manual consumer holds") {
  Story story;
  story.queue("orders");
  story.add(story.to_queue("shop", "orders", 10));
  ConsumerConfig config = slow_worker(story, AckMode::manual);
  config.prefetch = 3;
  story.add(config);
  story.at(milliseconds(500), [&] {
    CHECK(story.unacked("orders") == 3);
    CHECK(story.ready("orders") == 7);
  });
  story.run();
  CHECK(story.business(observe::Outcome::handled) == 10);
}

TEST_CASE("Threads of one consumer work side by side") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = story.to_queue("shop", "orders", 4);
  shop.every = always({});
  story.add(shop);
  ConsumerConfig config = slow_worker(story, AckMode::manual);
  config.threads = 4;
  const EntityId worker = story.add(config);
  story.at(milliseconds(500), [&] { CHECK(story.world.consumer(worker).in_hand == 4); });
  story.run();
  // One way there, one way out, the work, one way back.
  CHECK(story.end() == instant(milliseconds(1003)));
}

TEST_CASE("Each decision of a handler has its account and its effect on the queue") {
  struct Case {
    Decision decision;
    OnFailure on_failure;
    Reason account;
    std::size_t unacked;
    std::uint64_t effects;
  };
  const Case cases[] = {
      {Decision::ack, OnFailure::requeue, Reason::settled_ack, 0, 1},
      {Decision::nack, OnFailure::requeue, Reason::settled_nack, 0, 0},
      {Decision::reject, OnFailure::requeue, Reason::settled_reject, 0, 0},
      {Decision::failure, OnFailure::reject, Reason::settled_reject, 0, 0},
      {Decision::failure, OnFailure::nothing, Reason::failed, 1, 0},
  };
  for (const Case& one : cases) {
    Story story;
    story.queue("orders");
    story.add(story.to_queue("shop", "orders", 1));
    ConsumerConfig config = story.from_queue("worker", "orders", AckMode::manual);
    config.asks_host = true;
    config.on_failure = one.on_failure;
    story.add(config);
    story.world.hooks().handle = [&](EntityId, const Delivery&) { return one.decision; };
    Limits limits;
    limits.until = instant(seconds(10));  // before the broker gives up on what is unacked
    story.run(limits);
    CHECK(story.rows(Fact::finished, one.account) == 1);
    CHECK(story.unacked("orders") == one.unacked);
    CHECK(story.ready("orders") == 0);
    CHECK(story.rows(Fact::effect, Reason::none) == one.effects);
  }
}

TEST_CASE("A requeued message comes again until its handler is content") {
  Story story;
  story.queue("orders");
  story.add(story.to_queue("shop", "orders", 1));
  ConsumerConfig config = story.from_queue("worker", "orders", AckMode::manual);
  config.asks_host = true;
  const EntityId worker = story.add(config);
  int attempts = 0;
  story.world.hooks().handle = [&](EntityId, const Delivery&) {
    return ++attempts < 3 ? Decision::requeue : Decision::ack;
  };
  CHECK(story.run() == Outcome::drained);
  CHECK(attempts == 3);
  CHECK(story.world.consumer(worker).failed == 2);
  CHECK(story.business(observe::Outcome::handled) == 1);
}

TEST_CASE("A consumer that loses its connection while it works makes a duplicate") {
  Story story;
  story.queue("orders");
  story.add(story.to_queue("shop", "orders", 1));
  ConsumerConfig config = slow_worker(story, AckMode::manual);
  config.access.reconnect = milliseconds(100);
  const EntityId worker = story.add(config);
  story.at(milliseconds(500), [&] { story.world.drop_connections(worker); });
  CHECK(story.run() == Outcome::drained);
  CHECK(story.rows(Fact::effect, Reason::none) == 2);
  CHECK(story.rows(Fact::finished, Reason::connection_ended) == 1);
  CHECK(story.business(observe::Outcome::duplicated) == 1);
}

TEST_CASE("A handler may kill its own consumer: its message dies with it") {
  Story story;
  story.queue("orders");
  story.add(story.to_queue("shop", "orders", 2));
  ConsumerConfig config = story.from_queue("worker", "orders", AckMode::automatic);
  config.asks_host = true;
  const EntityId worker = story.add(config);
  story.world.hooks().handle = [&](EntityId self, const Delivery&) {
    story.world.kill(self);
    return Decision::ack;
  };
  CHECK(story.run() == Outcome::drained);
  CHECK_FALSE(story.world.is_up(worker));
  CHECK(story.rows(Fact::finished, Reason::died_with_client) == 1);
  CHECK(story.ready("orders") == 1);
}

TEST_CASE("A restarted consumer pays its round trips and goes on") {
  Story story;
  story.queue("orders");
  story.add(story.to_queue("shop", "orders", 3));
  const EntityId worker = story.add(story.from_queue("worker", "orders", AckMode::manual));
  story.at({}, [&] { story.world.kill(worker); });
  story.at(seconds(1), [&] { story.world.restart(worker); });
  story.run();
  CHECK(story.world.consumer(worker).handled == 3);
  // Four round trips of the connection, one each of channel and subscription, one way out.
  CHECK(story.times(Fact::arrived, Reason::none).back() == instant(milliseconds(1012)));
}

}  // namespace mqlab::world
