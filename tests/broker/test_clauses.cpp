// SPDX-License-Identifier: MIT
// What rules say besides: the clauses that the stories of their main sentence leave out.
#include "tests/broker/story.hpp"

namespace mqlab::broker::test {
namespace {

using Tags = std::vector<std::uint64_t>;

QueueDeclare passive(std::string_view queue) {
  QueueDeclare method;
  method.queue = queue;
  method.passive = true;
  return method;
}

bool exists(const Story& story, std::string_view queue) {
  return story.ready(queue) >= 0;
}

}  // namespace

TEST_CASE("A wrong password is told to who can be told, else the socket just ends", "[ERR-5]") {
  const bool told = GENERATE(true, false);
  Story story;
  Login login;
  login.password = "wrong";
  login.authentication_failure_close = told;
  const ConnectionId a = story.broker.open(login);
  story.settle();
  CHECK(story.look(a).error.starts_with("ACCESS_REFUSED - Login was refused") == told);
  if (!told) CHECK(story.ended == std::vector<ConnectionId>{a});
}

TEST_CASE("Declaring a queue again the same way changes nothing", "[DECL-1]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-max-length", 5)});
  story.publish(a, "q", "1");
  story.look(a);
  story.declare(a, "q", {arg("x-max-length", 5)});
  const Inbox inbox = story.look(a);
  CHECK(inbox.error.empty());
  CHECK(inbox.replies.at(0).message_count == 1);
}

TEST_CASE("A passive declaration looks at nothing but existence and the exclusive owner",
          "[DECL-4][DECL-14]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  QueueDeclare exclusive;
  exclusive.queue = "mine";
  exclusive.exclusive = true;
  exclusive.durable = true;
  story.send(a, exclusive);
  QueueDeclare look = passive("mine");
  look.auto_delete = true;
  look.arguments = {arg("x-max-length", -1)};
  story.look(a);
  story.send(a, look);
  CHECK(story.look(a).error.empty());
  story.send(b, passive("mine"));
  CHECK(story.look(b).error.starts_with("RESOURCE_LOCKED - "));
  story.send(b, ChannelOpen{});
  story.send(b, passive("nope"));
  CHECK(story.look(b).error == "NOT_FOUND - no queue 'nope' in vhost '/'");
}

TEST_CASE("An exclusive queue takes anybody's messages, is never durable and dead letters nothing",
          "[DECL-14][DLX-12]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  story.declare(b, "dead");
  QueueDeclare exclusive;
  exclusive.queue = "mine";
  exclusive.exclusive = true;
  exclusive.durable = true;
  exclusive.arguments = {arg("x-dead-letter-exchange", ""),
                         arg("x-dead-letter-routing-key", "dead")};
  story.send(a, exclusive);
  exclusive.durable = false;
  story.look(a);
  story.send(a, exclusive);
  CHECK(story.look(a).error.empty());  // both spellings are the same queue
  story.publish(b, "mine", "1");
  CHECK(story.ready("mine") == 1);
  story.broker.close(a);
  story.settle();
  CHECK_FALSE(exists(story, "mine"));
  CHECK(story.ready("dead") == 0);
}

TEST_CASE("A nack of one queue is the confirm, and the others keep their copy", "[PUB-6]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "full", {arg("x-max-length", 0), arg("x-overflow", "reject-publish")});
  story.declare(a, "roomy");
  for (const char* queue : {"full", "roomy"}) {
    story.send(a, QueueBind{queue, "amq.fanout", "", false, {}});
  }
  story.publish_to(a, "amq.fanout", "", "unconfirmed");
  story.send(a, ConfirmSelect{});
  story.look(a);
  story.publish_to(a, "amq.fanout", "", "confirmed");
  const Inbox inbox = story.look(a);
  CHECK(inbox.nacks == Tags{1});
  CHECK(inbox.acks.empty());
  CHECK(story.ready("roomy") == 2);
}

TEST_CASE("Properties and headers come as they were sent, what was not set stays unset",
          "[PUB-17]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  Properties sent;
  sent.content_type = "text/plain";
  sent.timestamp = 0;
  sent.headers = FieldTable{{"flag", FieldValue::of(true)},
                            {"time", FieldValue::timestamp(9)},
                            {"zero", FieldValue::of(std::int64_t{0})}};
  story.publish(a, "q", "1", sent);
  story.publish(a, "q", "2");
  for (const Properties& expected : {sent, Properties{}}) {
    story.broker.handle(a, 1, BasicGet{"q", true});
    REQUIRE(story.broker.out().size() == 1);
    const Outgoing& frame = story.broker.out().front();
    CHECK((frame.properties ? *frame.properties : frame.message->props()) == expected);
    story.settle();
  }
}

TEST_CASE("A get works beside exclusive and single active consumers", "[QUEUE-4]") {
  const bool single = GENERATE(false, true);
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  story.declare(a, "q", single ? Arguments{flag("x-single-active-consumer")} : Arguments{});
  story.prefetch(a, 1);
  BasicConsume consume;
  consume.queue = "q";
  consume.consumer_tag = "c";
  consume.exclusive = !single;
  story.send(a, consume);
  for (const char* body : {"1", "2"}) story.publish(a, "q", body);
  story.get(b, "q");
  CHECK(story.bodies(b) == Bodies{"2"});
}

TEST_CASE("A prefetch size is refused, and a prefetch for consumers takes the channel's away",
          "[CONS-1][CONS-4]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.prefetch(a, 1, true);
  story.consume(a, "q", "c");
  for (const char* body : {"1", "2"}) story.publish(a, "q", body);
  CHECK(story.bodies(a) == Bodies{"1"});
  story.prefetch(a, 5);
  CHECK(story.bodies(a) == Bodies{"2"});
  story.send(a, BasicQos{1, 0, false});
  CHECK(story.look(a).error == "NOT_IMPLEMENTED - prefetch_size!=0 (1)");
}

TEST_CASE("Gets and what a cancelled consumer left do not count for a prefetch",
          "[CONS-2][QUEUE-7]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  for (const char* body : {"1", "2", "3"}) story.publish(a, "q", body);
  story.prefetch(a, 1);
  story.get(a, "q");
  story.consume(a, "q", "first");
  CHECK(story.bodies(a) == Bodies{"1", "2"});
  story.send(a, BasicCancel{"first", false});
  story.consume(a, "q", "second");
  CHECK(story.bodies(a) == Bodies{"3"});
}

TEST_CASE("What is unacked when a channel's limit is set counts for it, gets too", "[CONS-4]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  for (const char* body : {"1", "2", "3"}) story.publish(a, "q", body);
  story.get(a, "q");
  story.prefetch(a, 2, true);
  story.consume(a, "q", "c");
  CHECK(story.bodies(a) == Bodies{"1", "2"});
}

TEST_CASE("Nobody becomes exclusive beside others", "[CONS-7]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  story.declare(a, "q");
  story.consume(a, "q", "c");
  BasicConsume alone;
  alone.queue = "q";
  alone.exclusive = true;
  story.send(b, alone);
  CHECK(story.look(b).error == "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use");
}

TEST_CASE("After the single active consumer comes the one of highest priority, then the oldest",
          "[CONS-8]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  story.declare(a, "q", {flag("x-single-active-consumer")});
  story.consume(a, "q", "active");
  story.consume(b, "q", "old");
  story.consume(b, "q", "high", {arg("x-priority", 1)});
  story.consume(b, "q", "new");
  story.publish(a, "q", "1");
  CHECK(story.bodies(a) == Bodies{"1"});  // a later one of higher priority waits
  for (const char* heir : {"high", "old", "new"}) {
    story.send(a, ChannelClose{});
    story.look(b);
    story.send(a, ChannelOpen{});
    story.publish(a, "q", "x");
    const Inbox inbox = story.look(b);
    REQUIRE_FALSE(inbox.got.empty());
    CHECK(inbox.got.back().consumer == heir);
    story.send(b, BasicCancel{heir, false});
  }
}

TEST_CASE("All clients are told of an orderly stop", "[DUR-1]") {
  Story story;
  const ConnectionId a = story.connect();
  story.broker.go_down(Down::stop);
  std::string told;
  for (const Outgoing& frame : story.broker.out()) {
    if (frame.connection == a && frame.kind == Outgoing::Kind::connection_close) {
      told = frame.error->text;
    }
  }
  CHECK(told == "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'");
}

TEST_CASE("A quorum queue is not deleted if empty, and lets others consume beside an exclusive one",
          "[QQ-3][QQ-10]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  story.declare(a, "q", {arg("x-queue-type", "quorum")}, true);
  BasicConsume alone;
  alone.queue = "q";
  alone.exclusive = true;
  story.send(a, alone);
  story.consume(b, "q", "c");
  CHECK(story.look(b).error.empty());
  story.send(a, QueueDelete{"q", false, true, false});
  CHECK(story.look(a).error ==
        "NOT_IMPLEMENTED - cannot delete queue 'q' in vhost '/'. queue.delete operations with "
        "if-empty flag set are not supported by quorum queues");
}

TEST_CASE("A stream cannot be got from, purged, read without acks or without a prefetch",
          "[STREAM-1]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "s", {arg("x-queue-type", "stream")}, true);
  std::string expected = "NOT_IMPLEMENTED - ";
  SECTION("get") {
    story.get(a, "s");
  }
  SECTION("purge") {
    story.send(a, QueuePurge{"s", false});
  }
  SECTION("no ack") {
    story.prefetch(a, 1);
    story.consume(a, "s", "c", {}, true);
  }
  SECTION("no prefetch") {
    expected = "PRECONDITION_FAILED - ";
    story.consume(a, "s", "c");
  }
  CHECK(story.look(a).error.starts_with(expected));
}

}  // namespace mqlab::broker::test
