// SPDX-License-Identifier: MIT
// Variants, parameters, includes: what makes several runs of one script.
#include "tests/catch.hpp"
#include "tests/scripting/script.hpp"

namespace mqlab::scripting::test {
namespace {

Report run_variant(const std::string& body, const std::string& variant) {
  Request request = request_for(body);
  request.variant = variant;
  return run_scenario(request);
}

Report run_with(const std::string& body, std::map<std::string, std::string> parameters) {
  Request request = request_for(body);
  request.parameters = std::move(parameters);
  return run_scenario(request);
}

// Includes from these files, however often they are asked for.
Report run_including(const std::string& body, const std::map<std::string, std::string>& files) {
  Request request = request_for(body);
  request.include = [files](const std::string& name) -> Result<std::string> {
    const auto file = files.find(name);
    if (file != files.end()) return file->second;
    return Error{Place{name, 0}, "no such file", "check the path"};
  };
  return run_scenario(request);
}

}  // namespace

TEST_CASE("The first variant runs unless another is named, and pick gives its value") {
  const std::string body =
      "local name = variants { 'fault', { 'cure', 'with acks' } }\nprint(name, variant, pick { "
      "fault = 1, cure = false })\nrun()\nexpect.equal(1, 1)";
  CHECK(run_variant(body, "").printed == std::vector<std::string>{"fault  fault  1"});
  const Report cure = run_variant(body, "cure");
  CHECK(cure.printed == std::vector<std::string>{"cure  cure  false"});
  CHECK(cure.variant == "cure");
  REQUIRE(cure.variants.size() == 2);
  CHECK(cure.variants[1].description == "with acks");
}

TEST_CASE("Mistakes about variants are told") {
  CHECK(error_of(run_variant("variants { 'fault', 'cure' }\nrun()", "cur")) ==
        "lab.lua:2: there is no variant 'cur' (did you mean 'cure'?)");
  CHECK(error_of(run_variant("variants { 'fault', 'cure' }\nrun()", "zebra")) ==
        "lab.lua:2: there is no variant 'zebra' (there are fault, cure)");
  CHECK(error_of(run_variant("run()", "cure")) ==
        "lab.lua: the scenario has no variants, so no 'cure'");
  CHECK(error("variants {}") ==
        "lab.lua:2: variants takes a list of names (variants { \"fault\", \"cure\" })");
  CHECK(error("variants { 'a', 'a' }") == "lab.lua:2: there are two variants 'a'");
  CHECK(error("variants { 'a' }\nvariants { 'b' }") == "lab.lua:3: variants were already declared");
  CHECK(error("variants { { 'a' } }")
            .rfind("lab.lua:2: a variant is a name, or { name, description }", 0) == 0);
  CHECK(error("pick { a = 1 }") == "lab.lua:2: pick needs variants (say variants { … } before)");
  CHECK(error("variants { 'a', 'b' }\npick { a = 1 }") ==
        "lab.lua:3: pick: the variant 'b' has no value (nil cannot be picked; use false)");
  CHECK(error("variants { 'a', 'b' }\npick { a = 1, b = 2, c = 3 }") ==
        "lab.lua:3: pick: there is no variant 'c'");
  CHECK(error("variants { 'a', 'b' }\npick { 1, 2 }") ==
        "lab.lua:3: pick takes a value for each variant (pick { fault = 1, cure = 2 })");
}

TEST_CASE("A parameter has its default, or the text given for it in the type of the default") {
  const std::string body =
      "print(param('n', 5), param('t', 10*ms), param('f', 0.5), param('b', true), param('s', 'x'))";
  CHECK(run_with(body, {}).printed == std::vector<std::string>{"5  10000000  0.5  true  x"});
  CHECK(run_with(body, {{"n", "-7"}, {"t", "1.5s"}, {"f", "2"}, {"b", "false"}, {"s", "a b"}})
            .printed == std::vector<std::string>{"-7  1500000000  2  false  a b"});
  const Report report = run_with("local n = param('n', 5, 'how many')", {{"n", "6"}});
  REQUIRE(report.parameters.size() == 1);
  CHECK(report.parameters[0].value == "6");
  CHECK(report.parameters[0].description == "how many");
}

TEST_CASE("Mistakes about parameters are told") {
  CHECK(error_of(run_with("param('n', 5)", {{"n", "x"}})) ==
        "lab.lua:2: --set n=x: must be a whole number, or a time such as 10ms");
  CHECK(error_of(run_with("param('n', 5)", {{"n", "99999999999999999999"}}))
            .rfind("lab.lua:2: --set n=99999999999999999999: must be a whole number", 0) == 0);
  CHECK(error_of(run_with("param('n', 5)", {{"n", ""}})).rfind("lab.lua:2: --set n=: must be", 0) ==
        0);
  CHECK(error_of(run_with("param('b', true)", {{"b", "yes"}})) ==
        "lab.lua:2: --set b=yes: must be true or false");
  CHECK(error_of(run_with("param('f', 0.5)", {{"f", "nan"}}))
            .rfind("lab.lua:2: --set f=nan: must be a number", 0) == 0);
  CHECK(error_of(run_with("param('count', 5)", {{"cuont", "1"}})) ==
        "lab.lua: --set cuont: the scenario has no parameter of this name (did you mean 'count'?)");
  CHECK(error("param('n', 1)\nparam('n', 2)") == "lab.lua:3: there are two parameters 'n'");
  CHECK(error("param('n')") ==
        "lab.lua:2: param takes a name and a default: a number, a text, true or false "
        "(param(\"count\", 5))");
  CHECK(error("param('n', {})").rfind("lab.lua:2: param takes a name", 0) == 0);
}

TEST_CASE("An included file is run once, and its results are given") {
  const Report report = run_including("local a, b = include 'world.lua'\nprint(a, b)",
                                      {{"world.lua", "return rabbit, 7"}});
  CHECK(report.printed == std::vector<std::string>{"rabbit  7"});
  REQUIRE(report.sources.size() == 2);
  CHECK(report.sources[1].name == "world.lua");
}

TEST_CASE("What an included file returns is not copied, and the same each time") {
  const std::map<std::string, std::string> files{
      {"counter.lua",
       "local M = { count = 0 }\nfunction M.inc() M.count = M.count + 1 end\n"
       "return setmetatable(M, { __index = function(_, k) return k .. '?' end }), nil, 7"},
      {"user.lua", "include('counter.lua').inc()"}};
  const Report report = run_including(
      "local M = include 'counter.lua'\nM.inc()\ninclude 'user.lua'\nprint(M.count, M.other)\n"
      "local again, none, seven = include 'counter.lua'\n"
      "print(again == M, none, seven, select('#', include 'user.lua'))",
      files);
  CHECK(error_of(report) == "");
  CHECK(report.printed == std::vector<std::string>{"2  other?", "true  nil  7  0"});
  CHECK(report.sources.size() == 3);
}

TEST_CASE("A file that a process includes may wait") {
  const Report report =
      run_including("process { 'c', function() print(include 'wait.lua', now()) end }\nrun()",
                    {{"wait.lua", "sleep(3) return 'back'"}});
  CHECK(error_of(report) == "");
  CHECK(report.printed == std::vector<std::string>{"back  3"});
}

TEST_CASE("Mistakes in and about included files have their file and line") {
  const std::map<std::string, std::string> files{{"bad.lua", "\nerror 'broken'"},
                                                 {"syntax.lua", "\nx ="},
                                                 {"word.lua", "\n\nq:bind('nowhere', 'k')"},
                                                 {"again.lua", "include 'again.lua'"},
                                                 {"nested.lua", "return include 'good.lua'"},
                                                 {"good.lua", "return 1"}};
  const auto including = [&](const std::string& body) {
    return error_of(run_including(body, files));
  };
  CHECK(including("include 'bad.lua'") == "bad.lua:2: broken");
  CHECK(including("include 'syntax.lua'") == "syntax.lua:2: unexpected symbol near <eof>");
  CHECK(including("include 'word.lua'").rfind("word.lua:3: NOT_FOUND", 0) == 0);
  CHECK(including("\ninclude 'none.lua'").rfind("lab.lua:3: none.lua: no such file", 0) == 0);
  CHECK(including("include 'again.lua'") ==
        "again.lua:1: 'again.lua' has not returned: it includes itself, or failed before");
  CHECK(including("pcall(include, 'bad.lua')\ninclude 'bad.lua'") ==
        "lab.lua:3: 'bad.lua' has not returned: it includes itself, or failed before");
  CHECK(including("assert(include 'nested.lua' == 1)") == "");
  CHECK(including("include(5)") ==
        "lab.lua:2: include takes a file's name (include \"world.lua\")");
  CHECK(including("at(1*ms, function() assert(include 'good.lua' == 1) end)\nrun()") == "");
  CHECK(error("include 'good.lua'") == "lab.lua:2: nothing can be included here");
}

TEST_CASE("A scenario includes at most sixteen files") {
  std::map<std::string, std::string> files;
  std::string body;
  for (int i = 1; i <= 17; ++i) {
    files[std::to_string(i)] = "";
    body += "include '" + std::to_string(i) + "'\n";
  }
  CHECK(error_of(run_including(body, files)) == "lab.lua:18: more than 16 files are included");
}

TEST_CASE("A seed is said before the first chance") {
  CHECK(error("seed(7)").rfind("lab.lua:2: seed comes too late", 0) == 0);
  Request request;
  request.main = Source{"lab.lua", "lab { title = 'x' } seed(7)"};
  CHECK(run_scenario(request).seed == 7);
  request.seed = 8;
  CHECK(run_scenario(request).seed == 8);
  request.main.text = "lab { title = 'x' } seed(-1)";
  CHECK(error_of(run_scenario(request)) == "lab.lua:1: seed takes a whole number from 0");
}

}  // namespace mqlab::scripting::test
