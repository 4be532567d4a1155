// SPDX-License-Identifier: MIT
// Stories of channel modes: confirms, transactions, and publishes that are refused.
#include "tests/broker/story.hpp"

namespace mqlab::broker::test {
namespace {

using Numbers = std::vector<std::uint64_t>;

bool has(const Inbox& inbox, ReplyKind kind) {
  for (const Reply& reply : inbox.replies) {
    if (reply.kind == kind) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("Confirm numbers begin at confirm.select", "[broker][confirm][PUB-4]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.publish(a, "q", "before");
  story.send(a, ConfirmSelect{});
  story.look(a);
  story.publish(a, "q", "1");
  story.publish(a, "q", "2");
  CHECK(story.look(a).acks == Numbers{1, 2});
}

TEST_CASE("Immediate delivery is not to be had", "[broker][publish][PUB-3]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  BasicPublish method;
  Message message;
  message.identity = story.ledger.new_message(story.author, {});
  message.routing_key = story.ledger.names().intern("q");
  message.exchange = story.ledger.names().intern("");
  method.message = story.broker.messages().make(std::move(message));
  method.immediate = true;
  story.send(a, std::move(method));
  CHECK(story.look(a).error == "NOT_IMPLEMENTED - immediate=true");
  CHECK(story.ready("q") == 0);
}

TEST_CASE("An ack in a transaction waits for the commit and holds its place till then",
          "[broker][transaction][PUB-11]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  for (const char* body : {"1", "2"}) story.publish(a, "q", body);
  story.send(a, TxSelect{});
  story.prefetch(a, 1);
  story.consume(a, "q", "c");
  story.ack(a, 1);
  CHECK(story.bodies(a) == Bodies{"1"});
  SECTION("the commit lets the next one through") {
    story.send(a, TxCommit{});
    CHECK(story.bodies(a) == Bodies{"2"});
  }
  SECTION("the tag is used up meanwhile") {
    story.ack(a, 1);
    CHECK(story.look(a).error == "PRECONDITION_FAILED - unknown delivery tag 1");
  }
}

TEST_CASE("A channel has confirms or transactions, not both", "[broker][transaction][PUB-12]") {
  Story story;
  const ConnectionId a = story.connect();
  SECTION("confirms first") {
    story.send(a, ConfirmSelect{});
    story.send(a, ConfirmSelect{});
    CHECK(story.look(a).error.empty());
    story.send(a, TxSelect{});
    CHECK(story.look(a).error == "PRECONDITION_FAILED - cannot switch from confirm to tx mode");
  }
  SECTION("transactions first") {
    story.send(a, TxSelect{});
    story.send(a, TxSelect{});
    CHECK(story.look(a).error.empty());
    story.send(a, ConfirmSelect{});
    CHECK(story.look(a).error == "PRECONDITION_FAILED - cannot switch from tx to confirm mode");
  }
  SECTION("neither") {
    story.send(a, TxCommit{});
    CHECK(story.look(a).error == "PRECONDITION_FAILED - channel is not transactional");
  }
}

TEST_CASE("In a transaction a return comes with the commit", "[broker][transaction][PUB-13]") {
  Story story;
  const ConnectionId a = story.connect();
  story.send(a, TxSelect{});
  story.publish(a, "nowhere", "1", {}, true);
  CHECK(story.look(a).returned.empty());
  story.send(a, TxCommit{});
  const Inbox inbox = story.look(a);
  CHECK(inbox.returned == Bodies{"1"});
  CHECK(has(inbox, ReplyKind::tx_commit_ok));
}

TEST_CASE("A queue that was deleted before the commit: 3.10 commits, 4.0 does not",
          "[broker][transaction][PUB-13]") {
  const Version version = GENERATE(Version::v3_10, Version::v4_0);
  Story story(version);
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.send(a, TxSelect{});
  story.publish(a, "q", "1");
  story.send(a, QueueDelete{"q"});
  story.declare(a, "q");
  story.look(a);
  story.send(a, TxCommit{});
  const Inbox inbox = story.look(a);
  if (version == Version::v3_10) {
    CHECK(has(inbox, ReplyKind::tx_commit_ok));
    CHECK(story.ready("q") == 1);
  } else {
    CHECK(inbox.error == "PRECONDITION_FAILED - partial tx completion");
    CHECK(story.ready("q") == 0);
  }
}

TEST_CASE("A commit fails if a queue refuses, and what the others took stays",
          "[broker][transaction][PUB-21]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "full", {arg("x-max-length", 0), arg("x-overflow", "reject-publish")});
  story.declare(a, "q");
  story.send(a, TxSelect{});
  story.publish(a, "full", "1");
  story.publish(a, "q", "2");
  story.send(a, TxCommit{});
  CHECK(story.look(a).error == "PRECONDITION_FAILED - partial tx completion");
  CHECK(story.ready("q") == 1);
}

TEST_CASE("A message above the maximum size closes the channel", "[broker][publish][PUB-19]") {
  Story story;
  Options options;
  options.max_message_size = 4;
  story.broker = Broker(options, story.ledger, story.choices,
                        story.ledger.new_entity(ledger::EntityKind::node, "small", {}));
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.publish(a, "q", "1234");
  CHECK(story.look(a).error.empty());
  story.publish(a, "q", "12345");
  CHECK(story.look(a).error.starts_with("PRECONDITION_FAILED - message size 5 is larger than "));
  CHECK(story.ready("q") == 1);
}

}  // namespace mqlab::broker::test
