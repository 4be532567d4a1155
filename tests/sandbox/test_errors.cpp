// SPDX-License-Identifier: MIT
// Every error of a script has a place, says what is wrong, and where it can, how to mend it.
#include <string>

#include "tests/catch.hpp"
#include "tests/sandbox/lab.hpp"

namespace mqlab::scripting::test {
namespace {

std::string hint(const char* script) {
  return run(script).hint;
}

}  // namespace

TEST_CASE("an error names its file and line once") {
  CHECK(run("\nerror 'broken'").error == "lab.lua:2: broken");
  CHECK(run("\n\nlocal x = nil + 1").error ==
        "lab.lua:3: attempt to perform arithmetic on a nil value");
  CHECK(run("x = = 1").error == "lab.lua:1: unexpected symbol near '='");
  CHECK(run("for i = 1, 2 do\nprint(i)\n").error ==
        "lab.lua:3: 'end' expected (to close 'for' at line 1) near <eof>");
}

TEST_CASE("an error without a place gets that of the running line") {
  CHECK(run("\nerror('broken', 0)").error == "lab.lua:2: broken");
  CHECK(run("\n\nassert(false)").error == "lab.lua:3: assertion failed!");
  CHECK(run("assert(nil, 'text')").error == "lab.lua:1: text");
}

TEST_CASE("an error that blames the caller has the caller's line") {
  CHECK(run("local function f()\n error('mine', 2)\nend\nf()").error == "lab.lua:4: mine");
}

TEST_CASE("an error that was caught and raised again keeps its first place") {
  CHECK(run("local ok, e = pcall(function()\n error 'first'\nend)\nerror(e)").error ==
        "lab.lua:2: first");
  CHECK(run("local c = coroutine.wrap(function()\n error 'inside'\nend)\n\nc()").error ==
        "lab.lua:2: inside");
}

TEST_CASE("an error that is not a text is told by its kind") {
  CHECK(run("error {}").error == "lab.lua:1: the error is a table, not a text");
  CHECK(run("error()").error == "lab.lua:1: the error is a nil, not a text");
  CHECK(run("error(setmetatable({}, {__tostring = function() return 'told' end}))").error ==
        "lab.lua:1: told");
  CHECK(run("error(setmetatable({}, {__tostring = function() error 'no' end}))").error ==
        "lab.lua:1: the error is a table, not a text");
  CHECK(run("error(setmetatable({}, {__tostring = function() while true do end end}))",
            small_limits())
            .error == "lab.lua:1: the script used up its 1000000 steps");
}

TEST_CASE("what is used up is reported at the line that used it up") {
  CHECK(run("\nwhile true do end", small_limits()).error ==
        "lab.lua:2: the script used up its 1000000 steps");
  CHECK(run("local c = coroutine.wrap(function()\nwhile true do end\nend)\nc()", small_limits())
            .error == "lab.lua:2: the script used up its 1000000 steps");
  CHECK(run("local s = 'x'\nwhile true do\ns = s .. s\nend").error ==
        "lab.lua:3: a text of more than 1 MiB");
  CHECK(run("local t = {}\nfor i = 1, 1e9 do\nt[i] = i\nend").error ==
        "lab.lua:3: a table or stack of more than 16 MiB");
}

TEST_CASE("a mistyped name gets a suggestion") {
  CHECK(hint("pritn(1)") == "did you mean 'print'?");
  CHECK(hint("strng.len('x')") == "did you mean 'string'?");
  CHECK(hint("string.lenn('x')") == "did you mean 'len'?");
  CHECK(hint("('x'):uper()") == "did you mean 'upper'?");
  CHECK(hint("function my_queue() end mi_queue()") == "did you mean 'my_queue'?");
  CHECK(hint("zebra()") == "nothing is called 'zebra' here");
}

TEST_CASE("words that C++ knows are suggested too") {
  Sandbox sandbox;
  const std::string names[] = {"publish", "consume"};
  sandbox.add_names(names);
  CHECK(run_in(sandbox, "local t = {} t:publsih()").hint == "did you mean 'publish'?");
}

TEST_CASE("what is left out says why") {
  CHECK(hint("os.time()") ==
        "'os' is not available in a scenario: a scenario does not see the "
        "machine's clock, environment or programs");
  CHECK(hint("require 'x'") ==
        "'require' is not available in a scenario: a scenario loads no modules");
  CHECK(hint("math.sin(1)") ==
        "'sin' is not available in a scenario: its last digits differ between processors");
  CHECK(hint("xpcall(print, print)") == "'xpcall' is not available in a scenario: use pcall");
}

TEST_CASE("libraries cannot be changed, by any way") {
  const std::string refused =
      "'string' is shared by all scripts and cannot be changed: use a name of your own";
  CHECK(run("string.foo = 1").error == "lab.lua:1: " + refused);
  CHECK(run("string.format = nil").error == "lab.lua:1: " + refused);
  CHECK(run("table.insert(string, 1)").error == "lab.lua:1: " + refused);
  CHECK(run("rawset(string, 'len', 1)").error == "lab.lua:1: this table is shared by all scripts");
  CHECK(run("setmetatable(string, {})").error == "lab.lua:1: cannot change a protected metatable");
  CHECK(run("local f, t = pairs(string) t.len = 1").error == "lab.lua:1: " + refused);
  CHECK(run("print(getmetatable(''), getmetatable(string))").printed == "locked locked\n");
  CHECK(run("print(rawget(string, 'len') == string.len, ('x').len == string.len)").printed ==
        "true true\n");
}

TEST_CASE("a script may begin with a byte order mark and a line for the shell") {
  CHECK(run("\xef\xbb\xbfprint 'x'\nerror 'broken'").error == "lab.lua:2: broken");
  CHECK(run("#!/usr/bin/env mqlab\nprint 'x'\nerror 'broken'").error == "lab.lua:3: broken");
  CHECK(run("\xef\xbb\xbf#!/bin/mqlab\r\nprint 'x'\r\n").printed == "x\n");
  CHECK(run("#").error == "");
  CHECK(run("print 'x'\n#!/bin/sh").error == "lab.lua:2: unexpected symbol near '#'");
}

TEST_CASE("what is nested too deep to be read says so") {
  const Ran ran = run("x = " + std::string(1000, '(') + "1" + std::string(1000, ')'));
  CHECK(ran.error == "lab.lua: C stack overflow");
  CHECK(ran.hint == "brackets, tables or blocks are nested too deep");
}

TEST_CASE("a long file name is kept whole") {
  Sandbox sandbox;
  const std::string file = "a/very/long/path/" + std::string(80, 'x') + "/lab.lua";
  const Result<void> result = sandbox.run(file, "\nerror 'broken'");
  REQUIRE(!result.ok());
  CHECK(result.error().text() == file + ":2: broken");
  const Result<void> syntax = sandbox.run(file, "x =");
  REQUIRE(!syntax.ok());
  CHECK(syntax.error().text() == file + ":1: unexpected symbol near <eof>");
}

}  // namespace mqlab::scripting::test
