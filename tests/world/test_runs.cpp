// SPDX-License-Identifier: MIT
// What makes a run that run: seeds, pauses, limits, timers, interventions.
#include <set>

#include "tests/world/story.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;

namespace {

// Some chance in every corner.
EntityId populate(Story& story) {
  story.queue("orders");
  PublisherConfig shop = story.to_queue("shop", "orders", 40);
  shop.every = Distribution::exponential(milliseconds(10)).value();
  shop.access.latency = Distribution::uniform(milliseconds(1), milliseconds(30)).value();
  shop.confirm = ConfirmMode::stream;
  shop.window = 5;
  shop.properties = persistent();
  story.add(shop);
  ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::manual);
  worker.work = Distribution::normal(milliseconds(12), milliseconds(5)).value();
  worker.prefetch = 4;
  return story.add(worker);
}

Options with_seed(std::uint64_t seed) {
  Options options;
  options.seed = seed;
  return options;
}

std::string fingerprint(const Options& options) {
  Story story(options);
  populate(story);
  story.run();
  return story.world.ledger().digest().fingerprint();
}

}  // namespace

TEST_CASE("The same seed gives the same fingerprint, another seed another") {
  CHECK(fingerprint(with_seed(1)) == fingerprint(with_seed(1)));
  CHECK(fingerprint(with_seed(1)) != fingerprint(with_seed(2)));
}

TEST_CASE("Another actor does not move the latencies of those who were there") {
  const auto arrivals = [](bool with_other) {
    Story story;
    populate(story);
    if (with_other) {
      story.queue("elsewhere");
      PublisherConfig other = story.to_queue("other", "elsewhere", 30);
      other.access.latency = Distribution::uniform({}, milliseconds(5)).value();
      story.add(other);
    }
    story.run();
    std::vector<Time> times;
    for (const ledger::Row& row : story.world.ledger().rows()) {
      if (row.fact == Fact::composed && story.world.ledger().name(row.subject) == "shop") {
        times.push_back(row.at);
      }
    }
    return times;
  };
  CHECK(arrivals(false) == arrivals(true));
}

TEST_CASE("A run that is looked at again and again is the run that goes through") {
  Story whole;
  populate(whole);
  whole.run();
  Story stepped;
  populate(stepped);
  Limits limits;
  for (std::uint64_t n = 1;; ++n) {
    limits.max_events = n;
    if (stepped.run(limits) == Outcome::drained) break;
  }
  Story timed;
  populate(timed);
  limits = {};
  for (int i = 1; i < 100; ++i) {
    limits.until = instant(milliseconds(std::int64_t{7} * i));
    timed.run(limits);
  }
  timed.run();
  const std::string expected = whole.world.ledger().digest().fingerprint();
  CHECK(stepped.world.ledger().digest().fingerprint() == expected);
  CHECK(timed.world.ledger().digest().fingerprint() == expected);
}

TEST_CASE("The digest of a run does not depend on whether its rows are kept") {
  const auto with_sink = [](ledger::Sink sink) {
    Options options;
    options.sink = sink;
    World world(options);
    NodeConfig node;
    const EntityId rabbit = world.add_node(std::move(node)).value();
    broker::QueueDeclare declare;
    declare.queue = "q";
    CHECK(world.operate(rabbit, "/", declare).ok());
    PublisherConfig shop;
    shop.name = "shop";
    shop.access.node = rabbit;
    shop.routing_key = "q";
    shop.count = 100;
    CHECK(world.add_publisher(shop).ok());
    ConsumerConfig worker;
    worker.name = "worker";
    worker.access.node = rabbit;
    worker.queue = "q";
    CHECK(world.add_consumer(worker).ok());
    world.run();
    CHECK(world.consumer(*world.find("worker")).handled == 100);
    return world.ledger().digest().fingerprint();
  };
  CHECK(with_sink(ledger::Sink::full) == with_sink(ledger::Sink::digest));
}

TEST_CASE("run() says why it came back") {
  Story story;
  populate(story);
  Limits limits;
  limits.until = instant(milliseconds(100));
  limits.pause = limits.until;
  CHECK(story.run(limits) == Outcome::until);
  CHECK(story.world.now() == instant(milliseconds(100)));

  limits = {};
  limits.max_events = story.world.event_count() + 10;
  CHECK(story.run(limits) == Outcome::event_limit);
  CHECK(story.world.event_count() == limits.max_events);

  limits = {};
  int asked = 0;
  limits.interrupt = [&] { return ++asked == 3; };
  CHECK(story.run(limits) == Outcome::interrupted);
  CHECK(asked == 3);
  CHECK(story.run() == Outcome::drained);
  CHECK(story.run() == Outcome::drained);
}

TEST_CASE("Timers fire at their instant, again and again if asked to, until they are cancelled") {
  World world(Options{});
  std::vector<std::pair<std::uint64_t, Time>> fired;
  TimerId beat = 0;
  world.hooks().on_timer = [&](std::uint64_t token) {
    fired.emplace_back(token, world.now());
    if (token == 2) world.cancel(beat);
    if (token == 3) world.at(Time{}, 4);  // past: now
  };
  beat = world.every(milliseconds(10), 1);
  world.at(instant(milliseconds(35)), 2);
  const TimerId never = world.at(instant(milliseconds(20)), 9);
  world.cancel(never);
  world.at(instant(milliseconds(50)), 3);
  CHECK(world.run() == Outcome::drained);
  const std::vector<std::pair<std::uint64_t, Time>> expected{
      {1, instant(milliseconds(10))}, {1, instant(milliseconds(20))},
      {1, instant(milliseconds(30))}, {2, instant(milliseconds(35))},
      {3, instant(milliseconds(50))}, {4, instant(milliseconds(50))}};
  CHECK(fired == expected);
}

TEST_CASE("An intervention after an event is what a person did after that event") {
  constexpr std::uint64_t kEvent = 60;
  Story by_hand;
  const EntityId worker = populate(by_hand);
  Limits limits;
  limits.max_events = kEvent;
  CHECK(by_hand.run(limits) == Outcome::event_limit);
  by_hand.world.kill(worker);
  by_hand.run();

  Options options;
  options.interventions = {{kEvent, Intervention::Kind::kill, "worker", {}}};
  Story recorded(options);
  populate(recorded);
  recorded.run();
  CHECK(recorded.rows(Fact::down, Reason::killed) == 1);
  CHECK(recorded.world.ledger().digest().fingerprint() ==
        by_hand.world.ledger().digest().fingerprint());
}

TEST_CASE("Every kind of intervention does what its word says") {
  using What = Intervention::Kind;
  Options options;
  options.interventions = {
      {30, What::delay, "shop", milliseconds(5)}, {40, What::drop_connection, "worker", {}},
      {50, What::restart, "worker", {}},          {60, What::stop, "worker", {}},
      {70, What::restart, "worker", {}},          {90, What::power_off, "rabbit", {}},
      {90, What::restart, "rabbit", {}},          {90, What::kill, "nobody", {}},
      {90, What::power_off, "shop", {}},          {90, What::delay, "shop", milliseconds(-1)}};
  Story story(options);
  populate(story);
  CHECK(story.run() == Outcome::drained);
  CHECK(story.rows(Fact::delayed, Reason::none) > 0);
  CHECK(story.rows(Fact::ended, Reason::connection_lost) > 0);
  CHECK(story.rows(Fact::down, Reason::stopped) == 1);
  CHECK(story.rows(Fact::down, Reason::powered_off) == 1);
  CHECK(story.rows(Fact::up, Reason::restarted) == 2);
  REQUIRE(story.world.failed_interventions().size() == 3);
  CHECK(story.world.failed_interventions()[0].what == "there is no 'nobody'");
}

TEST_CASE("Interventions are read as they are written") {
  for (const std::string_view text :
       {"kill a b", "delay a b 50ms", "hold shop", "release shop", "partition shop",
        "partition-to-broker shop", "partition-to-client shop", "heal shop", "clog a b 1000",
        "slow-disk rabbit 500ms"}) {
    const auto read = parse_intervention(7, text);
    INFO(text);
    REQUIRE(read.ok());
    CHECK(intervention_text(*read) == text);
  }
  for (const std::string_view text : {"clog shop", "clog shop -1", "clog shop fast", "hold"}) {
    INFO(text);
    CHECK_FALSE(parse_intervention(7, text).ok());
  }
}

TEST_CASE("Faults of the network and of disks can be ordered by name") {
  using What = Intervention::Kind;
  Options options;
  options.interventions = {{5, What::hold, "shop", {}},
                           {8, What::release, "shop", {}},
                           {10, What::partition, "worker", {}},
                           {12, What::heal, "worker", {}},
                           {14, What::clog, "shop", {}, 5000},
                           {15, What::slow_disk, "rabbit", milliseconds(1)},
                           {16, What::slow_disk, "shop", milliseconds(1)},
                           {17, What::partition_to_client, "rabbit", {}}};
  Story story(options);
  populate(story);
  CHECK(story.run() == Outcome::drained);
  for (const Reason reason :
       {Reason::held, Reason::released, Reason::partitioned, Reason::healed, Reason::clogged}) {
    CHECK(story.rows(Fact::network, reason) == 1);
  }
  REQUIRE(story.world.failed_interventions().size() == 2);
  CHECK(story.world.failed_interventions()[0].what == "slow-disk shop: is not a node");
}

TEST_CASE("One choice laid down in advance changes that one sample") {
  const auto first_arrivals = [](std::vector<ChoiceOverride> overrides) {
    Options options;
    options.overrides = std::move(overrides);
    Story story(options);
    populate(story);
    story.run();
    std::vector<Time> times = story.times(Fact::composed, Reason::none);
    times.resize(3);
    return times;
  };
  const std::vector<Time> plain = first_arrivals({});
  const std::vector<Time> changed = first_arrivals({{"shop.arrivals", 0, 0}});
  CHECK(changed[0] == plain[0]);
  CHECK(changed[1] == plain[0]);
  CHECK(changed[2] - changed[1] == plain[2] - plain[1]);
}

TEST_CASE("A recorded run can be driven by its choices alone") {
  Options options;
  options.keep_choices = true;
  Story recorded(options);
  populate(recorded);
  recorded.run();
  auto choices = Choices::replay(recorded.world.choices().log());
  REQUIRE(choices.ok());
  Story replayed(with_seed(99), {}, std::move(*choices));
  populate(replayed);
  CHECK(replayed.run() == Outcome::drained);
  CHECK_FALSE(replayed.world.choices().divergence().has_value());
  CHECK(replayed.world.choices().unused() == 0);
  CHECK(replayed.world.ledger().digest().fingerprint() ==
        recorded.world.ledger().digest().fingerprint());
}

TEST_CASE("Two things of one name are refused") {
  Story story;
  story.queue("orders");
  story.add(story.to_queue("shop", "orders", 1));
  const auto again = story.world.add_consumer(story.from_queue("shop", "orders", {}));
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().what == "the name 'shop' is taken");
}

TEST_CASE("Every row but the roots names the row that caused it") {
  Story story;
  populate(story);
  story.run();
  const std::set<Fact> caused{Fact::sent,    Fact::arrived,   Fact::started,   Fact::finished,
                              Fact::learned, Fact::effect,    Fact::enqueued,  Fact::delivered,
                              Fact::removed, Fact::confirmed, Fact::published, Fact::synced};
  for (const ledger::Row& row : story.world.ledger().rows()) {
    INFO(ledger::word(row.fact) << " " << ledger::word(row.reason));
    CHECK(row.cause < story.world.ledger().row_count());
    if (caused.count(row.fact) != 0) CHECK(row.cause != 0);
  }
}

}  // namespace mqlab::world
