// SPDX-License-Identifier: MIT
// Stories of full queues, priorities and times to live.
#include "tests/broker/story.hpp"

namespace mqlab::broker::test {

using Numbers = std::vector<std::uint64_t>;

TEST_CASE("Only ready messages count for a length", "[broker][overflow][LEN-2]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-max-length", 1)});
  story.publish(a, "q", "1");
  story.get(a, "q");
  story.publish(a, "q", "2");
  CHECK(story.ready("q") == 1);
  CHECK(story.broker.view().queues.at(0).unacked.size() == 1);
}

TEST_CASE("An old message that comes back into a full queue drops itself",
          "[broker][overflow][LEN-3]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-max-length", 1)});
  story.publish(a, "q", "old");
  story.get(a, "q");
  story.publish(a, "q", "new");
  story.nack(a, 1);
  story.look(a);
  story.get(a, "q");
  CHECK(story.bodies(a) == Bodies{"new"});
  CHECK(story.ready("q") == 0);
}

TEST_CASE("A length of zero lets through what a consumer takes, and nothing comes back",
          "[broker][overflow][LEN-4]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-max-length", 0)});
  story.publish(a, "q", "1");
  CHECK(story.ready("q") == 0);
  story.consume(a, "q", "c");
  story.publish(a, "q", "2");
  CHECK(story.bodies(a) == Bodies{"2"});
  story.nack(a, 1);
  CHECK(story.bodies(a).empty());
}

TEST_CASE("A limit of bytes counts bodies; what is larger than all of it empties the queue",
          "[broker][overflow][LEN-6]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-max-length-bytes", 4)});
  for (const char* body : {"12", "34", ""}) story.publish(a, "q", body);
  CHECK(story.ready("q") == 3);
  story.publish(a, "q", "5");
  CHECK(story.ready("q") == 3);
  story.publish(a, "q", "12345");
  CHECK(story.ready("q") == 0);
}

TEST_CASE("What reject-publish-dlx refuses becomes a dead letter, plain reject-publish loses it",
          "[broker][overflow][LEN-7]") {
  const char* overflow = GENERATE("reject-publish", "reject-publish-dlx");
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "dead");
  story.declare(a, "q",
                {arg("x-max-length", 1), arg("x-overflow", overflow),
                 arg("x-dead-letter-exchange", ""), arg("x-dead-letter-routing-key", "dead")});
  story.send(a, ConfirmSelect{});
  story.look(a);
  story.publish(a, "q", "1");
  story.publish(a, "q", "2");
  CHECK(story.look(a).nacks == Numbers{2});
  CHECK(story.ready("dead") == (std::string_view(overflow) == "reject-publish" ? 0 : 1));
}

TEST_CASE("A policy that limits and rejects drops first what is too much",
          "[broker][policy][LEN-9]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  for (const char* body : {"1", "2", "3"}) story.publish(a, "q", body);
  const FieldTable both{arg("max-length", 1), arg("overflow", "reject-publish")};
  REQUIRE(story.broker.set_policy("/", "p", "q", both, Broker::PolicyTarget::queues, 0));
  CHECK(story.ready("q") == 1);
}

TEST_CASE("High priorities go first, each in order; above the highest is the highest",
          "[broker][priority][PRIO-1][PRIO-2]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-max-priority", 5)});
  story.publish(a, "q", "none");
  story.publish(a, "q", "five", with_priority(5));
  story.publish(a, "q", "nine", with_priority(9));
  story.publish(a, "q", "zero", with_priority(0));
  story.consume(a, "q", "c");
  CHECK(story.bodies(a) == Bodies{"five", "nine", "none", "zero"});
}

TEST_CASE("A queue without priorities ignores them", "[broker][priority][PRIO-1]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.publish(a, "q", "first");
  story.publish(a, "q", "high", with_priority(9));
  story.consume(a, "q", "c");
  CHECK(story.bodies(a) == Bodies{"first", "high"});
}

TEST_CASE("What a consumer has is not overtaken, and comes back to its place in its priority",
          "[broker][priority][PRIO-3][PRIO-4]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-max-priority", 5)});
  for (const char* body : {"low 1", "low 2"}) story.publish(a, "q", body);
  story.prefetch(a, 1);
  story.consume(a, "q", "c");
  CHECK(story.bodies(a) == Bodies{"low 1"});
  story.publish(a, "q", "high", with_priority(5));
  CHECK(story.bodies(a).empty());
  story.nack(a, 1);
  story.ack(a, 2);
  story.ack(a, 3);
  CHECK(story.bodies(a) == Bodies{"high", "low 1", "low 2"});
}

TEST_CASE("A full priority queue drops the high ones first, and looks there for expired ones",
          "[broker][priority][PRIO-5][PRIO-6]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-max-priority", 5), arg("x-max-length", 2)});
  story.publish(a, "q", "low", with_expiration("100"));
  story.publish(a, "q", "high", with_priority(5));
  story.wait(seconds(1));
  CHECK(story.ready("q") == 2);  // the low one is overdue, behind the high one
  Properties middle = with_priority(3);
  story.publish(a, "q", "middle", middle);
  story.look(a);
  story.consume(a, "q", "c");
  CHECK(story.bodies(a) == Bodies{"middle"});
}

TEST_CASE("Queue and message may both set a time; the shorter one holds, from the arrival on",
          "[broker][expiry][TTL-1][TTL-2][TTL-4]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-message-ttl", 300)});
  story.publish(a, "q", "message's", with_expiration("100"));
  story.wait(milliseconds(99));
  CHECK(story.ready("q") == 1);
  story.wait(milliseconds(1));
  CHECK(story.ready("q") == 0);
  story.publish(a, "q", "queue's", with_expiration("900"));
  story.wait(milliseconds(299));
  CHECK(story.ready("q") == 1);
  story.wait(milliseconds(1));
  CHECK(story.ready("q") == 0);
}

TEST_CASE("Messages expire while their consumers are full", "[broker][expiry][TTL-7]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-message-ttl", 100)});
  story.prefetch(a, 1);
  story.consume(a, "q", "c");
  for (const char* body : {"1", "2"}) story.publish(a, "q", body);
  story.wait(milliseconds(200));
  story.ack(a, 1);
  CHECK(story.bodies(a) == Bodies{"1"});
}

TEST_CASE("A policy's time holds for what arrives after it", "[broker][expiry][TTL-8]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.publish(a, "q", "before");
  REQUIRE(story.broker
              .set_policy("/", "short", "^q$", {arg("message-ttl", 100)},
                          Broker::PolicyTarget::queues, 0)
              .ok());
  story.wait(seconds(1));
  CHECK(story.ready("q") == 1);
  story.get(a, "q");
  story.publish(a, "q", "after");
  story.wait(seconds(1));
  CHECK(story.ready("q") == 0);
}

TEST_CASE("A lazy queue behaves as any other", "[broker][queue][QUEUE-10]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-queue-mode", "lazy"), arg("x-max-length", 2)});
  for (const char* body : {"1", "2", "3"}) story.publish(a, "q", body);
  story.prefetch(a, 1);
  story.consume(a, "q", "c");
  story.nack(a, 1);
  story.ack(a, 2);
  CHECK(story.bodies(a) == Bodies{"2", "2", "3"});
}

}  // namespace mqlab::broker::test
