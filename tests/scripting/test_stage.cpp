// SPDX-License-Identifier: MIT
// Runs on one stage, one after the other, are the runs that each would be on a new one.
#include <array>
#include <string>
#include <vector>

#include "scripting/scenario.hpp"
#include "tests/catch.hpp"

namespace mqlab::scripting {
namespace {

// Each does something that could leak into the next: globals, printed objects, coroutines,
// functions that stay in C++, chance, errors, an exhausted budget.
const std::array<const char*, 7> kScripts{
    R"(
lab { title = "Globals, objects and chance" }
assert(leaked == nil and expect.leaked == nil)
leaked = {}
expect.leaked = leaked
print(type(coroutine.create(print)), math.random(1000), math.random(1000))
local rabbit = broker "rabbit"
local orders = rabbit:queue { "orders" }
publisher { "shop", to = orders, count = 3, every = exponential(1*s) }
local function show(m) print(m.id, type(leaked)) end
local worker = consumer { "worker", from = orders, handler = show }
print(rabbit, orders, worker)
run()
expect.handled(worker, 3)
)",
    R"(
lab { title = "Processes that end, and one that waits for ever" }
local rabbit = broker "rabbit"
local orders = rabbit:queue { "orders" }
process { "a", function(me)
  local ch = me:channel(rabbit)
  ch:publish { to = orders }
  sleep(1*s)
  print("a is done", now())
end }
process { "b", function(me) sleep(1000*s) end }
every(300*ms, function() print("tick") end)
always("never more than one", function() return #{} == 0 end)
run(2*s)
expect.ready(orders, 1)
)",
    R"(
lab { title = "What others could stumble over" }
assert(getmetatable(_G) == nil and ms == 1000000 and orders == nil)
setmetatable(_G, { __index = function(_, name) return name end, __newindex = error })
rawset(_G, "ms", 1) rawset(_G, "run", nil) rawset(_G, "expect", nil)
local rabbit = broker "rabbit"
rawset(_G, "orders", rabbit:queue { "orders" })
local big = {}
for i = 1, 40000 do big[i] = { i } end
print(missing, #big, {}, {}, orders)
)",
    "lab { title = \"A mistake\" }\nlocal rabbit = broker \"rabbit\"\nrabbit:quwue { \"q\" }\n",
    "lab { title = \"Out of steps\" }\nwhile true do end\n",
    "lab { title = \"Out of memory\" }\nlocal t = {}\nfor i = 1, 1e9 do t[i] = { i } end\n",
    "no Lua at all",
};

Request request_of(const char* text) {
  Request request;
  request.main = {"stage.lua", text};
  request.limits.steps = 12'000'000;
  return request;
}

// All that a run says.
std::string told(const Report& report) {
  std::string all = report.title + "\n" + report.ledger->digest().fingerprint() + "\n" +
                    std::string(word(report.verdict)) + "\n" + std::to_string(report.events);
  for (const std::string& line : report.printed) all += "\n" + line;
  for (const Check& check : report.checks)
    all += "\n" + check.text + check.why.in(observe::Language::english);
  if (report.error) all += "\n" + report.error->text();
  return all + report.bug;
}

}  // namespace

TEST_CASE("A run on a stage that was used is the run that it would be on a new one") {
  std::vector<std::string> expected;
  for (const char* script : kScripts) expected.push_back(told(run_scenario(request_of(script))));
  Stage stage;
  for (const char* first : kScripts) {
    for (std::size_t second = 0; second < kScripts.size(); ++second) {
      stage.run(request_of(first));
      CHECK(told(stage.run(request_of(kScripts[second]))) == expected[second]);
    }
  }
}

TEST_CASE("A stage takes other limits from one run to the next") {
  Stage stage;
  Request request = request_of(kScripts[0]);
  CHECK(stage.run(request).verdict == Verdict::pass);
  request.limits.steps = 10;
  CHECK(stage.run(request).error);
  request.limits.steps = 20'000'000;
  CHECK(stage.run(request).verdict == Verdict::pass);
}

TEST_CASE("A stage keeps nothing of its runs: the thousandth is like the first") {
  Stage stage;
  const Request request = request_of(kScripts[1]);
  const std::string first = told(stage.run(request));
  for (int i = 0; i < 1000; ++i) REQUIRE(told(stage.run(request)) == first);
}

TEST_CASE("A stage tells scripts apart by name and text") {
  Stage stage;
  Request request = request_of("lab { title = \"One\" }\nprint(\"one\")\nerror(\"here\")\n");
  const std::string one = told(stage.run(request));
  CHECK(one.find("stage.lua:3: here") != std::string::npos);
  request.main.name = "other.lua";
  CHECK(told(stage.run(request)).find("other.lua:3: here") != std::string::npos);
  request.main = {"stage.lua", "lab { title = \"One\" }\nprint(\"two\")\nerror(\"here\")\n"};
  CHECK(told(stage.run(request)).find("two") != std::string::npos);
  request.main = request_of("lab { title = \"One\" }\nprint(\"one\")\nerror(\"here\")\n").main;
  CHECK(told(stage.run(request)) == one);
}

TEST_CASE("A script that is too long to be kept compiled runs the same again and again") {
  std::string text = "lab { title = \"Long\" }\nlocal t = {}\n";
  for (int i = 0; i < 20'000; ++i) text += "t[#t + 1] = \"line " + std::to_string(i) + "\"\n";
  text += "print(#t, t[#t])\n";
  Stage stage;
  const std::string first = told(stage.run(request_of(text.c_str())));
  CHECK(first.find("20000  line 19999") != std::string::npos);
  for (int i = 0; i < 2; ++i) CHECK(told(stage.run(request_of(text.c_str()))) == first);
  CHECK(told(stage.run(request_of(kScripts[0]))) == told(run_scenario(request_of(kScripts[0]))));
}

}  // namespace mqlab::scripting
