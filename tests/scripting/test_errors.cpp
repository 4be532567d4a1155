// SPDX-License-Identifier: MIT
// A mistake of the script, wherever the script is called from, ends the run with its line.
#include <vector>

#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/scripting/script.hpp"

namespace mqlab::scripting::test {
namespace {

// Each fails in line 4.
struct Mistake {
  const char* where;
  const char* script;
};
const std::vector<Mistake> kMistakes{
    {"main chunk", "\n\nerror 'broken'"},
    {"after run", "run()\n\nerror 'broken'"},
    {"timer", "at(1*ms, function()\n\nerror 'broken' end)\nrun()"},
    {"repeated timer", "every(1*ms, function()\n\nerror 'broken' end)\nrun(1*s)"},
    {"timer in a timer",
     "at(1*ms, function() after(1*ms, function()\n\nerror 'broken' end) end)\nrun()"},
    {"handler",
     "publisher { 'p', to = q } consumer { 'w', from = q, handler = function(m)\n\n"
     "error 'broken' end }\nrun()"},
    {"fail function",
     "publisher { 'p', to = q } consumer { 'w', from = q, fail = function(m)\n\n"
     "error 'broken' end }\nrun()"},
    {"key function", "publisher { 'p', to = q, key = function(i)\n\nerror 'broken' end }\nrun()"},
    {"body function", "publisher { 'p', to = q, body = function(i)\n\nerror 'broken' end }\nrun()"},
    {"headers function",
     "publisher { 'p', to = q, headers = function(i)\n\nerror 'broken' end }\nrun()"},
    {"business function",
     "publisher { 'p', to = q, business = function(i)\n\nerror 'broken' end }\nrun()"},
    {"return handler",
     "publisher { 'p', to = 'amq.direct', key = 'x', mandatory = true, on_return = function(m)\n\n"
     "error 'broken' end }\nrun()"},
    {"confirm handler",
     "publisher { 'p', to = q, confirm = 'each', on_confirm = function(m)\n\n"
     "error 'broken' end }\nrun()"},
    {"process", "process { 'c', function()\n\nerror 'broken' end }\nrun()"},
    {"process after a wait",
     "process { 'c', function(me) sleep(1*s) local ch = me:channel(rabbit)\n\n"
     "error 'broken' end }\nrun()"},
    {"coroutine in a process",
     "process { 'c', function() coroutine.wrap(function()\n\nerror 'broken' end)() end }\nrun()"},
    {"condition", "at(1*ms, print) always('x', function()\n\nerror 'broken' end)\nrun()"},
    {"included text", "\n\nload('\\nerror \"broken\"', '=lab.lua')()"},
};

}  // namespace

TEST_CASE("An error is told with the line that raised it, wherever the script was called from") {
  for (const Mistake& mistake : kMistakes) {
    const Report report = run(mistake.script);
    INFO(mistake.where << ": " << error_of(report));
    REQUIRE(report.error.has_value());
    CHECK(report.error->place.file == "lab.lua");
    const bool loaded = std::string(mistake.where) == "included text";
    CHECK(report.error->place.line == (loaded ? 2 : 4));
    CHECK(report.error->what == "broken");
    CHECK(report.verdict == Verdict::unknown);
  }
}

TEST_CASE("Memory that a callback uses up is told with the line that used it up") {
  const char* kGrow = "local t = {} for i = 1, math.huge do\nt[i] = { i } end end";
  for (const std::string before :
       {"at(1*ms, function() ", "process { 'c', function() sleep(1*ms) ",
        "publisher { 'p', to = q } consumer { 'w', from = q, handler = function() ",
        "publisher { 'p', to = q } consumer { 'w', from = q, process = function() sleep(1*ms) ",
        "publisher { 'p', to = q, key = function() "}) {
    INFO(before);
    const bool braced = before.find('{') != before.npos;
    const Report report = run(before + kGrow + (braced ? " }" : ")") + "\nrun()");
    CHECK(error_of(report) ==
          "lab.lua:3: the script used up its 64 MiB of memory (does something grow or call itself "
          "without end?)");
    CHECK(report.verdict == Verdict::unknown);
  }
}

TEST_CASE("A script that left no memory for what the world tells it ends with an error") {
  const std::string memory =
      "the script used up its 2 MiB of memory (does something grow or call itself without end?)";
  for (const std::string actors :
       {"for i = 1, 99 do process { 'c' .. i, function() sleep(1*s) end } end",
        "publisher { 'p', to = q, body = 100000 } consumer { 'w', from = q, handler = print }",
        "publisher { 'p', to = q, count = 99 } consumer { 'w', from = q, threads = 99, "
        "process = function() sleep(1*s) end }"}) {
    INFO(actors);
    int without_room = 0;
    bool filled = true;
    for (int kept = 9000; filled; kept += 100) {
      Request request =
          request_for(actors + "\nlocal kept = {} for i = 1, " + std::to_string(kept) +
                      " do kept[i] = { i } end\nrun() return kept");
      request.limits.memory_bytes = 2 << 20;
      const std::string problem = error_of(run_scenario(request));
      filled = problem != "lab.lua:3: " + memory;
      if (!filled || problem.empty()) continue;
      CHECK(problem.substr(problem.find(' ') + 1) == memory);
      ++without_room;
    }
    CHECK(without_room > 0);
  }
}

TEST_CASE("A word that is used wrongly in a callback has the line of the call") {
  CHECK(error("at(1*ms, function()\nq:purge(1, 2)\nrabbit:queue { 5 } end)\nrun()") ==
        "lab.lua:4: the name of a queue must be text, not the number 5");
  CHECK(error("process { 'c', function(me)\nsleep(1)\nme:connect(q) end }\nrun()") ==
        "lab.lua:4: a connection is made to a broker, not to a queue (me:connect(rabbit))");
  CHECK(error("publisher { 'p', to = q } consumer { 'w', from = q, handler = function(m)\n"
              "expect.ready(q, -1) end }\nrun()") ==
        "lab.lua:3: expect.ready: the expected number is the number -1 (a whole number from 0)");
}

TEST_CASE("The first error is the one that is told") {
  CHECK(error("at(1*ms, function() error 'first' end)\nat(1*ms, function() error 'second' end)\n"
              "at(2*ms, function() error 'third' end)\nrun()") == "lab.lua:2: first");
  CHECK(error("at(1*ms, function() error 'first' end)\npcall(run)\nerror 'second'") ==
        "lab.lua:2: first");
}

TEST_CASE("What the script catches itself is no error") {
  CHECK(outcome("local ok, e = pcall(q.bind, q, 'nowhere', 'k')\nrun()\n"
                "expect.is_true(not ok and e:find('NOT_FOUND') ~= nil)") == "pass");
  CHECK(outcome("at(1*ms, function() pcall(error, 'x') end)\nrun()\nexpect.drained()") == "pass");
}

TEST_CASE("A scenario starts with its title") {
  Request request;
  request.main = Source{"lab.lua", "broker 'rabbit'\nrun()"};
  CHECK(error_of(run_scenario(request)).rfind("lab.lua:1: a scenario starts with lab { title", 0) ==
        0);
  // It does not run for hours first.
  request.main.text = "every(1*ms, function() end)\nrun()";
  const Report endless = run_scenario(request);
  CHECK(error_of(endless).rfind("lab.lua:1: a scenario starts with lab { title", 0) == 0);
  CHECK(endless.events == 0);
  request.main.text = "";
  CHECK(error_of(run_scenario(request)).rfind("lab.lua:1: a scenario starts with lab { title", 0) ==
        0);
  request.main.text = "\nlab { title = '' }";
  CHECK(error_of(run_scenario(request)) == "lab.lua:2: lab needs a title (lab { title = \"…\" })");
  CHECK(error("lab { title = 'again' }") ==
        "lab.lua:2: lab { … } was already said (a scenario has one lab, at its top)");
}

TEST_CASE("A misspelt word is told with the nearest there is") {
  CHECK(error("\npublsher { 'p', to = q }") ==
        "lab.lua:3: attempt to call a nil value (global 'publsher') (did you mean 'publisher'?)");
  CHECK(error("expect.redy(q, 1)") ==
        "lab.lua:2: attempt to call a nil value (field 'redy') (did you mean 'ready'?)");
}

TEST_CASE("The whole name of a file is told, however long it is") {
  Request request = request_for("\nexpect.equal(1, 2)\nq:bind('nowhere', 'k')");
  request.main.name = std::string(90, 'd') + "/lab.lua";
  const Report report = run_scenario(request);
  REQUIRE(report.error.has_value());
  CHECK(report.error->place.file == request.main.name);
  REQUIRE(report.checks.size() == 1);
  CHECK(report.checks[0].place.file == request.main.name);
  CHECK(report.checks[0].place.line == 3);
}

TEST_CASE("run cannot be called while the world runs") {
  const std::string text =
      "run() cannot be called while the world runs (call it once all is declared, outside of "
      "callbacks)";
  CHECK(error("at(1*ms, function()\nrun() end)\nrun()") == "lab.lua:3: " + text);
  CHECK(error("process { 'c', function()\nrun() end }\nrun()") == "lab.lua:3: " + text);
  CHECK(
      error("publisher { 'p', to = q } consumer { 'w', from = q, handler = function()\nrun() end }"
            "\nrun()") == "lab.lua:3: " + text);
  CHECK(error("at(1*ms, print) sometimes('x', function()\nrun() return true end)\nrun()") ==
        "lab.lua:3: " + text);
}

TEST_CASE("What waits can only be done inside a process, or in that of a consumer") {
  const std::string text =
      "this can only be done inside a process, or the process of a consumer (consumer { "
      "\"worker\", process = function(me, m) … end })";
  CHECK(error("sleep(1*s)") == "lab.lua:2: " + text);
  CHECK(error("at(1*ms, function()\nsleep(1*s) end)\nrun()") == "lab.lua:3: " + text);
  CHECK(error("publisher { 'p', to = q } consumer { 'w', from = q, handler = function()\n"
              "sleep(1) end }\nrun()") == "lab.lua:3: " + text);
  CHECK(error("effect('done', 'order-1')") == "lab.lua:2: " + text);
  CHECK(error("process { 'c', function(me) channel = me:channel(rabbit) end }\nrun()\n"
              "channel:get(q)") ==
        "lab.lua:4: this can only be done inside a process (process { \"client\", function(me) … "
        "end })");
}

TEST_CASE("A channel and a connection belong to the process that opened them") {
  CHECK(error("process { 'a', function(me) channel = me:channel(rabbit) sleep(1*s) end }\n"
              "process { 'b', function(me) sleep(500*ms)\nchannel:get(q) end }\nrun()") ==
        "lab.lua:4: this channel belongs to another process (each process opens its own: "
        "me:channel(broker))");
  CHECK(error("process { 'a', function(me) link = me:connect(rabbit) sleep(1*s) end }\n"
              "process { 'b', function(me) sleep(500*ms)\nlink:channel() end }\nrun()") ==
        "lab.lua:4: this connection belongs to another process");
  CHECK(error("process { 'a', function(me) other:connect(rabbit) end }\n"
              "other = process { 'b', print }\nrun()") != "");
}

TEST_CASE("A process that yields by itself would never go on, and is told so") {
  const std::string got = error("process { 'c', function()\ncoroutine.yield(1) end }\nrun()");
  CHECK(got.find("process c yielded by itself and would never go on (wait with sleep()") !=
        std::string::npos);
  CHECK(outcome("process { 'c', function(me) local step = coroutine.wrap(function()\n"
                "for i = 1, 3 do coroutine.yield(i) end end)\n"
                "step() sleep(1*ms) step() expect.equal(step(), 3) end }\nrun()") == "pass");
}

TEST_CASE("Killing oneself from within does no harm") {
  CHECK(error("process { 'c', function(me)\nme:kill() end }\nrun()") ==
        "lab.lua:3: a process cannot kill itself (return from its function instead)");
  CHECK(
      error(
          "process { 'c', function(me)\ncoroutine.wrap(function() me:kill() end)() end }\nrun()") ==
      "lab.lua:3: a process cannot kill itself (return from its function instead)");
  CHECK(error("process { 'c', function(me)\ncoroutine.wrap(function() me:restart() end)()\n"
              "sleep(1) end }\nrun(1*s)")
            .rfind("lab.lua:3: ", 0) == 0);
  for (const std::string order : {"kill", "stop", "restart", "drop_connection"}) {
    INFO(order);
    const std::string act = fmt::format("local function act(actor) actor:{}() end\n", order);
    CHECK(error(act + "publisher { 'p', to = q, count = 3 }\nlocal w\n"
                      "w = consumer { 'w', from = q, handler = function() act(w) "
                      "return 'requeue' end }\nrun(1*s)") == "");
    CHECK(error(act + "local p p = publisher { 'p', to = q, count = 3, confirm = 'each', "
                      "retry = 2, timeout = 5*ms, on_confirm = function() act(p) end,\n"
                      "key = function() act(p) return 'q' end }\nrun(1*s)") == "");
    CHECK(error(act + "local p p = publisher { 'p', to = q, count = 3, mandatory = true,\n"
                      "key = function(i) return 'x' end, on_return = function() act(p) end }\n"
                      "run(1*s)") == "");
    CHECK(error(act + "local w = consumer { 'w', from = q, work = 1*ms } "
                      "publisher { 'p', to = q, count = 3 }\n"
                      "local done always('x', function() if now() > 2*ms and not done then "
                      "done = true act(w) end return true end)\nrun(1*s)") == "");
  }
  for (const std::string order : {"kill", "stop", "power_off"}) {
    INFO(order);
    CHECK(error("publisher { 'p', to = q, count = 3, confirm = 'each', on_confirm = function() "
                "rabbit:" +
                order + "() end }\nrun(1*s)") == "");
    CHECK(error("process { 'c', function(me) local ch = me:channel(rabbit) rabbit:" + order +
                "() ch:publish { to = q } ch:get(q) rabbit:restart() sleep(1*s)\n"
                "ch = me:channel(rabbit) end }\nrun(9*s)") == "");
  }
}

}  // namespace mqlab::scripting::test
