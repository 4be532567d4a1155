// SPDX-License-Identifier: MIT
// Stories of dead letters: who becomes one, what it looks like, where it goes.
#include "tests/broker/story.hpp"

namespace mqlab::broker::test {
namespace {

// The queue "dead" behind the fanout exchange "dlx".
ConnectionId with_dead_letters(Story& story) {
  const ConnectionId a = story.connect();
  ExchangeDeclare exchange;
  exchange.exchange = "dlx";
  exchange.type = "fanout";
  story.send(a, exchange);
  story.declare(a, "dead");
  story.send(a, QueueBind{"dead", "dlx", "", false, {}});
  story.look(a);
  return a;
}

Arguments to_dlx() {
  return {arg("x-dead-letter-exchange", "dlx")};
}
Arguments to_dlx(std::pair<std::string, FieldValue> more) {
  return {to_dlx()[0], std::move(more)};
}

// The one message in "dead".
Outgoing only_dead_letter(Story& story, ConnectionId connection) {
  REQUIRE(story.ready("dead") == 1);
  story.broker.handle(connection, 1, BasicGet{"dead", true});
  REQUIRE(story.broker.out().size() == 1);
  Outgoing letter = std::move(story.broker.out()[0]);
  story.broker.out().clear();
  return letter;
}

const FieldTable& first_death(const Message& message) {
  const auto& list = std::get<FieldArray>(find_field(*message.props().headers, "x-death")->content);
  return std::get<FieldTable>(list.at(0).content);
}

std::string text(const FieldTable& table, std::string_view name) {
  const FieldValue* value = find_field(table, name);
  return value == nullptr ? "" : std::get<std::string>(value->content);
}

FieldValue list_of(std::string_view one) {
  return {FieldType::array, FieldArray{FieldValue::of(one)}};
}

}  // namespace

TEST_CASE("Rejected, expired and overflowing messages become dead letters, and it says why",
          "[broker][dead_letter][DLX-1][DLX-3][DLX-4]") {
  Story story;
  const ConnectionId a = with_dead_letters(story);
  SECTION("rejected") {
    story.declare(a, "q", to_dlx());
    story.publish(a, "q", "1");
    story.get(a, "q");
    story.nack(a, 1, false, false);
    CHECK(text(first_death(*only_dead_letter(story, a).message), "reason") == "rejected");
  }
  SECTION("expired, at the head") {
    story.declare(a, "q", to_dlx(arg("x-message-ttl", 100)));
    story.publish(a, "q", "1");
    story.wait(milliseconds(100));
    CHECK(text(first_death(*only_dead_letter(story, a).message), "reason") == "expired");
  }
  SECTION("too many: the oldest") {
    story.declare(a, "q", to_dlx(arg("x-max-length", 1)));
    for (const char* body : {"old", "new"}) story.publish(a, "q", body);
    const Outgoing letter = only_dead_letter(story, a);
    CHECK(letter.message->body == "old");
    CHECK(text(first_death(*letter.message), "reason") == "maxlen");
  }
}

TEST_CASE("What is requeued, purged or deleted with its queue is no dead letter",
          "[broker][dead_letter][DLX-1][DLX-12]") {
  Story story;
  const ConnectionId a = with_dead_letters(story);
  story.declare(a, "q", to_dlx(arg("x-expires", 1000)));
  for (const char* body : {"1", "2"}) story.publish(a, "q", body);
  story.get(a, "q");
  story.nack(a, 1);
  SECTION("purged") {
    story.send(a, QueuePurge{"q"});
  }
  SECTION("deleted") {
    story.send(a, QueueDelete{"q"});
  }
  SECTION("the queue expires") {
    story.wait(seconds(2));
  }
  CHECK(story.ready("q") <= 0);
  CHECK(story.ready("dead") == 0);
}

TEST_CASE("A policy may name the dead letter exchange, but an argument wins",
          "[broker][dead_letter][DLX-2]") {
  const bool argument = GENERATE(false, true);
  Story story;
  const ConnectionId a = with_dead_letters(story);
  story.declare(a, "q",
                argument ? Arguments{arg("x-dead-letter-exchange", "nowhere")} : Arguments{});
  REQUIRE(story.broker
              .set_policy("/", "dlx", "^q$", {arg("dead-letter-exchange", "dlx")},
                          Broker::PolicyTarget::queues, 0)
              .ok());
  story.publish(a, "q", "1");
  story.get(a, "q");
  story.nack(a, 1, false, false);
  CHECK(story.ready("dead") == (argument ? 0 : 1));
}

TEST_CASE("A dead letter has the queue's key; 3.10 takes its CC header off, 4.0 does not",
          "[broker][dead_letter][DLX-5]") {
  const Version version = GENERATE(Version::v3_10, Version::v4_0);
  Story story(version);
  const ConnectionId a = with_dead_letters(story);
  story.declare(a, "q", to_dlx(arg("x-dead-letter-routing-key", "new")));
  Properties properties;
  properties.headers = FieldTable{{"CC", list_of("copy")}};
  story.publish(a, "q", "1", properties);
  story.get(a, "q");
  story.nack(a, 1, false, false);
  const Outgoing letter = only_dead_letter(story, a);
  CHECK(story.ledger.text(letter.routing_key) == "new");
  CHECK(story.ledger.text(letter.message->exchange) == "dlx");
  CHECK((find_field(*letter.message->props().headers, "CC") != nullptr) ==
        (version == Version::v4_0));
}

TEST_CASE("A dead letter keeps its key, properties and body, and was never delivered",
          "[broker][dead_letter][DLX-5][DLX-6]") {
  Story story;
  const ConnectionId a = with_dead_letters(story);
  story.declare(a, "q", to_dlx());
  Properties properties = with_priority(3);
  properties.delivery_mode = 2;
  properties.correlation_id = "order 7";
  story.publish(a, "q", "body", properties);
  story.get(a, "q");
  story.nack(a, 1, false, false);
  const Outgoing letter = only_dead_letter(story, a);
  CHECK(letter.message->body == "body");
  CHECK(letter.message->props().priority == 3);
  CHECK(letter.message->props().delivery_mode == 2);
  CHECK(letter.message->props().correlation_id == "order 7");
  CHECK(story.ledger.text(letter.routing_key) == "q");
  CHECK_FALSE(letter.redelivered);
}

TEST_CASE("A dead letter does not expire again; x-death remembers how long it had",
          "[broker][dead_letter][DLX-8]") {
  Story story;
  const ConnectionId a = with_dead_letters(story);
  story.declare(a, "q", to_dlx());
  story.publish(a, "q", "1", with_expiration("100"));
  story.wait(seconds(1));
  const Outgoing letter = only_dead_letter(story, a);
  CHECK_FALSE(letter.message->props().expiration.has_value());
  CHECK(text(first_death(*letter.message), "original-expiration") == "100");
}

TEST_CASE("3.10 does not remember the time of a message that a lazy queue read from its disk",
          "[broker][dead_letter][DLX-8]") {
  const Version version = GENERATE(Version::v3_10, Version::v4_0);
  Story story(version);
  const ConnectionId a = with_dead_letters(story);
  story.declare(a, "q", to_dlx(arg("x-queue-mode", "lazy")));
  Properties short_lived;
  short_lived.expiration = "100";
  story.publish(a, "q", "1", short_lived);
  story.wait(seconds(1));
  story.get(a, "dead");
  const Inbox inbox = story.look(a);
  REQUIRE(inbox.got.size() == 1);
  const FieldValue* const deaths = find_field(inbox.got[0].headers, "x-death");
  REQUIRE(deaths != nullptr);
  const auto& death = std::get<FieldTable>(std::get<FieldArray>(deaths->content)[0].content);
  CHECK((find_field(death, "original-expiration") == nullptr) == (version == Version::v3_10));
}

TEST_CASE("A dead letter without an exchange is gone, and its queue goes on",
          "[broker][dead_letter][DLX-9]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", to_dlx(arg("x-max-length", 1)));
  for (const char* body : {"1", "2"}) story.publish(a, "q", body);
  CHECK(story.ready("q") == 1);
  CHECK(story.look(a).error.empty());
}

TEST_CASE("A dead letter comes behind what its burst publishes to the same queue",
          "[broker][dead_letter][DLX-4]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "dl");
  story.declare(a, "q",
                {arg("x-max-length", 1), arg("x-dead-letter-exchange", ""),
                 arg("x-dead-letter-routing-key", "dl")});
  story.begin_burst();
  story.publish(a, "q", "dies");
  story.publish(a, "q", "stays");
  story.publish(a, "dl", "direct");
  CHECK(story.ready("dl") == 1);
  CHECK(story.broker.next_deadline() == story.now);
  story.end_burst();
  story.consume(a, "dl", "c");
  CHECK(story.bodies(a) == std::vector<std::string>{"direct", "dies"});
}

TEST_CASE("A dead letter that is on its way when the broker is killed is lost",
          "[broker][dead_letter][DUR-4]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "dl", {}, true);
  story.declare(a, "q",
                {arg("x-max-length", 0), arg("x-dead-letter-exchange", ""),
                 arg("x-dead-letter-routing-key", "dl")},
                true);
  story.begin_burst();
  story.publish(a, "q", "dies");
  story.broker.recover(story.broker.go_down(Down::kill));
  story.end_burst();
  CHECK(story.ready("dl") == 0);
}

TEST_CASE("A full queue refuses a dead letter, and nobody hears of it",
          "[broker][dead_letter][DLX-13]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "full", {arg("x-max-length", 0), arg("x-overflow", "reject-publish")});
  story.declare(a, "q",
                {arg("x-dead-letter-exchange", ""), arg("x-dead-letter-routing-key", "full"),
                 arg("x-message-ttl", 100)});
  story.send(a, ConfirmSelect{});
  story.publish(a, "q", "1");
  story.wait(seconds(1));
  const Inbox inbox = story.look(a);
  CHECK(inbox.acks == std::vector<std::uint64_t>{1});
  CHECK(inbox.nacks.empty());
  CHECK(story.ready("q") == 0);
  CHECK(story.ready("full") == 0);
}

}  // namespace mqlab::broker::test
