// SPDX-License-Identifier: MIT
// Stories of publishers: confirms, transactions, alarms, replies.
#include "tests/broker/story.hpp"

namespace mqlab::broker::test {

using Numbers = std::vector<std::uint64_t>;

TEST_CASE("A persistent message in a durable queue is confirmed when it is stored",
          "[broker][confirm][PUB-5]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {}, true);
  story.send(a, ConfirmSelect{});
  story.look(a);
  story.disk_answers = false;
  story.publish(a, "q", "kept", persistent());
  CHECK(story.look(a).acks.empty());
  story.publish(a, "q", "transient");
  CHECK(story.look(a).acks == Numbers{2});
  REQUIRE(story.broker.store_requests().size() == 1);
  story.broker.stored(story.broker.store_requests()[0].token);
  story.settle();
  CHECK(story.look(a).acks == Numbers{1});
}

TEST_CASE("A message that was delivered and settled need not be stored any more",
          "[broker][confirm][PUB-5]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {}, true);
  story.send(a, ConfirmSelect{});
  story.consume(a, "q", "c");
  story.disk_answers = false;
  story.publish(a, "q", "kept", persistent());
  CHECK(story.look(a).acks.empty());
  story.ack(a, 1);
  CHECK(story.look(a).acks == Numbers{1});
}

TEST_CASE("An unroutable message is confirmed, behind its return",
          "[broker][confirm][PUB-1][PUB-2]") {
  Story story;
  const ConnectionId a = story.connect();
  story.send(a, ConfirmSelect{});
  story.publish(a, "nowhere", "1");
  story.publish(a, "nowhere", "2", {}, true);
  const Inbox inbox = story.look(a);
  CHECK(inbox.returned == Bodies{"2"});
  CHECK(inbox.acks == Numbers{1, 2});
}

TEST_CASE("Confirms of publishes that came together are merged", "[broker][confirm][PUB-7]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.send(a, ConfirmSelect{});
  story.look(a);
  for (int i = 0; i < 3; ++i) {
    BasicPublish method;
    Message message;
    message.routing_key = story.ledger.names().intern("q");
    method.message = story.broker.messages().make(std::move(message));
    story.broker.handle(a, 1, std::move(method));
  }
  CHECK(story.broker.out().empty());
  CHECK(story.broker.next_deadline() <= story.now);
  story.settle();
  CHECK(story.look(a).acks == Numbers{3});
}

TEST_CASE("A publish to a missing exchange ends the channel and what is behind it is lost",
          "[broker][publish][ROUTE-19][PUB-8]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.send(a, ConfirmSelect{});
  story.closes_ok = false;
  story.publish_to(a, "nope", "q", "1");
  CHECK(story.look(a).error == "NOT_FOUND - no exchange 'nope' in vhost '/'");
  story.publish(a, "q", "2");
  CHECK(story.ready("q") == 0);
  CHECK(story.look(a).acks.empty());
  CHECK(story.ledger.digest().count(ledger::Fact::finished, ledger::Reason::no_exchange) == 1);
  CHECK(story.ledger.digest().count(ledger::Fact::finished, ledger::Reason::ignored_closed) == 1);
}

TEST_CASE("A transaction stores at commit and takes acks back at rollback",
          "[broker][transaction][PUB-9][PUB-10]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.send(a, TxSelect{});
  story.publish(a, "q", "1");
  CHECK(story.ready("q") == 0);
  story.send(a, TxCommit{});
  CHECK(story.ready("q") == 1);
  story.get(a, "q");
  story.ack(a, 1);
  story.send(a, TxRollback{});
  story.ack(a, 1);
  CHECK(story.look(a).error.empty());
  story.ack(a, 1);
  CHECK(story.look(a).error == "PRECONDITION_FAILED - unknown delivery tag 1");
}

TEST_CASE("A commit waits for the disk", "[broker][transaction][PUB-9]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {}, true);
  story.send(a, TxSelect{});
  story.look(a);
  story.disk_answers = false;
  story.publish(a, "q", "1", persistent());
  story.send(a, TxCommit{});
  CHECK(story.look(a).replies.empty());
  story.broker.stored(story.broker.store_requests().back().token);
  story.settle();
  CHECK(story.look(a).replies.size() == 1);
}

TEST_CASE("An alarm stops a connection at its next publish, and only then",
          "[broker][alarm][PUB-14]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  story.declare(a, "q");
  story.broker.alarm(Broker::Resource::memory, true);
  story.declare(a, "r");
  CHECK(story.ready("r") == 0);
  story.publish(a, "q", "1");
  story.declare(a, "s");
  CHECK(story.broker.reading_paused(a));
  CHECK(story.ready("q") == 0);
  CHECK(story.ready("s") == -1);
  story.consume(b, "q", "c");
  story.broker.alarm(Broker::Resource::memory, false);
  story.settle();
  CHECK(story.bodies(b) == Bodies{"1"});
  CHECK(story.ready("s") == 0);
}

TEST_CASE("A silent peer is given up after three intervals from the start", "[broker][CONN-1]") {
  Story story;
  Login login;
  login.heartbeat = seconds(2);
  const ConnectionId a = story.broker.open(login);
  story.wait(milliseconds(5999));
  CHECK(story.ended.empty());
  story.wait(milliseconds(1));
  CHECK(story.ended == std::vector<ConnectionId>{a});
}

TEST_CASE("A reply needs no queue", "[broker][reply_to][RPC-1]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  story.declare(b, "rpc");
  story.consume(a, "amq.rabbitmq.reply-to", "replies", {}, true);
  Properties ask;
  ask.reply_to = "amq.rabbitmq.reply-to";
  story.publish(a, "rpc", "question", ask);
  story.broker.handle(b, 1, BasicGet{"rpc", true});
  const std::string address = *story.broker.out().at(0).message->props().reply_to;
  story.settle();
  const std::size_t before = story.ledger.rows().size();
  story.publish(b, address, "answer");
  CHECK(story.bodies(a) == Bodies{"answer"});

  // It is in the books: a delivery of no copy, to a subscription of no queue.
  ledger::EntityId subscription;
  std::vector<ledger::Reason> ends;
  for (std::size_t i = before; i < story.ledger.rows().size(); ++i) {
    const ledger::Row& row = story.ledger.rows()[i];
    if (row.fact == ledger::Fact::routed) CHECK(row.reason == ledger::Reason::none);
    if (row.fact == ledger::Fact::finished) ends.push_back(row.reason);
    if (row.fact != ledger::Fact::delivered) continue;
    CHECK_FALSE(subscription);
    subscription = row.object;
    CHECK_FALSE(row.copy);
    CHECK(row.flags == ledger::kNoAck);
  }
  REQUIRE(subscription);
  CHECK(story.ledger.name(subscription) == "replies");
  CHECK(ends == std::vector<ledger::Reason>{ledger::Reason::accepted});
  story.send(a, BasicCancel{"replies", false});
  const ledger::Row& last = story.ledger.rows().back();
  CHECK(last.fact == ledger::Fact::ended);
  CHECK(last.subject == subscription);
  CHECK(last.reason == ledger::Reason::cancelled);

  // Nobody is there any more: a reply is lost like any message without a queue.
  story.publish(b, address, "late");
  CHECK(story.bodies(a).empty());
  CHECK(story.ledger.rows().back().reason == ledger::Reason::unroutable);
}

TEST_CASE("A mandatory reply is given back although it was delivered",
          "[broker][reply_to][RPC-1][PUB-2]") {
  Story story;
  const ConnectionId a = story.connect("A");
  const ConnectionId b = story.connect("B");
  story.declare(b, "rpc");
  story.consume(a, "amq.rabbitmq.reply-to", "replies", {}, true);
  Properties ask;
  ask.reply_to = "amq.rabbitmq.reply-to";
  story.publish(a, "rpc", "question", ask);
  story.broker.handle(b, 1, BasicGet{"rpc", true});
  const std::string address = *story.broker.out().at(0).message->props().reply_to;
  story.settle();
  story.publish(b, address, "answer", {}, true);
  CHECK(story.bodies(a) == Bodies{"answer"});
  CHECK(story.look(b).returned == Bodies{"answer"});
}

TEST_CASE("A delivery that is never settled closes the channel", "[broker][ACK-9]") {
  Story story;
  story.broker.set_consumer_timeout(seconds(1), seconds(10));
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.publish(a, "q", "1");
  story.get(a, "q");
  story.wait(seconds(9));
  CHECK(story.look(a).error.empty());
  story.wait(seconds(1));
  CHECK(story.look(a).error.find("delivery acknowledgement on channel 1 timed out") !=
        std::string::npos);
  CHECK(story.ready("q") == 1);
}

}  // namespace mqlab::broker::test
