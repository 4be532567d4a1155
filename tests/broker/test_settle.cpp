// SPDX-License-Identifier: MIT
// Stories of consumers and what they answer: tags, acks, cancels.
#include "tests/broker/story.hpp"

namespace mqlab::broker::test {
namespace {

using Tags = std::vector<std::uint64_t>;

Tags tags(const Inbox& inbox) {
  Tags all;
  for (const Got& one : inbox.got) all.push_back(one.tag);
  return all;
}

// A queue "q" that holds "1", "2", "3".
ConnectionId with_three(Story& story) {
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  for (const char* body : {"1", "2", "3"}) story.publish(a, "q", body);
  story.look(a);
  return a;
}

// What a basic.get left in the queue, as get-ok says.
std::uint32_t left_by_get(Story& story, ConnectionId connection) {
  story.broker.handle(connection, 1, BasicGet{"q", true});
  REQUIRE(story.broker.out().size() == 1);
  const std::uint32_t left = story.broker.out()[0].message_count;
  story.settle();
  return left;
}

}  // namespace

TEST_CASE("Deliveries and gets of a channel count tags together, those without acks too",
          "[broker][settle][ACK-1][QUEUE-1][QUEUE-4]") {
  Story story;
  const ConnectionId a = with_three(story);
  story.get(a, "q", true);
  story.get(a, "q");
  story.consume(a, "q", "c");
  const Inbox inbox = story.look(a);
  CHECK(tags(inbox) == Tags{1, 2, 3});
  CHECK(inbox.got[2].body == "3");
}

TEST_CASE("A get tells how many are left and asks no prefetch", "[broker][settle][QUEUE-4]") {
  Story story;
  const ConnectionId a = with_three(story);
  story.prefetch(a, 1);
  story.consume(a, "q", "c");
  CHECK(left_by_get(story, a) == 1);
}

TEST_CASE("Multiple means all up to the tag, and tag 0 all there are", "[broker][settle][ACK-2]") {
  Story story;
  const ConnectionId a = with_three(story);
  story.consume(a, "q", "c");
  story.ack(a, 2, true);
  CHECK(story.broker.view().queues.at(0).unacked.size() == 1);
  story.ack(a, 0, true);
  story.ack(a, 0, true);
  CHECK(story.broker.view().queues.at(0).unacked.empty());
  CHECK(story.look(a).error.empty());
}

TEST_CASE("Tags from before a channel was opened again are unknown", "[broker][settle][ACK-4]") {
  Story story;
  const ConnectionId a = with_three(story);
  story.get(a, "q");
  story.get(a, "q");
  story.send(a, ChannelClose{});
  story.send(a, ChannelOpen{});
  story.get(a, "q");
  story.ack(a, 2);
  CHECK(story.look(a).error == "PRECONDITION_FAILED - unknown delivery tag 2");
}

TEST_CASE("A nack may be multiple, a reject takes one; without requeue the message is gone",
          "[broker][settle][ACK-5]") {
  Story story;
  const ConnectionId a = with_three(story);
  story.consume(a, "q", "c");
  story.send(a, BasicReject{3, false});
  CHECK(story.broker.view().queues.at(0).unacked.size() == 2);
  story.nack(a, 2, true, false);
  CHECK(story.broker.view().queues.at(0).unacked.empty());
  CHECK(story.ready("q") == 0);
}

TEST_CASE("The tag of a delivery without acks cannot be settled",
          "[broker][settle][ACK-6][CONS-5]") {
  Story story;
  const ConnectionId a = with_three(story);
  story.prefetch(a, 1);
  story.consume(a, "q", "c", {}, true);
  CHECK(story.bodies(a) == Bodies{"1", "2", "3"});
  story.ack(a, 1);
  CHECK(story.look(a).error == "PRECONDITION_FAILED - unknown delivery tag 1");
}

TEST_CASE("Any settlement makes room for the next delivery", "[broker][settle][ACK-7]") {
  Story story;
  const ConnectionId a = with_three(story);
  story.prefetch(a, 1);
  story.consume(a, "q", "c");
  CHECK(story.bodies(a) == Bodies{"1"});
  story.ack(a, 1);
  CHECK(story.bodies(a) == Bodies{"2"});
  story.send(a, BasicReject{2, false});
  CHECK(story.bodies(a) == Bodies{"3"});
}

TEST_CASE("A recover takes all back, and async says nothing", "[broker][settle][ACK-8]") {
  const bool async = GENERATE(false, true);
  Story story;
  const ConnectionId a = with_three(story);
  story.get(a, "q");
  story.get(a, "q");
  story.look(a);
  story.send(a, BasicRecover{true, async});
  CHECK(story.look(a).replies.empty() == async);
  CHECK(story.ready("q") == 3);
}

TEST_CASE("An exclusive consumer is alone, until it is cancelled",
          "[broker][consume][CONS-7][QUEUE-7]") {
  Story story;
  const ConnectionId a = with_three(story);
  BasicConsume alone;
  alone.queue = "q";
  alone.consumer_tag = "c";
  alone.exclusive = true;
  story.send(a, alone);
  const ConnectionId b = story.connect("B");
  story.consume(b, "q", "d");
  CHECK(story.look(b).error == "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use");
  story.send(a, BasicCancel{"c"});
  story.send(b, ChannelOpen{});
  story.consume(b, "q", "d");
  CHECK(story.look(b).error.empty());
  // What was delivered before is still there to be settled, and nothing more comes.
  story.look(a);
  story.nack(a, 3);
  CHECK(story.bodies(a).empty());
  CHECK(story.bodies(b) == Bodies{"3"});
}

TEST_CASE("A consumer without a tag gets one, and a tag in use is an error of the connection",
          "[broker][consume][CONS-9]") {
  Story story;
  const ConnectionId a = with_three(story);
  story.consume(a, "q", "");
  CHECK(story.look(a).replies.at(0).name.starts_with("amq.ctag-"));
  story.consume(a, "q", "c");
  story.consume(a, "q", "c");
  CHECK(story.look(a).error == "NOT_ALLOWED - attempt to reuse consumer tag 'c'");
}

TEST_CASE("A consumer is told that its queue is gone", "[broker][consume][CONS-10]") {
  Story story;
  const ConnectionId a = with_three(story);
  story.consume(a, "q", "c");
  const ConnectionId b = story.connect("B");
  story.send(b, QueueDelete{"q"});
  CHECK(story.look(a).cancelled == Bodies{"c"});
}

TEST_CASE("A consumer gets its own connection's messages, whatever no-local says",
          "[broker][consume][CONS-11]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  BasicConsume deaf;
  deaf.queue = "q";
  deaf.consumer_tag = "c";
  deaf.no_local = true;
  story.send(a, deaf);
  story.publish(a, "q", "mine");
  CHECK(story.bodies(a) == Bodies{"mine"});
}

TEST_CASE("A channel's flow can be let go on, but not stopped", "[broker][consume][CONS-12]") {
  Story story;
  const ConnectionId a = story.connect();
  story.send(a, ChannelFlow{true});
  CHECK(story.look(a).replies.at(0).kind == ReplyKind::channel_flow_ok);
  story.send(a, ChannelFlow{false});
  CHECK(story.look(a).error.starts_with("NOT_IMPLEMENTED - "));
}

}  // namespace mqlab::broker::test
