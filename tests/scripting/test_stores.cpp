// SPDX-License-Identifier: MIT
// Stores, the work of consumers as coroutines, crashes at points, container modes: as scripts.
#include <string>

#include "scripting/scenario.hpp"
#include "tests/catch.hpp"

namespace mqlab::scripting {
namespace {

constexpr const char* kWorld = R"(
lab { title = "test" }
rabbit = broker "rabbit"
orders = rabbit:queue { "orders", durable = true }
)";

Report run_script(const std::string& text, std::uint64_t seed = 1) {
  Request request;
  request.main = Source{"test.lua", kWorld + text};
  request.seed = seed;
  request.verify_each_event = true;
  return run_scenario(request);
}

// What went wrong; empty: all checks passed.
std::string trouble(const Report& report) {
  if (report.error) return report.error->what;
  if (!report.bug.empty()) return report.bug;
  for (const Check& check : report.checks) {
    if (check.verdict != Verdict::pass)
      return check.text + ": " + check.why.in(observe::Language::english);
  }
  return report.verdict == Verdict::pass ? "" : report.verdict_why.in(observe::Language::english);
}

std::string error_of(const std::string& text) {
  const Report report = run_script(text);
  return report.error ? report.error->what : "";
}

TEST_CASE("A store reads and writes in its time, and refuses taken keys and stale versions") {
  CHECK(trouble(run_script(R"(
local db = store { "db", read = 1*ms, write = 2*ms }
process { "client", function(me)
  expect.equal(db:insert("t", "a", { n = 1 }), 1)
  expect.equal(now(), 2*ms)
  expect.equal(select(2, db:insert("t", "a", 2)), "exists")
  local row, version = db:get("t", "a")
  expect.equal(row.n, 1)
  expect.equal(version, 1)
  expect.equal(now(), 5*ms)
  expect.equal(db:update("t", "a", { n = 2 }, { version = 1 }), 2)
  expect.equal(select(2, db:update("t", "a", 3, { version = 1 })), "stale")
  expect.equal(select(2, db:update("t", "z", 3)), "missing")
  expect.equal(db:delete("t", "a", { version = 2 }), true)
  expect.equal(db:get("t", "a"), nil)
end }
run())")) == "");
}

TEST_CASE("A row that expires is there until then") {
  CHECK(trouble(run_script(R"(
local db = store { "db" }
process { "client", function(me)
  db:put("t", "b", "x", { expires = 10*ms })
  sleep(8*ms)
  expect.equal(db:count("t"), 1)
  sleep(2*ms)
  expect.equal(db:count("t"), 0)
end }
run())")) == "");
}

TEST_CASE("A transaction takes place as a whole or not at all") {
  CHECK(trouble(run_script(R"(
local db = store { "db" }
process { "client", function(me)
  db:insert("t", "a", 1)
  expect.equal(select(2, db:transaction(function(tx)
    tx:put("t", "c", 5)
    expect.equal(tx:get("t", "c"), 5)
    tx:insert("t", "a", 9)
  end)), "exists")
  expect.equal(db:get("t", "c"), nil)
  expect.equal(select(2, db:transaction(function(tx) tx:put("t", "c", 5) return false end)),
               "rolled back")
  expect.equal(db:transaction(function(tx) tx:put("t", "c", 5) tx:delete("t", "a") end), true)
  local rows = db:scan("t")
  expect.equal(#rows, 1)
  expect.equal(rows[1].key, "c")
end }
run())")) == "");
}

TEST_CASE("A crash of a store loses what is not committed, and a cache loses all") {
  CHECK(trouble(run_script(R"(
local db = store { "db", write = 10*ms }
local redis = store { "redis", durable = false }
process { "client", function(me)
  redis:put("t", "a", 1)
  db:put("t", "a", 1)
  expect.equal(select(2, db:put("t", "b", 1)), "down")
  expect.equal(now(), 15*ms)
  expect.equal(select(2, db:get("t", "a")), "down")
  db:restart() redis:restart()
  expect.equal(db:get("t", "a"), 1)
  expect.equal(db:get("t", "b"), nil)
  expect.equal(redis:get("t", "a"), nil)
end }
at(15*ms, function() db:kill() redis:kill() end)
run())")) == "");
}

TEST_CASE("A transaction does not outlive its store, even if that is back for the commit") {
  CHECK(trouble(run_script(R"(
local db = store { "db", read = 1*ms, write = 2*ms }
process { "client", function(me)
  expect.equal(select(2, db:transaction(function(tx)
    tx:put("t", "a", 1)
    sleep(100*ms)
    expect.equal(select(2, tx:get("t", "a")), "down")
    tx:put("t", "b", 1)
  end)), "down")
  expect.equal(db:count("t"), 0)
  expect.equal(db:transaction(function(tx) tx:put("t", "a", 2) end), true)
  db:kill()
  expect.equal(select(2, db:transaction(function(tx) tx:put("t", "c", 1) end)), "down")
  expect.equal(select(2, db:transaction(function(tx) db:restart() tx:put("t", "c", 1) end)), "down")
  expect.equal(db:count("t"), 1)
end }
at(50*ms, function() db:kill() end)
at(60*ms, function() db:restart() end)
run())")) == "");
}

TEST_CASE("Each way to use a store that is down has its answer: refused outside, told inside") {
  const char* kOutside[] = {"db:kill()", "db:rows('t')"};
  for (const std::string call : kOutside) {
    INFO(call);
    CHECK(error_of("local db = store 'db' db:kill() " + call) == "db is down");
    CHECK(error_of("local db = store 'db' at(1*ms, function() db:kill() " + call + " end) run()") ==
          "db is down");
    CHECK(error_of("local db = store 'db' process { 'c', function() db:kill() " + call +
                   " end } run()") == "db is down");
  }
  const char* kInside[] = {
      "db:get('t', 1)",    "db:count('t')",
      "db:scan('t')",      "db:put('t', 1, 1)",
      "db:insert('t', 1)", "db:update('t', 1, 2)",
      "db:delete('t', 1)", "db:transaction(function(tx) tx:put('t', 1, 1) end)"};
  for (const std::string call : kInside) {
    INFO(call);
    CHECK(trouble(run_script("local db = store 'db' db:kill()\n"
                             "process { 'c', function() local done, why = " +
                             call +
                             "\nexpect.equal(done, nil) expect.equal(why, 'down')\n"
                             "expect.equal(now(), 0) end }\nrun()")) == "");
    CHECK(error_of("local db = store 'db' db:kill() " + call) ==
          "this can only be done inside a process, or the process of a consumer");
  }
}

TEST_CASE(
    "Between the effect and the record a crash lets a duplicate through; a dedup row stops "
    "others") {
  const std::string story = R"(
local db = store { "db", read = 1*ms, write = 2*ms }
publisher { "shop", to = orders, count = 3, every = 100*ms }
local worker = consumer { "worker", from = orders, process = function(me, m)
  if db:get("handled", m.business) then return "ack" end
  effect("charged", m)
  db:insert("handled", m.business)
  point "recorded"
  return "ack"
end }
)";
  CHECK(trouble(run_script(story + R"(
crash { worker, at = "after_effect", nth = 2, restart_after = 50*ms }
run()
expect.effects("shop.2", 2) expect.duplicated(1) expect.empty(orders))")) == "");
  CHECK(trouble(run_script(story + R"(
crash { worker, at = "recorded", nth = 2, restart_after = 50*ms }
run()
expect.redelivered(worker, 1) expect.duplicated(0) expect.empty(orders))")) == "");
}

TEST_CASE("A killed worker's coroutine never goes on, and its store dies with it") {
  CHECK(trouble(run_script(R"(
publisher { "shop", to = orders }
local db
local worker = consumer { "worker", from = orders, process = function(me, m)
  db:put("t", m.id)
  sleep(1*s)
  effect("done", m)
end }
db = store { "db", with = worker, durable = false }
at(500*ms, function() worker:kill() db:restart() expect.equal(#db:rows("t"), 0) end)
run()
expect.handled(worker, 0)
expect.ready(orders, 1))")) == "");
}

TEST_CASE("A consumer publishes in the middle of its work") {
  CHECK(trouble(run_script(R"(
local done = rabbit:queue "done"
publisher { "shop", to = orders, count = 2 }
consumer { "worker", from = orders, threads = 2, process = function(me, m)
  sleep(5*ms)
  me:publish { to = done, business = m.business }
  sleep(5*ms)
  effect("done", m)
end }
run()
expect.ready(done, 2) expect.empty(orders) expect.handled(nil, 2))")) == "");
}

TEST_CASE("A container retries in memory, then gives up to an error exchange with the cause") {
  CHECK(trouble(run_script(R"(
local errors = rabbit:exchange { "errors", type = "direct" }
local failed = rabbit:queue "failed"
failed:bind(errors, "error.orders")
publisher { "shop", to = orders, count = 1 }
local worker = consumer { "worker", from = orders, container = "auto",
  retry = { attempts = 3, first = 1*s, factor = 2, recover = { republish = { errors } } },
  process = function(me, m) fail("no stock") end }
run()
expect.equal(worker:retried(), 2)
expect.ready(failed, 1)
expect.empty(orders)
process { "reader", function(me)
  local ch = me:channel(rabbit)
  local m = ch:get(failed)
  expect.equal(m.headers["x-exception-message"], "no stock")
  expect.equal(m.headers["x-original-routingKey"], "orders")
  expect.equal(m.business, "shop.1")
end }
run())")) == "");
}

TEST_CASE("Container modes lose, requeue, or leave what failed") {
  const auto mode = [](const std::string& options, const std::string& checks) {
    return trouble(run_script(R"(
publisher { "shop", to = orders, count = 1 }
local tries = 0
local worker = consumer { "worker", from = orders, handler = function(m)
  tries = tries + 1
  return tries == 1 and "failure" or "ack"
end, )" + options + R"( }
run(1*s)
)" + checks));
  };
  CHECK(mode("container = 'none'", "expect.lost(1, 'auto-acked-then-failed')") == "");
  CHECK(mode("container = 'auto'", "expect.handled(worker, 1) expect.redelivered(orders, 1)") ==
        "");
  CHECK(mode("container = 'auto', default_requeue = false", "expect.rejected(orders, 1)") == "");
  CHECK(mode("container = 'manual'", "expect.unacked(orders, 1)") == "");
}

TEST_CASE("What a script gets wrong about stores, crashes and retries is refused") {
  CHECK(error_of("store 'db' store 'db'") == "the name 'db' is taken");
  CHECK(error_of("local db = store 'db' db:get('t', 'a')") ==
        "this can only be done inside a process, or the process of a consumer");
  CHECK(error_of("local db = store 'db' db:drop('t')").find("a store has no 'drop'") !=
        std::string::npos);
  CHECK(error_of("store { 'db', write = -1*ms }") != "");
  CHECK(error_of("local w = consumer { 'w', from = orders } crash { w, at = 'lunch' }") ==
        "w passes no point 'lunch'");
  CHECK(error_of(
            "local w = consumer { 'w', from = orders } crash { w, at = 'after_ack', nth = 0 }") ==
        "crash: option 'nth' must be a whole number from 1");
  CHECK(error_of("consumer { 'w', from = orders, retry = { attempts = 0 } }") ==
        "retry: 'attempts' must be a whole number from 1 to 1000000");
  CHECK(error_of("consumer { 'w', from = orders, container = 'auto', ack = 'auto' }") ==
        "consumer: option 'container' says how messages are acked");
}

TEST_CASE("Outbox and idempotent consumer are effectively once under any crashes") {
  const std::string story = R"(
local db = store { "db", read = 1*ms, write = 2*ms }
local n = 0
local shop = process { "shop", function(me)
  local ch = me:channel(rabbit)
  ch:confirm_select()
  local function send(id)
    ch:publish { to = orders, persistent = true, business = id }
    point "published"
    if ch:wait_confirm(50*ms) ~= "ack" then return end
    point "confirmed"
    db:update("outbox", id, "sent")
    point "marked"
  end
  for _, row in ipairs(db:scan("outbox")) do
    if row.value == "new" then send(row.key) end
  end
  while db:count("orders") < 5 do
    n = n + 1
    local id = "order-" .. n
    db:transaction(function(tx) tx:insert("orders", id) tx:insert("outbox", id, "new") end)
    point "stored"
    send(id)
  end
end }
local worker = consumer { "worker", from = orders, prefetch = 1, process = function(me, m)
  local done = db:transaction(function(tx) tx:insert("handled", m.business) end)
  point "recorded"
end }
for _ = 1, 3 do
  crash { shop, at = pick_one { "stored", "published", "confirmed", "marked" },
          nth = math.random(4), restart_after = math.random(40)*ms }
  crash { worker, at = pick_one { "before_work", "recorded", "before_ack", "after_ack" },
          nth = math.random(4), restart_after = math.random(40)*ms }
end
run()
expect.empty(orders)
expect.equal(#db:rows("orders"), 5)
expect.equal(#db:rows("handled"), 5)
for _, row in ipairs(db:rows("handled")) do expect.equal(row.version, 1) end
)";
  const std::string choose = "local function pick_one(t) return t[math.random(#t)] end\n";
  std::uint64_t redelivered = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    const Report report = run_script(choose + story, seed);
    CHECK(trouble(report) == "");
    redelivered +=
        report.ledger->digest().count(ledger::Fact::requeued, ledger::Reason::channel_closed);
  }
  CHECK(redelivered > 0);
}

}  // namespace
}  // namespace mqlab::scripting
