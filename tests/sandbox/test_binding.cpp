// SPDX-License-Identifier: MIT
// C++ functions called by scripts, and scripts called by C++: nothing leaks, nothing is thrown.
#include <limits>
#include <stdexcept>
#include <string>

#include "scripting/sandbox/binding.hpp"
#include "tests/catch.hpp"
#include "tests/sandbox/lab.hpp"

namespace mqlab::scripting::test {
namespace {

// Counts those alive in the int that the registry names.
class Counted {
 public:
  explicit Counted(lua_State* L) {
    lua_getfield(L, LUA_REGISTRYINDEX, "alive");
    alive_ = static_cast<int*>(lua_touserdata(L, -1));
    lua_pop(L, 1);
    ++*alive_;
  }
  ~Counted() { --*alive_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  int* alive_;
};

Outcome act(lua_State* L, Reply& reply) {
  const Counted counted(L);
  const auto what = text_at(L, 1);
  if (!what) return reply.fail("act takes a text");
  if (*what == "throw") throw std::runtime_error("thrown in C++");
  if (*what == "throw an int") throw 7;
  reply.nil();
  reply.boolean(true);
  reply.integer(integer_at(L, 2).value_or(-1));
  reply.number(number_at(L, 2).value_or(-1));
  reply.text(std::string(*what) + std::string(1000, '!'));
  if (*what == "yield") return reply.yield();
  return reply.done();
}

Outcome push_two(lua_State* L, Reply&) {
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 2);
  return Outcome::on_stack(2);
}

// A sandbox with `act`.
struct Lab {
  int alive = 0;
  Sandbox sandbox;

  Lab() {
    lua_State* L = sandbox.state();
    lua_pushlightuserdata(L, &alive);
    lua_setfield(L, LUA_REGISTRYINDEX, "alive");
    lua_pushcfunction(L, bound<act>);
    lua_setglobal(L, "act");
    lua_pushcfunction(L, bound<push_two>);
    lua_setglobal(L, "push_two");
  }
};

}  // namespace

TEST_CASE("a binding's C++ objects are gone when it fails, throws or yields") {
  Lab lab;
  const Ran ran = run_in(lab.sandbox, R"(
    print(pcall(act, 1))
    print(pcall(act, 'throw'))
    print(pcall(act, 'throw an int'))
    print(pcall(table.sort, {1, 2}, function() act 'yield' end))
    local c = coroutine.create(act)
    print(select('#', coroutine.resume(c, 'yield', 5)))
    print(coroutine.resume(c, 'back'))
    print(select(2, act('hello', 3.0)), select(3, act('hello', 2.5)), (select(4, act('x', 2.5))))
    print(#select(5, act('x')))
    print(push_two()))");
  CHECK(ran.error.empty());
  CHECK(ran.printed ==
        "false act takes a text\n"
        "false thrown in C++\n"
        "false an unknown C++ exception\n"
        "false lab.lua:5: this can only be done inside a process\n"
        "6\n"
        "true back\n"
        "true -1 2.5\n"
        "1001\n"
        "1 2\n");
  CHECK(lab.alive == 0);
}

TEST_CASE("an error of a binding has the place of its call") {
  Lab lab;
  CHECK(run_in(lab.sandbox, "\n\nact()").error == "lab.lua:3: act takes a text");
}

TEST_CASE("C++ calls a function and gets its results or its error") {
  Sandbox sandbox;
  lua_State* L = sandbox.state();
  REQUIRE(sandbox
              .load(L, "f.lua",
                    "local a, b = ... if not b then error 'b is missing' end return a + b, 'x'")
              .ok());
  lua_pushvalue(L, -1);
  lua_pushinteger(L, 2);
  lua_pushinteger(L, 3);
  REQUIRE(sandbox.call(L, 2, 2).ok());
  CHECK(integer_at(L, -2) == 5);
  CHECK(text_at(L, -1) == "x");
  lua_pop(L, 2);
  const Result<void> result = sandbox.call(L, 0, 2);
  REQUIRE(!result.ok());
  CHECK(result.error().text() == "f.lua:1: b is missing");
  CHECK(lua_gettop(L) == 0);
}

TEST_CASE("memory used up in a call is reported at the line that used it up") {
  Limits limits;
  limits.memory_bytes = 1 << 20;
  const std::pair<const char*, int> kHungry[] = {
      {"function grow()\n\nlocal t = {}\nwhile true do\nt = {t}\nend end", 5},
      {"function grow()\n\nlocal t = {}\nfor i = 1, 1e9 do\nt[i] = i\nend end", 5},
      {"function grow()\n\nlocal t = {}\nwhile true do\nt[#t + 1] = ('x'):rep(9999) .. #t\nend end",
       5},
      {"function deep(n)\nreturn 1 + deep(n + 1)\nend\nfunction grow() return deep(1) end", 2},
      {"function grow()\ncoroutine.wrap(function()\nlocal t = {}\nwhile true do\nt = {t}\n"
       "end end)() end",
       5},
      // Who catches it is the innermost that is still there.
      {"function grow()\n\npcall(function() local t = {} while true do\nt = {t} end end) end", 3},
  };
  for (const auto& [script, line] : kHungry) {
    INFO(script);
    Sandbox sandbox(limits);
    lua_State* L = sandbox.state();
    REQUIRE(sandbox.run("f.lua", script).ok());
    lua_getglobal(L, "grow");
    const Result<void> result = sandbox.call(L, 0, 0);
    REQUIRE(!result.ok());
    CHECK(result.error().place.file == "f.lua");
    CHECK(result.error().place.line == line);
    CHECK(result.error().what == "the script used up its 1 MiB of memory");
    CHECK(lua_gettop(L) == 0);
  }
}

TEST_CASE("a call that finds no memory for its first line is reported where its function begins") {
  Limits limits;
  limits.memory_bytes = 1 << 20;
  Sandbox sandbox(limits);
  lua_State* L = sandbox.state();
  std::string locals = "x";
  for (int i = 0; i < 99; ++i) locals += ", x";
  REQUIRE(sandbox.run("f.lua", "\n\nfunction wide()\nlocal " + locals + "\nend").ok());
  lua_newtable(L);
  for (int i = 1; sandbox.memory_used() <= limits.memory_bytes; ++i) {
    lua_newtable(L);
    lua_rawseti(L, -2, i);
  }
  lua_getglobal(L, "wide");
  const Result<void> result = sandbox.call(L, 0, 0);
  REQUIRE(!result.ok());
  CHECK(result.error().text() ==
        "f.lua:3: the script used up its 1 MiB of memory "
        "(does something grow or call itself without end?)");
}

TEST_CASE("a function that C++ calls cannot yield") {
  Sandbox sandbox;
  lua_State* L = sandbox.state();
  REQUIRE(
      sandbox.run("f.lua", "function f()\ncoroutine.yield(1)\nend function g() return 7 end").ok());
  lua_getglobal(L, "f");
  const Result<void> result = sandbox.call(L, 0, 1);
  REQUIRE(!result.ok());
  CHECK(result.error().place.line == 2);
  CHECK(result.error().what == "attempt to yield outside of a process");
  lua_getglobal(L, "g");
  REQUIRE(sandbox.call(L, 0, 1).ok());
  CHECK(integer_at(L, -1) == 7);
}

TEST_CASE("C++ drives a coroutine to its end or its error") {
  Sandbox sandbox;
  lua_State* L = sandbox.state();
  lua_State* thread = lua_newthread(L);
  REQUIRE(sandbox
              .load(thread, "p.lua",
                    "local a = coroutine.yield(1, 2)\nif a == 0 then error 'zero' end return a")
              .ok());
  const Result<Resumed> first = sandbox.resume(thread, 0);
  REQUIRE(first.ok());
  CHECK(!first->finished);
  CHECK(first->values == 2);
  lua_pop(thread, 2);
  SECTION("to its end") {
    lua_pushinteger(thread, 7);
    const Result<Resumed> last = sandbox.resume(thread, 1);
    REQUIRE(last.ok());
    CHECK(last->finished);
    CHECK(integer_at(thread, -1) == 7);
  }
  SECTION("to its error") {
    lua_pushinteger(thread, 0);
    const Result<Resumed> last = sandbox.resume(thread, 1);
    REQUIRE(!last.ok());
    CHECK(last.error().text() == "p.lua:2: zero");
  }
}

TEST_CASE("a coroutine that is resumed for ever uses up the budget") {
  Sandbox sandbox(small_limits());
  lua_State* thread = lua_newthread(sandbox.state());
  REQUIRE(sandbox.load(thread, "p.lua", "while true do coroutine.yield() end").ok());
  int resumed = 0;
  while (sandbox.resume(thread, 0).ok()) ++resumed;
  CHECK(sandbox.exhausted() == Exhaustion::steps);
  CHECK(resumed < 1'000'000);
}

TEST_CASE("a script that yields outside of a process is told so") {
  CHECK(run("\ncoroutine.yield()").error == "lab.lua:2: attempt to yield outside of a process");
  CHECK(run("table.sort({1, 2}, coroutine.yield)").hint ==
        "only a process can wait, and not inside table.sort, gsub or a metamethod");
}

TEST_CASE("a table of bindings can be frozen") {
  Sandbox sandbox;
  lua_State* L = sandbox.state();
  lua_newtable(L);
  lua_pushinteger(L, 3);
  lua_setfield(L, -2, "three");
  sandbox.freeze("numbers");
  lua_setglobal(L, "numbers");
  const Ran ran = run_in(sandbox, "print(numbers.three) numbers.three = 4");
  CHECK(ran.printed == "3\n");
  CHECK(ran.error ==
        "lab.lua:1: 'numbers' is shared by all scripts and cannot be changed: use a name of your "
        "own");
}

TEST_CASE("a sandbox can be moved") {
  Sandbox first;
  run_in(first, "kept = 5");
  Sandbox second = std::move(first);
  CHECK(run_in(second, "print(kept)").printed == "5\n");
  second = Sandbox();
  CHECK(run_in(second, "print(kept)").printed == "nil\n");
}

TEST_CASE("a double becomes the nearest integer that there is") {
  CHECK(saturate(2.9) == 2);
  CHECK(saturate(-2.9) == -2);
  CHECK(saturate(1e300) == std::numeric_limits<std::int64_t>::max());
  CHECK(saturate(-1e300) == std::numeric_limits<std::int64_t>::min());
  CHECK(saturate(9223372036854775808.0) == std::numeric_limits<std::int64_t>::max());
  CHECK(saturate(-9223372036854775808.0) == std::numeric_limits<std::int64_t>::min());
  CHECK(saturate(std::numeric_limits<double>::quiet_NaN()) == 0);
}

}  // namespace mqlab::scripting::test
