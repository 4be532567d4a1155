// SPDX-License-Identifier: MIT
// Processes: every step takes its round trip, errors come back as answers.
#include "tests/world/steps.hpp"
#include "tests/world/story.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;
using Kind = Answer::Kind;

namespace {

broker::QueueDeclare declare(std::string_view queue) {
  broker::QueueDeclare method;
  method.queue = queue;
  return method;
}

}  // namespace

TEST_CASE("A connection costs four round trips, a channel and a declaration one each") {
  Story story;
  Steps me(story, "me");
  me.with_channel().call(declare("q"));
  CHECK(story.run() == Outcome::drained);
  CHECK(me.times == std::vector<Time>{instant(milliseconds(8)), instant(milliseconds(10)),
                                      instant(milliseconds(12))});
  REQUIRE(me.answers.size() == 3);
  CHECK(me.answers[2].reply.kind == broker::ReplyKind::queue_declare_ok);
  CHECK(me.answers[2].reply.name == "q");
}

TEST_CASE("A process publishes, waits for the confirm, gets and acks") {
  Story story;
  story.queue("q");
  Steps me(story, "me");
  me.with_channel().call(broker::ConfirmSelect{});
  me.then([&](const Answer&) {
    me.port().publish(me.channel, to("q"));
    return me.port().wait_confirm(me.channel, seconds(1));
  });
  me.then([&](const Answer&) { return me.port().get(me.channel, "q", false); });
  me.then([&](const Answer& got) {
    me.port().settle(me.channel, got.delivery.tag, Settlement::ack, false, false);
    return me.port().get(me.channel, "q", false);
  });
  CHECK(story.run() == Outcome::drained);
  REQUIRE(me.answers.size() == 6);
  CHECK(me.answers[3].kind == Kind::acked);
  CHECK(me.answers[4].kind == Kind::delivery);
  CHECK(me.answers[4].delivery.message.value == 1);
  CHECK(me.answers[5].kind == Kind::nothing);
  CHECK(story.rows(Fact::finished, Reason::settled_ack) == 1);
  CHECK(story.unacked("q") == 0);
}

TEST_CASE("An AMQP error is the answer to the call, and the channel says so from then on") {
  Story story;
  Steps me(story, "me");
  me.with_channel();
  me.then([&](const Answer&) { return me.port().get(me.channel, "nowhere", false); });
  me.call(declare("q"));
  CHECK(story.run() == Outcome::drained);
  REQUIRE(me.answers.size() == 4);
  CHECK(me.answers[2].kind == Kind::error);
  CHECK(me.answers[2].error.code == 404);
  CHECK_FALSE(me.answers[2].error.connection);
  CHECK(me.answers[3].error.code == 404);
  REQUIRE(me.port().closed(me.channel) != nullptr);
  CHECK(me.port().closed(me.channel)->text == "NOT_FOUND - no queue 'nowhere' in vhost '/'");
  CHECK(me.port().is_open(me.connection));
}

TEST_CASE("A closed channel's number serves the next channel") {
  Story story;
  Steps me(story, "me");
  me.with_channel();
  me.then([&](const Answer&) { return me.port().close_channel(me.channel); });
  me.then([&](const Answer&) {
    auto opening = me.port().open_channel(me.connection);
    me.channel = opening.ref;
    return opening.answer;
  });
  me.call(declare("q"));
  me.then([&](const Answer&) { return me.port().close_connection(me.connection); });
  CHECK(story.run() == Outcome::drained);
  REQUIRE(me.answers.size() == 6);
  for (const Answer& answer : me.answers) CHECK(answer.kind == Kind::reply);
  CHECK_FALSE(me.port().is_open(me.connection));
  CHECK(me.port().closed(me.connection) == nullptr);
}

TEST_CASE("Waiting for a message or a confirm ends with its time") {
  Story story;
  story.queue("q");
  Steps me(story, "me");
  me.with_channel().call(broker::ConfirmSelect{});
  me.then([&](const Answer&) { return me.port().next(me.channel, milliseconds(30)); });
  me.then([&](const Answer&) {
    me.port().publish(me.channel, to("q"));
    return me.port().wait_confirms(me.channel, milliseconds(1));
  });
  me.then([&](const Answer&) { return me.port().wait_confirms(me.channel, std::nullopt); });
  me.then([&](const Answer&) { return me.port().wait_confirm(me.channel, std::nullopt); });
  me.then([&](const Answer&) { return me.port().sleep(seconds(5)); });
  CHECK(story.run() == Outcome::drained);
  REQUIRE(me.answers.size() == 8);
  CHECK(me.answers[3].kind == Kind::timed_out);
  CHECK(me.answers[4].kind == Kind::timed_out);
  CHECK(me.answers[5].kind == Kind::acked);
  CHECK(me.answers[6].kind == Kind::nothing);
  CHECK(me.answers[7].kind == Kind::slept);
  CHECK(story.world.now() == instant(milliseconds(12 + 30 + 2 + 5000)));
  CHECK(story.rows(Fact::learned, Reason::timed_out) == 1);
}

TEST_CASE("A process consumes: deliveries wait in its buffer until it asks for the next") {
  Story story;
  story.queue("q");
  story.add(story.to_queue("shop", "q", 3));
  Steps me(story, "me");
  broker::BasicConsume consume;
  consume.queue = "q";
  consume.consumer_tag = "mine";
  me.with_channel().call(consume);
  me.then([&](const Answer&) { return me.port().sleep(milliseconds(500)); });
  for (int i = 0; i < 3; ++i) {
    me.then([&](const Answer&) { return me.port().next(me.channel, std::nullopt); });
  }
  me.then([&](const Answer&) {
    me.port().settle(me.channel, 3, Settlement::ack, true, false);
    return me.port().next(me.channel, seconds(1));
  });
  std::size_t buffered = 0;
  story.at(milliseconds(400), [&] { buffered = me.port().buffered(me.channel); });
  CHECK(story.run() == Outcome::drained);
  CHECK(buffered == 3);
  REQUIRE(me.answers.size() == 8);
  CHECK(me.answers[6].delivery.tag == 3);
  CHECK(me.answers[7].kind == Kind::timed_out);
  CHECK(story.rows(Fact::finished, Reason::settled_ack) == 3);
}

TEST_CASE("The server cancels the consumer of a deleted queue") {
  Story story;
  story.queue("q");
  Steps me(story, "me");
  broker::BasicConsume consume;
  consume.queue = "q";
  consume.consumer_tag = "mine";
  me.with_channel().call(consume);
  me.then([&](const Answer&) { return me.port().next(me.channel, std::nullopt); });
  story.at(seconds(1), [&] {
    broker::QueueDelete method;
    method.queue = "q";
    CHECK(story.world.operate(story.rabbit, "/", method).ok());
  });
  CHECK(story.run() == Outcome::drained);
  REQUIRE(me.answers.size() == 4);
  CHECK(me.answers[3].kind == Kind::cancelled);
  CHECK(me.answers[3].reply.name == "mine");
}

TEST_CASE("A killed process answers to nobody, and what it held goes back") {
  Story story;
  story.queue("q");
  story.add(story.to_queue("shop", "q", 1));
  Steps me(story, "me");
  me.with_channel();
  me.then([&](const Answer&) { return me.port().get(me.channel, "q", false); });
  me.then([&](const Answer&) { return me.port().sleep(seconds(10)); });
  bool told = false;
  story.world.hooks().killed = [&](EntityId id) { told = id == me.id(); };
  story.at(seconds(1), [&] {
    CHECK(story.unacked("q") == 1);
    story.world.kill(me.id());
  });
  CHECK(story.run() == Outcome::drained);
  CHECK(told);
  CHECK(me.answers.size() == 3);
  CHECK(story.ready("q") == 1);
  CHECK(story.end() == instant(milliseconds(1001)));
}

TEST_CASE("Nobody listens at a node that is down") {
  Story story;
  story.at({}, [&] { story.world.kill(story.rabbit); });
  Steps me(story, "me");
  me.with_channel();
  CHECK(story.run() == Outcome::drained);
  REQUIRE(me.answers.size() == 2);
  CHECK(me.answers[0].kind == Kind::error);
  CHECK(me.answers[0].error.text == "connection refused");
  CHECK(me.answers[1].kind == Kind::error);
}

TEST_CASE("A cut connection is the answer to whatever its process waits for") {
  Story story;
  story.queue("q");
  Steps me(story, "me");
  me.with_channel();
  me.then([&](const Answer&) { return me.port().next(me.channel, std::nullopt); });
  story.at(seconds(1), [&] { me.port().drop_connection(me.connection); });
  CHECK(story.run() == Outcome::drained);
  REQUIRE(me.answers.size() == 3);
  CHECK(me.answers[2].kind == Kind::error);
  CHECK(me.answers[2].error.connection);
  CHECK(me.answers[2].error.code == 0);
}

}  // namespace mqlab::world
