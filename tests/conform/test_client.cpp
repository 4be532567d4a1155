// SPDX-License-Identifier: MIT
// Names that differ from run to run, observations, and their comparison.
#include <string>

#include "cli/conform/client.hpp"
#include "cli/conform/compare.hpp"
#include "cli/conform/random_case.hpp"
#include "cli/conform/settled.hpp"
#include "tests/catch.hpp"

namespace mqlab::conform {
namespace {

Step step(const std::string& op, const std::string& members) {
  auto json = parse_json(members, "step");
  REQUIRE(json.ok());
  Step made;
  made.op = op;
  made.members = std::move(*json);
  return made;
}

Json json(const std::string& text) {
  auto read = parse_json(text, "json");
  REQUIRE(read.ok());
  return std::move(*read);
}

TEST_CASE("names made by the server are numbered in order of appearance, and found again") {
  Normal normal;
  const std::string first = "amq.gen-AAAAAAAAAAAAAAAAAAAA_1";
  const std::string second = "amq.gen-AAAAAAAAAAAAAAAAAAAA-2";
  CHECK(normal.shown("no queue '" + first + "' here") == "no queue 'amq.gen-1' here");
  CHECK(normal.shown(second) == "amq.gen-2");
  CHECK(normal.shown(first) == "amq.gen-1");
  CHECK(normal.shown("amq.ctag-AAAAAAAAAAAAAAAAAAAA-2") == "amq.ctag-1");
  CHECK(normal.actual("amq.gen-2") == second);
  CHECK(normal.actual("amq.gen-12") == "amq.gen-12");
  CHECK(normal.shown("amq.gen-mine") == "amq.gen-mine");
}

TEST_CASE("reply addresses, process ids and replaced names are hidden in texts") {
  Normal normal;
  normal.replace("lab-7", "/");
  CHECK(normal.shown("no queue 'q' in vhost 'lab-7'") == "no queue 'q' in vhost '/'");
  CHECK(normal.shown("process <0.12.3> ended, 1 < 2") == "process <PID> ended, 1 < 2");
  CHECK(normal.shown("amq.rabbitmq.reply-to.g1h2.xyz==") == "amq.rabbitmq.reply-to.*");
  CHECK(normal.actual("amq.rabbitmq.reply-to.*") == "amq.rabbitmq.reply-to.g1h2.xyz==");
}

TEST_CASE("a confirm of several is expanded into the numbers that were open") {
  Client client;
  client.sending(step("connection.open", R"({"conn": "A"})"));
  client.sending(step("channel.open", R"({"conn": "A", "ch": 1})"));
  client.sending(step("confirm.select", R"({"conn": "A", "ch": 1, "nowait": true})"));
  for (int i = 0; i < 5; ++i) {
    client.sending(step("basic.publish", R"({"conn": "A", "ch": 1})"));
  }
  client.begin();
  client.confirmed("A", 1, 4, false, true);
  client.confirmed("A", 1, 2, false, false);
  client.confirmed("A", 1, 5, true, false);
  const Json seen = client.observation(step("wait", "{}"));
  CHECK(to_line(seen) == R"({"A/1": {"acks": [1, 2, 3, 5], "nacks": [4]}})");
  CHECK_FALSE(client.awaits_confirms());
}

TEST_CASE("a method that is due an answer and has none observes no_reply") {
  Client client;
  client.sending(step("connection.open", R"({"conn": "A"})"));
  client.sending(step("channel.open", R"({"conn": "A", "ch": 1})"));
  client.reply("A", 1, json(R"({"m": "channel.open-ok"})"));
  client.begin();
  const Step declare = step("queue.declare", R"({"conn": "A", "ch": 1, "queue": "q"})");
  client.sending(declare);
  CHECK(to_line(client.observation(declare)) == R"({"A/1": {"no_reply": true}})");
  client.begin();
  client.reply("A", 1, json(R"({"m": "queue.declare-ok"})"));
  CHECK_FALSE(client.awaits_replies());
}

TEST_CASE("a return behind its own confirm says so, behind the confirm of another publish not") {
  const auto mark_after_confirm_of = [](std::uint64_t number) {
    Client client;
    client.begin();
    client.sending(step("connection.open", R"({"conn": "A"})"));
    client.sending(step("channel.open", R"({"conn": "A", "ch": 1})"));
    client.sending(step("confirm.select", R"({"conn": "A", "ch": 1})"));
    client.sending(step("basic.publish", R"({"conn": "A", "ch": 1, "routing_key": "q"})"));
    client.sending(
        step("basic.publish", R"({"conn": "A", "ch": 1, "routing_key": "x", "mandatory": true})"));
    client.confirmed("A", 1, number, false, false);
    client.returned("A", 1, json(R"({"code": 312, "exchange": "", "routing_key": "x",
                                     "props": {}})"));
    return client.observation(step("wait", "{}"))["A/1"]["returns"][0].contains("after_confirm");
  };
  CHECK(mark_after_confirm_of(2));
  CHECK_FALSE(mark_after_confirm_of(1));
}

TEST_CASE("a case's delivery tag is one of those held, in order of arrival") {
  Client client;
  client.sending(step("connection.open", R"({"conn": "B"})"));
  client.sending(step("channel.open", R"({"conn": "B", "ch": 2})"));
  for (int tag = 3; tag < 6; ++tag) {
    client.deliver("B", 2, "c", Json{{"tag", tag}, {"props", Json::object()}});
  }
  const auto tag_of = [&client](const std::string& which) {
    const auto found =
        settled(step("basic.ack", R"({"pick": 5, "delivery_tag": ")" + which + R"("})"), client);
    REQUIRE(found.has_value());
    CHECK(found->text("conn") == "B");
    CHECK(found->number("ch") == 2);
    return found->number("delivery_tag");
  };
  CHECK(tag_of("oldest") == 3);
  CHECK(tag_of("newest") == 5);
  CHECK(tag_of("held:4") == 4);
  client.sending(step("basic.ack", R"({"conn": "B", "ch": 2, "delivery_tag": 4,
                                       "multiple": true})"));
  CHECK(tag_of("oldest") == 5);
  client.sending(step("basic.nack", R"({"conn": "B", "ch": 2, "multiple": true})"));
  CHECK_FALSE(settled(step("basic.ack", R"({"pick": 0, "delivery_tag": "oldest"})"), client));
}

TEST_CASE("observations are compared with objects as sets and lists in order") {
  CHECK_FALSE(first_mismatch(json(R"({"a": 1, "b": [1, 2]})"), json(R"({"b": [1, 2], "a": 1})")));
  const auto order = first_mismatch(json(R"({"b": [1, 2]})"), json(R"({"b": [2, 1]})"));
  REQUIRE(order);
  CHECK(order->path == "b[0]");
  const auto more = first_mismatch(json(R"({"b": {}})"), json(R"({"b": {"c": [1]}})"));
  REQUIRE(more);
  CHECK(more->path == "b.c");
  CHECK(more->expected.is_null());
  const auto less = first_mismatch(json(R"({"b": [1]})"), json(R"({"b": []})"));
  REQUIRE(less);
  CHECK(less->got.is_null());
}

TEST_CASE("a random case is the same for the same seed, another for another, and well formed") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const std::string text = write_transcript(random_case({seed, "", true}));
    CHECK(text == write_transcript(random_case({seed, "", true})));
    CHECK(text != write_transcript(random_case({seed + 1, "", true})));
    const auto read = read_transcript(text, "f.json");
    INFO(text);
    REQUIRE(read.ok());
    const auto again = read_transcript(write_transcript(*read), "f.json");
    REQUIRE(again.ok());
    CHECK(again->steps.size() == random_case({seed, "", true}).steps.size());
  }
}

}  // namespace
}  // namespace mqlab::conform
