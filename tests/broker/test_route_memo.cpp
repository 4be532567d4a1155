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
