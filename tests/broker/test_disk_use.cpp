// SPDX-License-Identifier: MIT
// What is on the disk, and what is not.
#include "tests/broker/story.hpp"

namespace mqlab::broker::test {

namespace {

std::string body(std::size_t size) {
  return std::string(size, 'x');
}

}  // namespace

TEST_CASE("On the disk is what survives: persistent messages of durable queues",
          "[broker][DUR-2]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "durable", {}, true);
  story.declare(a, "transient");
  story.publish(a, "durable", body(100));
  story.publish(a, "transient", body(100), persistent());
  CHECK(story.broker.disk_used() == 0);
  story.publish(a, "durable", body(10), persistent());
  CHECK(story.broker.disk_used() == 10);
}

TEST_CASE("Quorum queues and streams write all, a lazy queue too", "[broker][QQ-2][DLX-8]") {
  for (const char* type : {"quorum", "stream", "lazy"}) {
    Story story;
    const ConnectionId a = story.connect();
    const bool lazy = std::string_view(type) == "lazy";
    story.declare(a, "q", {lazy ? arg("x-queue-mode", type) : arg("x-queue-type", type)}, true);
    story.publish(a, "q", body(10));
    story.publish(a, "q", body(5'000), persistent());
    CAPTURE(type);
    CHECK(story.broker.disk_used() == 5'010);
  }
}

TEST_CASE("A body takes up the disk until its message is acked", "[broker]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {}, true);
  story.publish(a, "q", body(10), persistent());
  story.get(a, "q");
  CHECK(story.broker.disk_used() == 10);
  story.ack(a, 1);
  CHECK(story.broker.disk_used() == 0);
}

TEST_CASE("A small body is on the disk once for each queue, a large one once", "[broker]") {
  Story story;
  const ConnectionId a = story.connect();
  for (const char* queue : {"one", "two", "three"}) {
    story.declare(a, queue, {}, true);
    QueueBind bind;
    bind.queue = queue;
    bind.exchange = "amq.fanout";
    story.send(a, bind);
  }
  story.publish_to(a, "amq.fanout", "", body(4'095), persistent());
  CHECK(story.broker.disk_used() == 12'285);
  for (const char* queue : {"one", "two", "three"}) story.send(a, QueuePurge{queue, false});
  CHECK(story.broker.disk_used() == 0);
  story.publish_to(a, "amq.fanout", "", body(4'096), persistent());
  CHECK(story.broker.disk_used() == 4'096);
  story.send(a, QueuePurge{"one", false});
  story.send(a, QueueDelete{"two", false, false, false});
  CHECK(story.broker.disk_used() == 4'096);
  story.send(a, QueuePurge{"three", false});
  CHECK(story.broker.disk_used() == 0);
}

TEST_CASE("After a restart the disk holds what has come back", "[broker][DUR-1]") {
  for (const Down how : {Down::stop, Down::kill, Down::power_off}) {
    Story story;
    const ConnectionId a = story.connect();
    story.declare(a, "durable", {}, true);
    story.declare(a, "lazy", {arg("x-queue-mode", "lazy")}, true);
    story.declare(a, "transient", {arg("x-queue-mode", "lazy")});
    story.publish(a, "durable", body(10), persistent());
    story.publish(a, "lazy", body(100), persistent());
    story.publish(a, "lazy", body(1'000));
    story.publish(a, "transient", body(10'000));
    CHECK(story.broker.disk_used() == 11'110);
    story.get(a, "durable");
    ImagePtr image = story.broker.go_down(how);
    story.broker.recover(std::move(image));
    story.settle();
    CHECK(story.broker.disk_used() == 110);
  }
}

}  // namespace mqlab::broker::test
