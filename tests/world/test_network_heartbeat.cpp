// SPDX-License-Identifier: MIT
// Silence: how each end of a connection finds out that the other one is not there.
#include "tests/world/story.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;

TEST_CASE("Heartbeats alone do not keep a world going") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = story.to_queue("shop", "orders", 3);
  shop.access.heartbeat = seconds(10);
  story.add(shop);
  ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
  worker.access.heartbeat = seconds(60);
  worker.work = always(seconds(25));
  story.add(worker);
  CHECK(story.run() == Outcome::drained);
  CHECK(story.rows(Fact::effect, Reason::none) == 3);
  CHECK(story.end() < instant(seconds(76)));
  CHECK(story.rows(Fact::network, Reason::heartbeat_missed) == 0);
}

TEST_CASE("A frame that takes long to arrive is a sign of life at both ends") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = story.to_queue("shop", "orders", 2);
  shop.body.assign(1'000, 'x');
  shop.access.heartbeat = seconds(1);
  shop.access.bandwidth = 100;
  story.add(shop);
  ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
  worker.access.heartbeat = seconds(1);
  worker.access.bandwidth = 100;
  story.add(worker);
  CHECK(story.run() == Outcome::drained);
  CHECK(story.rows(Fact::network, Reason::heartbeat_missed) == 0);
  CHECK(story.rows(Fact::effect, Reason::none) == 2);
  CHECK(story.times(Fact::effect, Reason::none).front() > instant(seconds(20)));
}

TEST_CASE("A cut makes the broker take back what a consumer still works on: the duplicate") {
  Story story;
  story.queue("orders");
  story.add(story.to_queue("shop", "orders", 1));
  ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
  worker.access.heartbeat = seconds(10);
  worker.work = always(seconds(60));
  const EntityId first = story.add(worker);
  ConsumerConfig other = story.from_queue("other", "orders", AckMode::manual);
  other.start = seconds(1);
  story.add(other);
  story.at(seconds(12), [&] { story.world.partition(first, World::Way::both); });
  CHECK(story.run() == Outcome::drained);
  // The last beat came at 10.001 s: heard at 20 s, silent at 30 s and 40 s.
  // The subscription ends, and the connection.
  CHECK(story.times(Fact::ended, Reason::heartbeat_missed) ==
        std::vector<Time>(2, instant(seconds(40))));
  CHECK(story.times(Fact::network, Reason::heartbeat_missed) ==
        std::vector<Time>{instant(seconds(40))});
  CHECK(story.business(observe::Outcome::duplicated) == 1);
  CHECK(story.rows(Fact::effect, Reason::none) == 2);
}

TEST_CASE("A consumer whose beats get nowhere is told when the way back is open") {
  Story story;
  story.queue("orders");
  ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
  worker.access.heartbeat = seconds(10);
  const EntityId id = story.add(worker);
  story.at(seconds(12), [&] { story.world.partition(id, World::Way::to_broker); });
  CHECK(story.run() == Outcome::drained);
  CHECK(story.times(Fact::ended, Reason::heartbeat_missed) ==
        std::vector<Time>(2, instant(seconds(40))));
  CHECK(story.rows(Fact::network, Reason::heartbeat_missed) == 0);
}

TEST_CASE("A machine without power says nothing: only heartbeats tell its clients") {
  for (const bool beats : {false, true}) {
    Story story;
    story.queue("orders");
    story.add(story.to_queue("shop", "orders", 1));
    ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
    if (beats) worker.access.heartbeat = seconds(2);
    worker.access.reconnect = seconds(1);
    story.add(worker);
    story.at(milliseconds(1500), [&] { story.world.power_off(story.rabbit); });
    story.at(seconds(10), [&] { story.world.restart(story.rabbit); });
    PublisherConfig late = story.to_queue("late", "orders", 1);
    late.start = seconds(11);
    story.add(late);
    CHECK(story.run() == Outcome::drained);
    // The last beat came at 1.001 s: heard at 2 s, silent at 4 s and 6 s.
    const std::vector<Time> noticed(beats ? 1 : 0, instant(seconds(6)));
    CHECK(story.times(Fact::network, Reason::heartbeat_missed) == noticed);
    CHECK(story.rows(Fact::effect, Reason::none) == (beats ? 2U : 1U));
    CHECK(story.ready("orders") == (beats ? 0U : 1U));
  }
}

TEST_CASE("Who wrote to a machine without power is reset when it is back") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = story.to_queue("shop", "orders", 8);
  shop.every = always(seconds(1));
  shop.confirm = ConfirmMode::stream;
  shop.window = 100;
  shop.timeout = seconds(30);
  shop.retry = 3;
  shop.properties = persistent();
  shop.access.reconnect = milliseconds(100);
  story.add(shop);
  story.at(milliseconds(1500), [&] { story.world.power_off(story.rabbit); });
  story.at(milliseconds(5500), [&] { story.world.restart(story.rabbit); });
  CHECK(story.run() == Outcome::drained);
  // 2, 3, 4 and 5 went nowhere.
  CHECK(story.rows(Fact::finished, Reason::lost_in_flight) == 4);
  CHECK(story.business(observe::Outcome::lost) == 0);
  CHECK(story.ready("orders") == 8);
}

TEST_CASE("The end of a killed broker does not get over a cut link either") {
  Story story;
  story.queue("orders");
  ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
  worker.access.reconnect = milliseconds(100);
  const EntityId id = story.add(worker);
  story.at(seconds(1), [&] { story.world.partition(id, World::Way::to_client); });
  story.at(seconds(2), [&] { story.world.kill(story.rabbit); });
  story.at(seconds(3), [&] { story.world.restart(story.rabbit); });
  story.at(seconds(4), [&] { story.world.heal(id); });
  PublisherConfig late = story.to_queue("late", "orders", 1);
  late.start = seconds(5);
  story.add(late);
  CHECK(story.run() == Outcome::drained);
  CHECK(story.rows(Fact::effect, Reason::none) == 1);
}

}  // namespace mqlab::world
