// SPDX-License-Identifier: MIT
// The sandbox's patterns and string functions give what Lua's own give, errors included.
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <lua.hpp>

#include "scripting/sandbox/binding.hpp"
#include "tests/catch.hpp"
#include "tests/sandbox/lab.hpp"

namespace mqlab::scripting::test {
namespace {

// A text as a literal of Lua.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    result += '\\';
    result += static_cast<char>('0' + byte / 100);
    result += static_cast<char>('0' + byte / 10 % 10);
    result += static_cast<char>('0' + byte % 10);
  }
  return result + "\"";
}

// Lines "true" or "false", and results or message, for each call in the list.
std::string comparing(const std::string& calls) {
  return R"(
local function show(...)
  local line = {}
  for i = 1, select('#', ...) do line[i] = tostring((select(i, ...))) end
  return table.concat(line, '|')
end
local function every(...)
  local all = {}
  for a, b, c in string.gmatch(...) do all[#all + 1] = show(a, b, c) end
  return table.concat(all, ';')
end
local function try(f, ...)
  local line = show(pcall(f, ...))
  out[#out + 1] = line:match('^false|[^:]*:%d+: (.*)$') or line
end
)" + calls +
         "\nreturn table.concat(out, '\\n')";
}

// Runs the script and returns the text that it returns.
std::string result_of(lua_State* L, const std::string& script) {
  lua_newtable(L);
  lua_setglobal(L, "out");
  REQUIRE(luaL_loadbufferx(L, script.data(), script.size(), "=calls", "t") == LUA_OK);
  const int status = lua_pcall(L, 0, 1, 0);
  std::string result = lua_tostring(L, -1);
  INFO(result);
  REQUIRE(status == LUA_OK);
  lua_pop(L, 1);
  return result;
}

// Compares line by line, so that a difference shows its call.
void check_same_as_stock(const std::vector<std::string>& calls) {
  std::string script;
  for (const std::string& call : calls) script += call + "\n";
  script = comparing(script);
  lua_State* stock = luaL_newstate();
  luaL_requiref(stock, "_G", luaopen_base, 1);
  luaL_requiref(stock, "string", luaopen_string, 1);
  luaL_requiref(stock, "table", luaopen_table, 1);
  lua_settop(stock, 0);
  const std::string expected = result_of(stock, script);
  lua_close(stock);
  Sandbox sandbox;
  const std::string got = result_of(sandbox.state(), script);
  if (got == expected) {
    SUCCEED();
    return;
  }
  std::size_t line = 0;
  std::size_t at = 0;
  for (; at < got.size() && at < expected.size() && got[at] == expected[at]; ++at) {
    if (got[at] == '\n') ++line;
  }
  const std::size_t begin = at < 40 ? 0 : at - 40;
  INFO("near call " << line << ": " << (line < calls.size() ? calls[line] : ""));
  CHECK(got.substr(begin, 100) == expected.substr(begin, 100));
}

// All ways to use a pattern on a text.
void add_calls(std::vector<std::string>* calls, const std::string& text,
               const std::string& pattern) {
  const std::string arguments = quoted(text) + ", " + quoted(pattern);
  calls->push_back("try(string.find, " + arguments + ")");
  calls->push_back("try(string.find, " + arguments + ", 3)");
  calls->push_back("try(string.find, " + arguments + ", -2, true)");
  calls->push_back("try(string.match, " + arguments + ")");
  calls->push_back("try(string.match, " + arguments + ", 2)");
  calls->push_back("try(every, " + arguments + ")");
  calls->push_back("try(every, " + arguments + ", 2)");
  calls->push_back("try(string.gsub, " + arguments + ", '<%0>')");
  calls->push_back("try(string.gsub, " + arguments + ", '%1%%%2', 2)");
  calls->push_back("try(string.gsub, " + arguments +
                   ", {a = 'A', ab = 1, b = false, [1] = 'one'})");
  calls->push_back("try(string.gsub, " + arguments +
                   ", function(x, y) if x == 'a' then return nil end return y or x end)");
}

const std::vector<std::string> kPatterns{"",
                                         "a",
                                         "ab",
                                         "^a",
                                         "a$",
                                         "^a$",
                                         "^$",
                                         ".",
                                         "..",
                                         "a*",
                                         "a+",
                                         "a-",
                                         "a?",
                                         "a*b",
                                         "a-b",
                                         "(a*)(b*)",
                                         "(a-)(b+)",
                                         "((a)(b))",
                                         "()",
                                         "()a()",
                                         "(a)()b",
                                         "%a",
                                         "%a+",
                                         "%A+",
                                         "%d+",
                                         "%D",
                                         "%s*",
                                         "%S+",
                                         "%w+",
                                         "%W",
                                         "%l+",
                                         "%L",
                                         "%u",
                                         "%U",
                                         "%p",
                                         "%P+",
                                         "%c",
                                         "%C",
                                         "%x+",
                                         "%X",
                                         "%g+",
                                         "%G",
                                         "[ab]+",
                                         "[^ab]+",
                                         "[a-c]",
                                         "[^a-c]*",
                                         "[%a]+",
                                         "[%d%s]+",
                                         "[^%s]+",
                                         "[]]",
                                         "[^]]+",
                                         "[]ab]",
                                         "[a-]",
                                         "[-a]",
                                         "[a%-b]",
                                         "[%]]",
                                         "[a-%%]",
                                         "%b()",
                                         "%b()%b()",
                                         "%bab",
                                         "%f[%a]%a+",
                                         "%f[%A]",
                                         "%f[%z]",
                                         "%f[%w]%w",
                                         "(.)%1",
                                         "(a)(b)%2%1",
                                         "(.-)%1",
                                         "^(%s*)(.-)%s*$",
                                         "%z",
                                         "%%",
                                         "%.",
                                         "%(",
                                         "%",
                                         "[",
                                         "[a",
                                         "[^",
                                         "[%",
                                         "[%a",
                                         "(",
                                         ")",
                                         "(a",
                                         "a)",
                                         "%b",
                                         "%bx",
                                         "%f",
                                         "%fa",
                                         "%f[",
                                         "%1",
                                         "%0",
                                         "(%1)",
                                         "()%1",
                                         "(a)%2",
                                         "^*",
                                         "*",
                                         "+a",
                                         "?",
                                         "-",
                                         "a**",
                                         "a+-",
                                         "$a",
                                         "a$b",
                                         "^^a",
                                         "(^a)",
                                         "a^b",
                                         "[[]",
                                         "[]",
                                         "[^]",
                                         "[a-z",
                                         "%w%s%w",
                                         "(%w+)=(%w+)",
                                         ".-b",
                                         ".*b",
                                         ".+b",
                                         ".?b",
                                         "(a?)(b?)(.?)",
                                         std::string("a\0b", 3),
                                         std::string("%\0", 2),
                                         std::string("[\0]", 3),
                                         std::string("[^\0]+", 5),
                                         std::string("%b\0a", 4)};

const std::vector<std::string> kTexts{"",
                                      "a",
                                      "b",
                                      "ab",
                                      "aab",
                                      "abab",
                                      "aaaa",
                                      "a b c",
                                      "hello 42 World",
                                      "(a(b)c)(d",
                                      "key=value, k2=v2",
                                      "  trim me  ",
                                      "THE (quick) fox",
                                      "x.y%z-w",
                                      "[brackets]",
                                      "1a2b3c",
                                      "\n\t\x01\x7f",
                                      "\xe4\xf6\xfc\xff",
                                      "aabbaabb",
                                      std::string("a\0b\0", 4),
                                      "a-b_c%]"};

}  // namespace

TEST_CASE("patterns match as Lua's do") {
  for (const std::string& pattern : kPatterns) {
    std::vector<std::string> calls;
    for (const std::string& text : kTexts) add_calls(&calls, text, pattern);
    INFO("pattern " << pattern);
    check_same_as_stock(calls);
  }
}

TEST_CASE("patterns put together at random match as Lua's do") {
  const std::vector<std::string> kPieces{"a",     "b", ".", "%a", "[ab]", "[^a]", "(",  ")",
                                         "()",    "*", "+", "-",  "?",    "%1",   "%2", "%b()",
                                         "%f[a]", "^", "$", "%d", "[",    "]",    "%s", "("};
  const std::string kLetters = "aab() 1";
  std::uint64_t state = 1;
  const auto draw = [&](std::size_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state >> 33) % below;
  };
  std::vector<std::string> calls;
  for (int i = 0; i < 700; ++i) {
    std::string pattern;
    for (std::size_t n = draw(7); n > 0; --n) pattern += kPieces[draw(kPieces.size())];
    std::string text;
    for (std::size_t n = draw(10); n > 0; --n) text += kLetters[draw(kLetters.size())];
    add_calls(&calls, text, pattern);
  }
  check_same_as_stock(calls);
}

TEST_CASE("string functions give what Lua's give") {
  std::vector<std::string> calls;
  for (const char* text : {"''", "'a'", "'Hello World'", "'\\0\\255x'", "12", "1.5", "nil"}) {
    for (const char* name : {"lower", "upper", "reverse", "len"}) {
      calls.push_back(fmt::format("try(string.{}, {})", name, text));
    }
    for (const char* i : {"0", "1", "2", "-1", "-3", "100", "-100", "math", "2.0", "1.5", "'1'"}) {
      const std::string first = i == std::string("math") ? "1 << 63" : i;
      for (const char* j : {"nil", "0", "1", "5", "-1", "-2", "100", "1 << 63"}) {
        calls.push_back(fmt::format("try(string.sub, {}, {}, {})", text, first, j));
        calls.push_back(fmt::format("try(string.byte, {}, {}, {})", text, first, j));
      }
      if (first != "100")
        calls.push_back(fmt::format("try(string.rep, {}, {}, ', ')", text, first));
    }
  }
  calls.emplace_back("try(string.char, 72, 105, 0, 255)");
  calls.emplace_back("try(string.char, 256)");
  calls.emplace_back("try(function() return ('x'):rep(3), #'abc', '10' + 5, -'2', '3' * '4' end)");
  calls.emplace_back(
      "try(function() return 'a' < 'b', 'a\\0b' < 'a\\0c', 'Z' < 'a', '' < 'a' end)");
  check_same_as_stock(calls);
}

TEST_CASE("string.format gives what Lua's gives") {
  std::vector<std::string> calls;
  for (const char* spec :
       {"%d",       "%5d",   "%-5d|",  "%05d",    "%+d",    "% d",   "%.3d", "%i",   "%u",
        "%x",       "%X",    "%#x",    "%o",      "%c",     "%5c",   "%f",   "%.2f", "%10.3f",
        "%-10.1f|", "%+.1f", "%e",     "%.3E",    "%g",     "%.3g",  "%G",   "%#g",  "%a",
        "%.1A",     "%s",    "%10s",   "%-10s|",  "%.2s",   "%5.1s", "%q",   "%%",   "%",
        "%y",       "%5",    "%123d",  "%1.123f", "%0100d", "%#d",   "%+s",  "%5q",  "%.0f",
        "%99.99f",  "%--5d", "%    d", "x%dy%%z", "%d%d"}) {
    for (const char* value :
         {"0", "42", "-42", "3.0", "3.5", "-0.0", "1e308", "1/0", "-1/0", "1 << 63", "'text'",
          "'7'", "'a\\0b'", "true", "nil", "('long'):rep(50)", "'q\"\\\\\\n\\r\\0001\\1'"}) {
      calls.push_back("try(string.format, '" + std::string(spec) + "', " + value + ")");
    }
  }
  calls.emplace_back("try(string.format, '%d %s', 1)");
  calls.emplace_back(
      "try(string.format, '%s %s', 1, setmetatable({}, {__tostring = function() "
      "return 'me' end}))");
  calls.emplace_back(
      "try(string.format, '%s', setmetatable({}, {__tostring = function() return 1 "
      "end}))");
  check_same_as_stock(calls);
}

TEST_CASE("table functions give what Lua's give") {
  std::vector<std::string> calls;
  // Versions of Lua differ in which argument of table.remove they blame.
  calls.emplace_back(
      "local numbered = try local function try(...) numbered(...) "
      "out[#out] = out[#out]:gsub('argument #%d', 'argument') end");
  calls.emplace_back(
      "local function on(f, ...) local t = {1, 2, 3, 4, 5} local r = show(f(t, ...)) "
      "if r:find('table') then r = 't' end return r .. ':' .. #t .. ':' .. show(table.unpack(t)) "
      "end");
  for (const char* at : {"0", "1", "3", "5", "6", "7", "-1", "1 << 63", "nil", "'2'", "2.5"}) {
    const std::string a = at;
    calls.push_back("try(on, table.insert, " + a + ")");
    calls.push_back("try(on, table.insert, " + a + ", 'x')");
    calls.push_back("try(on, table.remove, " + a + ")");
    if (a == "1 << 63") continue;
    calls.push_back("try(on, table.concat, ', ', " + a + ")");
    for (const char* other : {"1", "3", "5", "7", "0"}) {
      const std::string b = a + ", " + other;
      calls.push_back("try(on, table.unpack, " + b + ")");
      calls.push_back("try(on, table.concat, '-', " + b + ")");
      for (const char* to : {"1", "2", "4", "6", "-2"}) {
        calls.push_back("try(on, table.move, " + b + ", " + to + ")");
      }
    }
  }
  for (const char* call :
       {"try(on, table.insert)", "try(on, table.insert, 1, 2, 3)", "try(on, table.remove)",
        "try(table.remove, {})", "try(table.remove, {}, 0)", "try(table.remove, {}, 2)",
        "try(table.concat, {1, 2.5, 'x'}, 1)", "try(table.concat, {{}})", "try(table.concat, {})",
        "try(table.pack(1, nil, 3).n)", "try(table.concat, table.move({1, 2, 3}, 1, 3, 2, {9}))",
        "try(table.move, {}, 1, 1 << 62, (1 << 62) + 1)",
        "try(table.move, {}, -5, (1 << 63) - 1, 2)", "try(table.unpack, {1, 2, nil, 4}, 1, 4)",
        "try(select, -1, 1, 2, 3)"}) {
    calls.emplace_back(call);
  }
  check_same_as_stock(calls);
}

}  // namespace mqlab::scripting::test
