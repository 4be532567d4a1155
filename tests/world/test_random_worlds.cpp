// SPDX-License-Identifier: MIT
// Worlds made by chance, with faults at random instants: nothing may ever contradict the books.
#include <string>

#include "sim/base/random.hpp"
#include "tests/world/story.hpp"

namespace mqlab::world {

namespace {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : stream_(seed, "dice") {}
  std::uint64_t below(std::uint64_t n) { return stream_.below(n); }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  Duration up_to(Duration most) {
    return nanoseconds(static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most.ns) + 1)));
  }
  Distribution span(Duration most) {
    const Duration one = up_to(most);
    return one_in(2) ? always(one) : Distribution::exponential(one + nanoseconds(1)).value();
  }

 private:
  RandomStream stream_;
};

std::string queue_name(std::uint64_t i) {
  return "q" + std::to_string(i);
}

void add_queue(Story& story, Dice& dice, std::uint64_t i) {
  broker::FieldTable arguments;
  const auto number = [&](std::string_view key, std::int64_t value) {
    broker::set_field(arguments, key, broker::FieldValue::of(value));
  };
  const auto word = [&](std::string_view key, std::string_view value) {
    broker::set_field(arguments, key, broker::FieldValue::of(value));
  };
  if (dice.one_in(3)) number("x-max-length", static_cast<std::int64_t>(dice.below(6)));
  if (dice.one_in(4)) word("x-overflow", "reject-publish");
  if (dice.one_in(3)) number("x-message-ttl", static_cast<std::int64_t>(dice.below(300)));
  if (dice.one_in(3)) {
    word("x-dead-letter-exchange", "");
    word("x-dead-letter-routing-key", queue_name(dice.below(3)));
  }
  if (dice.one_in(5)) number("x-max-priority", 3);
  story.queue(queue_name(i), !dice.one_in(3), std::move(arguments));
}

void add_link(Dice& dice, AccessConfig& access) {
  access.latency = dice.span(milliseconds(20));
  if (dice.one_in(2)) access.reconnect.after = dice.up_to(milliseconds(100)) + nanoseconds(1);
  if (dice.one_in(2)) {
    access.reconnect.factor = 1.5;
    access.reconnect.most = milliseconds(300);
    access.reconnect.jitter = 0.5;
  }
  if (dice.one_in(2)) access.heartbeat = milliseconds(20) + dice.up_to(milliseconds(200));
  if (dice.one_in(3)) access.bandwidth = 1000 + dice.below(100'000);
  if (dice.one_in(3)) access.send_buffer = 1 + dice.below(1000);
}

void add_publisher(Story& story, Dice& dice, std::uint64_t i) {
  PublisherConfig shop =
      story.to_queue("shop" + std::to_string(i), queue_name(dice.below(4)), dice.below(40));
  shop.every = dice.span(milliseconds(20));
  shop.start = dice.up_to(milliseconds(100));
  add_link(dice, shop.access);
  shop.confirm = static_cast<ConfirmMode>(dice.below(4));
  shop.window = static_cast<std::uint32_t>(1 + dice.below(6));
  shop.mandatory = dice.one_in(2);
  if (dice.one_in(2)) shop.properties = persistent();
  if (dice.one_in(2)) shop.timeout = dice.up_to(milliseconds(200)) + nanoseconds(1);
  shop.retry = static_cast<std::uint32_t>(dice.below(3));
  if (dice.one_in(8)) shop.exchange = "missing";
  story.add(shop);
}

void add_consumer(Story& story, Dice& dice, std::uint64_t i) {
  const AckMode ack = dice.one_in(3) ? AckMode::automatic : AckMode::manual;
  ConsumerConfig worker =
      story.from_queue("worker" + std::to_string(i), queue_name(dice.below(4)), ack);
  worker.start = dice.up_to(milliseconds(200));
  worker.work = dice.span(milliseconds(30));
  worker.prefetch = static_cast<std::uint16_t>(dice.below(4));
  worker.threads = static_cast<std::uint32_t>(1 + dice.below(3));
  add_link(dice, worker.access);
  worker.asks_host = dice.one_in(2);
  worker.on_failure = static_cast<OnFailure>(dice.below(3));
  story.add(worker);
}

void disturb_link(World& world, Dice& dice, EntityId who) {
  switch (dice.below(7)) {
    case 0:
      return world.hold(who);
    case 1:
      return world.partition(who, static_cast<World::Way>(dice.below(3)));
    case 2:
      return world.clog(who, dice.below(2000));
    case 3:
      return world.release(who);
    default:  // not an enum
      return world.heal(who);
  }
}

void disturb_node(Story& story, Dice& dice) {
  if (dice.one_in(2)) return story.world.set_fsync(story.rabbit, dice.span(milliseconds(50)));
  const bool on = dice.one_in(2);
  static_cast<void>(story.world.administer(story.rabbit, [on](broker::Broker& broker) {
    broker.alarm(broker::Broker::Resource::disk, on);
    return Result<void>{};
  }));
}

void do_something(Story& story, Dice& dice) {
  World& world = story.world;
  const std::string actor = (dice.one_in(2) ? "shop" : "worker") + std::to_string(dice.below(3));
  const EntityId who = *world.find(actor);
  switch (dice.below(14)) {
    case 0:
      return world.kill(who);
    case 1:
      return world.stop(who);
    case 2:
    case 3:
      return world.restart(who);
    case 4:
      return world.drop_connections(who);
    case 5:
      return world.delay(who, dice.up_to(milliseconds(50)));
    case 6:
      if (dice.one_in(2)) return world.kill(story.rabbit);
      return dice.one_in(2) ? world.stop(story.rabbit) : world.power_off(story.rabbit);
    case 7:
      return world.restart(story.rabbit);
    case 8:
      return disturb_node(story, dice);
    case 9:
    case 10:
    case 11:
    case 12:
      return disturb_link(world, dice, who);
    default:  // not an enum
      broker::QueueDelete method;
      method.queue = queue_name(dice.below(3));
      if (dice.one_in(3)) static_cast<void>(world.operate(story.rabbit, "/", method));
      return;
  }
}

std::string live(std::uint64_t seed) {
  Options options;
  options.seed = seed;
  Dice dice(seed);
  NodeConfig node;
  node.fsync = dice.span(milliseconds(10));
  node.boot = dice.up_to(milliseconds(100));
  if (dice.one_in(3)) node.memory_limit = 1 + dice.below(20'000);
  Story story(options, std::move(node));
  for (std::uint64_t i = 0; i < 3; ++i) add_queue(story, dice, i);
  for (std::uint64_t i = 0; i < 3; ++i) add_publisher(story, dice, i);
  for (std::uint64_t i = 0; i < 3; ++i) add_consumer(story, dice, i);
  Dice answers(seed + 1000);
  story.world.hooks().handle = [&](EntityId, const Delivery&) {
    return static_cast<Decision>(answers.below(5));
  };
  Dice faults(seed + 2000);
  for (std::uint64_t i = faults.below(12); i > 0; --i) {
    story.at(faults.up_to(seconds(1)), [&] { do_something(story, faults); });
  }
  Limits limits;
  limits.max_events = 3000;
  story.run(limits);
  return story.world.ledger().digest().fingerprint();
}

}  // namespace

TEST_CASE("In any world, at every event, the books balance and the fold is the world's own state") {
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    INFO("seed " << seed);
    const std::string first = live(seed);
    if (seed % 10 == 0) CHECK(live(seed) == first);
  }
}

}  // namespace mqlab::world
