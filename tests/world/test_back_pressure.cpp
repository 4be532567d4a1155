// SPDX-License-Identifier: MIT
// Sockets that are full: every write waits for its turn.
#include "tests/world/steps.hpp"
#include "tests/world/story.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;
using observe::LossCause;

namespace {

// One frame at a time, 100 ms each way.
AccessConfig narrow(const Story& story) {
  AccessConfig access;
  access.node = story.rabbit;
  access.latency = always(milliseconds(100));
  access.send_buffer = 1;
  return access;
}

std::vector<Time> after(Duration first, Duration step, int count) {
  std::vector<Time> times;
  for (int i = 0; i < count; ++i) times.push_back(instant(first) + step * i);
  return times;
}

}  // namespace

TEST_CASE("A process waits with its acks while its socket is full") {
  Story story;
  story.queue("q");
  story.add(story.to_queue("shop", "q", 3));
  Steps me(story, "me");
  me.with_channel(narrow(story));
  for (int i = 0; i < 3; ++i) {
    me.then([&](const Answer&) { return me.port().get(me.channel, "q", false); });
  }
  for (std::uint64_t tag = 1; tag <= 3; ++tag) {
    me.then([&, tag](const Answer&) {
      return me.port().settle(me.channel, tag, Settlement::ack, false, false);
    });
  }
  CHECK(story.run() == Outcome::drained);
  // Eight round trips, then an ack at once, and the others when the one before has arrived.
  CHECK(story.times(Fact::finished, Reason::settled_ack) ==
        after(milliseconds(1'600), milliseconds(100), 3));
  CHECK(me.times.back() == instant(milliseconds(1'800)));
  CHECK(story.unacked("q") == 0);
}

TEST_CASE("What a process waits to publish is nowhere yet, and dies with it") {
  Story story;
  story.queue("q");
  Steps me(story, "me");
  me.with_channel(narrow(story));
  for (int i = 0; i < 3; ++i) {
    me.then([&](const Answer&) { return me.port().publish(me.channel, to("q")).answer; });
  }
  // The connection and channel are there at 1 s; the third has to wait until 1.2 s.
  story.at(milliseconds(1'150), [&] { story.world.kill(me.id()); });
  CHECK(story.run() == Outcome::drained);
  CHECK(story.ready("q") == 2);
  CHECK(story.lost(LossCause::never_sent) == 1);
}

TEST_CASE("A process whose connection breaks while it waits to publish goes on, and loses it") {
  Story story;
  story.queue("q");
  Steps me(story, "me");
  me.with_channel(narrow(story));
  for (int i = 0; i < 2; ++i) {
    me.then([&](const Answer&) { return me.port().publish(me.channel, to("q")).answer; });
  }
  me.then([&](const Answer&) { return me.port().sleep(seconds(1)); });
  story.at(milliseconds(1'050), [&] { story.world.drop_connections(me.id()); });
  CHECK(story.run() == Outcome::drained);
  CHECK(me.times.back() == instant(milliseconds(2'050)));
  CHECK(story.lost(LossCause::lost_before_broker) == 2);
}

TEST_CASE("The threads of a consumer write in the order in which they began to wait") {
  Story story;
  story.queue("q");
  story.add(story.to_queue("shop", "q", 3));
  ConsumerConfig config = story.from_queue("worker", "q", AckMode::manual);
  config.access = narrow(story);
  config.start = milliseconds(50);
  config.threads = 3;
  config.coroutine = true;
  const EntityId worker = story.add(config);
  std::vector<std::uint64_t> order;
  Hooks& hooks = story.world.hooks();
  // All three come at 150 ms; the last one is done first.
  hooks.begin_work = [&](EntityId, std::uint32_t thread, const Delivery& delivery) {
    const auto tag = static_cast<std::int64_t>(delivery.tag);
    static_cast<void>(story.world.work(worker, thread).sleep(milliseconds(40 - 10 * tag)));
  };
  hooks.resume_work = [&](EntityId, std::uint32_t thread, const Answer&) {
    story.world.work(worker, thread).finish(Decision::ack, "");
  };
  CHECK(story.run() == Outcome::drained);
  for (const ledger::Row& row : story.world.ledger().rows()) {
    if (row.fact == Fact::finished && row.reason == Reason::settled_ack) {
      order.push_back(row.message.value);
    }
  }
  CHECK(order == std::vector<std::uint64_t>{3, 2, 1});
  CHECK(story.times(Fact::finished, Reason::settled_ack) ==
        after(milliseconds(160), milliseconds(100), 3));
}

TEST_CASE("A consumer's work waits with what it publishes, and its ack comes behind") {
  Story story;
  story.queue("q");
  story.queue("audit");
  story.add(story.to_queue("shop", "q", 1));
  ConsumerConfig config = story.from_queue("worker", "q", AckMode::manual);
  config.access = narrow(story);
  config.coroutine = true;
  const EntityId worker = story.add(config);
  std::vector<Time> told;
  const auto work = [&](std::uint32_t thread) {
    while (told.size() < 2) {
      const Publishing publishing = story.world.work(worker, thread).publish(to("audit"));
      if (!publishing.answer) return;
      told.push_back(story.world.now());
    }
    story.world.work(worker, thread).finish(Decision::ack, "");
  };
  Hooks& hooks = story.world.hooks();
  hooks.begin_work = [&](EntityId, std::uint32_t thread, const Delivery&) { work(thread); };
  hooks.resume_work = [&](EntityId, std::uint32_t thread, const Answer&) {
    told.push_back(story.world.now());
    work(thread);
  };
  CHECK(story.run() == Outcome::drained);
  // The order comes at 101 ms. A publish at once, one when that has arrived, then the ack.
  CHECK(told == after(milliseconds(101), milliseconds(100), 2));
  CHECK(story.times(Fact::finished, Reason::settled_ack) ==
        std::vector<Time>{instant(milliseconds(301))});
  CHECK(story.ready("audit") == 2);
  CHECK(story.unacked("q") == 0);
}

TEST_CASE("An error message is published before its ack, each in its turn") {
  Story story;
  story.queue("q");
  story.queue("errors");
  story.add(story.to_queue("shop", "q", 1));
  ConsumerConfig config = story.from_queue("worker", "q", AckMode::manual);
  config.access = narrow(story);
  config.asks_host = true;
  config.retry.recoverer = Recoverer::republish;
  config.retry.key = "errors";
  story.add(config);
  story.world.hooks().handle = [](EntityId, const Delivery&) { return Decision::failure; };
  CHECK(story.run() == Outcome::drained);
  CHECK(story.ready("errors") == 1);
  CHECK(story.times(Fact::finished, Reason::settled_ack) ==
        std::vector<Time>{instant(milliseconds(201))});
}

TEST_CASE("A consumer that is stopped cancels behind the answers that wait") {
  Story story;
  story.queue("q");
  story.add(story.to_queue("shop", "q", 3));
  ConsumerConfig config = story.from_queue("worker", "q", AckMode::manual);
  config.access = narrow(story);
  config.start = milliseconds(50);
  config.threads = 3;
  const EntityId worker = story.add(config);
  story.at(milliseconds(200), [&] { story.world.stop(worker); });
  CHECK(story.run() == Outcome::drained);
  CHECK(story.times(Fact::finished, Reason::settled_ack) ==
        after(milliseconds(150), milliseconds(100), 3));
  CHECK(story.ready("q") == 0);
  CHECK(story.unacked("q") == 0);
  // The third ack is written at 350 ms, the cancel at 450 ms, the close when that is answered.
  CHECK(story.times(Fact::down, Reason::stopped) ==
        std::vector<Time>{instant(milliseconds(450 + 200 + 200))});
}

}  // namespace mqlab::world
