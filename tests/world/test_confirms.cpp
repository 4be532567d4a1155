// SPDX-License-Identifier: MIT
// When confirms come, what publishers do until then, and what they do when none comes.
#include "tests/world/story.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;

namespace {

PublisherConfig confirming(Story& story, ConfirmMode mode, std::uint64_t count) {
  PublisherConfig shop = story.to_queue("shop", "orders", count);
  shop.confirm = mode;
  return shop;
}

}  // namespace

TEST_CASE("The confirm of a persistent message waits for the disk, that of a transient one not") {
  NodeConfig node;
  node.fsync = always(milliseconds(7));
  Story story({}, node);
  story.queue("orders");
  PublisherConfig shop = confirming(story, ConfirmMode::stream, 1);
  shop.properties = persistent();
  story.add(shop);
  shop.name = "hasty";
  shop.properties = nullptr;
  story.add(shop);
  CHECK(story.run() == Outcome::drained);
  const std::vector<Time> learned = story.times(Fact::learned, Reason::ack);
  REQUIRE(learned.size() == 2);
  CHECK(learned[0] == instant(milliseconds(2)));
  CHECK(learned[1] == instant(milliseconds(9)));
  CHECK(story.rows(Fact::synced, Reason::none) == 1);
}

TEST_CASE("Writes that come while the disk is busy share the next fsync") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = confirming(story, ConfirmMode::stream, 4);
  shop.window = 10;
  shop.every = always(milliseconds(1));
  shop.properties = persistent();
  story.add(shop);
  story.run();
  // At the broker at 1, 2, 3, 4 ms; fsyncs end at 6 ms (the first) and 11 ms (the other three).
  const std::vector<Time> learned = story.times(Fact::learned, Reason::ack);
  REQUIRE(learned.size() == 4);
  CHECK(learned[0] == instant(milliseconds(7)));
  CHECK(learned[1] == instant(milliseconds(12)));
  CHECK(learned[3] == instant(milliseconds(12)));
}

TEST_CASE("A publisher sends as many unconfirmed messages as its mode allows") {
  struct Case {
    ConfirmMode mode;
    std::uint32_t window;
    std::uint64_t most;
    std::int64_t last_ms;  // when the last of 12 is confirmed
  };
  // All twelve come at once; a round trip takes 2 ms, the disk is not asked.
  const Case cases[] = {
      {ConfirmMode::each, 1, 1, 24},
      {ConfirmMode::batch, 4, 4, 6},
      {ConfirmMode::stream, 3, 3, 8},
      {ConfirmMode::stream, 100, 12, 2},
  };
  for (const Case& one : cases) {
    Story story;
    story.queue("orders");
    PublisherConfig shop = confirming(story, one.mode, 12);
    shop.window = one.window;
    shop.every = always({});
    const EntityId id = story.add(shop);
    std::uint64_t most = 0;
    const auto audit = story.world.hooks().after_event;
    story.world.hooks().after_event = [&] {
      audit();
      most = std::max(most, story.world.publisher(id).unconfirmed);
    };
    CHECK(story.run() == Outcome::drained);
    CHECK(most == one.most);
    CHECK(story.world.publisher(id).confirmed == 12);
    CHECK(story.end() == instant(milliseconds(one.last_ms)));
    CHECK(story.ready("orders") == 12);
  }
}

TEST_CASE("A mandatory message without a queue comes back before its confirm") {
  Story story;
  PublisherConfig shop = confirming(story, ConfirmMode::stream, 1);
  shop.routing_key = "nowhere";
  shop.mandatory = true;
  const EntityId id = story.add(shop);
  std::vector<std::string> heard;
  story.world.hooks().on_return = [&](EntityId, const Returned& returned) {
    heard.push_back("returned " + std::to_string(returned.code) + " " + returned.text);
  };
  story.world.hooks().on_confirm = [&](EntityId, MessageId, bool ack) {
    heard.push_back(ack ? "ack" : "nack");
  };
  CHECK(story.run() == Outcome::drained);
  CHECK(heard == std::vector<std::string>{"returned 312 NO_ROUTE", "ack"});
  CHECK(story.world.publisher(id).returned == 1);
  CHECK(story.rows(Fact::learned, Reason::returned) == 1);
  CHECK(story.lost(observe::LossCause::returned) == 1);
}

TEST_CASE("A full queue that refuses publishes is learned of as a nack") {
  Story story;
  story.queue("orders", true,
              {{"x-max-length", broker::FieldValue::of(std::int64_t{2})},
               {"x-overflow", broker::FieldValue::of(std::string_view("reject-publish"))}});
  const EntityId id = story.add(confirming(story, ConfirmMode::each, 3));
  CHECK(story.run() == Outcome::drained);
  CHECK(story.world.publisher(id).confirmed == 2);
  CHECK(story.world.publisher(id).nacked == 1);
  CHECK(story.lost(observe::LossCause::refused) == 1);
}

TEST_CASE("A message without a confirm in time is sent again under its business id") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = confirming(story, ConfirmMode::each, 2);
  shop.access.latency = always(milliseconds(60));
  shop.timeout = milliseconds(100);
  shop.retry = 1;
  const EntityId id = story.add(shop);
  story.add(story.from_queue("worker", "orders", AckMode::manual));
  CHECK(story.run() == Outcome::drained);
  const PublisherCounts counts = story.world.publisher(id);
  CHECK(counts.composed == 2);
  CHECK(counts.published == 4);
  CHECK(counts.timed_out == 4);
  CHECK(counts.confirmed == 4);
  CHECK(story.business(observe::Outcome::duplicated) == 2);
}

TEST_CASE("A nacked message is sent again when its time is over") {
  Story story;
  story.queue("orders", true,
              {{"x-max-length", broker::FieldValue::of(std::int64_t{1})},
               {"x-overflow", broker::FieldValue::of(std::string_view("reject-publish"))}});
  PublisherConfig shop = confirming(story, ConfirmMode::stream, 2);
  shop.window = 2;
  shop.timeout = milliseconds(500);
  shop.retry = 3;
  const EntityId id = story.add(shop);
  ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
  worker.start = milliseconds(700);
  story.add(worker);
  CHECK(story.run() == Outcome::drained);
  CHECK(story.world.publisher(id).nacked == 2);
  CHECK(story.world.publisher(id).timed_out == 0);
  CHECK(story.business(observe::Outcome::handled) == 2);
}

TEST_CASE("A stopped publisher waits for its confirms and closes") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = confirming(story, ConfirmMode::stream, 100);
  shop.window = 100;
  shop.properties = persistent();
  const EntityId id = story.add(shop);
  story.at(milliseconds(45), [&] { story.world.stop(id); });
  CHECK(story.run() == Outcome::drained);
  CHECK(story.world.publisher(id).composed == 5);
  CHECK(story.world.publisher(id).confirmed == 5);
  CHECK(story.rows(Fact::down, Reason::stopped) == 1);
}

TEST_CASE("The host shapes messages and names their business") {
  Story story;
  story.queue("a");
  story.queue("b");
  PublisherConfig shop = story.to_queue("shop", "a", 4);
  shop.asks_host = true;
  story.add(shop);
  story.world.hooks().make_message = [](EntityId, std::uint64_t i, Content& content) {
    if (i % 2 == 0) content.routing_key = "b";
    content.body = "number " + std::to_string(i);
    content.business = "order-" + std::to_string((i + 1) / 2);
  };
  story.run();
  CHECK(story.ready("a") == 2);
  CHECK(story.ready("b") == 2);
  CHECK(story.books.business().all().size() == 2);
  CHECK(story.world.ledger().text(story.books.business().all()[1].id) == "order-2");
}

TEST_CASE("A publisher publishes at the instants it was given") {
  Story story;
  story.queue("orders");
  PublisherConfig shop = story.to_queue("shop", "orders", 0);
  shop.at = {instant(milliseconds(3)), instant(milliseconds(50)), instant(seconds(2))};
  story.add(shop);
  story.run();
  CHECK(story.times(Fact::composed, Reason::none) == shop.at);
}

}  // namespace mqlab::world
