// SPDX-License-Identifier: MIT
// Scripts that try to run for ever, to fill the memory or to break the host all end in an error.
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/sandbox/lab.hpp"

namespace mqlab::scripting::test {
namespace {

struct Attack {
  const char* name;
  const char* script;
};

const std::vector<Attack> kEndless{
    {"a loop", "while true do end"},
    {"a loop in pcall", "while true do pcall(function() while true do end end) end"},
    {"pcall of pcall", "while true do pcall(pcall, pcall, error) end"},
    {"goto", "::again:: goto again"},
    {"repeat with an upvalue",
     "local n = 0; repeat local f = function() return n end until f() == 1"},
    {"a loop in a finalizer of a scope",
     "local function f() local x <close> = setmetatable({}, {__close = function() while true do "
     "end "
     "end}) error 'x' end while true do pcall(f) end"},
    {"a loop in tostring",
     "tostring(setmetatable({}, {__tostring = function() while true do end end}))"},
    {"a loop in the length",
     "local t = setmetatable({}, {__len = function() while true do end end}) "
     "table.concat(t)"},
    {"a loop in a comparator", "table.sort({3, 2, 1}, function() while true do end end)"},
    {"a loop in a replacement", "('x'):gsub('x', function() while true do end end)"},
    {"a loop in a reader", "load(function() return ' ' end)"},
    {"a loop in a reader that pcall guards",
     "while true do pcall(load, function() while true do end end) end"},
    {"a loop in a coroutine", "coroutine.wrap(function() while true do end end)()"},
    {"a loop in coroutines that are resumed again",
     "while true do coroutine.resume(coroutine.create(function() while true do end end)) end"},
    {"a storm of coroutines",
     "local all = {} for i = 1, 100 do all[i] = coroutine.create(function() while true do "
     "pcall(function() while true do coroutine.yield() end end) end end) end "
     "while true do for i = 1, 100 do coroutine.resume(all[i]) end end"},
    {"short coroutines", "while true do coroutine.resume(coroutine.create(function() end)) end"},
    {"ipairs without end",
     "for _ in ipairs(setmetatable({}, {__index = function() return 1 end})) do end"},
    {"next again and again",
     "local t = {} for i = 1, 1000 do t[i] = i end while true do next(t) end"},
    {"pairs again and again",
     "local t = {} for i = 1, 1000 do t['k' .. i] = i end while true do pairs(t) end"},
    {"inserting in a table that says it is long",
     "table.insert(setmetatable({}, {__len = function() return 10^15 | 0 end}), 1, 0)"},
    {"removing from a table that says it is long",
     "table.remove(setmetatable({}, {__len = function() return 10^15 | 0 end}), 1)"},
    {"moving very many elements", "table.move({}, 1, 10^15 | 0, 2)"},
    {"joining very many elements",
     "table.concat(setmetatable({}, {__index = function() return '' end}), '', 1, 10^15 | 0)"},
    {"joining up to the last integer",
     "table.concat(setmetatable({}, {__index = function() return '' end}), '', 1, "
     "math.maxinteger)"},
    {"unpacking again and again", "while true do table.unpack({}, 1, 250) end"},
    {"four lazy repeats", "string.find(string.rep('a', 2000), '.-.-.-.-b')"},
    {"thirty optional letters", "string.find(('a'):rep(30), ('a?'):rep(30) .. ('a'):rep(30))"},
    {"a quadratic search", "string.find(('a'):rep(1000000), '[^b]*b')"},
    {"a quadratic gsub", "string.gsub(('a'):rep(100000), '.-b', '')"},
    {"a quadratic gmatch", "for _ in string.gmatch(('a'):rep(100000), '.-b') do end"},
    {"a quadratic balance", "string.find(('('):rep(100000), '%b()')"},
    {"a quadratic frontier", "string.find(('a '):rep(50000), '%f[%a].*b')"},
    {"a backtracking reference", "string.find(('a'):rep(1000), '(.*)(.*)%1%2b')"},
    {"a long set", "string.find(('a'):rep(10000), '[' .. ('b'):rep(10000) .. ']')"},
    {"the worst plain search",
     "string.find(('a'):rep(1000000), ('a'):rep(500000) .. 'b', 1, true)"},
    {"copies of a long text", "local s = ('x'):rep(1000000) while true do local t = s .. 'y' end"},
    {"reversing a long text", "local s = ('x'):rep(1000000) while true do s:reverse() end"},
    {"formatting a long text",
     "local s = ('x'):rep(1000000) while true do string.format('%s', s) end"},
    {"reading a long number", "local s = (' '):rep(1000000) while true do tonumber(s) end"},
    {"counting a long text", "local s = ('x'):rep(1000000) while true do utf8.len(s) end"},
    {"loading a long text", "local s = ('x = 1 '):rep(10000) while true do load(s) end"},
};

const std::vector<Attack> kHungry{
    {"recursion of small frames", "local function f() return 1 + f() end f()"},
    {"a table that grows", "local t = {} for i = 1, math.huge do t[i] = i end"},
    {"tables in tables", "local t = {} while true do t = {t} end"},
    {"a text that doubles", "local s = 'x' while true do s = s .. s end"},
    {"a text that doubles in pcall",
     "while true do pcall(function() local s = 'x' while true do s = s .. s end end) end"},
    {"a text of 2 GiB", "return ('x'):rep(2^31)"},
    {"a text of 2 GiB by its separator", "return string.rep('', 2^31, 'xxxx')"},
    {"a repeat whose size overflows", "return ('xx'):rep(math.maxinteger)"},
    {"a gsub that doubles", "local s = 'x' while true do s = s:gsub('.', '%0%0') end"},
    {"a join that doubles", "local s = 'x' while true do s = table.concat({s, s}) end"},
    {"a format that doubles", "local s = 'x' while true do s = ('%s%s'):format(s, s) end"},
    {"a reader without end", "load(function() return ('x'):rep(100000) end)"},
    {"coroutines that stay",
     "local t = {} while true do t[#t + 1] = coroutine.create(coroutine.yield) "
     "coroutine.resume(t[#t]) end"},
    {"closures that stay", "local t = {} while true do t[#t + 1] = function() return t end end"},
};

}  // namespace

TEST_CASE("what never ends is ended when its steps are used up, whatever it catches") {
  for (const Attack& attack : kEndless) {
    DYNAMIC_SECTION(attack.name) {
      Sandbox sandbox(small_limits());
      const Ran ran = run_in(sandbox, attack.script);
      CHECK(ran.error.find("the script used up its 1000000 steps") != std::string::npos);
      CHECK(sandbox.exhausted() == Exhaustion::steps);
      CHECK(sandbox.steps_left() == 0);
    }
  }
}

TEST_CASE("what grows without end is ended when its memory is used up, whatever it catches") {
  Limits limits;
  limits.steps = 20'000'000;
  limits.memory_bytes = 4 << 20;
  limits.block_bytes = 1 << 20;
  limits.string_bytes = 1 << 18;
  for (const Attack& attack : kHungry) {
    DYNAMIC_SECTION(attack.name) {
      Sandbox sandbox(limits);
      const Ran ran = run_in(sandbox, attack.script);
      CHECK(sandbox.exhausted() == Exhaustion::memory);
      CHECK(ran.error.starts_with("lab.lua:1: "));
      CHECK(ran.hint == "does something grow or call itself without end?");
      CHECK(sandbox.memory_used() <= limits.memory_bytes + (1 << 16));
    }
  }
}

TEST_CASE("what goes too deep is an error that the script may catch") {
  const std::vector<Attack> kDeep{
      {"recursion", "local function f(a, b) return 1 + f(a, b) end f(1, 2)"},
      {"recursion through pcall",
       "local function f() return pcall(f) end assert(f() == false)"
       " local function g() error(select(2, pcall(g)) or 'x') end g()"},
      {"recursion through gsub", "local function f() ('x'):gsub('x', f) end f()"},
      {"recursion through sort", "local function f() table.sort({2, 1}, f) end f()"},
      {"recursion through tostring",
       "local t = setmetatable({}, {__tostring = function(t) return tostring(t) end}) tostring(t)"},
      {"recursion through an index",
       "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end "
       "return t.x"},
      {"recursion through concatenation",
       "local t = setmetatable({}, {__concat = function(a, b) return a .. b end}) return t .. t"},
      {"coroutines in coroutines",
       "local function f() return assert(coroutine.resume(coroutine.create(f))) end assert(f())"},
      {"wrapped coroutines in wrapped coroutines",
       "local function f() return coroutine.wrap(f)() end f()"},
      {"nested parentheses",
       "assert(load('return ' .. ('('):rep(10000) .. ('1' .. (')'):rep(10000))))"},
      {"nested tables", "assert(load('return ' .. ('{'):rep(10000)))"},
      {"nested functions", "assert(load(('function() return '):rep(1000)))"},
      {"nested captures", "('x'):find(('('):rep(40))"},
      {"a deep pattern", "('x'):rep(1000):find(('x?'):rep(1000))"},
      {"an index chain",
       "local t = {} for i = 1, 3000 do t = setmetatable({}, {__index = t}) end "
       "return t.x"},
  };
  for (const Attack& attack : kDeep) {
    DYNAMIC_SECTION(attack.name) {
      Sandbox sandbox;
      const Ran ran = run_in(sandbox, attack.script);
      INFO(ran.error);
      CHECK(!ran.error.empty());
      CHECK(sandbox.exhausted() == Exhaustion::none);
      CHECK(run_in(sandbox, "print 'still here'").printed == "still here\n");
    }
  }
}

TEST_CASE("one instruction cannot handle very many values") {
  CHECK(run("local function f(...) return f(1, ...) end f()").error ==
        "lab.lua:1: too many values in '...' (at most 500): pass a table");
  CHECK(run("local t = {} table.unpack(t, 1, 251)").error ==
        "lab.lua:1: too many results to unpack (at most 250)");
  CHECK(run("table.unpack({}, math.mininteger, math.maxinteger)").error ==
        "lab.lua:1: too many results to unpack (at most 250)");
  CHECK(run("return ('x'):rep(1000):byte(1, -1)").error ==
        "lab.lua:1: string.byte gives at most 250 bytes at once");
  CHECK(run("return utf8.codepoint(('x'):rep(1000), 1, -1)").error ==
        "lab.lua:1: utf8.codepoint looks at most at 250 bytes at once");
  CHECK(run("print(select('#', table.unpack({}, 1, 250)))").printed == "250\n");
}

TEST_CASE("bytecode is not loaded") {
  Sandbox sandbox;
  const Ran ran = run_in(sandbox, "\x1bLuaS");
  CHECK(ran.error == "lab.lua: attempt to load a binary chunk (mode is 't')");
  for (const char* script :
       {"print(load('\\27Lua'))", "print(load('\\27Lua', 'x', 'b'))",
        "print(load('\\27Lua', 'x', 'bt'))",
        "local n = 0 print(load(function() n = n + 1 return n == 1 and '\\27Lua' or nil end))"}) {
    CHECK(run(script).printed.starts_with("nil "));
  }
}

TEST_CASE("nothing of the machine can be reached") {
  for (const char* name :
       {"io", "os", "debug", "package", "require", "dofile", "loadfile", "collectgarbage", "xpcall",
        "warn", "string.dump", "math.sin", "string.pack", "coroutine.close"}) {
    INFO(name);
    CHECK(run(std::string("print(") + name + ")").printed == "nil\n");
  }
  CHECK(run("print(string.format('%p', {}))").error ==
        "lab.lua:1: '%p' is not available: addresses differ from run to run");
  CHECK(run("math.randomseed(1)").error ==
        "lab.lua:1: math.randomseed is not available: a run has one seed, given from outside");
}

TEST_CASE("the allow-list is this and no more") {
  const Ran ran = run(R"(
    emit, print = nil, emit
    for name, value in pairs(_G) do
      if type(value) == 'table' and name ~= '_G' then
        local names = {}
        for field in pairs(value) do names[#names + 1] = field end
        print(name .. ': ' .. table.concat(names, ' '))
      else
        print(name)
      end
    end)");
  CHECK(ran.error.empty());
  CHECK(ran.printed ==
        "_G\n_VERSION\nassert\n"
        "coroutine: create isyieldable resume running status wrap yield\n"
        "error\ngetmetatable\nipairs\nload\n"
        "math: abs ceil exp floor fmod huge log max maxinteger min mininteger modf pi random "
        "randomseed sqrt tointeger type ult\n"
        "next\npairs\npcall\nprint\nrawequal\nrawget\nrawlen\nrawset\nselect\nsetmetatable\n"
        "string: byte char find format gmatch gsub len lower match rep reverse sub upper\n"
        "table: concat insert move pack remove sort unpack\n"
        "tonumber\ntostring\ntype\n"
        "utf8: char charpattern codepoint codes len offset\n");
}

TEST_CASE("memory is tidied up without the script noticing") {
  CHECK(run("setmetatable({}, {__gc = function() end})").error ==
        "lab.lua:1: '__gc' is not available: what it does depends on when memory is tidied up");
  CHECK(run("\nlocal mt = {}\nsetmetatable({}, mt)\nmt.__mode = 'k'").error ==
        "lab.lua:4: '__mode' is not available: what it does depends on when memory is tidied up");
  CHECK(run("local key = '__mo' .. 'de' setmetatable({}, {[key] = 'v'})").error ==
        "lab.lua:1: '__mode' is not available: what it does depends on when memory is tidied up");
  CHECK(run("print(load('x.__g' .. 'c = 1'))").printed.starts_with("nil load:1: '__gc'"));
  CHECK(run("my__mode = 1 print(my__mode)").printed == "1\n");
}

TEST_CASE("an exhausted sandbox stays exhausted until it gets a fresh environment") {
  Sandbox sandbox(small_limits());
  const Ran first = run_in(sandbox, "while true do end");
  const Ran second = run_in(sandbox, "print 'unreachable'");
  CHECK(first.error == second.error);
  CHECK(second.printed.empty());
  sandbox.refill(1000);
  CHECK(run_in(sandbox, "print 'unreachable'").printed.empty());
  sandbox.fresh_environment();
  CHECK(sandbox.exhausted() == Exhaustion::none);
  CHECK(run_in(sandbox, "print 'hello'").printed == "hello\n");
}

TEST_CASE("a closed sandbox gives all memory back") {
  Sandbox sandbox;
  const std::size_t before = sandbox.memory_used();
  run_in(sandbox, "kept = {} for i = 1, 10000 do kept[i] = {i} end");
  CHECK(sandbox.memory_used() > before + 500'000);
  sandbox.fresh_environment();
  CHECK(sandbox.memory_used() < before + 100'000);
}

}  // namespace mqlab::scripting::test
