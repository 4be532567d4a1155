// SPDX-License-Identifier: MIT
// Processes: calls that wait, and errors of the broker as values.
#include "sim/observe/why.hpp"
#include "tests/catch.hpp"
#include "tests/scripting/script.hpp"

namespace mqlab::scripting::test {
namespace {

// The body of a process with a channel `ch`.
std::string client(const std::string& body, const std::string& more = "") {
  return outcome("process { 'client', function(me)\nlocal ch = me:channel(rabbit)\n" + body +
                 "\nend }\nrun(10*s)\n" + more);
}

}  // namespace

TEST_CASE("A get of an empty queue gives nothing; of a full one the message, and what is left") {
  CHECK(client("local m, err = ch:get(q) expect.equal(m, nil) expect.equal(err, nil)\n"
               "ch:publish { to = q, body = 'a' } ch:publish { to = q } sleep(10*ms)\n"
               "m = ch:get(q) expect.equal(m.body, 'a') expect.equal(m.left, 1)\n"
               "expect.equal(m.id, 'client.1') ch:ack(m)\n"
               "m = ch:get('q', { ack = 'auto' }) expect.equal(m.left, 0) sleep(1*s)",
               "expect.empty(q)") == "pass");
}

TEST_CASE("next waits for a delivery, a timeout, or the end of its consumer") {
  CHECK(client("ch:consume(q, { tag = 'mine' })\nlocal m, why = ch:next(100*ms)\n"
               "expect.equal(m, nil) expect.equal(why, 'timeout')\n"
               "ch:publish { to = q, body = 'late' }\nm = ch:next() expect.equal(m.body, 'late')\n"
               "expect.equal(m.consumer, 'mine') ch:ack(m)\n"
               "after(1*s, function() q:delete() end)\nm, why = ch:next(5*s)\n"
               "expect.equal(m, nil) expect.equal(why, 'cancelled')\n"
               "expect.is_true(now() < 2*s)") == "pass");
}

TEST_CASE(
    "wait_confirm gives the answer for the oldest publish, nothing without one, or times out") {
  CHECK(client("ch:confirm_select() expect.equal(ch:wait_confirm(), nil)\n"
               "ch:publish { to = q } expect.equal(ch:wait_confirm(), 'ack')\n"
               "ch:publish { to = q } expect.equal(ch:wait_confirm(1*ns), 'timeout')\n"
               "sleep(1*s) ch:publish { to = q } ch:publish { to = q }\n"
               "expect.equal(ch:wait_confirms(), 'ack')") == "pass");
  CHECK(outcome(
            "local small = rabbit:queue { 'small', max_length = 1, overflow = 'reject-publish' }\n"
            "process { 'c', function(me) local ch = me:channel(rabbit) ch:confirm_select()\n"
            "for i = 1, 2 do ch:publish { to = small } end\n"
            "expect.equal(ch:wait_confirm(), 'ack') expect.equal(ch:wait_confirm(), 'nack')\n"
            "ch:publish { to = small } expect.equal(ch:wait_confirms(), 'nack') end }\nrun()") ==
        "pass");
}

TEST_CASE("An error of a channel is a value, and closes the channel") {
  CHECK(client(
            "local ok, err = ch:bind(q, 'nowhere', 'k')\nexpect.equal(ok, nil)\n"
            "expect.error(err, 404, \"no exchange 'nowhere'\") expect.equal(err.scope, 'channel')\n"
            "expect.error(ch:closed(), 404)\n"
            "ok, err = ch:get(q) expect.equal(ok, nil) expect.is_true(err ~= nil)\n"
            "expect.equal(ch:publish { to = q }, 'client.1') expect.equal(q:ready(), 0)\n"
            "ch = me:channel(rabbit) expect.equal(ch:closed(), nil)\n"
            "ok, err = ch:queue { 'q', durable = true } expect.error(err, 406)") == "pass");
}

TEST_CASE("What does not wait fails later, and closed tells") {
  CHECK(client("ch:ack(7) expect.equal(ch:closed(), nil) sleep(10*ms)\n"
               "expect.error(ch:closed(), 406, 'unknown delivery tag 7')") == "pass");
  CHECK(client("ch:publish { to = 'nowhere' } sleep(10*ms) expect.error(ch:closed(), 404)") ==
        "pass");
}

TEST_CASE("A wrong password, a missing virtual host or broker is a value too") {
  CHECK(outcome(
            "process { 'c', function(me)\nlocal ch, err = me:channel(rabbit, { password = 'x' })\n"
            "expect.equal(ch, nil) expect.error(err, 403)\n"
            "ch, err = me:channel(rabbit, { vhost = 'none' }) expect.equal(ch, nil)\n"
            "expect.equal(err.scope, 'connection') rabbit:kill()\n"
            "ch, err = me:channel(rabbit) expect.equal(ch, nil) expect.error(err, 0) end }\n"
            "run(10*s)") == "pass");
}

TEST_CASE("Whatever waits is answered when the broker dies") {
  for (const std::string wait : {"ch:next()", "ch:get(q)", "ch:queue 'other'", "ch:wait_confirm()",
                                 "ch:tx_select()", "ch:close()", "ch:purge(q)"}) {
    INFO(wait);
    CHECK(outcome("process { 'c', function(me)\nlocal link = me:connect(rabbit)\n"
                  "local ch = link:channel() ch:confirm_select() ch:consume(q)\n"
                  "ch:publish { to = q } after(0, function() rabbit:kill() end)\n"
                  "local got, err = " +
                  wait +
                  "\nfor i = 1, 3 do if got ~= nil then got, err = "
                  "ch:next() end end\n"
                  "expect.is_true(link:closed() ~= nil) finished = true end }\nrun(60*s)\n"
                  "expect.is_true(finished == true, 'it went on')") == "pass");
  }
}

TEST_CASE("Returns are there when they came back") {
  CHECK(client("ch:publish { to = 'amq.direct', key = 'none', mandatory = true }\n"
               "expect.equal(#ch:returned(), 0) sleep(10*ms)\n"
               "expect.equal(ch:returned(), { { id = 'client.1', code = 312, text = 'NO_ROUTE', "
               "key = 'none' } })") == "pass");
}

TEST_CASE("A process that is killed goes no further, and one that restarts begins anew") {
  CHECK(
      printed("local p = process { 'c', function(me) print('start') sleep(1*s) print('end') end }\n"
              "at(500*ms, function() p:kill() end)\nat(700*ms, function() p:restart() end)\n"
              "run()") == "start\nstart\nend\n");
  CHECK(printed("local p = process { 'c', function(me) local ch = me:channel(rabbit) print('in')\n"
                "ch:next() end, start = 1*s }\nat(1*ms, function() p:kill() end)\nrun(2*s)") == "");
}

TEST_CASE("Transactions, qos and recover answer") {
  CHECK(client("expect.is_true(ch:qos(1)) expect.is_true(ch:tx_select())\n"
               "ch:publish { to = q } expect.is_true(ch:rollback()) expect.equal(q:ready(), 0)\n"
               "ch:publish { to = q } expect.is_true(ch:commit()) expect.equal(q:ready(), 1)\n"
               "local m = ch:get(q) expect.is_true(ch:recover()) m = ch:get(q)\n"
               "expect.is_true(m.redelivered)") == "pass");
}

TEST_CASE("Calls of a channel are as strict as options") {
  const auto call = [](const std::string& words) {
    return error("process { 'c', function(me) local ch = me:channel(rabbit)\n" + words +
                 " end }\nrun(1*s)");
  };
  CHECK(call("ch:qos(-1)") == "lab.lua:3: qos takes a prefetch count from 0 to 65535 (ch:qos(10))");
  CHECK(call("ch:qos(1, { globl = true })") ==
        "lab.lua:3: qos has no option 'globl' (did you mean 'global'?)");
  CHECK(call("ch:ack('x')") ==
        "lab.lua:3: a message or delivery tag is settled, not the text 'x' (ch:ack(m))");
  CHECK(call("ch:ack(1, { requeue = true })").rfind("lab.lua:3: the settlement has no option", 0) ==
        0);
  CHECK(call("ch:publish { body = 'x' }").rfind("lab.lua:3: option 'to' is missing", 0) == 0);
  CHECK(call("ch:get(5)") ==
        "lab.lua:3: what is read must be a queue or its name, not the number 5");
  CHECK(call("ch:next(-1)") == "lab.lua:3: the timeout is negative (times start at 0)");
  CHECK(call("ch.get(q)").rfind("lab.lua:3: this is said to a channel, not to a queue", 0) == 0);
  CHECK(call("ch:gett(q)") == "lab.lua:3: a channel has no 'gett' (did you mean 'get'?)");
  CHECK(call("ch:cancel(1)").rfind("lab.lua:3: cancel takes a consumer tag", 0) == 0);
  CHECK(call("me:channel(rabbit, { vhots = '/' })") ==
        "lab.lua:3: connect has no option 'vhots' (did you mean 'vhost'?)");
  CHECK(call("other = other or process { 'd', print } other:channel(rabbit)") ==
        "lab.lua:3: a process connects for itself (function(me) … me:connect(rabbit))");
  CHECK(call("coroutine.wrap(function() sleep(1) end)()")
            .rfind("lab.lua:3: a process waits in its own function", 0) == 0);
}

TEST_CASE("A direct reply is in the books: a delivery without a copy, counted and handled") {
  const std::string world =
      "process { 'server', function(me) local ch = me:channel(rabbit)\n"
      "ch:consume(q, { ack = 'auto' }) local m = ch:next()\n"
      "ch:publish { to = '', key = m.properties.reply_to, body = '42' } effect('answered', m) end "
      "}\n"
      "local asker = process { 'asker', function(me) local ch = me:channel(rabbit)\n"
      "ch:consume('amq.rabbitmq.reply-to', { ack = 'auto' })\n"
      "ch:publish { to = q, reply_to = 'amq.rabbitmq.reply-to' }\n"
      "local m = ch:next() expect.equal(m.body, '42') effect('asked', m) end }\nrun(1*s)\n";
  const Report report = run(world);
  CHECK(outcome_of(report) == "pass");
  CHECK(outcome(world + "expect.delivered(asker, 1)") == "pass");

  observe::Books books;
  const ledger::LedgerView view(*report.ledger);
  books.extend(view);
  CHECK(books.differences().empty());
  const observe::NameIndex names(view);
  const Result<observe::Life> life = observe::why(names, books, "server.1");
  REQUIRE(life.ok());
  CHECK(life->verdict.rfind("server.1 was handled once, by asker at ", 0) == 0);
  const std::string text = life->text(names);
  CHECK(text.find("delivered  server.1           rabbit -> asker:amq.ctag-") != std::string::npos);
  CHECK(text.find("accepted") != std::string::npos);
}

}  // namespace mqlab::scripting::test
