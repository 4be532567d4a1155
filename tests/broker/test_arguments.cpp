// SPDX-License-Identifier: MIT
// What queues and consumers may be declared with, and declared again with.
#include "sim/broker/arguments.hpp"
#include "tests/catch.hpp"

using namespace mqlab;
using namespace mqlab::broker;

namespace {

const Resource kQueue = Resource::queue("q", "/");
const std::vector<Version> kVersions = {Version::v3_10, Version::v4_0};

FieldValue number(std::int64_t value) {
  return {FieldType::int32, value};
}
FieldValue text(std::string_view value) {
  return FieldValue::of(value);
}

std::string words(const std::optional<AmqpError>& error) {
  if (!error) return "";
  CHECK(error->code == 406);
  CHECK_FALSE(error->connection);
  const std::string prefix = "PRECONDITION_FAILED - ";
  REQUIRE(error->text.substr(0, prefix.size()) == prefix);
  return error->text.substr(prefix.size());
}

// Why a durable queue with these arguments is refused, without the part that is always the same.
std::string refusal(const FieldTable& arguments, Version version = Version::v4_0,
                    QueueFlags flags = {true, false, false}) {
  const std::string all =
      words(check_queue_arguments(version, kQueue, flags, kept_arguments(version, arguments)));
  const std::string middle = " for queue 'q' in vhost '/': ";
  const std::size_t at = all.find(middle);
  return at == std::string::npos ? all : all.substr(at + middle.size());
}

std::string redeclared(Version version, const FieldTable& current, const FieldTable& asked,
                       QueueFlags current_flags = {}, QueueFlags asked_flags = {}) {
  const FieldTable kept = kept_arguments(version, current);
  return words(check_queue_equivalence(version, kQueue, queue_type(kept), current_flags, kept,
                                       asked_flags, kept_arguments(version, asked)));
}

}  // namespace

TEST_CASE("numbers among a queue's arguments have their ranges", "[DECL-8]") {
  for (const Version version : kVersions) {
    for (const char* name :
         {"x-message-ttl", "x-expires", "x-max-length", "x-max-length-bytes", "x-max-priority"}) {
      CAPTURE(name);
      CHECK(refusal({{name, number(-1)}}, version) == "{value_negative,-1}");
      CHECK(refusal({{name, text("1")}}, version) == "\"expected integer, got longstr\"");
      CHECK(refusal({{name, FieldValue::timestamp(1)}}, version) ==
            "\"expected integer, got timestamp\"");
      CHECK(refusal({{name, number(1)}}, version).empty());
    }
    CHECK(refusal({{"x-message-ttl", number(0)}}, version).empty());
    CHECK(refusal({{"x-expires", number(0)}}, version) == "{value_zero,0}");
    CHECK(refusal({{"x-max-length", number(0)}}, version).empty());
    CHECK(refusal({{"x-max-priority", number(255)}}, version).empty());
    CHECK(refusal({{"x-max-priority", number(256)}}, version) == "{max_value_exceeded,256}");
  }
}

TEST_CASE("times go up to ten years", "[DECL-8]") {
  for (const char* name : {"x-message-ttl", "x-expires"}) {
    CHECK(refusal({{name, FieldValue::of(std::int64_t{315'360'000'000})}}).empty());
    CHECK(refusal({{name, FieldValue::of(std::int64_t{315'360'000'001})}}) ==
          "{value_too_large,315360000001}");
  }
}

TEST_CASE("words among a queue's arguments are checked", "[DECL-8]") {
  CHECK(refusal({{"x-overflow", text("nope")}}) == "invalid_overflow");
  CHECK(refusal({{"x-overflow", number(1)}}) == "{unacceptable_type,signedint}");
  CHECK(refusal({{"x-overflow", text("reject-publish-dlx")}}).empty());
  CHECK(refusal({{"x-queue-mode", text("nope")}}) == "\"unsupported queue mode 'nope'\"");
  CHECK(refusal({{"x-queue-version", number(3)}}) == "\"unsupported queue version '3'\"");
  CHECK(refusal({{"x-queue-type", text("nope")}}) == "\"unsupported queue type 'nope'\"");
  CHECK(refusal({{"x-queue-type", number(1)}}) == "{unacceptable_type,signedint}");
  CHECK(refusal({{"x-single-active-consumer", text("x")}}) == "{unacceptable_type,longstr}");
  CHECK(refusal({{"x-single-active-consumer", FieldValue::of(true)}}).empty());
}

TEST_CASE("a dead letter key needs a dead letter exchange", "[DECL-8]") {
  CHECK(refusal({{"x-dead-letter-routing-key", text("k")}}) == "routing_key_but_no_dlx_defined");
  CHECK(refusal({{"x-dead-letter-routing-key", number(1)}}) == "{unacceptable_type,signedint}");
  CHECK(refusal({{"x-dead-letter-routing-key", text("k")}, {"x-dead-letter-exchange", text("")}})
            .empty());
}

TEST_CASE("a dead letter exchange that is no string is refused before all else", "[DECL-8]") {
  CHECK(words(check_exchange_argument(kQueue, "x-dead-letter-exchange",
                                      {{"x-dead-letter-exchange", number(1)}})) ==
        "invalid type 'signedint' for arg 'x-dead-letter-exchange' in queue 'q' in vhost '/'");
  CHECK(words(check_exchange_argument(
            Resource::exchange("x", "/"), "alternate-exchange",
            {{"alternate-exchange", {FieldType::none, std::monostate()}}})) ==
        "invalid type 'void' for arg 'alternate-exchange' in exchange 'x' in vhost '/'");
  CHECK_FALSE(check_exchange_argument(kQueue, "x-dead-letter-exchange", {}));
}

TEST_CASE("the first argument that is wrong in the server's order is named", "[DECL-8]") {
  const std::string all = words(check_queue_arguments(
      Version::v4_0, kQueue, {}, {{"x-overflow", text("nope")}, {"x-expires", number(0)}}));
  CHECK(all == "invalid arg 'x-expires' for queue 'q' in vhost '/': {value_zero,0}");
}

TEST_CASE("arguments of other queue types are refused, unknown ones pass", "[DECL-8]") {
  for (const Version version : kVersions) {
    CHECK(refusal({{"x-delivery-limit", number(1)}}, version) ==
          "invalid arg 'x-delivery-limit' for queue 'q' in vhost '/' of queue type "
          "rabbit_classic_queue");
    CHECK(refusal({{"x-max-age", text("7D")}}, version) ==
          "invalid arg 'x-max-age' for queue 'q' in vhost '/' of queue type rabbit_classic_queue");
    CHECK(refusal({{"x-unknown", number(1)}, {"whatever", text("x")}}, version).empty());
  }
  CHECK(refusal({{"x-queue-leader-locator", text("balanced")}}, Version::v4_0).empty());
  CHECK_FALSE(refusal({{"x-queue-leader-locator", text("balanced")}}, Version::v3_10).empty());
}

TEST_CASE("a quorum queue must be durable, not exclusive and not auto-delete", "[QQ-1]") {
  const FieldTable quorum = {{"x-queue-type", text("quorum")}};
  for (const Version version : kVersions) {
    CHECK(refusal(quorum, version, {true, false, false}).empty());
    CHECK(refusal(quorum, version, {false, false, false}) ==
          "invalid property 'non-durable' for queue 'q' in vhost '/'");
    CHECK(refusal(quorum, version, {true, true, false}) ==
          "invalid property 'exclusive-owner' for queue 'q' in vhost '/'");
    CHECK(refusal(quorum, version, {true, true, true}) ==
          "invalid property 'auto-delete' for queue 'q' in vhost '/'");
    CHECK(check_server_named(quorum)->text ==
          "PRECONDITION_FAILED - Cannot declare a server-named queue for type "
          "rabbit_quorum_queue");
  }
  CHECK_FALSE(check_server_named({}));
  CHECK_FALSE(check_server_named({{"x-queue-type", text("classic")}}));
}

TEST_CASE("quorum queues and streams refuse what they cannot do", "[QQ-1][STREAM-1]") {
  const FieldValue quorum = text("quorum");
  const FieldValue stream = text("stream");
  CHECK(refusal({{"x-queue-type", quorum}, {"x-max-priority", number(1)}}) ==
        "invalid arg 'x-max-priority' for queue 'q' in vhost '/' of queue type "
        "rabbit_quorum_queue");
  CHECK(refusal({{"x-queue-type", quorum}, {"x-message-ttl", number(1)}}).empty());
  CHECK(refusal({{"x-queue-type", stream}, {"x-message-ttl", number(1)}}) ==
        "invalid arg 'x-message-ttl' for queue 'q' in vhost '/' of queue type "
        "rabbit_stream_queue");
  CHECK(refusal({{"x-queue-type", stream}, {"x-max-age", text("7D")}}).empty());
  CHECK(refusal({{"x-queue-type", stream}, {"x-max-age", text("7x")}}) == "invalid_max_age");
  const auto crash = check_queue_arguments(Version::v4_0, kQueue, {true, false, false},
                                           {{"x-queue-type", stream}, {"x-max-age", text("x")}});
  REQUIRE(crash);
  CHECK(crash->code == 541);
  CHECK(crash->connection);
}

TEST_CASE("arguments become settings") {
  const QueueSettings settings =
      queue_settings(Version::v4_0, {{"x-message-ttl", number(10)},
                                     {"x-max-priority", number(5)},
                                     {"x-overflow", text("reject-publish")},
                                     {"x-dead-letter-exchange", text("")},
                                     {"x-dead-letter-routing-key", text("k")},
                                     {"x-single-active-consumer", FieldValue::of(true)}});
  CHECK(settings.type == QueueType::classic);
  CHECK(settings.message_ttl_ms == 10);
  CHECK_FALSE(settings.expires_ms);
  CHECK(settings.max_priority == 5);
  CHECK(settings.overflow == Overflow::reject_publish);
  CHECK(settings.dead_letter_exchange == "");
  CHECK(settings.dead_letter_routing_key == "k");
  CHECK(settings.single_active_consumer);
}

TEST_CASE("4.0 gives quorum queues a delivery limit of 20, 3.10 none", "[QQ-5]") {
  const FieldTable quorum = {{"x-queue-type", text("quorum")}};
  CHECK_FALSE(queue_settings(Version::v3_10, quorum).delivery_limit);
  CHECK(queue_settings(Version::v4_0, quorum).delivery_limit == 20);
  FieldTable limited = quorum;
  set_field(limited, "x-delivery-limit", number(2));
  CHECK(queue_settings(Version::v4_0, limited).delivery_limit == 2);
  set_field(limited, "x-delivery-limit", number(-1));
  CHECK_FALSE(queue_settings(Version::v4_0, limited).delivery_limit);
  CHECK_FALSE(queue_settings(Version::v4_0, {}).delivery_limit);
}

TEST_CASE("a quorum queue dead letters at least once only with reject-publish", "[QQ-6]") {
  FieldTable quorum = {{"x-queue-type", text("quorum")},
                       {"x-dead-letter-exchange", text("x")},
                       {"x-dead-letter-strategy", text("at-least-once")}};
  const auto strategy = [&] { return queue_settings(Version::v4_0, quorum).dead_letter_strategy; };
  CHECK(strategy() == DeadLetterStrategy::at_most_once);
  set_field(quorum, "x-overflow", text("reject-publish"));
  CHECK(strategy() == DeadLetterStrategy::at_least_once);
  set_field(quorum, "x-overflow", text("reject-publish-dlx"));
  CHECK(strategy() == DeadLetterStrategy::at_most_once);
  CHECK(queue_settings(Version::v4_0, quorum).overflow == Overflow::drop_head);
}

TEST_CASE("declaring again with other flags is refused, durable first", "[DECL-5]") {
  const Version v = Version::v4_0;
  CHECK(redeclared(v, {}, {}, {false, false, false}, {true, false, true}) ==
        "inequivalent arg 'durable' for queue 'q' in vhost '/': received 'true' but current is "
        "'false'");
  CHECK(redeclared(v, {}, {}, {true, false, true}, {true, false, false}) ==
        "inequivalent arg 'auto_delete' for queue 'q' in vhost '/': received 'false' but current "
        "is 'true'");
  CHECK(redeclared(v, {}, {}, {true, true, false}, {false, true, false}).empty());
}

TEST_CASE("declaring again with other arguments is refused", "[DECL-5]") {
  const std::string start = "inequivalent arg 'x-max-length' for queue 'q' in vhost '/': ";
  for (const Version v : kVersions) {
    const FieldTable three = {{"x-max-length", number(3)}};
    CHECK(redeclared(v, three, {{"x-max-length", number(4)}}) ==
          start + "received '4' but current is '3'");
    CHECK(redeclared(v, {}, three) ==
          start + "received the value '3' of type 'signedint' but current is none");
    CHECK(redeclared(v, three, {}) ==
          start + "received none but current is the value '3' of type 'signedint'");
    CHECK(redeclared(v, three, {{"x-max-length", FieldValue::of(std::int64_t{3})}}).empty());
    CHECK(redeclared(v, three, three).empty());
  }
}

TEST_CASE("arguments the server does not know are not compared", "[DECL-5]") {
  CHECK(redeclared(Version::v4_0, {{"x-foo", number(1)}}, {{"bar", number(2)}}).empty());
}

TEST_CASE("a default spelled out differs from none, except the classic type", "[DECL-5]") {
  for (const Version v : kVersions) {
    CHECK(redeclared(v, {{"x-overflow", text("drop-head")}}, {}) ==
          "inequivalent arg 'x-overflow' for queue 'q' in vhost '/': received none but current is "
          "the value 'drop-head' of type 'longstr'");
    CHECK(redeclared(v, {{"x-queue-type", text("classic")}}, {}).empty());
    CHECK(redeclared(v, {}, {{"x-queue-type", text("classic")}}).empty());
  }
}

TEST_CASE("the versions word another queue type differently", "[DECL-5]") {
  const FieldTable quorum = {{"x-queue-type", text("quorum")}};
  const std::string start = "inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': ";
  CHECK(redeclared(Version::v3_10, {}, quorum) ==
        start + "received the value 'quorum' of type 'longstr' but current is none");
  CHECK(redeclared(Version::v4_0, {}, quorum) ==
        start + "received 'quorum' but current is 'classic'");
  CHECK(redeclared(Version::v4_0, quorum, {}) ==
        start + "received 'classic' but current is 'quorum'");
}

TEST_CASE("consumers have a priority of any integer", "[CONS-6]") {
  for (const Version v : kVersions) {
    const auto settings =
        consumer_settings(v, kQueue, QueueType::classic, {{"x-priority", number(-7)}});
    REQUIRE(std::holds_alternative<ConsumerSettings>(settings));
    CHECK(std::get<ConsumerSettings>(settings).priority == -7);
    const auto refused =
        consumer_settings(v, kQueue, QueueType::classic, {{"x-priority", text("1")}});
    REQUIRE(std::holds_alternative<AmqpError>(refused));
    CHECK(words(std::get<AmqpError>(refused)) ==
          "invalid arg 'x-priority' for queue 'q' in vhost '/': \"expected integer, got "
          "longstr\"");
  }
}

TEST_CASE("consumer arguments of other queue types are refused") {
  const FieldTable offset = {{"x-stream-offset", text("first")}};
  const auto refused = consumer_settings(Version::v4_0, kQueue, QueueType::classic, offset);
  REQUIRE(std::holds_alternative<AmqpError>(refused));
  CHECK(words(std::get<AmqpError>(refused)) ==
        "invalid arg 'x-stream-offset' for queue 'q' in vhost '/' of queue type "
        "rabbit_classic_queue");
}

TEST_CASE("3.10 looks at the type of x-cancel-on-ha-failover, 4.0 does not know it") {
  const FieldTable cancel = {{"x-cancel-on-ha-failover", number(1)}};
  const auto old = consumer_settings(Version::v3_10, kQueue, QueueType::classic, cancel);
  CHECK(std::holds_alternative<AmqpError>(old));
  const auto now = consumer_settings(Version::v4_0, kQueue, QueueType::classic, cancel);
  CHECK(std::holds_alternative<ConsumerSettings>(now));
}

TEST_CASE("a stream consumer says where it begins", "[STREAM-2]") {
  const auto offset = [](const FieldValue& value) {
    const auto settings =
        consumer_settings(Version::v4_0, kQueue, QueueType::stream, {{"x-stream-offset", value}});
    REQUIRE(std::holds_alternative<ConsumerSettings>(settings));
    return std::get<ConsumerSettings>(settings).offset;
  };
  CHECK(offset(text("first")).kind == StreamOffset::Kind::first);
  CHECK(offset(text("last")).kind == StreamOffset::Kind::last);
  CHECK(offset(text("next")).kind == StreamOffset::Kind::next);
  CHECK(offset(number(12)).kind == StreamOffset::Kind::offset);
  CHECK(offset(number(12)).value == 12);
  CHECK(offset(text("2h")).value == 7'200'000);
  CHECK(offset(FieldValue::timestamp(9)).kind == StreamOffset::Kind::timestamp_s);
  const auto refused = consumer_settings(Version::v4_0, kQueue, QueueType::stream,
                                         {{"x-stream-offset", text("1x")}});
  REQUIRE(std::holds_alternative<AmqpError>(refused));
  CHECK(words(std::get<AmqpError>(refused)) ==
        "invalid arg 'x-stream-offset' for queue 'q' in vhost '/': "
        "{invalid_stream_offset_arg,{longstr,<<\"1x\">>}}");
}

TEST_CASE("arguments that have no effect here are named") {
  using Found = std::vector<std::string>;
  const auto of_queue = [](const FieldTable& arguments) {
    return argument_notes(ArgumentsOf::queue, arguments);
  };
  const auto of_consumer = [](const FieldTable& arguments) {
    return argument_notes(ArgumentsOf::consumer, arguments);
  };
  CHECK(of_queue({{"x-max-age", text("7D")}, {"x-expires", number(1)}}) ==
        Found{"queue argument x-max-age"});
  CHECK(of_queue({{"whatever", number(1)}}).empty());
  CHECK(of_queue({{"x-whatever", number(1)}}) ==
        Found{"queue argument x-whatever: RabbitMQ without plugins ignores it, too"});
  CHECK(of_queue({{"x-max-length-bytes", number(1)}}).empty());
  CHECK(of_queue({{"x-max-length-bytes", number(1)}, {"x-queue-type", text("stream")}}) ==
        Found{"queue argument x-max-length-bytes"});
  CHECK(of_consumer({{"x-credit", number(1)}}) == Found{"consumer argument x-credit"});
  CHECK(of_consumer({{"x-priority", number(1)}, {"x-stream-offset", text("next")}}).empty());
  CHECK(of_consumer({{"x-stream-offset", text("1h")}}) ==
        Found{"consumer argument x-stream-offset"});
  CHECK(of_consumer({{"x-stream-offset", FieldValue::timestamp(9)}}).size() == 1);
  const auto of_binding = [](const FieldTable& arguments) {
    return argument_notes(ArgumentsOf::binding, arguments);
  };
  CHECK(of_binding({{"x-match", text("any")}, {"k", text("v")}}).empty());
  CHECK(of_binding({{"x-match", text("any-with-x")}, {"x-k", text("v")}}).empty());
  CHECK(of_binding({{"x-match", text("any")}, {"x-k", text("v")}}) ==
        std::vector<std::string>{"binding argument x-k: RabbitMQ without plugins ignores it, too"});
  CHECK(argument_notes(ArgumentsOf::exchange, {{"alternate-exchange", text("x")}}).empty());
  CHECK(argument_notes(ArgumentsOf::exchange, {{"hash-header", text("x")}}) ==
        Found{"exchange argument hash-header"});
}

TEST_CASE("carriage returns and line feeds are taken out of names", "[DECL-17]") {
  CHECK(strip_cr_lf("a\r\nb\n") == "ab");
  CHECK(strip_cr_lf("a\tb") == "a\tb");
}

TEST_CASE("only names that begin with amq and a dot are reserved", "[DECL-3]") {
  CHECK(is_reserved("amq.x"));
  CHECK(is_reserved("amq."));
  CHECK_FALSE(is_reserved("amq"));
  CHECK_FALSE(is_reserved("amqx"));
  CHECK_FALSE(is_reserved("AMQ.x"));
}
