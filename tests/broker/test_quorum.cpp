// SPDX-License-Identifier: MIT
// Stories of quorum queues.
#include "tests/broker/story.hpp"

namespace mqlab::broker::test {
namespace {

void declare_quorum(Story& story, ConnectionId connection, Arguments more = {}) {
  more.push_back(arg("x-queue-type", "quorum"));
  story.declare(connection, "q", std::move(more), true);
  story.look(connection);
}

}  // namespace

TEST_CASE("A quorum queue stores every message before it is confirmed, and keeps it",
          "[broker][quorum][QQ-2][DUR-6]") {
  Story story;
  const ConnectionId a = story.connect();
  declare_quorum(story, a);
  story.send(a, ConfirmSelect{});
  story.look(a);
  story.disk_answers = false;
  story.publish(a, "q", "transient");
  CHECK(story.look(a).acks.empty());
  story.disk_answers = true;
  story.settle();
  CHECK(story.look(a).acks == std::vector<std::uint64_t>{1});
  story.get(a, "q");
  story.broker.recover(story.broker.go_down(Down::stop));
  story.settle();
  const ConnectionId b = story.connect("B");
  story.get(b, "q");
  const Inbox inbox = story.look(b);
  REQUIRE(inbox.got.size() == 1);
  CHECK(inbox.got[0].body == "transient");
  CHECK(std::get<std::int64_t>(find_field(inbox.got[0].headers, "x-delivery-count")->content) == 1);
}

TEST_CASE("A quorum queue serves in order and in turn, and is not deleted conditionally",
          "[broker][quorum][QQ-3]") {
  Story story;
  const ConnectionId a = story.connect();
  declare_quorum(story, a);
  story.prefetch(a, 2);
  story.consume(a, "q", "c");
  story.consume(a, "q", "d");
  for (const char* body : {"1", "2", "3", "4"}) story.publish(a, "q", body);
  const Inbox inbox = story.look(a);
  REQUIRE(inbox.got.size() == 4);
  CHECK(inbox.got[0].body == "1");
  CHECK(inbox.got[0].consumer != inbox.got[1].consumer);
  CHECK(inbox.got[0].consumer == inbox.got[2].consumer);
  story.send(a, QueueDelete{"q", true, false, false});
  CHECK(story.look(a).error ==
        "NOT_IMPLEMENTED - cannot delete queue 'q' in vhost '/'. queue.delete operations with "
        "if-unused flag set are not supported by quorum queues");
}

TEST_CASE("Messages of a quorum queue expire at its head, with the time they had at arrival",
          "[broker][quorum][QQ-7]") {
  Story story;
  const ConnectionId a = story.connect();
  declare_quorum(story, a, {arg("x-message-ttl", 100)});
  story.publish(a, "q", "1");
  story.publish(a, "q", "2");
  story.get(a, "q");
  story.wait(milliseconds(200));
  CHECK(story.ready("q") == 0);
  story.nack(a, 1);
  CHECK(story.ready("q") == 0);
}

TEST_CASE("A quorum queue takes one more than its limit before it refuses",
          "[broker][quorum][QQ-8]") {
  Story story;
  const ConnectionId a = story.connect();
  declare_quorum(story, a, {arg("x-max-length", 1), arg("x-overflow", "reject-publish")});
  story.send(a, ConfirmSelect{});
  story.look(a);
  for (const char* body : {"1", "2", "3"}) story.publish(a, "q", body);
  CHECK(story.look(a).nacks == std::vector<std::uint64_t>{3});
  CHECK(story.ready("q") == 2);
}

TEST_CASE("Publishers of a full quorum queue hear of it behind their burst, newcomers at once",
          "[broker][quorum][QQ-8]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  declare_quorum(story, a, {arg("x-max-length", 1), arg("x-overflow", "reject-publish")});
  for (const ConnectionId each : {a, b}) {
    story.send(each, ConfirmSelect{});
    story.look(each);
  }
  story.begin_burst();
  for (const char* body : {"1", "2", "3"}) story.publish(a, "q", body);
  story.end_burst();
  CHECK(story.look(a).nacks.empty());
  story.publish(a, "q", "4");
  CHECK(story.look(a).nacks == std::vector<std::uint64_t>{4});
  story.publish(b, "q", "b1");
  CHECK(story.look(b).nacks == std::vector<std::uint64_t>{1});
  story.send(a, QueuePurge{"q", false});
  story.publish(b, "q", "b2");
  CHECK(story.look(b).nacks.empty());
  CHECK(story.ready("q") == 1);
}

TEST_CASE("A full quorum queue takes dead letters all the same", "[broker][quorum][QQ-8]") {
  Story story;
  const ConnectionId a = story.connect();
  declare_quorum(story, a, {arg("x-max-length", 1), arg("x-overflow", "reject-publish")});
  story.declare(a, "source",
                {arg("x-dead-letter-exchange", ""), arg("x-dead-letter-routing-key", "q")});
  for (const char* body : {"1", "2", "3"}) story.publish(a, "q", body);
  CHECK(story.ready("q") == 2);
  story.publish(a, "source", "letter");
  story.get(a, "source");
  story.nack(a, 1, false, false);
  CHECK(story.ready("q") == 3);
}

TEST_CASE("Of the heads that a quorum queue drops together the last is dead lettered first",
          "[broker][quorum][QQ-8]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "dl");
  declare_quorum(story, a,
                 {arg("x-max-length-bytes", 4), arg("x-dead-letter-exchange", ""),
                  arg("x-dead-letter-routing-key", "dl")});
  for (const char* body : {"1", "2", "3", "four"}) story.publish(a, "q", body);
  story.consume(a, "dl", "c");
  CHECK(story.bodies(a) == std::vector<std::string>{"3", "2", "1"});
}

TEST_CASE("With a TTL of zero a quorum queue serves who waits, and nobody later",
          "[broker][quorum][QQ-7][TTL-5]") {
  Story story;
  const ConnectionId a = story.connect();
  declare_quorum(story, a, {arg("x-message-ttl", 0)});
  story.publish(a, "q", "too early");
  story.consume(a, "q", "c");
  story.publish(a, "q", "in time");
  CHECK(story.bodies(a) == std::vector<std::string>{"in time"});
}

TEST_CASE("A quorum queue looks every five seconds whether it is used",
          "[broker][quorum][DECL-16]") {
  Story story;
  const ConnectionId a = story.connect();
  declare_quorum(story, a, {arg("x-expires", 400)});
  story.wait(milliseconds(4900));
  CHECK(story.ready("q") == 0);
  story.wait(milliseconds(200));
  CHECK(story.ready("q") == -1);
}

TEST_CASE("A quorum queue counts as consumers who may get or still hold something",
          "[broker][quorum][DECL-9]") {
  Story story(Version::v3_10);
  const ConnectionId a = story.connect();
  const auto consumers = [&] {
    story.look(a);
    QueueDeclare passive;
    passive.queue = "q";
    passive.passive = true;
    story.send(a, passive);
    return story.look(a).replies.at(0).consumer_count;
  };
  declare_quorum(story, a);
  story.publish(a, "q", "1");
  story.publish(a, "q", "2");
  story.get(a, "q");
  CHECK(consumers() == 1);
  story.consume(a, "q", "c");
  CHECK(consumers() == 2);
  story.send(a, BasicCancel{"c", false});
  CHECK(consumers() == 2);
  story.ack(a, 2, true);
  CHECK(consumers() == 0);
}

TEST_CASE("Dead lettering at least once keeps what has no queue to go to, or a full one",
          "[broker][quorum][QQ-6]") {
  Story story;
  const ConnectionId a = story.connect();
  declare_quorum(
      story, a,
      {arg("x-dead-letter-exchange", ""), arg("x-dead-letter-routing-key", "dl"),
       arg("x-dead-letter-strategy", "at-least-once"), arg("x-overflow", "reject-publish")});
  for (const char* body : {"1", "2"}) story.publish(a, "q", body);
  story.consume(a, "q", "c");
  story.nack(a, 2, true, false);
  CHECK(story.ready("q") == 2);  // kept, though nobody can have them
  story.get(a, "q");
  CHECK(story.look(a).got.size() == 2);
  story.declare(a, "dl", {arg("x-max-length", 1), arg("x-overflow", "reject-publish")}, true);
  story.wait(seconds(179));
  CHECK(story.ready("dl") == 0);
  story.wait(seconds(2));
  CHECK(story.ready("dl") == 1);
  CHECK(story.ready("q") == 1);
  story.broker.recover(story.broker.go_down(Down::kill));
  story.settle();
  CHECK(story.ready("q") + story.ready("dl") == 1);  // the letter was transient, what is kept not
  CHECK(story.ready("dl") == 1);
}

TEST_CASE("A quorum queue cannot be consumed under a limit of the channel",
          "[broker][quorum][QQ-9]") {
  Story story;
  const ConnectionId a = story.connect();
  declare_quorum(story, a);
  story.prefetch(a, 1, true);
  story.consume(a, "q", "c");
  CHECK(story.look(a).error ==
        "NOT_IMPLEMENTED - queue 'q' in vhost '/' does not support global qos");
}

TEST_CASE("An active consumer of a quorum queue makes way for a higher one on 4.0 only",
          "[broker][quorum][QQ-10]") {
  const Version version = GENERATE(Version::v3_10, Version::v4_0);
  Story story(version);
  const ConnectionId a = story.connect();
  declare_quorum(story, a, {flag("x-single-active-consumer")});
  story.prefetch(a, 1);
  story.consume(a, "q", "first");
  story.publish(a, "q", "1");
  story.consume(a, "q", "higher", {arg("x-priority", 1)});
  story.publish(a, "q", "2");
  story.ack(a, 1);
  const Inbox inbox = story.look(a);
  REQUIRE(inbox.got.size() == 2);
  CHECK(inbox.got[1].consumer == (version == Version::v4_0 ? "higher" : "first"));
  story.get(a, "q");
  CHECK(story.look(a).error.starts_with("RESOURCE_LOCKED - "));
}

TEST_CASE(
    "The end of a publisher's channel makes a quorum queue of 4.0 look for its active consumer",
    "[broker][quorum][QQ-10]") {
  Story story;
  const ConnectionId a = story.connect();
  const ConnectionId p = story.connect("P");
  declare_quorum(story, a, {flag("x-single-active-consumer")});
  story.prefetch(a, 1);
  story.consume(a, "q", "first");
  story.publish(p, "q", "1");
  story.consume(a, "q", "higher", {arg("x-priority", 1)});
  story.nack(a, 1);
  CHECK(story.look(a).got.size() == 1);  // nobody is active now
  story.broker.handle(p, 2, ChannelOpen{});
  story.broker.handle(p, 2, ChannelClose{});  // it never published
  story.settle();
  CHECK(story.look(a).got.empty());
  story.send(p, ChannelClose{});
  const Inbox inbox = story.look(a);
  REQUIRE(inbox.got.size() == 1);
  CHECK(inbox.got[0].consumer == "higher");
}

TEST_CASE("3.10 fails over a delivery under a tag whose last consumer holds others",
          "[broker][quorum][CONS-9]") {
  const Version version = GENERATE(Version::v3_10, Version::v4_0);
  const bool settles = GENERATE(true, false);
  Story story(version);
  const ConnectionId a = story.connect();
  declare_quorum(story, a);
  story.prefetch(a, 3);
  story.consume(a, "q", "t");
  story.publish(a, "q", "1");
  story.send(a, BasicCancel{"t", false});
  story.consume(a, "q", "t");
  if (settles) story.ack(a, 1);
  story.look(a);
  const ConnectionId p = story.connect("P");
  story.publish(p, "q", "2");
  const Inbox inbox = story.look(a);
  if (version == Version::v4_0 || settles) {
    REQUIRE(inbox.got.size() == 1);
    CHECK(inbox.got[0].body == "2");
  } else {
    CHECK(inbox.got.empty());
    CHECK(inbox.error == "INTERNAL_ERROR");
    CHECK(story.ready("q") == 2);
  }
}

}  // namespace mqlab::broker::test
