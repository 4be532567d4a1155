// SPDX-License-Identifier: MIT
// Queue lengths, latencies and counts of a run.
#include <map>

#include "sim/observe/metrics.hpp"
#include "tests/catch.hpp"
#include "tests/observe/random_history.hpp"
#include "tests/observe/story.hpp"

using namespace mqlab;
using namespace mqlab::observe;
using story::Story;

TEST_CASE("a quantile is the value at the nearest rank") {
  Durations spans;
  CHECK_FALSE(spans.quantile(50, 100).has_value());
  CHECK_FALSE(spans.mean().has_value());
  for (const int ms : {50, 15, 35, 20, 40}) spans.add(milliseconds(ms));
  CHECK(spans.quantile(5, 100) == milliseconds(15));
  CHECK(spans.quantile(30, 100) == milliseconds(20));
  CHECK(spans.quantile(40, 100) == milliseconds(20));
  CHECK(spans.quantile(50, 100) == milliseconds(35));
  CHECK(spans.quantile(100, 100) == milliseconds(50));
  CHECK(spans.quantile(999, 1000) == milliseconds(50));
  CHECK(spans.mean() == milliseconds(32));
  spans.add(milliseconds(1));
  CHECK(spans.quantile(1, 100) == milliseconds(1));
  CHECK(spans.smallest() == milliseconds(1));
  CHECK(spans.largest() == milliseconds(50));
}

TEST_CASE("the mean of spans that do not fit into one sum is exact") {
  Durations spans;
  spans.add(Duration{std::numeric_limits<std::int64_t>::max()});
  spans.add(Duration{std::numeric_limits<std::int64_t>::max()});
  spans.add(Duration{std::numeric_limits<std::int64_t>::max() - 3});
  CHECK(spans.mean() == Duration{std::numeric_limits<std::int64_t>::max() - 1});
}

TEST_CASE("a queue's length is a step function with one sample for each instant") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId shop = story.actor("shop");
  const auto worker = story.consumer("worker", orders);
  const CopyId one = story.publish(shop, orders);  // at 1 ms
  const CopyId two = story.publish(shop, orders);  // at 2 ms
  story.handle(one, worker);                       // delivered at 2 ms, acked at 4 ms
  story.remove(two, Reason::expired);              // at 4 ms
  Metrics metrics;
  metrics.extend(story.view());
  const QueueMetrics& queue = *metrics.queue(orders);
  CHECK(queue.series == std::vector<Sample>{{Time{1'000'000}, 1, 0},
                                            {Time{2'000'000}, 1, 1},
                                            {Time{4'000'000}, 0, 0}});
  CHECK(queue.peak_ready == 2);
  CHECK(queue.peak_unacked == 1);
  CHECK(queue.at(Time{0}).ready == 0);
  CHECK(queue.at(Time{1'999'999}).unacked == 0);
  CHECK(queue.at(Time{3'000'000}).unacked == 1);
  CHECK(queue.at(Time::never()).ready == 0);
  CHECK(metrics.queue(shop) == nullptr);
}

TEST_CASE("latencies run from composing to the effect, from entering to the delivery, to the ack") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId shop = story.actor("shop");
  const auto worker = story.consumer("worker", orders);
  const CopyId one = story.publish(shop, orders);
  story.pass(milliseconds(5));
  const auto lost = story.deliver(one, worker);
  story.requeue(one, Reason::connection_lost);
  story.end(lost.id, lost.message, one, worker.actor, Reason::lost_in_flight);
  story.pass(milliseconds(2));
  story.handle(one, worker);
  Metrics metrics;
  metrics.extend(story.view());
  CHECK(metrics.publish_to_effect().quantile(1, 2) == milliseconds(1 + 5 + 2 + 2));
  const QueueMetrics& queue = *metrics.queue(orders);
  CHECK(queue.waited.count() == 1);
  CHECK(queue.waited.largest() == milliseconds(5));
  CHECK(queue.held.largest() == milliseconds(2));
  CHECK(queue.delivered == 2);
  CHECK(queue.redelivered == 1);
  CHECK(queue.deliveries_per_copy == std::vector<std::uint64_t>{0, 0, 1});
}

TEST_CASE("what each actor did is counted") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId shop = story.actor("shop");
  const auto worker = story.consumer("worker", orders);
  const MessageId message = story.compose(shop);
  const auto publish = story.send(shop, message, true);
  story.pass(milliseconds(1));
  const CopyId copy = story.accept(shop, message, publish, {orders})[0];
  story.pass(milliseconds(1));
  story.learn(shop, message, publish, Reason::ack);
  story.handle(copy, worker);
  Metrics metrics;
  metrics.extend(story.view());
  CHECK(metrics.actor(shop).composed == 1);
  CHECK(metrics.actor(shop).published == 1);
  CHECK(metrics.actor(shop).confirmed == 1);
  CHECK(metrics.actor(shop).confirm_after.largest() == milliseconds(2));
  CHECK(metrics.actor(worker.actor).received == 1);
  CHECK(metrics.actor(worker.actor).started == 1);
  CHECK(metrics.actor(worker.actor).effects == 1);
  CHECK(metrics.actor(EntityId{999}).effects == 0);
}

TEST_CASE("in any history, each sample is what the state says, and counts add up") {
  story::RandomHistory history(8);
  for (int i = 0; i < 2000; ++i) history.step();
  const LedgerView view = history.story.view();
  Metrics metrics;
  metrics.extend(view);
  REQUIRE(metrics.queues().size() == 3);
  for (const QueueMetrics& queue : metrics.queues()) {
    for (std::size_t i = 0; i < queue.series.size(); i += 17) {
      const State state = state_at(view, queue.series[i].at);
      REQUIRE(queue.series[i].ready == state.ready_count(queue.queue));
      REQUIRE(queue.series[i].unacked == state.unacked_count(queue.queue));
    }
    std::uint64_t created = 0;
    std::uint64_t gone = 0;
    for (const std::uint64_t n : queue.enqueued) created += n;
    for (const std::uint64_t n : queue.removed) gone += n;
    CHECK(created == gone + queue.series.back().ready + queue.series.back().unacked);
  }
}
