// SPDX-License-Identifier: MIT
// Outboxes, effects of transactions, links to one of several brokers, full sockets: as scripts; and
// what is refused, with its line.
#include "tests/catch.hpp"
#include "tests/scripting/script.hpp"

namespace mqlab::scripting::test {
namespace {

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("An outbox sends in the end what its shop did not live to send") {
  CHECK(outcome(R"(
local orders = rabbit:queue { "orders", durable = true }
local db = store { "db", write = 2*ms }
local shop = publisher { "shop", to = orders, count = 3, every = 1*s, persistent = true,
  confirm = "each", business = function(i) return "order " .. i end, reconnect = 100*ms,
  outbox = { store = db, table = "promised", scan = 10*s } }
consumer { "stock", from = orders, ack = "manual" }
crash { shop, at = "after_row", nth = 2, restart_after = 100*ms }
run()
for i, row in ipairs(db:rows("promised")) do
  expect.equal(row.key, "order " .. i)
  expect.equal(row.value, "sent")
end
for i = 1, 3 do expect.effects("order " .. i, 1) end
expect.lost(0) expect.pending(0) expect.duplicated(0)
expect.is_true(now() > 10*s)
)") == "pass");
}

TEST_CASE("An effect of a transaction takes place with its commit, or not at all") {
  CHECK(outcome(R"(
local orders = rabbit:queue "orders"
local db = store { "db", read = 1*ms, write = 5*ms }
publisher { "shop", to = orders, count = 3, every = 100*ms,
  business = function(i) return i < 3 and "order 1" or "order 3" end }
local worker = consumer { "worker", from = orders, ack = "manual", process = function(me, m)
  db:transaction(function(tx)
    tx:insert("done", m.business)
    tx:effect("shipped", m)
  end)
end }
at(203*ms, function() worker:kill() end) -- the third is on its way to the store, and commits
run()
expect.effects("order 1", 1)
expect.effects("order 3", 1)
expect.duplicated(0)
expect.equal(#db:rows("done"), 2)
)") == "pass");
}

TEST_CASE("A process is cut off from one broker and talks to the other") {
  CHECK(outcome(R"(
local other = broker "other"
local q = other:queue "there"
local client = process { "client", function(me)
  local here, err = me:connect(rabbit, { connect_timeout = 2*s })
  expect.equal(here, nil)
  expect.equal(err.text, "connecting timed out after 2s")
  expect.equal(now(), 2*s)
  local ch = me:channel(other)
  ch:confirm_select()
  ch:publish { to = q }
  expect.equal(ch:wait_confirm(), "ack")
end }
at(0, function() client:partition(rabbit) end)
run()
expect.ready(q, 1)
)") == "pass");
}

TEST_CASE("A process waits with its publish while its socket is full, and sees why") {
  CHECK(outcome(R"(
local small = broker { "small", receive_buffer = 1 }
local orders = small:queue "orders"
process { "client", function(me)
  local connection = me:connect(small, { send_buffer = 40 })
  local ch = connection:channel()
  small:alarm("memory", true)
  sleep(1*s)
  ch:publish { to = orders }
  sleep(10*ms)
  expect.equal(connection:blocked(), "low on memory")
  ch:publish { to = orders }
  expect.is_true(now() < 1100*ms, "there is still room")
  ch:publish { to = orders }
  expect.equal(now(), 5002*ms, "there is none until the one before has arrived")
  expect.equal(connection:blocked(), nil)
end }
at(5*s, function() small:alarm("memory", false) end)
run()
expect.ready(orders, 3)
)") == "pass");
}

TEST_CASE("A broker whose disk is nearly full blocks its publishers until there is room") {
  CHECK(outcome(R"(
local small = broker { "small", disk_free = 10000, disk_free_limit = 5000 }
local orders = small:queue { "orders", durable = true }
local shop = publisher { "shop", to = orders, count = 10, every = 1*ms, body = 1000,
                         persistent = true, confirm = "stream" }
at(1*s, function()
  expect.equal(shop:blocked(), "low on disk")
  expect.ready(orders, 6)
  orders:purge()
end)
run()
expect.confirmed(shop, 10)
expect.ready(orders, 4)
)") == "pass");
}

TEST_CASE("What a script gets wrong about links, outboxes and stores is refused with its line") {
  const std::string with_store =
      "local q = rabbit:queue 'q'\nlocal db = store 'db'\n"
      "local other = broker 'other'\n"
      "local w = consumer { 'w', from = q }\n";
  struct Case {
    const char* text;
    const char* says;
  };
  const Case cases[] = {
      {"w:partition(other)", "w has no link to other"},
      {"w:partition(q)", "a link leads to a broker, not to a queue"},
      {"db:partition()", "a store has no 'partition'"},
      {"rabbit:kill() rabbit:kill()", "is down"},
      {"rabbit:kill() rabbit:disk { fsync = 1*s }", "rabbit is down"},
      {"w:kill() w:hold()", "w is down"},
      {"w:clog(0)", "1 byte per second or more"},
      {"w:clog(-5)", "1 byte per second or more"},
      {"publisher { 's', to = q, bandwidth = 0 }", "bandwidth"},
      {"broker { 'b', receive_buffer = 0 }", "receive_buffer"},
      {"publisher { 's', to = q, bandwidth = -1 }", "bandwidth"},
      {"consumer { 's', from = q, send_buffer = 0 }", "send_buffer"},
      {"publisher { 's', to = q, connect_timeout = -1*s }", "connect_timeout"},
      {"db:kill() db:kill()", "db is down"},
      {"db:kill() db:rows('t')", "db is down"},
      {"publisher { 'w', to = q }", "the name 'w' is taken"},
      {"store 'w'", "the name 'w' is taken"},
      {"broker { 'b', disk_free_limit = 5 }", "needs 'disk_free'"},
      {"publisher { 's', to = q, outbox = db }", "option 'outbox' must be a table"},
      {"publisher { 's', to = q, outbox = { store = db } }", "learns by confirms"},
      {"publisher { 's', to = q, confirm = 'each', outbox = { scan = 1*s } }",
       "'store' is missing"},
      {"publisher { 's', to = q, confirm = 'each', outbox = { store = db, scan = 0 } }",
       "'scan' must be positive"},
      {"publisher { 's', to = q, confirm = 'each', outbox = { store = db, every = 1*s } }",
       "outbox has no option 'every'"},
      {"local s = publisher { 's', to = q } crash { s, at = 'after_row' }",
       "s passes no point 'after_row'"},
  };
  for (const Case& one : cases) {
    const std::string text = error(with_store + one.text);
    INFO(one.text << ": " << text);
    CHECK(says(text, "lab.lua:6: "));
    CHECK(says(text, one.says));
  }
}

}  // namespace mqlab::scripting::test
