// SPDX-License-Identifier: MIT
// Stories of restarts, quorum queues and streams.
#include "tests/broker/story.hpp"

namespace mqlab::broker::test {
namespace {

void restart(Story& story, Down how) {
  ImagePtr image = story.broker.go_down(how);
  story.broker.recover(std::move(image));
  story.settle();
}

std::uint64_t lost(const Story& story, ledger::Reason reason) {
  return story.ledger.digest().count(ledger::Fact::removed, reason);
}

}  // namespace

TEST_CASE("An orderly stop keeps what is persistent in durable queues",
          "[broker][recovery][DUR-1][DUR-2][DUR-3]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "durable", {}, true);
  story.declare(a, "transient");
  story.publish(a, "durable", "1", persistent());
  story.publish(a, "durable", "2");
  story.publish(a, "durable", "3", persistent());
  story.publish(a, "transient", "4", persistent());
  story.get(a, "durable");
  restart(story, Down::stop);
  CHECK(story.ready("transient") == -1);
  const ConnectionId b = story.connect("B");
  story.consume(b, "durable", "c");
  const Inbox inbox = story.look(b);
  REQUIRE(inbox.got.size() == 2);
  CHECK(inbox.got[0].body == "1");
  CHECK(inbox.got[0].redelivered);
  CHECK(inbox.got[1].body == "3");
  CHECK_FALSE(inbox.got[1].redelivered);
  CHECK(lost(story, ledger::Reason::not_persistent) == 1);
}

TEST_CASE("After a crash every message is flagged redelivered", "[broker][recovery][DUR-4]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {}, true);
  story.publish(a, "q", "1", persistent());
  restart(story, Down::kill);
  const ConnectionId b = story.connect("B");
  story.get(b, "q");
  CHECK(story.look(b).got.at(0).redelivered);
}

TEST_CASE("The power takes what was not synced; a dead process does not",
          "[broker][recovery][DUR-4]") {
  const Down how = GENERATE(Down::kill, Down::power_off);
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {}, true);
  story.publish(a, "q", "synced", persistent());
  story.disk_answers = false;
  story.publish(a, "q", "written", persistent());
  restart(story, how);
  CHECK(story.ready("q") == (how == Down::kill ? 2 : 1));
  CHECK(lost(story, ledger::Reason::not_synced) == (how == Down::kill ? 0 : 1));
}

TEST_CASE("Deadlines go on while the broker is down", "[broker][recovery][DUR-5]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-message-ttl", 1000)}, true);
  story.publish(a, "q", "1", persistent());
  ImagePtr image = story.broker.go_down(Down::stop);
  story.now = story.now + seconds(2);
  story.ledger.set_now(story.now);
  story.broker.advance(story.now);
  story.broker.recover(std::move(image));
  story.settle();
  CHECK(story.ready("q") == 0);
}

TEST_CASE("A crash deletes no queue and drops no message; coming back does what is due",
          "[broker][recovery][DUR-4][LEN-3]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "dead", {}, true);
  QueueDeclare method;
  method.queue = "q";
  method.durable = true;
  method.auto_delete = true;
  method.arguments = {arg("x-max-length", 1), arg("x-dead-letter-exchange", ""),
                      arg("x-dead-letter-routing-key", "dead")};
  story.send(a, method);
  story.consume(a, "q", "c");
  for (const char* body : {"1", "2"}) story.publish(a, "q", body, persistent());
  restart(story, Down::kill);
  CHECK(story.ready("q") == 1);
  CHECK(story.ready("dead") == 1);
}

TEST_CASE("A quorum queue serves what came back first, and lets go of it in the end",
          "[broker][quorum][QQ-4][QQ-5]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-queue-type", "quorum"), arg("x-delivery-limit", 1)}, true);
  for (const char* body : {"1", "2", "3"}) story.publish(a, "q", body);
  story.get(a, "q");
  story.get(a, "q");
  story.nack(a, 2);
  story.nack(a, 1);
  story.look(a);
  story.prefetch(a, 1);
  story.consume(a, "q", "c");
  const Inbox inbox = story.look(a);
  REQUIRE(inbox.got.size() == 1);
  CHECK(inbox.got[0].body == "2");
  CHECK(std::get<std::int64_t>(find_field(inbox.got[0].headers, "x-delivery-count")->content) == 1);
  story.nack(a, 3);
  CHECK(lost(story, ledger::Reason::delivery_limit) == 1);
  CHECK(story.bodies(a) == Bodies{"1"});
}

TEST_CASE("Two messages of high priority go before one of normal", "[broker][quorum][QQ-11]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-queue-type", "quorum")}, true);
  for (const char* body : {"n1", "n2"}) story.publish(a, "q", body);
  for (const char* body : {"h1", "h2", "h3"}) story.publish(a, "q", body, with_priority(5));
  story.consume(a, "q", "c", {}, true);
  CHECK(story.bodies(a) == Bodies{"h1", "h2", "n1", "h3", "n2"});
}

TEST_CASE("3.10 loses dead letters to a stream and fails to recover from one",
          "[broker][stream][STREAM-2]") {
  const Version version = GENERATE(Version::v3_10, Version::v4_0);
  const bool old = version == Version::v3_10;
  Story story(version);
  const ConnectionId a = story.connect();
  story.declare(a, "s", {arg("x-queue-type", "stream")}, true);
  story.declare(a, "q", {arg("x-dead-letter-exchange", ""), arg("x-dead-letter-routing-key", "s")});
  story.publish(a, "q", "letter");
  story.get(a, "q");
  story.nack(a, 1, false, false);
  CHECK(story.ready("s") == (old ? 0 : 1));
  story.prefetch(a, 9);
  story.consume(a, "s", "c", {arg("x-stream-offset", "next")});
  story.publish(a, "s", "new");
  story.look(a);
  story.send(a, BasicRecover{true, false});
  CHECK(story.ended.empty() == !old);
}

TEST_CASE("A stream keeps what AMQP 1.0 has a place for, and fails over a decimal",
          "[broker][stream][STREAM-2]") {
  const Version version = GENERATE(Version::v3_10, Version::v4_0);
  const bool old = version == Version::v3_10;
  Story story(version);
  const ConnectionId a = story.connect();
  story.declare(a, "s", {arg("x-queue-type", "stream")}, true);
  story.prefetch(a, 9);
  story.consume(a, "s", "c");
  const FieldValue decimal{FieldType::decimal, Decimal{2, 314}};
  const FieldValue list{FieldType::array, FieldArray{decimal}};
  Properties properties;
  properties.cluster_id = "lost";
  properties.headers = FieldTable{{"k", FieldValue::of(std::int64_t{1})}, {"list", list}};
  story.publish(a, "s", "1", properties);
  const Inbox inbox = story.look(a);
  REQUIRE(inbox.got.size() == 1);
  CHECK(find_field(inbox.got[0].headers, "k") != nullptr);
  CHECK(find_field(inbox.got[0].headers, "list") == nullptr);

  const ConnectionId b = story.connect("B");
  properties.headers = FieldTable{{"x-list", list}};
  story.publish(b, "s", "2", properties);
  CHECK(story.look(b).error == (old ? "" : "INTERNAL_ERROR"));
  const ConnectionId c = story.connect("C");
  properties.headers = FieldTable{{"k", decimal}};
  story.publish(c, "s", "3", properties);
  CHECK(story.look(c).error == "INTERNAL_ERROR");
  CHECK(story.ready("s") == (old ? 2 : 1));
}

TEST_CASE("A stream says how many messages it had at the last tick", "[broker][stream][DECL-9]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "s", {arg("x-queue-type", "stream")}, true);
  story.publish(a, "s", "1");
  const auto count = [&] {
    story.look(a);
    QueueDeclare passive;
    passive.queue = "s";
    passive.passive = true;
    story.send(a, passive);
    return story.look(a).replies.at(0).message_count;
  };
  CHECK(count() == 0);
  story.wait(seconds(6));
  CHECK(count() == 1);
  story.publish(a, "s", "2");
  CHECK(count() == 1);
}

TEST_CASE("A stream is read without being emptied", "[broker][stream][STREAM-2]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "s", {arg("x-queue-type", "stream")}, true);
  for (const char* body : {"1", "2", "3"}) story.publish(a, "s", body);
  story.prefetch(a, 2);
  story.consume(a, "s", "c", {arg("x-stream-offset", "first")});
  CHECK(story.bodies(a) == Bodies{"1", "2"});
  story.ack(a, 1);
  CHECK(story.bodies(a) == Bodies{"3"});
  CHECK(story.ready("s") == 3);
}

}  // namespace mqlab::broker::test
