// SPDX-License-Identifier: MIT
// Exchanges, bindings and the way of a message through them.
#include "tests/broker/routing_fixture.hpp"

using namespace mqlab;
using namespace mqlab::broker;
using ledger::Fact;
using ledger::Reason;

TEST_CASE("the default exchange leads to the queue that has the key for a name", "[ROUTE-1]") {
  RoutingFixture f;
  f.queue("q");
  CHECK(f.route("", "q") == Queues{"q"});
  CHECK(f.route("", "r").empty());
  f.routing.remove_queue(f.queue("q"), Reason::deleted);
  CHECK(f.route("", "q").empty());
}

TEST_CASE("a direct exchange compares keys byte by byte", "[ROUTE-3]") {
  RoutingFixture f;
  f.bind("amq.direct", "q", "k");
  f.bind("amq.direct", "empty", "");
  f.bind("amq.direct", "star", "*");
  CHECK(f.route("amq.direct", "k") == Queues{"q"});
  CHECK(f.route("amq.direct", "K").empty());
  CHECK(f.route("amq.direct", "") == Queues{"empty"});
  CHECK(f.route("amq.direct", "*") == Queues{"star"});
}

TEST_CASE("keys and names are bytes", "[ROUTE-22]") {
  RoutingFixture f;
  const std::string zero("a\0b", 3);
  f.bind("amq.direct", "q", zero);
  CHECK(f.route("amq.direct", zero) == Queues{"q"});
  CHECK(f.route("amq.direct", "a").empty());
}

TEST_CASE("a fanout exchange ignores keys", "[ROUTE-4]") {
  RoutingFixture f;
  f.bind("amq.fanout", "a", "x");
  f.bind("amq.fanout", "b", "");
  CHECK(f.route("amq.fanout", "anything") == Queues{"a", "b"});
}

TEST_CASE("a queue gets one copy, however many keys and bindings lead to it", "[ROUTE-13]") {
  RoutingFixture f;
  f.bind("amq.direct", "q", "a");
  f.bind("amq.direct", "q", "b");
  f.bind("amq.direct", "r", "c");
  CHECK(f.route("amq.direct", {"a", "b", "a", "c"}) == Queues{"q", "r"});
  CHECK(f.route("", {"q", "q", "r"}) == Queues{"q", "r"});
  f.bind("amq.fanout", "q", "a");
  f.bind("amq.fanout", "q", "b");
  CHECK(f.route("amq.fanout", "") == Queues{"q"});
}

TEST_CASE("queues are reached in the order of their names", "[ROUTE-13]") {
  RoutingFixture f;
  for (const char* queue : {"m", "z", "a", "n", "b", "ab", "zz", ""}) {
    f.bind("amq.fanout", queue, "");
  }
  CHECK(f.route("amq.fanout", "") == Queues{"", "a", "ab", "b", "m", "n", "z", "zz"});
}

TEST_CASE("queues keep their order when there is no rank left between two of them") {
  RoutingFixture f;
  f.bind("amq.fanout", "a", "");
  f.bind("amq.fanout", "b", "");
  Queues expected{"a"};
  std::string name = "a";
  for (int i = 0; i < 70; ++i) {
    name += "a";  // always directly before b
    f.bind("amq.fanout", name, "");
    expected.push_back(name);
  }
  expected.push_back("b");
  CHECK(f.route("amq.fanout", "") == expected);
  CHECK_FALSE(f.routing.validate());
}

TEST_CASE("binding twice is one binding", "[ROUTE-14]") {
  RoutingFixture f;
  CHECK(f.bind("amq.direct", "q", "k"));
  CHECK_FALSE(f.bind("amq.direct", "q", "k"));
  CHECK(f.routing.binding_count() == 1);
  CHECK(f.unbind("amq.direct", "q", "k"));
  CHECK_FALSE(f.unbind("amq.direct", "q", "k"));
  CHECK(f.route("amq.direct", "k").empty());
}

TEST_CASE("arguments are part of a binding's identity on every kind of exchange", "[ROUTE-14]") {
  RoutingFixture f;
  const FieldTable one = {{"a", FieldValue::of(std::int64_t{1})}};
  const FieldTable same_width = {{"a", {FieldType::int32, std::int64_t{1}}}};
  for (const char* exchange : {"amq.direct", "amq.fanout", "amq.topic", "amq.headers"}) {
    CAPTURE(exchange);
    CHECK(f.bind(exchange, "q", "k"));
    CHECK(f.bind(exchange, "q", "k", one));
    CHECK(f.bind(exchange, "q", "k", same_width));
    CHECK(f.routing.binding_count() == 3);
    CHECK(f.unbind(exchange, "q", "k"));
    CHECK_FALSE(f.unbind(exchange, "q", "k"));
    CHECK(f.unbind(exchange, "q", "k", same_width));
    CHECK(f.unbind(exchange, "q", "k", one));
    CHECK(f.routing.binding_count() == 0);
  }
}

TEST_CASE("the order of arguments is no part of a binding's identity", "[ROUTE-14]") {
  RoutingFixture f;
  const auto one = FieldValue::of(std::int64_t{1});
  const auto two = FieldValue::of(std::int64_t{2});
  CHECK(f.bind("amq.headers", "q", "", {{"a", one}, {"b", two}}));
  CHECK_FALSE(f.bind("amq.headers", "q", "", {{"b", two}, {"a", one}}));
  CHECK(f.unbind("amq.headers", "q", "", {{"b", two}, {"a", one}}));
}

TEST_CASE("an exchange bound to an exchange routes by its own type with the first key",
          "[ROUTE-15]") {
  RoutingFixture f;
  f.declare("all", ExchangeType::fanout);
  f.bind_exchange("amq.topic", "all", "a.#");
  f.bind_exchange("all", "amq.direct", "ignored");
  f.bind("all", "by-all", "");
  f.bind("amq.direct", "by-key", "a.b");
  CHECK(f.route("amq.topic", "a.b") == Queues{"by-all", "by-key"});
  CHECK(f.route("amq.topic", "a.c") == Queues{"by-all"});
  CHECK(f.route("amq.topic", "b").empty());
}

TEST_CASE("cycles of exchanges and exchanges bound to themselves end", "[ROUTE-15]") {
  RoutingFixture f;
  f.declare("a", ExchangeType::fanout);
  f.declare("b", ExchangeType::fanout);
  f.bind_exchange("a", "b", "");
  f.bind_exchange("b", "a", "");
  f.bind_exchange("a", "a", "");
  f.bind("a", "qa", "");
  f.bind("b", "qb", "");
  CHECK(f.route("a", "") == Queues{"qa", "qb"});
  CHECK(f.route("b", "") == Queues{"qa", "qb"});
}

namespace {
FieldTable alternate(std::string_view name) {
  return {{"alternate-exchange", FieldValue::of(name)}};
}
}  // namespace

TEST_CASE("what an exchange matches nowhere goes to its alternate with the same key",
          "[ROUTE-16]") {
  RoutingFixture f;
  f.declare("x", ExchangeType::direct, {}, alternate("amq.topic"));
  f.bind("x", "found", "k");
  f.bind("amq.topic", "rest", "#");
  CHECK(f.route("x", "k") == Queues{"found"});
  CHECK(f.route("x", "other") == Queues{"rest"});
}

TEST_CASE("alternates may be chained, missing, or lead in a circle", "[ROUTE-16]") {
  RoutingFixture f;
  f.declare("a", ExchangeType::direct, {}, alternate("b"));
  f.declare("b", ExchangeType::direct, {}, alternate("a"));
  f.declare("lost", ExchangeType::direct, {}, alternate("nowhere"));
  CHECK(f.route("a", "k").empty());
  CHECK(f.route("lost", "k").empty());
  f.bind("b", "q", "k");
  CHECK(f.route("a", "k") == Queues{"q"});
}

TEST_CASE("an alternate is not used when a bound exchange leads nowhere", "[ROUTE-16]") {
  RoutingFixture f;
  f.declare("x", ExchangeType::fanout, {}, alternate("amq.fanout"));
  f.declare("dead-end", ExchangeType::direct);
  f.bind_exchange("x", "dead-end", "");
  f.bind("amq.fanout", "rest", "");
  CHECK(f.route("x", "k").empty());
}

TEST_CASE("each exchange on the way decides for itself about its alternate", "[ROUTE-16]") {
  RoutingFixture f;
  f.declare("first", ExchangeType::fanout);
  f.declare("second", ExchangeType::direct, {}, alternate("amq.fanout"));
  f.bind("first", "q", "");
  f.bind_exchange("first", "second", "");
  f.bind("amq.fanout", "rest", "");
  CHECK(f.route("first", "k") == Queues{"q", "rest"});
}

TEST_CASE("a match that was found before still counts as a match", "[ROUTE-16]") {
  RoutingFixture f;
  f.declare("first", ExchangeType::fanout);
  f.declare("second", ExchangeType::fanout, {}, alternate("amq.fanout"));
  f.bind("first", "q", "");
  f.bind_exchange("first", "second", "");
  f.bind("second", "q", "");
  f.bind("amq.fanout", "rest", "");
  CHECK(f.route("first", "k") == Queues{"q"});
}

TEST_CASE("the default exchange as an alternate leads nowhere", "[ROUTE-16]") {
  RoutingFixture f;
  f.declare("x", ExchangeType::direct, {}, alternate(""));
  f.queue("k");
  CHECK(f.route("x", "k").empty());
}

TEST_CASE("the alternate exchange of the argument wins over the policy's", "[POL-1][ROUTE-16]") {
  RoutingFixture f;
  f.declare("mine", ExchangeType::fanout);
  f.declare("policy's", ExchangeType::fanout);
  f.bind("mine", "a", "");
  f.bind("policy's", "b", "");
  const ExchangeRef with = f.declare("with", ExchangeType::direct, {}, alternate("mine"));
  const ExchangeRef without = f.declare("without", ExchangeType::direct);
  f.routing.set_policy_alternate(with, f.name("policy's"));
  f.routing.set_policy_alternate(without, f.name("policy's"));
  CHECK(f.route("with", "k") == Queues{"a"});
  CHECK(f.route("without", "k") == Queues{"b"});
  f.routing.set_policy_alternate(without, std::nullopt);
  CHECK(f.route("without", "k").empty());
}

TEST_CASE("deleting a queue takes its bindings along", "[DECL-11]") {
  RoutingFixture f;
  f.bind("amq.topic", "q", "a.*");
  f.bind("amq.topic", "q", "a.b");
  f.bind("amq.fanout", "q", "");
  f.bind("amq.fanout", "r", "");
  f.routing.remove_queue(f.queue("q"), Reason::deleted);
  CHECK(f.routing.binding_count() == 1);
  CHECK(f.route("amq.topic", "a.b").empty());
  CHECK(f.count(Fact::unbound, Reason::deleted) == 3);
  CHECK_FALSE(f.routing.validate());
}

TEST_CASE("a queue made again under the same number has no old bindings") {
  RoutingFixture f;
  f.bind("amq.fanout", "q", "");
  const QueueRef ref = f.queue("q");
  f.routing.remove_queue(ref, Reason::deleted);
  f.next_queue = ref;
  f.queue("p");
  CHECK(f.route("amq.fanout", "").empty());
  CHECK(f.route("", "p") == Queues{"p"});
}

TEST_CASE("an auto-delete exchange goes with its last binding as source", "[DECL-13]") {
  RoutingFixture f;
  const ExchangeFlags flags{false, true, false};
  f.declare("x", ExchangeType::direct, flags);
  f.bind("x", "q", "a");
  f.bind("x", "q", "b");
  f.unbind("x", "q", "never bound");
  f.unbind("x", "q", "a");
  CHECK(f.exchange("x") != kNoRef);
  f.unbind("x", "q", "b");
  CHECK(f.exchange("x") == kNoRef);
  CHECK(f.count(Fact::ended, Reason::auto_deleted) == 1);
}

TEST_CASE("an auto-delete exchange stays when it loses a binding as destination", "[DECL-13]") {
  RoutingFixture f;
  f.declare("x", ExchangeType::fanout, {false, true, false});
  f.bind_exchange("amq.fanout", "x", "");
  f.routing.unbind(f.exchange("amq.fanout"), Destination::exchange(f.exchange("x")), f.name(""),
                   {});
  CHECK(f.exchange("x") != kNoRef);
}

TEST_CASE("auto-deletion goes on in chains", "[DECL-13]") {
  RoutingFixture f;
  const ExchangeFlags flags{false, true, false};
  for (const char* name : {"a", "b", "c"}) f.declare(name, ExchangeType::fanout, flags);
  f.bind_exchange("a", "b", "");
  f.bind_exchange("b", "c", "");
  f.bind("c", "q", "");
  f.routing.remove_queue(f.queue("q"), Reason::deleted);
  CHECK(f.exchange("a") == kNoRef);
  CHECK(f.exchange("b") == kNoRef);
  CHECK(f.exchange("c") == kNoRef);
  CHECK(f.routing.binding_count() == 0);
  CHECK_FALSE(f.routing.validate());
}

TEST_CASE("a circle of auto-delete exchanges is deleted once", "[DECL-13]") {
  RoutingFixture f;
  const ExchangeFlags flags{false, true, false};
  f.declare("a", ExchangeType::fanout, flags);
  f.declare("b", ExchangeType::fanout, flags);
  f.bind_exchange("a", "b", "");
  f.bind_exchange("b", "a", "");
  f.bind_exchange("a", "a", "");
  f.routing.remove(f.exchange("a"), Reason::deleted);
  CHECK(f.exchange("a") == kNoRef);
  CHECK(f.exchange("b") == kNoRef);
  CHECK(f.count(Fact::ended, Reason::deleted) == 1);
  CHECK(f.count(Fact::ended, Reason::auto_deleted) == 1);
  CHECK_FALSE(f.routing.validate());
}

TEST_CASE("the predeclared exchanges are there and durable", "[DECL-2]") {
  RoutingFixture f;
  for (const char* name :
       {"", "amq.direct", "amq.fanout", "amq.topic", "amq.headers", "amq.match"}) {
    CAPTURE(name);
    const Exchange& exchange = f.routing.exchange(f.exchange(name));
    CHECK(exchange.predeclared);
    CHECK(exchange.flags.durable);
    CHECK_FALSE(exchange.flags.internal);
  }
  const Exchange& trace = f.routing.exchange(f.exchange("amq.rabbitmq.trace"));
  CHECK(trace.flags.internal);
  CHECK(trace.type == ExchangeType::topic);
  CHECK(f.count(Fact::created, Reason::predeclared) == 7);
}

TEST_CASE("a restart drops what is transient with its bindings, and deletes nothing else",
          "[DUR-1]") {
  RoutingFixture f;
  f.queue("kept", true);
  f.queue("gone", false);
  f.declare("durable", ExchangeType::fanout, {true, true, false});
  f.declare("only-gone", ExchangeType::fanout, {true, true, false});
  f.declare("transient", ExchangeType::fanout, {false, false, false});
  f.bind("durable", "kept", "");
  f.bind("durable", "gone", "");
  f.bind("only-gone", "gone", "");
  f.bind("transient", "kept", "");
  f.routing.drop_transient();
  CHECK(f.route("durable", "") == Queues{"kept"});
  CHECK(f.exchange("transient") == kNoRef);
  CHECK(f.exchange("only-gone") != kNoRef);
  CHECK(f.routing.binding_count() == 1);
  CHECK_FALSE(f.routing.validate());
}

TEST_CASE("a local random exchange takes one of its queues, whatever the key", "[ROUTE-23]") {
  RoutingFixture f;
  f.declare("r", ExchangeType::local_random);
  CHECK(f.route("r", "k").empty());
  f.bind("r", "a", "");
  CHECK(f.route("r", "k") == Queues{"a"});
  CHECK(f.routing.is_fixed());
  f.bind("r", "b", "");
  f.bind("r", "c", "");
  std::vector<std::uint64_t> asked;
  std::uint64_t answer = 0;
  f.routing.choose_by([&](std::uint64_t count) {
    asked.push_back(count);
    return answer;
  });
  for (const std::string name : {"a", "b", "c", "a"}) {
    answer = static_cast<std::uint64_t>(name[0] - 'a');
    // So often that it would be remembered if it could be.
    for (int i = 0; i < 50; ++i) REQUIRE(f.route("r", "k") == Queues{name});
    CHECK_FALSE(f.routing.is_fixed());
  }
  CHECK(asked == std::vector<std::uint64_t>(200, 3));
}

TEST_CASE("a local random exchange that finds no queue hands over, and leads on from others",
          "[ROUTE-23][ROUTE-16]") {
  RoutingFixture f;
  f.declare("r", ExchangeType::local_random, {},
            {{"alternate-exchange", FieldValue::of(std::string_view("amq.fanout"))}});
  f.bind("amq.fanout", "rest", "");
  CHECK(f.route("r", "k") == Queues{"rest"});
  f.bind("r", "a", "");
  CHECK(f.route("r", "k") == Queues{"a"});
  f.bind_exchange("amq.direct", "r", "k");
  CHECK(f.route("amq.direct", "k") == Queues{"a"});
}

TEST_CASE("bindings are listed by source, kind, destination and key") {
  RoutingFixture f;
  f.bind("amq.topic", "b", "z");
  f.bind("amq.topic", "b", "a");
  f.bind_exchange("amq.topic", "amq.fanout", "k");
  f.bind("amq.direct", "c", "k");
  std::vector<std::string> lines;
  for (const Routing::BindingInfo& b : f.routing.bindings()) {
    lines.push_back(std::string(b.source) + (b.to_queue ? " queue " : " exchange ") +
                    std::string(b.destination) + " " + std::string(b.key));
  }
  CHECK(lines == std::vector<std::string>{"amq.direct queue c k", "amq.topic queue b a",
                                          "amq.topic queue b z",
                                          "amq.topic exchange amq.fanout k"});
}
