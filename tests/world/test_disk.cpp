// SPDX-License-Identifier: MIT
// A disk that is slow, a memory that is full.
#include "tests/world/story.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;

namespace {

PublisherConfig safe(Story& story, std::uint64_t count) {
  PublisherConfig shop = story.to_queue("shop", "orders", count);
  shop.confirm = ConfirmMode::stream;
  shop.window = 1000;
  shop.properties = persistent();
  shop.body = std::string(1000, 'x');
  return shop;
}

}  // namespace

TEST_CASE("A disk that becomes slow makes confirms late from its next fsync on") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = safe(story, 2);
  shop.every = always(milliseconds(20));
  story.add(shop);
  story.at(milliseconds(15),
           [&] { story.world.set_fsync(story.rabbit, always(milliseconds(500))); });
  story.run();
  CHECK(story.times(Fact::confirmed, Reason::ack) ==
        std::vector<Time>{instant(milliseconds(6)), instant(milliseconds(521))});
}

TEST_CASE("What a slow disk has not written is lost without power and kept by a kill") {
  for (const bool power : {false, true}) {
    NodeConfig node;
    node.fsync = always(milliseconds(100));
    Story story({}, node);
    story.queue("orders");
    // The first is on the platter at 101 ms, the others at 201 ms.
    story.add(safe(story, 5));
    story.at(milliseconds(150), [&] {
      if (power) {
        story.world.power_off(story.rabbit);
      } else {
        story.world.kill(story.rabbit);
      }
    });
    story.at(seconds(1), [&] { story.world.restart(story.rabbit); });
    story.run();
    CHECK(story.ready("orders") == (power ? 1 : 5));
    CHECK(story.rows(Fact::removed, Reason::not_synced) == (power ? 4 : 0));
  }
}

TEST_CASE("Above its memory limit a broker reads no publishes, below it reads on") {
  for (const bool lazy : {false, true}) {
    NodeConfig node;
    node.memory_limit = 10'000;
    Story story({}, node);
    broker::FieldTable arguments;
    if (lazy)
      broker::set_field(arguments, "x-queue-mode",
                        broker::FieldValue::of(std::string_view("lazy")));
    story.queue("orders", true, arguments);
    const EntityId shop = story.add(safe(story, 20));
    ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
    worker.start = seconds(1);
    worker.prefetch = 1;
    story.add(worker);
    // 2,024 bytes each; 1,024 with the body on the disk.
    story.at(milliseconds(900), [&] { CHECK(story.ready("orders") == (lazy ? 10 : 5)); });
    CHECK(story.run() == Outcome::drained);
    CHECK(story.world.publisher(shop).blocked >= 1);
    CHECK(story.world.publisher(shop).confirmed == 20);
    CHECK(story.rows(Fact::effect, Reason::none) == 20);
  }
}

}  // namespace mqlab::world
