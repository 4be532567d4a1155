// SPDX-License-Identifier: MIT
// Routes that are remembered are the routes that would be found anew.
#include "sim/base/random.hpp"
#include "sim/broker/route_memo.hpp"
#include "tests/broker/routing_fixture.hpp"

using namespace mqlab;
using namespace mqlab::broker;

namespace {

// So often that the answer is remembered, and then comes from the memo.
void route_often(RoutingFixture& f, std::string_view exchange, const std::string& key) {
  const auto first = f.route(exchange, key);
  for (int i = 0; i < 50; ++i) REQUIRE(f.route(exchange, key) == first);
}

}  // namespace

TEST_CASE("an answer that is remembered ends with the next change, whatever it is") {
  RoutingFixture f;
  f.bind("amq.topic", "b", "a.*");
  f.bind("amq.topic", "a", "a.#");
  route_often(f, "amq.topic", "a.b");
  CHECK(f.route("amq.topic", "a.b") == Queues{"a", "b"});

  f.bind("amq.topic", "c", "*.b");
  CHECK(f.route("amq.topic", "a.b") == Queues{"a", "b", "c"});
  route_often(f, "amq.topic", "a.b");
  f.unbind("amq.topic", "b", "a.*");
  CHECK(f.route("amq.topic", "a.b") == Queues{"a", "c"});
  route_often(f, "amq.topic", "a.b");
  f.routing.remove_queue(f.queue("a"), ledger::Reason::deleted);
  CHECK(f.route("amq.topic", "a.b") == Queues{"c"});

  f.declare("other", ExchangeType::fanout);
  f.bind("other", "d", "");
  f.bind_exchange("amq.topic", "other", "a.b");
  CHECK(f.route("amq.topic", "a.b") == Queues{"c", "d"});
  route_often(f, "amq.topic", "a.b");
  f.routing.remove(f.exchange("other"), ledger::Reason::deleted);
  CHECK(f.route("amq.topic", "a.b") == Queues{"c"});
}

TEST_CASE("an alternate exchange that comes later is found by keys that were routed before") {
  RoutingFixture f;
  f.declare("spare", ExchangeType::fanout);
  f.bind("spare", "lost", "");
  f.bind("amq.topic", "q", "a.*");
  route_often(f, "amq.topic", "nothing");
  CHECK(f.route("amq.topic", "nothing").empty());
  f.routing.set_policy_alternate(f.exchange("amq.topic"), f.name("spare"));
  CHECK(f.route("amq.topic", "nothing") == Queues{"lost"});
}

TEST_CASE("headers are asked each time, also behind another exchange") {
  RoutingFixture f;
  f.bind("amq.topic", "always", "#");
  f.bind_exchange("amq.topic", "amq.headers", "#");
  f.bind("amq.headers", "red", "", {{"colour", FieldValue::of("red")}});
  const FieldTable red{{"colour", FieldValue::of("red")}};
  for (int i = 0; i < 50; ++i) {
    REQUIRE(f.route("amq.topic", {"k"}, red) == Queues{"always", "red"});
    REQUIRE(f.route("amq.topic", {"k"}, {}) == Queues{"always"});
  }
}

TEST_CASE("a memo that is full begins anew and knows what came last") {
  RouteMemo memo;
  std::vector<QueueRef> queues(1000);
  std::vector<QueueRef> found;
  for (std::uint32_t key = 1; key <= 3000; ++key) {
    queues.front() = key;
    memo.keep(1, NameId{key}, queues);
  }
  CHECK(memo.find(1, NameId{3000}, found));
  CHECK(found == queues);
  CHECK_FALSE(memo.find(1, NameId{100}, found));
  CHECK_FALSE(memo.find(2, NameId{3000}, found));
  memo.forget();
  CHECK_FALSE(memo.find(1, NameId{3000}, found));
}

TEST_CASE("whatever changes, a route that may be remembered is the route found anew") {
  RoutingFixture f;
  RandomStream random(11, "memo");
  const auto any = [&](std::size_t n) { return random.below(n); };
  const auto exchange_name = [&] { return "x" + std::to_string(any(6)); };
  const auto queue_name = [&] { return "q" + std::to_string(any(8)); };
  const std::vector<std::string> patterns{"a.b", "a.*", "*.b", "#", "a.#", "c", "*", "c.b"};
  const std::vector<std::string> keys{"a.b", "a", "c", "c.b", "a.b.c", "nothing.at.all"};
  const auto is_there = [&](const std::string& name) { return f.exchange(name) != kNoRef; };
  const auto make = [&](const std::string& name) {
    const ExchangeType types[] = {ExchangeType::direct, ExchangeType::fanout, ExchangeType::topic,
                                  ExchangeType::topic, ExchangeType::headers};
    ExchangeFlags flags;
    flags.durable = any(2) == 0;
    flags.auto_delete = any(4) == 0;
    FieldTable arguments;
    if (any(4) == 0) set_field(arguments, "alternate-exchange", FieldValue::of(exchange_name()));
    f.declare(name, types[any(5)], flags, arguments);
  };
  const auto change = [&] {
    const std::string source = exchange_name();
    if (!is_there(source)) return make(source);
    const std::string& pattern = patterns[any(patterns.size())];
    const std::string other = exchange_name();
    switch (any(10)) {
      case 0:
        return f.routing.remove(f.exchange(source), ledger::Reason::deleted);
      case 1: {
        const QueueRef queue = f.queue(queue_name());
        return f.routing.remove_queue(queue, ledger::Reason::deleted);
      }
      case 2:
        f.unbind(source, queue_name(), pattern);
        return;
      case 3:
        if (is_there(other)) f.bind_exchange(source, other, pattern);
        return;
      case 4:
        if (is_there(other)) {
          f.routing.unbind(f.exchange(source), Destination::exchange(f.exchange(other)),
                           f.name(pattern), {});
        }
        return;
      case 5:
        return f.routing.set_policy_alternate(
            f.exchange(source), any(2) == 0 ? std::nullopt : std::optional(f.name(other)));
      case 6:
        if (any(10) == 0) f.routing.drop_transient();
        return;
      default:
        f.bind(source, queue_name(), pattern);
        return;
    }
  };
  std::size_t reached = 0;
  for (int round = 0; round < 1500; ++round) {
    for (std::uint64_t i = any(3); i > 0; --i) change();
    for (int i = 0; i < 120; ++i) {
      const std::string source = exchange_name();
      const std::string& key = keys[any(keys.size())];
      if (!is_there(source)) continue;
      const auto found = f.route(source, key);
      // A route of two keys is never remembered, and the same key twice reaches nothing more.
      REQUIRE(found == f.route(source, {key, key}));
      reached += found.size();
    }
  }
  CHECK(reached > 1000);
  CHECK_FALSE(f.routing.validate());
}
