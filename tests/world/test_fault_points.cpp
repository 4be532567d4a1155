// SPDX-License-Identifier: MIT
// Points at which publishers and consumers crash; and that each passing is a choice.
#include "sim/world/fault_point.hpp"
#include "tests/world/story.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;

namespace {

// Three messages, one a second, with confirms and retries.
EntityId add_shop(Story& story) {
  story.queue("orders");
  PublisherConfig shop = story.to_queue("shop", "orders", 3);
  shop.every = always(seconds(1));
  shop.properties = persistent();
  shop.confirm = ConfirmMode::each;
  shop.timeout = seconds(5);
  shop.retry = 3;
  return story.add(shop);
}

}  // namespace

TEST_CASE("A publisher that dies before it publishes loses the message, after it does not") {
  struct Case {
    std::string_view at;
    std::size_t arrived;
    std::uint64_t confirmed;
  };
  const Case cases[] = {
      {point::kBeforePublish, 2, 2}, {point::kAfterPublish, 3, 2}, {point::kAfterConfirm, 3, 3}};
  for (const Case& one : cases) {
    INFO(one.at);
    Story story;
    const EntityId shop = add_shop(story);
    story.world.crash_at(shop, one.at, 2, milliseconds(100));
    CHECK(story.run() == Outcome::drained);
    CHECK(story.ready("orders") == one.arrived);
    CHECK(story.world.publisher(shop).confirmed == one.confirmed);
    CHECK(story.business(observe::Outcome::lost) == 3 - one.arrived);
    CHECK(story.rows(Fact::down, Reason::killed) == 1);
    CHECK(story.rows(Fact::up, Reason::restarted) == 1);
  }
}

TEST_CASE("What a consumer republishes at a point is there, or not") {
  for (const auto& [at, dead] : {std::pair{point::kBeforeWork, 0U}, {point::kBeforeAck, 1U}}) {
    INFO(at);
    Story story;
    story.queue("orders");
    story.queue("dead");
    story.add(story.to_queue("shop", "orders", 1));
    ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
    worker.asks_host = true;
    worker.retry.recoverer = Recoverer::republish;
    worker.retry.exchange = "";
    worker.retry.key = "dead";
    const EntityId id = story.add(worker);
    story.world.hooks().handle = [](EntityId, const Delivery&) { return Decision::failure; };
    story.world.crash_at(id, at, 1, std::nullopt);
    CHECK(story.run() == Outcome::drained);
    // A consumer that dies between the two leaves both.
    CHECK(story.ready("dead") == dead);
    CHECK(story.ready("orders") == 1);
  }
}

TEST_CASE("A consumer without a coroutine republishes what failed, with its cause") {
  Story story;
  story.queue("orders");
  story.queue("dead");
  story.add(story.to_queue("shop", "orders", 2));
  ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
  worker.asks_host = true;
  worker.retry = RetryRule{2, milliseconds(5), 1, seconds(1), Recoverer::republish, "", "dead"};
  const EntityId id = story.add(worker);
  story.world.hooks().handle = [](EntityId, const Delivery&) { return Decision::failure; };
  CHECK(story.run() == Outcome::drained);
  CHECK(story.ready("dead") == 2);
  CHECK(story.ready("orders") == 0);
  CHECK(story.world.consumer(id).retried == 2);
  CHECK(story.business(observe::Outcome::pending) == 2);
}

TEST_CASE("An override makes an actor crash where no plan says so, and it comes back") {
  Options options;
  options.overrides.push_back(ChoiceOverride{"shop.fault.after_publish", 1, 1});
  Story story(options);
  const EntityId shop = add_shop(story);
  CHECK(story.run() == Outcome::drained);
  CHECK(story.times(Fact::down, Reason::killed) == std::vector<Time>{instant(seconds(1))});
  CHECK(story.times(Fact::up, Reason::restarted) == std::vector<Time>{instant(seconds(2))});
  CHECK(story.world.is_up(shop));
  CHECK(story.ready("orders") == 3);
}

TEST_CASE("An override keeps an actor from a crash that a plan ordered") {
  Options options;
  options.overrides.push_back(ChoiceOverride{"shop.fault.after_publish", 1, 0});
  Story story(options);
  const EntityId shop = add_shop(story);
  story.world.crash_at(shop, point::kAfterPublish, 2, std::nullopt);
  CHECK(story.run() == Outcome::drained);
  CHECK(story.rows(Fact::down, Reason::killed) == 0);
  CHECK(story.world.publisher(shop).confirmed == 3);
}

TEST_CASE("A recording repeats the crashes of its run, without their plans") {
  Options keep;
  keep.keep_choices = true;
  Story first(keep);
  first.world.crash_at(add_shop(first), point::kAfterConfirm, 2, seconds(1));
  CHECK(first.run() == Outcome::drained);
  const ChoiceLog log = first.world.choices().log();
  std::size_t asked = 0;
  for (const Choice& choice : log.choices) {
    if (log.streams[choice.stream.value - 1] == "shop.fault.after_confirm") ++asked;
  }
  CHECK(asked == 3);

  Result<Choices> replayed = Choices::replay(log);
  REQUIRE(replayed.ok());
  Story again({}, {}, std::move(*replayed));
  add_shop(again);
  CHECK(again.run() == Outcome::drained);
  CHECK(!again.world.choices().divergence());
  CHECK(again.world.ledger().digest() == first.world.ledger().digest());
}

}  // namespace mqlab::world
