// SPDX-License-Identifier: MIT
// What handlers and the functions of options may return, and what becomes of it.
#include "tests/catch.hpp"
#include "tests/scripting/script.hpp"

namespace mqlab::scripting::test {
namespace {

// Three messages to a worker with manual acks and this handler.
std::string handled_with(const std::string& handler, const std::string& more) {
  return outcome(
      "publisher { 'shop', to = q, count = 3, every = 1*ms }\nw = consumer { 'w', from = q, "
      "ack = 'manual', handler = " +
      handler + " }\nrun(1*s)\n" + more);
}

// Ends in the line of the consumer, with this answer of its handler.
std::string refused(const std::string& handler) {
  return error("publisher { 'shop', to = q }\nconsumer { 'w', from = q, handler = " + handler +
               " }\nrun()");
}

}  // namespace

TEST_CASE("Nothing and \"ack\" bring about the effect and ack") {
  const std::string all = "expect.handled(w, 3) expect.acked(q, 3) expect.empty(q)";
  CHECK(handled_with("function(m) end", all) == "pass");
  CHECK(handled_with("function(m) return nil end", all) == "pass");
  CHECK(handled_with("function(m) return 'ack' end", all) == "pass");
}

TEST_CASE("\"nack\" and \"reject\" take the message away, \"requeue\" brings it back") {
  const std::string gone = "expect.handled(w, 0) expect.rejected(q, 3) expect.lost(3, 'rejected')";
  CHECK(handled_with("function(m) return 'nack' end", gone) == "pass");
  CHECK(handled_with("function(m) return 'reject' end", gone) == "pass");
  CHECK(handled_with("function(m) if not m.redelivered then return 'requeue' end end",
                     "expect.handled(w, 3) expect.redelivered(w, 3)") == "pass");
}

TEST_CASE("A failure does what on_failure says") {
  const auto failing = [](const std::string& rule, const std::string& more) {
    return outcome(
        "publisher { 'shop', to = q }\nw = consumer { 'w', from = q, ack = 'manual', "
        "on_failure = '" +
        rule +
        "', fail = function(m) return not m.redelivered end }\n"
        "run(1*s)\n" +
        more);
  };
  CHECK(failing("requeue", "expect.handled(w, 1) expect.redelivered(w, 1)") == "pass");
  CHECK(failing("reject", "expect.handled(w, 0) expect.rejected(q, 1)") == "pass");
  CHECK(failing("nothing", "expect.handled(w, 0) expect.unacked(q, 1)") == "pass");
  CHECK(handled_with("function(m) return 'failure' end, on_failure = 'reject'",
                     "expect.rejected(q, 3)") == "pass");
}

TEST_CASE("Another answer of a handler is a mistake, told at the consumer's line") {
  const std::string hint =
      " (return \"ack\", \"nack\", \"reject\", \"requeue\", \"failure\" or nothing)";
  CHECK(refused("function() return true end") ==
        "lab.lua:3: the handler of w returned true" + hint);
  CHECK(refused("function() return 'akc' end") ==
        "lab.lua:3: the handler of w returned the text 'akc'" + hint);
  CHECK(refused("function() return {} end") ==
        "lab.lua:3: the handler of w returned a table" + hint);
  CHECK(refused("function() return coroutine.create(print) end").rfind("lab.lua:3: ", 0) == 0);
}

TEST_CASE("A publisher's functions give what they should, or its line is told") {
  const auto publishing = [](const std::string& option) {
    return error("\npublisher { 'shop', to = q, " + option + " }\nrun()");
  };
  CHECK(publishing("key = function(i) return i end") ==
        "lab.lua:3: publisher shop: its key must give text, not the number 1");
  CHECK(publishing("key = { 'a', 5 }, count = 2") ==
        "lab.lua:3: publisher shop: its key must give text, not the number 5");
  CHECK(publishing("body = function() end") ==
        "lab.lua:3: publisher shop: its body must give text, not nothing");
  CHECK(publishing("headers = function() return 'x' end") ==
        "lab.lua:3: publisher shop: its headers must give a table, not the text 'x'");
  CHECK(
      publishing("headers = function() return { 1, 2 } end") ==
      "lab.lua:3: a table of headers or arguments needs names for its values (write { name = value "
      "})");
  CHECK(publishing("business = function() return q end") ==
        "lab.lua:3: publisher shop: its business id must give text, not a queue");
}

TEST_CASE("A list of keys or bodies is gone through again and again") {
  CHECK(printed("rabbit:queue 'a' rabbit:queue 'b'\n"
                "publisher { 'shop', to = rabbit:default_exchange(), key = { 'a', 'b' }, "
                "body = { 'x', 'y', 'z' }, count = 4, every = 1*ms }\n"
                "for _, name in ipairs { 'a', 'b' } do consumer { 'of ' .. name, from = name,\n"
                "handler = function(m) print(m.id, m.key, m.body) end } end\nrun()") ==
        "shop.1  a  x\nshop.2  b  y\nshop.3  a  z\nshop.4  b  x\n");
}

TEST_CASE("A handler sees the whole message") {
  CHECK(outcome(
            "publisher { 'shop', to = q, body = 3, persistent = true, priority = 4, "
            "headers = { colour = 'red', sizes = { 1, 2 }, deep = { x = true } }, "
            "correlation_id = 'c', expiration = 10*s, business = function(i) return 'order-' .. i "
            "end }\nconsumer { 'w', from = q, handler = function(m)\n"
            "expect.equal(m.id, 'shop.1') expect.equal(m.number, 1)\n"
            "expect.equal(m.business, 'order-1') expect.equal(m.body, 'xxx')\n"
            "expect.equal(m.exchange, '') expect.equal(m.key, 'q')\n"
            "expect.equal(m.redelivered, false) expect.equal(m.tag, 1)\n"
            "expect.equal(m.headers, { colour = 'red', sizes = { 1, 2 }, deep = { x = true } })\n"
            "expect.equal(m.properties.delivery_mode, 2) expect.equal(m.priority, 4)\n"
            "expect.equal(m.properties.correlation_id, 'c')\n"
            "expect.equal(m.properties.expiration, '10000') expect.equal(#m.deaths, 0)\n"
            "end }\nrun()\nexpect.effects('order-1', 1)") == "pass");
}

TEST_CASE("A publisher hears its returns and confirms") {
  CHECK(
      printed("publisher { 'shop', to = 'amq.direct', key = 'nowhere', mandatory = true, "
              "confirm = 'each', on_return = function(m, code, text) print(m.id, code, text) end,\n"
              "on_confirm = function(m, ok) print(m.id, m.number, ok) end }\nrun()") ==
      "shop.1  312  NO_ROUTE\nshop.1  1  true\n");
}

TEST_CASE("Effects have names, or there are none") {
  const auto working = [](const std::string& effect, const std::string& check) {
    return outcome("publisher { 'shop', to = q }\nw = consumer { 'w', from = q, effect = " +
                   effect + " }\nrun()\n" + check);
  };
  CHECK(working("'charged'", "expect.handled(w, 1) expect.effects('shop.1', 1)") == "pass");
  CHECK(working("false", "expect.handled(w, 0) expect.effects('shop.1', 0)") == "pass");
  CHECK(working("5", "") == "lab.lua:3: option 'effect' must be the name of an effect, or false");
}

}  // namespace mqlab::scripting::test
