// SPDX-License-Identifier: MIT
// Links that are slow, held, cut or broken; sockets that are full.
#include "sim/world/frame_size.hpp"
#include "tests/world/story.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;
using observe::LossCause;

namespace {

// Publishes of 1,000 bytes on the wire: 23 of the method, 22 of the header, 8 around the body.
PublisherConfig thousand_bytes(Story& story, std::uint64_t count) {
  PublisherConfig shop = story.to_queue("shop", "orders", count);
  shop.body = std::string(947, 'x');
  shop.every = always({});
  return shop;
}

PublisherConfig confirming(Story& story, std::uint64_t count) {
  PublisherConfig shop = story.to_queue("shop", "orders", count);
  shop.confirm = ConfirmMode::stream;
  shop.window = 100;
  return shop;
}

std::vector<Time> writes_of(const Story& story, std::string_view method) {
  std::vector<Time> found;
  const ledger::Ledger& ledger = story.world.ledger();
  for (const ledger::Row& row : ledger.rows()) {
    if (row.fact == Fact::sent && ledger.text(row.text) == method) found.push_back(row.at);
  }
  return found;
}

}  // namespace

TEST_CASE("A body is cut into frames of at most 131,072 bytes") {
  CHECK(content_bytes(nullptr, 0) == 22);
  CHECK(content_bytes(nullptr, 131'064) == 22 + 8 + 131'064);
  CHECK(content_bytes(nullptr, 131'065) == 22 + 8 + 131'064 + 8 + 1);
  broker::Properties some;
  some.delivery_mode = 2;
  some.message_id = "id";
  some.headers.emplace();
  broker::set_field(*some.headers, "n", broker::FieldValue::of(std::int64_t{1}));
  CHECK(content_bytes(broker::PropertiesPtr(some), 0) == 22 + 1 + 3 + 4 + 2 + 1 + 8);
}

TEST_CASE("Bytes take their time on a link with a bandwidth") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = thousand_bytes(story, 3);
  shop.access.bandwidth = 1000;
  story.add(shop);
  story.run();
  CHECK(story.times(Fact::arrived, Reason::none) == std::vector<Time>{instant(milliseconds(1001)),
                                                                      instant(milliseconds(2001)),
                                                                      instant(milliseconds(3001))});
}

TEST_CASE("A publisher waits while its send buffer is full, and loses nothing") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = thousand_bytes(story, 5);
  shop.access.bandwidth = 1000;
  shop.access.latency = always({});
  shop.access.send_buffer = 2000;
  story.add(shop);
  CHECK(story.run() == Outcome::drained);
  CHECK(writes_of(story, "basic.publish") ==
        std::vector<Time>{instant({}), instant({}), instant(seconds(1)), instant(seconds(2)),
                          instant(seconds(3))});
  CHECK(story.ready("orders") == 5);
}

TEST_CASE("What was held goes on when it is released, what was cut off is sent again") {
  for (const bool cut : {false, true}) {
    Story story;
    story.queue("orders");
    const EntityId shop = story.add(story.to_queue("shop", "orders", 3));
    story.at(milliseconds(5), [&] {
      if (cut) {
        story.world.partition(shop, World::Way::both);
      } else {
        story.world.hold(shop);
      }
    });
    story.at(milliseconds(500), [&] { CHECK(story.ready("orders") == 1); });
    story.at(seconds(1), [&] {
      if (cut) {
        story.world.heal(shop);
      } else {
        story.world.release(shop);
      }
    });
    CHECK(story.run() == Outcome::drained);
    const Time late = instant(milliseconds(cut ? 1001 : 1000));
    CHECK(story.times(Fact::arrived, Reason::none) ==
          std::vector<Time>{instant(milliseconds(1)), late, late});
    CHECK(story.rows(Fact::delayed, Reason::none) == 2);
    CHECK(story.rows(Fact::network, cut ? Reason::healed : Reason::released) == 1);
  }
}

TEST_CASE("Nothing gets lost on a link that is never released, it only never arrives") {
  Story story;
  story.queue("orders");
  const EntityId shop = story.add(story.to_queue("shop", "orders", 3));
  story.at(microseconds(500), [&] { story.world.hold(shop); });
  CHECK(story.run() == Outcome::drained);
  CHECK(story.ready("orders") == 0);
  CHECK(story.business(observe::Outcome::pending) == 3);
}

TEST_CASE("When the way back is cut, the broker has what its publisher waits for") {
  Story story;
  story.queue("orders");
  const EntityId shop = story.add(confirming(story, 5));
  story.at({}, [&] { story.world.partition(shop, World::Way::to_client); });
  story.at(seconds(1), [&] {
    CHECK(story.ready("orders") == 5);
    CHECK(story.world.publisher(shop).unconfirmed == 5);
    story.world.heal(shop);
  });
  story.run();
  CHECK(story.world.publisher(shop).confirmed == 5);
}

TEST_CASE("A reset loses what a cut link kept, and accounts for it") {
  Story story;
  story.queue("orders");
  const EntityId shop = story.add(story.to_queue("shop", "orders", 3));
  story.at(milliseconds(5), [&] { story.world.partition(shop, World::Way::to_broker); });
  story.at(seconds(1), [&] { story.world.drop_connections(shop); });
  story.run();
  CHECK(story.ready("orders") == 1);
  CHECK(story.lost(LossCause::lost_before_broker) == 2);
}

TEST_CASE("A clogged link is slow for what has not left yet and for what follows") {
  Story story;
  story.queue("orders");
  const EntityId shop = story.add(thousand_bytes(story, 2));
  story.at({}, [&] { story.world.clog(shop, 100); });
  story.at(seconds(15), [&] { story.world.clog(shop, 0); });
  story.run();
  // The second had half of its bytes to go, and goes from its beginning at once.
  CHECK(story.times(Fact::arrived, Reason::none) ==
        std::vector<Time>{instant(milliseconds(10'001)), instant(milliseconds(15'001))});
}

TEST_CASE("A connection that is made over a cut link comes about when it is healed") {
  Story story;
  story.queue("orders");
  PublisherConfig config = confirming(story, 5);
  config.access.reconnect = milliseconds(100);
  config.timeout = seconds(10);
  config.retry = 3;
  const EntityId shop = story.add(config);
  story.at(milliseconds(15), [&] { story.world.partition(shop, World::Way::both); });
  story.at(milliseconds(25), [&] { story.world.drop_connections(shop); });
  story.at(seconds(2), [&] { story.world.heal(shop); });
  CHECK(story.run() == Outcome::drained);
  CHECK(story.ready("orders") == 5);
}

TEST_CASE("Who cannot connect waits longer and longer, up to a limit") {
  Story story;
  story.queue("orders");
  ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
  worker.access.reconnect.after = milliseconds(100);
  worker.access.reconnect.factor = 2;
  worker.access.reconnect.most = milliseconds(300);
  story.add(worker);
  story.at(seconds(1), [&] { story.world.kill(story.rabbit); });
  Limits limits;
  limits.until = instant(seconds(2));
  story.run(limits);
  // Each attempt takes one round trip of 2 ms.
  CHECK(writes_of(story, "tcp.syn") ==
        std::vector<Time>{instant(milliseconds(1100)), instant(milliseconds(1302)),
                          instant(milliseconds(1604)), instant(milliseconds(1906))});
}

TEST_CASE("Jitter spreads attempts below the wait") {
  Story story;
  story.queue("orders");
  for (const std::string name : {"a", "b", "c"}) {
    ConsumerConfig worker = story.from_queue(name, "orders", AckMode::manual);
    worker.access.reconnect.after = milliseconds(100);
    worker.access.reconnect.jitter = 0.5;
    story.add(worker);
  }
  story.at(seconds(1), [&] { story.world.kill(story.rabbit); });
  Limits limits;
  limits.until = instant(milliseconds(1100));
  story.run(limits);
  std::vector<Time> attempts = writes_of(story, "tcp.syn");
  REQUIRE(attempts.size() >= 3);
  CHECK(attempts.front() >= instant(milliseconds(1050)));
  CHECK(attempts[0] != attempts[1]);
}

}  // namespace mqlab::world
