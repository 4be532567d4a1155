// SPDX-License-Identifier: MIT
// How a run ends, what is judged then, and what a script may use up.
#include <atomic>

#include "tests/catch.hpp"
#include "tests/scripting/script.hpp"

namespace mqlab::scripting::test {
namespace {

// A small budget, without the comparison after each event: these scripts are long.
Report limited(const std::string& body) {
  Request request = request_for(body);
  request.verify_each_event = false;
  request.limits.steps = 2'000'000;
  request.limits.memory_bytes = std::size_t{4} << 20;
  return run_scenario(request);
}

const std::string kLoop = "while true do end";
const std::string kBomb = "local t = {} for i = 1, 1e9 do t[i] = { i } end";

}  // namespace

TEST_CASE("always fails at the first look at which it is not true") {
  CHECK(outcome("publisher { 'p', to = q, count = 3, every = 1*ms }\n"
                "always('few', function() return q:ready() < 2 end)\nrun()") ==
        "always: few: not true at 2ms (row 30)");
  CHECK(
      outcome(
          "publisher { 'p', to = q }\nalways('few', function() return q:ready() < 2 end)\nrun()") ==
      "pass");
}

TEST_CASE("eventually judges the last look, sometimes any") {
  const std::string world =
      "publisher { 'p', to = q, count = 3 } consumer { 'w', from = q, work = 1*s }\n";
  CHECK(outcome(world + "eventually('empty', function() return q:ready() == 0 end)\nrun()") ==
        "pass");
  CHECK(outcome(world + "eventually('busy', function() return now() < 1*s end)\nrun()") ==
        "eventually: busy: not true at the end");
  CHECK(outcome(world + "sometimes('busy', function() return now() > 1*s end)\nrun()") == "pass");
  CHECK(outcome(world + "sometimes('never', function() return q:ready() > 9 end)\nrun()") ==
        "sometimes: never: never true: nothing interesting happened");
}

TEST_CASE("after an event something is done to the world, and a mistake in it is told") {
  const std::string world = "publisher { 'p', to = q, count = 3, every = 1*ms }\n";
  CHECK(run(world + "after('#1', 'kill p')\nrun()").events < run(world + "run()").events);
  CHECK(error(world + "after('#1', 'hurt p')\nrun()").find("'hurt p' is no intervention") !=
        std::string::npos);
  CHECK(error(world + "after('#x', 'kill p')\nrun()").rfind("lab.lua:3: after #x", 0) == 0);
  CHECK(error(world + "after('#1', 7)\nrun()").rfind("lab.lua:3: ", 0) == 0);
  CHECK(error(world + "run()\nafter('#1', 'kill p')").find("event 1 is past") != std::string::npos);
  const Report nobody = run(world + "after('#1', 'kill nobody')\nrun()");
  REQUIRE(nobody.warnings.size() == 1);
  CHECK(nobody.warnings[0].find("nobody") != std::string::npos);
}

TEST_CASE("A condition answers true or false") {
  const std::string got =
      error("publisher { 'p', to = q }\nalways('x', function() return 1 end)\nrun()");
  CHECK(got.rfind("lab.lua:3: the condition of a watch must return true or false", 0) == 0);
  CHECK(error("publisher { 'p', to = q }\nsometimes('x', function() end)\nrun()")
            .rfind("lab.lua:3: ", 0) == 0);
}

TEST_CASE("A check that fails does not end the script, and fails the run") {
  const Report report = run("expect.equal(1, 2)\nexpect.equal(2, 2)\nrun()");
  CHECK(report.checks.size() == 2);
  CHECK(report.verdict == Verdict::fail);
  CHECK(report.checks[0].place.line == 2);
  CHECK(report.checks[0].why.in(observe::Language::english) == "expected 2, got 1");
}

TEST_CASE("Without a run, or without a check, there is no verdict") {
  CHECK(outcome("") == "the script never called run()");
  CHECK(outcome("expect.equal(1, 1)") == "the script never called run()");
  CHECK(outcome("run()") == "it checks nothing: add expect.… after run()");
}

TEST_CASE("run may be called again, and goes on where it was") {
  CHECK(printed("publisher { 'p', to = q, count = 4, every = 10*ms }\nprint(run(15*ms), now())\n"
                "print(run(15*ms), now()) print(run(), now()) print(run(), now())") ==
        "until  15000000\nuntil  15000000\ndrained  31000000\ndrained  31000000\n");
}

TEST_CASE("A run that is cut is unknown, and nothing after the cut is judged") {
  const std::string body =
      "publisher { 'p', to = q, count = 9, every = 10*ms }\nat(1*ms, function() expect.equal(1, 1) "
      "end)\nalways('x', function() return true end)\nrun()\nprint 'after'\nexpect.equal(1, 2)";
  Request request = request_for(body);
  request.until = Time{20'000'000};
  const Report cut = run_scenario(request);
  CHECK(cut.ending == Ending::cut);
  CHECK(cut.verdict == Verdict::unknown);
  CHECK(cut.verdict_why.in(observe::Language::english) == "it was cut off by --until");
  CHECK(cut.checks.size() == 1);
  CHECK(cut.printed.empty());
  request.until.reset();
  request.until_event = 5;
  const Report counted = run_scenario(request);
  CHECK(counted.ending == Ending::cut);
  CHECK(counted.events == 5);
  CHECK(counted.verdict == Verdict::unknown);
}

TEST_CASE("A cut cannot be caught, and one that comes after the end cuts nothing") {
  Request request = request_for(
      "publisher { 'p', to = q, every = 10*ms }\npcall(run, 1*s)\npcall(run, 10*ms)\n"
      "expect.equal(1, 2)");
  request.until = Time{20'000'000};
  CHECK(run_scenario(request).ending == Ending::cut);
  CHECK(run_scenario(request).verdict == Verdict::unknown);
  request = request_for("publisher { 'p', to = q }\nrun()\nexpect.drained()");
  request.until = Time{3'600'000'000'000};
  CHECK(run_scenario(request).verdict == Verdict::pass);
}

TEST_CASE("A check that failed before the cut fails the run") {
  Request request = request_for(
      "publisher { 'p', to = q, every = 10*ms }\nat(1*ms, function() expect.equal(1, 2) "
      "end)\nrun()");
  request.until = Time{20'000'000};
  CHECK(run_scenario(request).verdict == Verdict::fail);
}

TEST_CASE("A scenario that never ends uses up its events and is unknown") {
  for (const char* body :
       {"every(1*ms, function() end)\nrun()\nexpect.equal(1, 1)",
        "local function again() after(0, again) end again()\nrun()\n"
        "expect.equal(1, 1)",
        "process { 'c', function() while true do sleep(0) end end }\nrun()",
        "publisher { 'p', to = q } consumer { 'w', from = q, handler = function() "
        "return 'requeue' end }\nrun()"}) {
    Request request = request_for(body);
    request.max_events = 2'000;
    request.verify_each_event = false;
    const Report report = run_scenario(request);
    INFO(body);
    CHECK(error_of(report) == "");
    CHECK(report.ending == Ending::event_limit);
    CHECK(report.verdict == Verdict::unknown);
    CHECK(report.verdict_why.in(observe::Language::english) == "it did not end within its events");
    CHECK(report.events == 2'000);
    CHECK(report.checks.empty());
  }
}

TEST_CASE("A few events that fill the ledger with copies end the run, too") {
  Request request = request_for(
      "local hub = rabbit:exchange { 'hub', type = 'fanout' }\n"
      "for i = 1, 300 do rabbit:queue { 'q' .. i }:bind(hub) end\n"
      "publisher { 'p', to = hub, every = 1*ms }\nrun(1*s)\nexpect.equal(1, 1)");
  request.max_rows = 10'000;
  request.max_events = 2'000;
  const Report report = run_scenario(request);
  CHECK(error_of(report) == "");
  CHECK(report.ending == Ending::row_limit);
  CHECK(report.verdict == Verdict::unknown);
  CHECK(report.verdict_why.in(observe::Language::english) ==
        "it did not end before its ledger was full (--max-events makes it larger, too)");
  const ledger::RowNo rows = report.ledger->row_count();
  CHECK(rows >= 10'000);
  CHECK(rows < 11'000);

  // Five rows for each event that is allowed.
  request.max_events = 4'000;
  const Report longer = run_scenario(request);
  CHECK(longer.ending == Ending::row_limit);
  CHECK(longer.ledger->row_count() >= 20'000);
  request.max_events = 1'000'000;
  CHECK(run_scenario(request).ending == Ending::until);
}

TEST_CASE("An interrupt ends the run at the next event") {
  const std::atomic<bool> interrupt{true};
  Request request = request_for("every(1*ms, function() end)\nrun()\nexpect.equal(1, 2)");
  request.interrupt = &interrupt;
  const Report report = run_scenario(request);
  CHECK(report.ending == Ending::interrupted);
  CHECK(report.verdict == Verdict::unknown);
  CHECK(report.events <= 1);
}

TEST_CASE("A loop without end is one clear error, wherever it is") {
  const std::string text =
      "the script used up its 2000000 steps (is there a loop that does not end, or "
      "one that makes very many actors or queues?)";
  const std::string in_line_3 = "lab.lua:3: " + text;
  CHECK(error_of(limited("\n" + kLoop)) == in_line_3);
  CHECK(error_of(limited("at(1*ms, function()\n" + kLoop + " end)\nrun()")) == in_line_3);
  CHECK(error_of(limited("process { 'c', function() sleep(1*ms)\n" + kLoop + " end }\nrun()")) ==
        in_line_3);
  CHECK(error_of(
            limited("publisher { 'p', to = q } consumer { 'w', from = q, handler = function()\n" +
                    kLoop + " end }\nrun()")) == in_line_3);
  CHECK(error_of(limited("publisher { 'p', to = q, key = function()\n" + kLoop +
                         " end }\nrun()")) == in_line_3);
  CHECK(error_of(limited("at(0, print) always('x', function()\n" + kLoop + " end)\nrun()")) ==
        in_line_3);
  CHECK(error_of(limited("at(1*ms, function()\npcall(function() " + kLoop +
                         " end) end)\nat(2*ms, function() error 'second' end)\nrun()")) ==
        in_line_3);
}

// Which line runs when the memory ends is Lua's affair; that it is one of the script's is ours.
bool is_out_of_memory(const std::string& error) {
  return error.rfind("lab.lua:", 0) == 0 &&
         error.find(
             "the script used up its 4 MiB of memory (does something grow or call itself "
             "without end?)") != std::string::npos &&
         error.find('\n') == std::string::npos;
}

TEST_CASE("Memory without end is one clear error, wherever it is") {
  for (const std::string& body :
       {kBomb, "at(1*ms, function() " + kBomb + " end)\nrun()",
        "process { 'c', function() sleep(1*ms) " + kBomb + " end }\nrun()",
        "publisher { 'p', to = q } consumer { 'w', from = q, handler = function() " + kBomb +
            " end }\nrun()"}) {
    INFO(body);
    CHECK(error_of(limited(body)) ==
          "lab.lua:2: the script used up its 4 MiB of memory (does something grow or call itself "
          "without end?)");
  }
  CHECK(error_of(limited("\nlocal s = 'x' while true do s = s .. s end")).rfind("lab.lua:3: ", 0) ==
        0);
}

TEST_CASE("A script that makes things without end is stopped") {
  for (const char* body :
       {"for i = 1, 1e9 do rabbit:queue('q' .. i) end", "while true do uniform(1, 2) end",
        "while true do at(1*s, function() end) end", "while true do expect.equal(1, 1) end",
        "for i = 1, 1e9 do process { 'p' .. i, function() end } end",
        "while true do print('x') end", "for i = 1, 1e9 do q:bind('amq.direct', 'k' .. i) end",
        "process { 'c', function(me) while true do me:connect(rabbit) end end } run()",
        "process { 'c', function(me) local ch = me:channel(rabbit) while true do "  // NOLINT
        "ch:publish { to = q, body = 1000000 } end end } run()"}) {
    const Report report = limited(body);
    INFO(body);
    REQUIRE(report.error.has_value());
    CHECK(report.error->what.rfind("the script used up its", 0) == 0);
  }
}

TEST_CASE("A hundred thousand messages are no trouble") {
  Request request = request_for(
      "publisher { 'p', to = q, count = 100000, every = 10*us, body = 100 }\n"
      "local w = consumer { 'w', from = q, ack = 'manual', prefetch = 100, handler = function(m) "
      "return 'ack' end }\nrun()\nexpect.handled(w, 100000)\nexpect.empty(q)");
  request.verify_each_event = false;
  CHECK(outcome_of(run_scenario(request)) == "pass");
}

}  // namespace mqlab::scripting::test
