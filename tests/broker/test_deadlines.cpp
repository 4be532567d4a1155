// SPDX-License-Identifier: MIT
// Stories of deadlines, limits and priorities, and of what becomes of the dead.
#include "tests/broker/story.hpp"

namespace mqlab::broker::test {
namespace {

Arguments dead_letters_to(std::string_view queue) {
  return {arg("x-dead-letter-exchange", ""), arg("x-dead-letter-routing-key", queue)};
}

Arguments with(Arguments arguments, std::pair<std::string, FieldValue> one) {
  arguments.push_back(std::move(one));
  return arguments;
}

std::int64_t deaths(const Got& got, std::size_t entry) {
  const auto& list = std::get<FieldArray>(find_field(got.headers, "x-death")->content);
  const auto& table = std::get<FieldTable>(list.at(entry).content);
  return std::get<std::int64_t>(find_field(table, "count")->content);
}

}  // namespace

TEST_CASE("An expired message behind an unexpired head waits and counts",
          "[broker][expiry][TTL-3]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  story.publish(a, "q", "long", with_expiration("1000"));
  story.publish(a, "q", "short", with_expiration("100"));
  story.wait(milliseconds(500));
  CHECK(story.ready("q") == 2);
  story.get(a, "q");
  CHECK(story.bodies(a) == Bodies{"long"});
  CHECK(story.ready("q") == 0);
}

TEST_CASE("A TTL of zero means: only to a consumer that waits", "[broker][expiry][TTL-5]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-message-ttl", 0)});
  story.publish(a, "q", "1");
  CHECK(story.ready("q") == 0);
  story.consume(a, "q", "c");
  story.publish(a, "q", "2");
  CHECK(story.bodies(a) == Bodies{"2"});
}

TEST_CASE("A requeued message keeps its deadline", "[broker][expiry][TTL-6]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-message-ttl", 100)});
  story.publish(a, "q", "1");
  story.get(a, "q");
  story.wait(milliseconds(200));
  story.nack(a, 1);
  CHECK(story.ready("q") == 0);
}

TEST_CASE("A late message of high priority is not watched in front of a backlog",
          "[broker][expiry][TTL-9]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-max-priority", 5)});
  story.publish(a, "q", "old");
  Properties urgent = with_priority(5);
  urgent.expiration = "100";
  story.publish(a, "q", "urgent", urgent);
  story.wait(seconds(1));
  CHECK(story.ready("q") == 2);
  story.get(a, "q");
  CHECK(story.bodies(a) == Bodies{"urgent"});
}

TEST_CASE("A full queue drops its head, of the highest priority",
          "[broker][overflow][LEN-1][LEN-8]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-max-length", 2), arg("x-max-priority", 5)});
  story.publish(a, "q", "low");
  story.publish(a, "q", "high", with_priority(3));
  story.publish(a, "q", "low too");
  story.consume(a, "q", "c");
  CHECK(story.bodies(a) == Bodies{"low", "low too"});
}

TEST_CASE("A queue that rejects is asked before any consumer", "[broker][overflow][LEN-5][PUB-6]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", {arg("x-max-length", 0), arg("x-overflow", "reject-publish")});
  story.send(a, ConfirmSelect{});
  story.consume(a, "q", "c");
  story.look(a);
  story.publish(a, "q", "1");
  const Inbox inbox = story.look(a);
  CHECK(inbox.got.empty());
  CHECK(inbox.nacks == std::vector<std::uint64_t>{1});
}

TEST_CASE("A policy with a lower limit drops at once", "[broker][overflow][LEN-9][POL-1]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q");
  for (const char* body : {"1", "2", "3"}) story.publish(a, "q", body);
  REQUIRE(
      story.broker
          .set_policy("/", "short", "^q$", {arg("max-length", 1)}, Broker::PolicyTarget::queues, 0)
          .ok());
  CHECK(story.ready("q") == 1);
}

TEST_CASE("Each death of a kind in a queue is counted once more", "[broker][dead_letter][DLX-7]") {
  const Version version = GENERATE(Version::v3_10, Version::v4_0);
  Story story(version);
  const ConnectionId a = story.connect();
  story.declare(a, "work", dead_letters_to("wait"));
  story.declare(a, "wait", with(dead_letters_to("work"), arg("x-message-ttl", 100)));
  story.consume(a, "work", "c");
  story.publish(a, "work", "job");
  for (std::uint64_t tag = 1; tag <= 3; ++tag) {
    story.nack(a, tag, false, false);
    story.wait(milliseconds(200));
  }
  const Inbox inbox = story.look(a);
  REQUIRE(inbox.got.size() == 4);
  CHECK(deaths(inbox.got[3], 0) == 3);
  CHECK(deaths(inbox.got[3], 1) == 3);
  CHECK((find_field(inbox.got[3].headers, "x-last-death-reason") != nullptr) ==
        (version == Version::v4_0));
}

TEST_CASE("A loop of deadlines without a reject ends at the first return",
          "[broker][dead_letter][DLX-10]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", with(dead_letters_to("q"), arg("x-message-ttl", 100)));
  story.publish(a, "q", "1");
  story.wait(seconds(1));
  CHECK(story.ready("q") == 0);
}

TEST_CASE("A reject into its own queue goes to the tail, as often as one likes",
          "[broker][dead_letter][DLX-11]") {
  Story story;
  const ConnectionId a = story.connect();
  story.declare(a, "q", dead_letters_to("q"));
  for (const char* body : {"1", "2"}) story.publish(a, "q", body);
  story.prefetch(a, 1);
  story.consume(a, "q", "c");
  for (std::uint64_t tag = 1; tag <= 3; ++tag) story.nack(a, tag, false, false);
  CHECK(story.bodies(a) == Bodies{"1", "2", "1", "2"});
}

}  // namespace mqlab::broker::test
