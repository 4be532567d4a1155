// SPDX-License-Identifier: MIT
// Random faults against what a configuration promises: at least once, at most once.
#include "sim/base/random.hpp"
#include "tests/world/story.hpp"

namespace mqlab::world {

namespace {

class Trouble {
 public:
  Trouble(Story& story, std::uint64_t seed) : story_(story), dice_(seed, "trouble") {}

  // A fault now and its end some time later.
  void plan(EntityId shop, EntityId worker) {
    for (std::uint64_t i = dice_.below(10); i > 0; --i) {
      const Duration begin = some(seconds(2));
      const Duration end = begin + some(seconds(2));
      const EntityId who = dice_.below(2) == 0 ? shop : worker;
      add(dice_.below(8), begin, end, who, worker);
    }
    // In the end all is well again.
    story_.at(seconds(10), [this, shop, worker] {
      for (const EntityId actor : {shop, worker}) {
        story_.world.release(actor);
        story_.world.heal(actor);
        story_.world.clog(actor, 0);
      }
      story_.world.restart(story_.rabbit);
      story_.world.restart(worker);
    });
  }

 private:
  Duration some(Duration most) {
    return nanoseconds(
        static_cast<std::int64_t>(dice_.below(static_cast<std::uint64_t>(most.ns)) + 1));
  }
  void add(std::uint64_t kind, Duration begin, Duration end, EntityId who, EntityId worker) {
    World& world = story_.world;
    const EntityId rabbit = story_.rabbit;
    const auto both = [&](std::function<void()> first, std::function<void()> then) {
      story_.at(begin, std::move(first));
      story_.at(end, std::move(then));
    };
    const auto way = static_cast<World::Way>(dice_.below(3));
    switch (kind) {
      case 0:
        return both([&world, who] { world.hold(who); }, [&world, who] { world.release(who); });
      case 1:
        return both([&world, who, way] { world.partition(who, way); },
                    [&world, who] { world.heal(who); });
      case 2:
        return both([&world, who] { world.drop_connections(who); },
                    [&world, who] { world.delay(who, milliseconds(300)); });
      case 3:
        return both([&world, who] { world.clog(who, 300); }, [&world, who] { world.clog(who, 0); });
      case 4:
        return both([&world, rabbit] { world.kill(rabbit); },
                    [&world, rabbit] { world.restart(rabbit); });
      case 5:
        return both([&world, rabbit] { world.power_off(rabbit); },
                    [&world, rabbit] { world.restart(rabbit); });
      case 6:
        return both([&world, rabbit] { world.stop(rabbit); },
                    [&world, rabbit] { world.restart(rabbit); });
      default:  // not an enum
        return both([&world, worker] { world.kill(worker); },
                    [&world, worker] { world.restart(worker); });
    }
  }

  Story& story_;
  RandomStream dice_;
};

AccessConfig stubborn(EntityId rabbit) {
  AccessConfig access;
  access.node = rabbit;
  access.reconnect.after = milliseconds(50);
  access.reconnect.factor = 2;
  access.reconnect.most = seconds(1);
  access.heartbeat = milliseconds(400);
  return access;
}

// Ends with everything healed and nothing left to do.
void live(Story& story, std::uint64_t seed, bool at_least_once) {
  story.queue("orders");
  PublisherConfig shop = story.to_queue("shop", "orders", 60);
  shop.every = always(milliseconds(50));
  shop.access = stubborn(story.rabbit);
  ConsumerConfig worker = story.from_queue("worker", "orders", AckMode::automatic);
  worker.access = stubborn(story.rabbit);
  worker.work = always(milliseconds(30));
  if (at_least_once) {
    shop.properties = persistent();
    shop.confirm = ConfirmMode::stream;
    shop.window = 20;
    shop.timeout = milliseconds(500);
    shop.retry = 1'000'000;
    worker.ack = AckMode::manual;
    worker.prefetch = 3;
  }
  const EntityId shop_id = story.add(shop);
  const EntityId worker_id = story.add(worker);
  Trouble trouble(story, seed);
  trouble.plan(shop_id, worker_id);
  CHECK(story.run() == Outcome::drained);
}

Options with_seed(std::uint64_t seed) {
  Options options;
  options.seed = seed;
  return options;
}

}  // namespace

TEST_CASE("Persistent messages, confirms with retries and manual acks lose nothing, ever") {
  std::uint64_t duplicated = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    Story story(with_seed(seed));
    live(story, seed, true);
    CHECK(story.business(observe::Outcome::lost) == 0);
    CHECK(story.business(observe::Outcome::pending) == 0);
    duplicated += story.business(observe::Outcome::duplicated);
  }
  CHECK(duplicated > 0);
}

TEST_CASE("Automatic acks without retries duplicate nothing, ever") {
  std::uint64_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    Story story(with_seed(seed));
    live(story, seed, false);
    CHECK(story.business(observe::Outcome::duplicated) == 0);
    CHECK(story.business(observe::Outcome::pending) == 0);
    lost += story.business(observe::Outcome::lost);
  }
  CHECK(lost > 0);
}

}  // namespace mqlab::world
