// SPDX-License-Identifier: MIT
// An outbox: what a crash at each step does to a message, to its row, and to the books.
#include "sim/world/fault_point.hpp"
#include "tests/world/story.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;

namespace {

struct Shop {
  explicit Shop(Story& story) {
    story.queue("orders");
    StoreConfig config;
    config.name = "db";
    config.read = config.write = always(milliseconds(1));
    db = story.world.add_store(std::move(config)).value();
    PublisherConfig shop = story.to_queue("shop", "orders", 3);
    shop.every = always(seconds(1));
    shop.properties = persistent();
    shop.confirm = ConfirmMode::each;
    shop.access.reconnect = milliseconds(100);
    shop.outbox = OutboxRule{db, "outbox", seconds(10)};
    id = story.add(shop);
    story.add(story.from_queue("stock", "orders", AckMode::manual));
  }
  EntityId db;
  EntityId id;
};

std::string says(const StoreRow& row) {
  return row.key + " " + std::get<std::string>(row.value.content);
}

}  // namespace

TEST_CASE("A row promises each message, and says when it was sent") {
  Story story;
  const Shop shop(story);
  story.at(milliseconds(3), [&] {
    const std::vector<StoreRow> rows = story.world.rows(shop.db, "outbox");
    REQUIRE(rows.size() == 1);
    CHECK(says(rows[0]) == "1 new");
    CHECK(rows[0].version == 1);
  });
  CHECK(story.run() == Outcome::drained);
  const std::vector<StoreRow> rows = story.world.rows(shop.db, "outbox");
  REQUIRE(rows.size() == 3);
  for (const StoreRow& row : rows) CHECK(row.version == 2);
  CHECK(story.business(observe::Outcome::handled) == 3);
  // Row 1 ms, publish 1 ms, fsync 5 ms or the consumer's ack after 2 ms, confirm 1 ms, row 1 ms.
  CHECK(story.end() == instant(seconds(2) + milliseconds(6)));
}

TEST_CASE("A crash at each step of an outbox loses nothing, and what it repeats is known") {
  struct Case {
    std::string_view at;
    std::uint64_t orders;      // that were taken
    std::uint64_t duplicated;  // effects
    Duration end;              // about when the last message is done
  };
  // The crash is at the second message; the shop is back 100 ms later, with the third.
  const Case cases[] = {
      {point::kBeforeRow, 2, 0, milliseconds(1100)}, {point::kAfterRow, 3, 0, seconds(10)},
      {point::kBeforePublish, 3, 0, seconds(10)},    {point::kAfterPublish, 3, 1, seconds(10)},
      {point::kAfterConfirm, 3, 1, seconds(10)},     {point::kAfterMark, 3, 0, milliseconds(1100)},
  };
  for (const Case& one : cases) {
    INFO(one.at);
    Story story;
    const Shop shop(story);
    story.world.crash_at(shop.id, one.at, 2, milliseconds(100));
    CHECK(story.run() == Outcome::drained);
    CHECK(story.world.unmet_crashes().empty());
    CHECK(story.world.publisher(shop.id).composed == one.orders);
    CHECK(story.business(observe::Outcome::handled) + one.duplicated == one.orders);
    CHECK(story.business(observe::Outcome::duplicated) == one.duplicated);
    CHECK(story.business(observe::Outcome::lost) == 0);
    CHECK(story.business(observe::Outcome::pending) == 0);
    CHECK(story.world.rows(shop.db, "outbox").size() == one.orders);
    CHECK(story.end() >= instant(one.end));
    CHECK(story.end() < instant(one.end + milliseconds(200)));
  }
}

TEST_CASE("A shop that never comes back leaves its promises pending, not lost") {
  Story story;
  const Shop shop(story);
  story.world.crash_at(shop.id, point::kAfterRow, 2, std::nullopt);
  CHECK(story.run() == Outcome::drained);
  CHECK(story.business(observe::Outcome::handled) == 1);
  CHECK(story.business(observe::Outcome::pending) == 1);
}

TEST_CASE("While its store is down an outbox takes no orders, and its scan waits for the store") {
  Story story;
  const Shop shop(story);
  story.world.crash_at(shop.id, point::kAfterRow, 1, milliseconds(100));
  story.at(milliseconds(500), [&] { story.world.kill(shop.db); });
  story.at(seconds(25), [&] { story.world.restart(shop.db); });
  CHECK(story.run() == Outcome::drained);
  // Order 2 came when the shop was back, order 3 was refused; order 1 is found by the scan at 30 s.
  CHECK(story.world.publisher(shop.id).composed == 2);
  CHECK(story.business(observe::Outcome::handled) == 2);
  CHECK(story.times(Fact::effect, Reason::none).back() == instant(seconds(30) + milliseconds(3)));
}

TEST_CASE("An outbox sends what others promise in its table, too") {
  Story story;
  const Shop shop(story);
  const EntityId author = story.process("author");
  story.world.hooks().start = [&](EntityId) {
    StoreOp row;
    row.kind = StoreOp::Kind::insert;
    row.table = "outbox";
    row.key = "order 7";
    row.value = broker::FieldValue::of(std::string_view("the body"));
    static_cast<void>(story.world.process(author).ask(shop.db, StoreRequest{{row}, true, false}));
  };
  CHECK(story.run() == Outcome::drained);
  const auto* business =
      story.books.business().find(story.world.ledger().names().intern("order 7"));
  REQUIRE(business != nullptr);
  CHECK(business->effect_count() == 1);
  CHECK(story.business(observe::Outcome::handled) == 4);
}

}  // namespace mqlab::world
