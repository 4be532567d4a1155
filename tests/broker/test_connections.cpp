// SPDX-License-Identifier: MIT
// Stories of connections and channels, and of what a declaration says.
#include "tests/broker/story.hpp"

namespace mqlab::broker::test {
namespace {

QueueDeclare exclusive(std::string_view name) {
  QueueDeclare method;
  method.queue = name;
  method.exclusive = true;
  return method;
}

}  // namespace

TEST_CASE("A dropped connection takes its exclusive queues along and leaves auto-delete ones alone",
          "[broker][CONN-2]") {
  Story story;
  const ConnectionId a = story.connect();
  const ConnectionId b = story.connect("B");
  story.send(a, exclusive("mine"));
  QueueDeclare shared;
  shared.queue = "shared";
  shared.auto_delete = true;
  story.send(a, shared);
  story.consume(a, "shared", "c");
  story.consume(b, "shared", "c");
  story.broker.drop(a, ledger::Reason::connection_lost);
  story.settle();
  CHECK(story.ready("mine") == -1);
  CHECK(story.ready("shared") == 0);
  story.broker.drop(b, ledger::Reason::connection_lost);
  story.settle();
  CHECK(story.ready("shared") == -1);
}

TEST_CASE("What was read in full is carried out though the connection is gone",
          "[broker][CONN-3]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.send(a, ConfirmSelect{});
  story.publish(a, "q", "1");
  story.broker.drop(a, ledger::Reason::connection_lost);
  story.settle();
  CHECK(story.ready("q") == 1);
}

TEST_CASE("Channels of two connections have nothing to do with each other", "[broker][CONN-4]") {
  Story story;
  const ConnectionId a = story.connect();
  const ConnectionId b = story.connect("B");
  story.get(a, "missing");
  CHECK(story.look(a).error == "NOT_FOUND - no queue 'missing' in vhost '/'");
  story.declare(b, "q");
  const Inbox inbox = story.look(b);
  CHECK(inbox.error.empty());
  CHECK(inbox.replies.size() == 1);
}

TEST_CASE("An operator closes a connection with a reason", "[broker][CONN-5]") {
  Story story;
  const ConnectionId a = story.connect();
  Inbox inbox;
  story.broker.close_connection(a, "enough");
  for (const Outgoing& frame : story.broker.out()) {
    if (frame.kind == Outgoing::Kind::connection_close) inbox.error = frame.error->text;
  }
  CHECK(inbox.error == "CONNECTION_FORCED - enough");
}

TEST_CASE("An error of the connection ends its channels, then its exclusive queues",
          "[broker][ERR-3]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.publish(a, "q", "1");
  story.send(a, exclusive("mine"));
  story.get(a, "q");
  story.send(a, ChannelOpen{});
  CHECK(story.look(a).error == "CHANNEL_ERROR - second 'channel.open' seen");
  CHECK(story.ready("q") == 1);
  CHECK(story.ready("mine") == -1);
}

TEST_CASE("declare-ok counts ready messages, and consumers that get none, too",
          "[broker][queue][DECL-9]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  for (const char* body : {"1", "2", "3"}) story.publish(a, "q", body);
  story.prefetch(a, 1);
  story.consume(a, "q", "c");
  story.consume(a, "q", "d");
  story.look(a);
  story.declare(a, "q");
  const Reply reply = story.look(a).replies.at(0);
  CHECK(reply.message_count == 1);
  CHECK(reply.consumer_count == 2);
}

TEST_CASE("An empty name means a new queue when declaring, later the last one declared",
          "[broker][queue][DECL-10]") {
  Story story;
  const ConnectionId a = story.connect();
  story.get(a, "");
  CHECK(story.look(a).error == "NOT_FOUND - no previously declared queue");
  story.send(a, ChannelOpen{});
  story.declare(a, "");
  const std::string name = story.look(a).replies.back().name;
  CHECK(name.starts_with("amq.gen-"));
  CHECK(name.size() == 30);
  story.publish(a, name, "1");
  story.get(a, "");
  CHECK(story.bodies(a) == Bodies{"1"});
}

TEST_CASE("A nowait method is not answered, but an error is told", "[broker][queue][DECL-15]") {
  Story story;
  const ConnectionId a = story.connect();
  QueueDeclare method;
  method.queue = "q";
  method.nowait = true;
  story.send(a, method);
  CHECK(story.look(a).replies.empty());
  CHECK(story.ready("q") == 0);
  method.durable = true;
  story.send(a, method);
  CHECK(story.look(a).error.starts_with("PRECONDITION_FAILED - inequivalent arg 'durable'"));
}

TEST_CASE("An internal exchange takes messages from exchanges only", "[broker][ROUTE-17]") {
  Story story;
  const ConnectionId a = story.connect();
  ExchangeDeclare outer;
  outer.exchange = "outer";
  outer.type = "fanout";
  ExchangeDeclare inner = outer;
  inner.exchange = "inner";
  inner.internal = true;
  story.send(a, outer);
  story.send(a, inner);
  story.declare(a, "q");
  story.send(a, ExchangeBind{"inner", "outer", "", false, {}});
  story.send(a, QueueBind{"q", "inner", "", false, {}});
  story.publish_to(a, "outer", "", "1");
  CHECK(story.ready("q") == 1);
  story.publish_to(a, "inner", "", "2");
  CHECK(story.look(a).error ==
        "ACCESS_REFUSED - cannot publish to internal exchange 'inner' in vhost '/'");
  CHECK(story.ready("q") == 1);
}

}  // namespace mqlab::broker::test
