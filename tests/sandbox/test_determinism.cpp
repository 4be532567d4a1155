// SPDX-License-Identifier: MIT
// A script prints the same in every run: whatever the addresses, the garbage collector, what ran
// before in the same state, and the machine's mathematics.
#include <memory>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/sandbox/lab.hpp"

namespace mqlab::scripting::test {
namespace {

// Shows everything that differs from run to run in Lua as it comes.
constexpr const char* kRevealing = R"(
local keys = {}
for i = 1, 30 do keys['key' .. i * 7919 % 101] = i end
for i = 1, 30, 3 do keys['key' .. i * 7919 % 101] = nil end
for i = 40, 60 do keys['key' .. i] = i; keys[i] = i; keys[i + 0.5] = i end
keys[true] = 1; keys[false] = 0; keys[-3] = 3; keys[('long '):rep(20)] = 5
local order = {}
for key in pairs(keys) do order[#order + 1] = tostring(key) end
print(table.concat(order, ' '))
print({}, print, coroutine.create(print), {}, string, ('%s'):format({}))
print(pcall(error), pcall(function() return {} + 1 end))
print(#keys, select('#', table.unpack({1, nil, 3}, 1, 3)))
local sorted = {}
for i = 1, 200 do sorted[i] = {key = i * 7919 % 7, index = i} end
table.sort(sorted, function(a, b) return a.key < b.key end)
local ties = {}
for i, item in ipairs(sorted) do ties[i] = item.key .. ':' .. item.index end
print(table.concat(ties, ' '))
print(2 ^ 0.5, 10 ^ 0.1, math.exp(1.5), math.log(10), 0/0, -(0/0), 'nan ' .. 0/0, 7.1 % 0.3)
print(math.random(6), math.random(1, 100), math.random(), math.random(0))
local texts = {'b', 'a', 'B', 'ä', 'z', 'é', ''}
table.sort(texts)
print(table.concat(texts, ','))
)";

// Leaves as much behind as a script can.
constexpr const char* kMessy = R"(
print, tostring, kept = nil, nil, {}
for i = 1, 5000 do kept[i] = {tostring = i}; kept['x' .. i] = string.format('%s', kept[i]) end
for i = 1, 100 do kept[coroutine.create(function() end)] = coroutine.wrap(function() end) end
_G.table, _G.string, math = {}, nil, {random = 4}
pcall(function() setmetatable('', {}) end)
setmetatable(_G, {__index = function() return 1 end, __newindex = function() end})
)";

RandomBits counting_bits() {
  auto state = std::make_shared<std::uint64_t>(42);
  return [state] { return *state = *state * 6364136223846793005U + 1442695040888963407U; };
}

Ran fresh_run(const char* script) {
  Sandbox sandbox(small_limits(), counting_bits());
  return run_in(sandbox, script);
}

}  // namespace

TEST_CASE("a script prints the same in every state, wherever its memory lies") {
  const Ran first = fresh_run(kRevealing);
  CHECK(first.error.empty());
  std::vector<std::unique_ptr<char[]>> blocks;
  for (std::size_t i = 1; i < 200; ++i) {
    blocks.push_back(std::make_unique<char[]>(i * 37));
    if (i % 3 == 0) blocks[i / 3].reset();
    if (i % 40 != 0) continue;
    const Ran again = fresh_run(kRevealing);
    CHECK(again.printed == first.printed);
    CHECK(again.steps == first.steps);
  }
}

TEST_CASE("a run in a state that was used before is the same as in a new one") {
  const Ran fresh = fresh_run(kRevealing);
  Sandbox sandbox(small_limits());
  for (const char* before :
       {kMessy, kRevealing, "while true do end", "local s = 'x' while true do s = s .. s end",
        "error {}", "coroutine.yield()"}) {
    run_in(sandbox, before);
    sandbox.fresh_environment();
    sandbox.set_random(counting_bits());
    const Ran reused = run_in(sandbox, kRevealing);
    CHECK(reused.printed == fresh.printed);
    CHECK(reused.error.empty());
    CHECK(reused.steps == fresh.steps);
    sandbox.fresh_environment();
  }
}

TEST_CASE("pairs and next go through numbers, texts and booleans in ascending order") {
  const Ran ran = run(R"(
    local t = {x = 1, a = 2, [true] = 3, [false] = 4, [2] = 5, [10] = 6, [-1] = 7, [2.5] = 8,
               [1e300] = 9, [-1/0] = 10, [math.maxinteger] = 11, [''] = 12, ['a\0b'] = 13, A = 14}
    local order = {}
    for key, value in pairs(t) do order[#order + 1] = value end
    print(table.concat(order, ' '))
    order = {}
    local key, value = next(t)
    while key ~= nil do order[#order + 1] = value; key, value = next(t, key) end
    print(table.concat(order, ' ')))");
  CHECK(ran.error.empty());
  CHECK(ran.printed ==
        "10 7 5 8 6 11 9 12 14 2 13 1 4 3\n"
        "10 7 5 8 6 11 9 12 14 2 13 1 4 3\n");
}

TEST_CASE("the order of keys does not depend on when garbage is collected") {
  // Removing and adding keys lets Lua's own order depend on whether a collection came in between.
  const std::string body = R"(
    local t = {}
    for round = 1, 20 do
      for i = 1, 50 do t['k' .. (i * round) % 97] = i end
      for i = 1, 50, 2 do t['k' .. (i * round) % 97] = nil end
      %s
    end
    local order = {}
    for key in pairs(t) do order[#order + 1] = key end
    print(table.concat(order, ' ')))";
  std::string quiet = body;
  quiet.replace(quiet.find("%s"), 2, "");
  std::string noisy = body;
  noisy.replace(noisy.find("%s"), 2, "for i = 1, 5000 do local x = {i} end");
  CHECK(run(quiet).error.empty());
  CHECK(run(quiet).printed == run(noisy).printed);
}

TEST_CASE("a table may be changed while pairs walks through it") {
  const Ran ran = run(R"(
    local t = {a = 1, b = 2, c = 3, d = 4}
    for key, value in pairs(t) do
      t[key] = nil; t.c = nil; t['new' .. key] = value
      print(key, value)
    end
    local other = setmetatable({}, {__pairs = function() return next, {x = 1}, nil end})
    for key, value in pairs(other) do
      print(key, value)
    end)");
  CHECK(ran.error.empty());
  CHECK(ran.printed == "a 1\nb 2\nd 4\nx 1\n");
}

TEST_CASE("keys without an order are refused where an order is asked for") {
  const std::string wanted =
      " as a key, and such keys have no order that is the same in every run: keep a list of them "
      "too and walk that with ipairs";
  CHECK(run("for k in pairs {[{}] = 1} do end").error ==
        "lab.lua:1: this table has a table" + wanted);
  CHECK(run("next {[print] = 1}").error == "lab.lua:1: this table has a function" + wanted);
  CHECK(run("local seen = {} local t = {} seen[t] = true print(seen[t])").printed == "true\n");
}

TEST_CASE("objects are numbered in the order in which they are first printed") {
  CHECK(run("local a, b = {}, {} print(b, a, b, print, coroutine.create(print))").printed ==
        "table: #1 table: #2 table: #1 function: #1 thread: #1\n");
  CHECK(run("print(setmetatable({}, {__name = 'Queue'}))").printed == "Queue: #1\n");
  CHECK(run("for i = 1, 20000 do tostring({}) end print({})").printed == "table: #20001\n");
}

TEST_CASE("sorting is stable, and ends with any comparator") {
  const Ran ran = run(R"(
    local t = {}
    for i = 1, 300 do t[i] = {key = i % 3, index = i} end
    table.sort(t, function(a, b) return a.key < b.key end)
    local stable = true
    for i = 2, 300 do
      local a, b = t[i - 1], t[i]
      stable = stable and (a.key < b.key or (a.key == b.key and a.index < b.index))
    end
    print(stable)
    local numbers = {}
    for i = 1, 1000 do numbers[i] = i * 7919 % 1009 end
    table.sort(numbers)
    local sorted = true
    for i = 2, 1000 do sorted = sorted and numbers[i - 1] <= numbers[i] end
    print(sorted)
    local wild = {}
    for i = 1, 150 do wild[i] = i end
    table.sort(wild, function() return true end)
    table.sort(wild, function(a, b) return (a * b) % 2 == 1 end)
    table.sort(wild, function() return math.random(2) == 1 end))");
  CHECK(ran.printed == "true\ntrue\n");
  CHECK(ran.error == "lab.lua:21: there is no randomness here");
  CHECK(run("table.sort {3, 'x'}").error == "lab.lua:1: attempt to compare string with number");
}

TEST_CASE("arithmetic has the same digits everywhere") {
  const Ran ran = run(R"(
    print(('%a %a %a'):format(2 ^ 0.5, 10 ^ -0.3, 1.1 ^ 100))
    print(math.log(8, 2), math.log(1000, 10), math.log(0), math.log(-1), math.exp(0))
    print(0/0, -(0/0), 'x' .. 0/0, 'x' .. -(0/0), ('%f %g'):format(0/0, -(0/0))))");
  CHECK(ran.error.empty());
  CHECK(ran.printed ==
        "0x1.6a09e667f3bcdp+0 0x1.009b9cf334252p-1 0x1.aea4e6126bb95p+13\n"
        "3.0 3.0 -inf nan 1.0\n"
        "nan nan xnan xnan nan nan\n");
}

TEST_CASE("random numbers come one for one from the bits that were given") {
  int draws = 0;
  Sandbox sandbox(Limits{}, [&] {
    ++draws;
    return std::uint64_t{0xC000000000000000};
  });
  const Ran ran = run_in(sandbox, R"(
    print(math.random(), math.random(4), math.random(10, 19), math.random(0), math.random(7, 7))
    print(math.random(math.mininteger, math.maxinteger))
    print(pcall(math.random, 2, 1)))");
  CHECK(ran.printed ==
        "0.75 4 17 -4611686018427387904 7\n"
        "4611686018427387904\n"
        "false bad argument #2 to 'math.random' (interval is empty)\n");
  CHECK(draws == 6);
}

}  // namespace mqlab::scripting::test
