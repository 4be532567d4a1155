// SPDX-License-Identifier: MIT
// Brokers that do not read for a while (PUB-14): who waits where, and how it goes on.
#include "tests/world/story.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;
using observe::LossCause;

namespace {

// The alarm is on from the beginning until a given instant. Publishes take 1,000 bytes on the wire.
struct Blocked {
  explicit Blocked(std::uint64_t receive_buffer) : story({}, machine(receive_buffer)) {
    story.queue("orders");
    set(Duration{}, true);
  }

  static NodeConfig machine(std::uint64_t receive_buffer) {
    NodeConfig node;
    node.receive_buffer = receive_buffer;
    return node;
  }

  void set(Duration when, bool on) {
    story.at(when, [this, on] {
      static_cast<void>(story.world.administer(story.rabbit, [on](broker::Broker& broker) {
        broker.alarm(broker::Broker::Resource::memory, on);
        return Result<void>{};
      }));
    });
  }

  PublisherConfig thousand_bytes(std::uint64_t count) {
    PublisherConfig shop = story.to_queue("shop", "orders", count);
    shop.body = std::string(947, 'x');
    shop.every = always({});
    return shop;
  }

  std::vector<Time> published() const { return story.times(Fact::published, Reason::none); }

  Story story;
};

}  // namespace

TEST_CASE("After an alarm what had arrived is read as a burst, the rest comes over the link") {
  Blocked alarm(3'000);
  PublisherConfig shop = alarm.thousand_bytes(6);
  shop.access.latency = always(milliseconds(10));
  shop.access.bandwidth = 1'000;
  alarm.story.add(shop);
  alarm.set(seconds(100), false);
  CHECK(alarm.story.run() == Outcome::drained);
  // One a second leaves, until three have filled the buffer. The fourth leaves when its sender has
  // heard that there is room: behind connection.unblocked, which takes 12 ms, and 10 ms later.
  const Time end = instant(seconds(100));
  CHECK(alarm.published() == std::vector<Time>{end, end, end, end + milliseconds(1'032),
                                               end + milliseconds(2'032),
                                               end + milliseconds(3'032)});
  CHECK(alarm.story.times(Fact::arrived, Reason::none) ==
        std::vector<Time>{instant(milliseconds(1'010)), instant(milliseconds(2'010)),
                          instant(milliseconds(3'010)), end + milliseconds(1'032),
                          end + milliseconds(2'032), end + milliseconds(3'032)});
}

TEST_CASE("A broker that does not read fills its own buffer, then that of who writes to it") {
  Blocked alarm(2'000);
  PublisherConfig shop = alarm.thousand_bytes(20);
  shop.every = always(milliseconds(10));
  shop.access.send_buffer = 3'000;
  const EntityId id = alarm.story.add(shop);
  alarm.story.at(seconds(1), [&] {
    CHECK(alarm.story.world.publisher(id).published == 5);
    CHECK(alarm.story.world.blocked(id) == "low on memory");
  });
  alarm.set(seconds(1), false);
  CHECK(alarm.story.run() == Outcome::drained);
  CHECK(alarm.story.world.publisher(id).blocked == 1);
  CHECK_FALSE(alarm.story.world.blocked(id).has_value());
  CHECK(alarm.story.ready("orders") == 20);
}

TEST_CASE("A publish that is larger than the receive buffer gets through all the same") {
  Blocked alarm(1);
  alarm.story.add(alarm.thousand_bytes(3));
  alarm.set(seconds(1), false);
  CHECK(alarm.story.run() == Outcome::drained);
  const Time end = instant(seconds(1));
  CHECK(alarm.published() == std::vector<Time>{end, end + milliseconds(2), end + milliseconds(2)});
}

TEST_CASE("Who is held does not hear that there is room before he is released") {
  Blocked alarm(1'000);
  const EntityId shop = alarm.story.add(alarm.thousand_bytes(2));
  alarm.set(seconds(2), false);
  alarm.story.at(seconds(1), [&] { alarm.story.world.hold(shop); });
  alarm.story.at(seconds(9), [&] { alarm.story.world.release(shop); });
  CHECK(alarm.story.run() == Outcome::drained);
  CHECK(alarm.published() == std::vector<Time>{instant(seconds(2)), instant(milliseconds(9'001))});
}

TEST_CASE("A client that says goodbye during an alarm is heard behind what it published") {
  for (const bool kill : {false, true}) {
    Blocked alarm(10'000);
    PublisherConfig shop = alarm.thousand_bytes(5);
    const EntityId id = alarm.story.add(shop);
    alarm.story.at(milliseconds(100), [&] {
      if (kill) {
        alarm.story.world.kill(id);
      } else {
        alarm.story.world.stop(id);
      }
    });
    alarm.story.at(milliseconds(900), [&] { CHECK(alarm.story.ready("orders") == 0); });
    alarm.set(seconds(1), false);
    CHECK(alarm.story.run() == Outcome::drained);
    CHECK(alarm.story.ready("orders") == 5);
    const Reason why = kill ? Reason::killed : Reason::stopped;
    CHECK(alarm.story.times(Fact::down, why) ==
          std::vector<Time>{instant(milliseconds(kill ? 100 : 1'001))});
  }
}

TEST_CASE(
    "A broker that hears by a heartbeat that its client is dead does not read what it wrote") {
  Blocked alarm(10'000);
  PublisherConfig shop = alarm.thousand_bytes(5);
  shop.access.heartbeat = seconds(10);
  const EntityId id = alarm.story.add(shop);
  alarm.story.at(milliseconds(100), [&] { alarm.story.world.kill(id); });
  alarm.set(seconds(1), false);
  CHECK(alarm.story.run() == Outcome::drained);
  CHECK(alarm.story.ready("orders") == 0);
  CHECK(alarm.story.lost(LossCause::ignored) == 5);
}

TEST_CASE("A connection outlives an alarm that is longer than its heartbeats, full or not") {
  for (const std::uint64_t buffer : {1'000, 100'000}) {
    Blocked alarm(buffer);
    PublisherConfig shop = alarm.thousand_bytes(5);
    shop.access.heartbeat = seconds(1);
    alarm.story.add(shop);
    alarm.set(seconds(60), false);
    CHECK(alarm.story.run() == Outcome::drained);
    CHECK(alarm.story.rows(Fact::network, Reason::heartbeat_missed) == 0);
    CHECK(alarm.story.ready("orders") == 5);
  }
}

TEST_CASE("Behind an alarm that does not end nothing happens any more but heartbeats") {
  for (const std::uint64_t buffer : {1'000, 100'000}) {
    Blocked alarm(buffer);
    PublisherConfig shop = alarm.thousand_bytes(5);
    shop.access.heartbeat = seconds(1);
    alarm.story.add(shop);
    CHECK(alarm.story.run() == Outcome::drained);
    CHECK(alarm.story.business(observe::Outcome::pending) == 5);
  }
}

TEST_CASE("When a broker that does not read loses its power, all that waits for it is lost") {
  Blocked alarm(1'000);
  PublisherConfig shop = alarm.thousand_bytes(5);
  alarm.story.add(shop);
  alarm.story.at(seconds(1), [&] { alarm.story.world.power_off(alarm.story.rabbit); });
  alarm.story.at(seconds(2), [&] { alarm.story.world.restart(alarm.story.rabbit); });
  CHECK(alarm.story.run() == Outcome::drained);
  CHECK(alarm.story.business(observe::Outcome::lost) == 5);
}

TEST_CASE("Below its limit of free space a broker reads no publishes, above it reads on") {
  NodeConfig node;
  node.disk_free = 6'000;
  node.disk_free_limit = 1'000;
  Story story({}, node);
  story.queue("orders");
  PublisherConfig shop = story.to_queue("shop", "orders", 20);
  shop.confirm = ConfirmMode::stream;
  shop.window = 100;
  shop.properties = persistent();
  shop.body.assign(1'000, 'x');
  const EntityId id = story.add(shop);
  ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
  worker.start = seconds(1);
  worker.prefetch = 1;
  story.add(worker);
  // The sixth makes it 6,000 bytes, which leaves fewer than 1,000.
  story.at(milliseconds(900), [&] {
    CHECK(story.ready("orders") == 6);
    CHECK(story.world.blocked(id) == "low on disk");
  });
  CHECK(story.run() == Outcome::drained);
  CHECK(story.world.publisher(id).confirmed == 20);
  CHECK(!story.world.blocked(id));
}

}  // namespace mqlab::world
