// SPDX-License-Identifier: MIT
// Stories of consumers: whose turn it is, and who has to wait.
#include "tests/broker/story.hpp"

namespace mqlab::broker::test {

TEST_CASE("Consumers take turns", "[broker][dispatch][CONS-3]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  story.declare(a, "q");
  story.consume(a, "q", "a");
  story.consume(b, "q", "b");
  for (const char* body : {"1", "2", "3"}) story.publish(a, "q", body);
  CHECK(story.bodies(a) == Bodies{"1", "3"});
  CHECK(story.bodies(b) == Bodies{"2"});
}

TEST_CASE("A full consumer keeps its place until it is reached, then joins at the end when freed",
          "[broker][dispatch][CONS-3]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  story.declare(a, "q");
  story.prefetch(a, 1);
  story.consume(a, "q", "a");
  story.consume(b, "q", "b");
  story.publish(a, "q", "1");  // to a, which is full now but not parked
  story.publish(a, "q", "2");  // to b; a is at the front
  story.ack(a, 1);
  story.publish(a, "q", "3");  // a kept its place
  CHECK(story.bodies(a) == Bodies{"1", "3"});
  story.publish(a, "q", "4");  // to b
  story.publish(a, "q", "5");  // a is reached and parked: to b
  story.ack(a, 2);             // a joins behind b
  story.publish(a, "q", "6");
  CHECK(story.bodies(b) == Bodies{"2", "4", "5", "6"});
  story.publish(a, "q", "7");
  CHECK(story.bodies(a) == Bodies{"7"});
}

TEST_CASE("A prefetch binds consumers that start after it", "[broker][dispatch][CONS-1][CONS-2]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.prefetch(a, 2);
  story.consume(a, "q", "c");
  story.prefetch(a, 0);
  for (const char* body : {"1", "2", "3"}) story.publish(a, "q", body);
  CHECK(story.bodies(a) == Bodies{"1", "2"});
  story.ack(a, 1);
  CHECK(story.bodies(a) == Bodies{"3"});
}

TEST_CASE("A limit of the channel holds for all its consumers", "[broker][dispatch][CONS-4]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.declare(a, "r");
  story.prefetch(a, 2, true);
  story.consume(a, "q", "c");
  story.consume(a, "r", "d");
  for (const char* body : {"1", "2"}) story.publish(a, "q", body);
  story.publish(a, "r", "3");
  CHECK(story.bodies(a) == Bodies{"1", "2"});
  story.ack(a, 1);
  CHECK(story.bodies(a) == Bodies{"3"});
  story.publish(a, "q", "4");
  story.prefetch(a, 0, true);
  CHECK(story.bodies(a) == Bodies{"4"});
}

TEST_CASE("Higher consumer priority gets everything while it has room",
          "[broker][dispatch][CONS-6]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  story.declare(a, "q");
  story.consume(a, "q", "low");
  story.prefetch(b, 1);
  story.consume(b, "q", "high", {arg("x-priority", 5)});
  for (const char* body : {"1", "2"}) story.publish(a, "q", body);
  CHECK(story.bodies(b) == Bodies{"1"});
  CHECK(story.bodies(a) == Bodies{"2"});
  story.ack(b, 1);
  story.publish(a, "q", "3");
  CHECK(story.bodies(b) == Bodies{"3"});
}

TEST_CASE("Only the single active consumer gets messages, even when it is full",
          "[broker][dispatch][CONS-8]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  story.declare(a, "q", {flag("x-single-active-consumer")});
  story.prefetch(a, 1);
  story.consume(a, "q", "a");
  story.consume(b, "q", "b");
  for (const char* body : {"1", "2"}) story.publish(a, "q", body);
  CHECK(story.bodies(a) == Bodies{"1"});
  CHECK(story.bodies(b).empty());
  story.send(a, ChannelClose{});
  CHECK(story.bodies(b) == Bodies{"1", "2"});
}

TEST_CASE("A multiple nack works group by group, not in the order of delivery",
          "[broker][settle][ACK-10]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q",
                {arg("x-dead-letter-exchange", ""), arg("x-dead-letter-routing-key", "dead")});
  story.declare(a, "dead");
  story.consume(a, "q", "b");
  story.consume(a, "q", "a");
  for (const char* body : {"1", "2", "3", "4"}) story.publish(a, "q", body);
  story.look(a);
  story.nack(a, 4, true, false);
  story.consume(a, "dead", "d");
  CHECK(story.bodies(a) == Bodies{"2", "4", "1", "3"});
}

TEST_CASE("When the single active consumer cancels, 4.0 serves the next one at once",
          "[broker][dispatch][CONS-8]") {
  const Version version = GENERATE(Version::v3_10, Version::v4_0);
  Story story(version);
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  story.declare(a, "q", {flag("x-single-active-consumer")});
  story.prefetch(a, 1);
  story.consume(a, "q", "first");
  story.consume(b, "q", "second");
  story.publish(a, "q", "1");
  story.publish(a, "q", "2");
  story.send(a, BasicCancel{"first", false});
  CHECK(story.bodies(b).size() == (version == Version::v4_0 ? 1 : 0));
}

}  // namespace mqlab::broker::test
