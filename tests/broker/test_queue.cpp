// SPDX-License-Identifier: MIT
// Stories of queues: order, what comes back, what ends.
#include "tests/broker/story.hpp"

namespace mqlab::broker::test {

TEST_CASE("A requeued message goes back to its place, whatever the order of the nacks",
          "[broker][queue][QUEUE-2][QUEUE-3]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  for (const char* body : {"1", "2", "3", "4"}) story.publish(a, "q", body);
  for (int i = 0; i < 3; ++i) story.get(a, "q");
  story.look(a);
  story.nack(a, 3);
  story.nack(a, 1);
  story.nack(a, 2);
  story.consume(a, "q", "c");
  const Inbox inbox = story.look(a);
  REQUIRE(inbox.got.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(inbox.got[i].body == std::to_string(i + 1));
    CHECK(inbox.got[i].redelivered == (i < 3));
  }
}

TEST_CASE("A lost connection gives its messages back to the consumers that are left, in order",
          "[broker][queue][QUEUE-8][QUEUE-9]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  story.declare(a, "q");
  story.consume(a, "q", "a");
  for (const char* body : {"1", "2", "3"}) story.publish(b, "q", body);
  CHECK(story.bodies(a) == Bodies{"1", "2", "3"});
  story.consume(b, "q", "b");
  story.broker.drop(a, ledger::Reason::connection_lost);
  story.settle();
  CHECK(story.bodies(b) == Bodies{"1", "2", "3"});
}

TEST_CASE("A settlement of a delivery whose queue is gone is harmless",
          "[broker][queue][QUEUE-6]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.publish(a, "q", "1");
  story.consume(a, "q", "c");
  story.send(a, QueueDelete{"q", false, false, false});
  CHECK(story.look(a).cancelled == Bodies{"c"});
  story.declare(a, "q");
  story.nack(a, 1);
  CHECK(story.look(a).error.empty());
  CHECK(story.ready("q") == 0);
}

TEST_CASE("A purge takes the ready messages only", "[broker][queue][QUEUE-5]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  for (const char* body : {"1", "2", "3"}) story.publish(a, "q", body);
  story.get(a, "q");
  story.send(a, QueuePurge{"q", false});
  story.nack(a, 1);
  CHECK(story.ready("q") == 1);
}

TEST_CASE("An auto-delete queue goes with its last consumer, and not before it had one",
          "[broker][queue][DECL-12]") {
  Story story;
  const ConnectionId a = story.connect();
  QueueDeclare method;
  method.queue = "q";
  method.auto_delete = true;
  story.send(a, method);
  story.publish(a, "q", "1");
  story.get(a, "q");
  CHECK(story.ready("q") == 0);
  story.consume(a, "q", "c");
  story.send(a, BasicCancel{"c", false});
  CHECK(story.ready("q") == -1);
}

TEST_CASE("An exclusive queue is closed to other connections and ends with its own",
          "[broker][queue][DECL-14]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  QueueDeclare method;
  method.queue = "q";
  method.exclusive = true;
  story.send(a, method);
  story.get(b, "q");
  CHECK(story.look(b).error.substr(0, 15) == "RESOURCE_LOCKED");
  story.broker.close(a);
  story.settle();
  CHECK(story.ready("q") == -1);
}

TEST_CASE("An unused queue expires; a declare gives it new time, a publish does not",
          "[broker][queue][DECL-16]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-expires", 1000)});
  story.wait(milliseconds(800));
  QueueDeclare passive;
  passive.queue = "q";
  passive.passive = true;
  story.send(a, passive);
  story.wait(milliseconds(800));
  CHECK(story.ready("q") == 0);
  story.publish(a, "q", "1");
  story.wait(milliseconds(200));
  CHECK(story.ready("q") == -1);
}

TEST_CASE("An unknown tag closes the channel, which gives everything back",
          "[broker][ACK-3][ERR-2]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  for (const char* body : {"1", "2"}) story.publish(a, "q", body);
  story.consume(a, "q", "c");
  story.look(a);
  story.ack(a, 3, true);
  CHECK(story.look(a).error == "PRECONDITION_FAILED - unknown delivery tag 3");
  CHECK(story.ready("q") == 2);
}

}  // namespace mqlab::broker::test
