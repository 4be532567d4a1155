// SPDX-License-Identifier: MIT
// mqlab run: verdicts, exit codes, and files that are no scenarios.
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

using Json = nlohmann::json;

bool has_escape(const std::string& text) {
  return contains(text, "\x1b");
}

}  // namespace

TEST_CASE("The exit code is the verdict") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  folder.write("variants.lua", kVariants);
  CHECK(folder.mqlab({"run", "ok.lua"}).code == 0);
  CHECK(folder.mqlab({"run", "variants.lua"}).code == 1);
  CHECK(folder.mqlab({"run", "variants.lua", "--variant", "cure"}).code == 0);
  CHECK(folder.mqlab({"run", "ok.lua", "--until", "1ms"}).code == 2);
  CHECK(folder.mqlab({"run", "ok.lua", "--max-events", "3"}).code == 2);
  folder.write("idle.lua", "lab { title = \"nothing is checked\" }\nrun()\n");
  CHECK(folder.mqlab({"run", "idle.lua"}).code == 2);
}

TEST_CASE("The most important line is the last") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  folder.write("variants.lua", kVariants);
  const std::string passed = folder.mqlab({"run", "ok.lua"}).out;
  CHECK(contains(passed.substr(passed.rfind("\n\n")), "\n\nPASS 1 run, 1 check."));
  const std::string failed = folder.mqlab({"run", "variants.lua"}).out;
  CHECK(contains(failed.substr(failed.rfind("\n\n")),
                 "\n\nFAIL 1 failed, 0 unknown, 0 could not run, of 2 runs, 2 checks.  See why: "
                 "mqlab run variants.lua --variant fault -v"));
  const std::string cut = folder.mqlab({"run", "ok.lua", "--until", "#4"}).out;
  CHECK(contains(cut.substr(cut.rfind("\n\n")), "\n\nUNKNOWN 1 of 1 run, 0 checks."));
}

TEST_CASE("What is no scenario is told in one line, with exit code 65") {
  const Folder folder;
  folder.make_folder("empty");
  folder.write("binary.lua", std::string("lab\0{}", 6));
  folder.write("bytecode.lua", "\x1bLuaT");
  folder.write("nothing.lua", "");
  folder.write("syntax.lua", "lab { title = \"x\" }\nlocal = 1\n");
  folder.write("lines.lua", "lab { title = \"x\" }\nerror(\"one\\ntwo\")\n");
  folder.write("large.lua", std::string((std::size_t{4} << 20) + 1, ' '));
  const std::vector<std::pair<std::string, std::string>> mistakes{
      {"missing.lua", "missing.lua: no such file or directory (check the path)"},
      {"empty", "empty: there is no scenario.lua in this directory (name a scenario file"},
      {"binary.lua", "binary.lua: is a binary file, not a Lua script"},
      {"bytecode.lua", "bytecode.lua: is a binary file, not a Lua script"},
      {"nothing.lua", "nothing.lua:1: a scenario starts with lab { title"},
      {"syntax.lua", "syntax.lua:2: <name> expected near '='"},
      {"lines.lua", "lines.lua:2: one\\ntwo"},
      {"large.lua", "large.lua: is larger than 4194304 bytes"},
  };
  for (const auto& [name, message] : mistakes) {
    const Ran ran = folder.mqlab({"run", name});
    INFO(ran.err);
    CHECK(ran.code == 65);
    CHECK(is_one_line(ran.err));
    CHECK(contains(ran.err, message));
  }
}

TEST_CASE("A wrong parameter or variant is told with what there is") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  const Ran parameter = folder.mqlab({"run", "variants.lua", "--set", "cuont=3"});
  CHECK(parameter.code == 65);
  CHECK(parameter.err ==
        "mqlab: variants.lua: --set cuont: the scenario has no parameter of this name "
        "(did you mean 'count'?)\n");
  const Ran value = folder.mqlab({"run", "variants.lua", "--set", "count=many"});
  CHECK(value.code == 65);
  CHECK(is_one_line(value.err));
  CHECK(contains(value.err, "variants.lua:5: --set count=many: must be a whole number"));
  const Ran variant = folder.mqlab({"run", "variants.lua", "--variant", "cur"});
  CHECK(variant.code == 65);
  CHECK(variant.err == "mqlab: variants.lua:2: there is no variant 'cur' (did you mean 'cure'?)\n");
}

TEST_CASE("Where one of several scenarios cannot be run, the others are") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  folder.write("broken.lua", "x =");
  const Ran ran = folder.mqlab({"run", "broken.lua", "missing.lua", "ok.lua"});
  CHECK(ran.code == 65);
  CHECK(contains(ran.out, "PASS  expect.handled(worker, 5)"));
  CHECK(contains(ran.out, "FAIL 0 failed, 0 unknown, 2 could not run, of 1 run, 1 check."));
  CHECK(contains(ran.err, "mqlab: broken.lua:1: unexpected symbol near <eof>\n"));
  CHECK(contains(ran.err, "mqlab: missing.lua: no such file or directory"));
}

TEST_CASE("A directory stands for every scenario.lua below it, in order of path") {
  const Folder folder;
  for (const std::string name : {"b", "a/deep", "c"}) {
    folder.make_folder("labs/" + name);
    folder.write("labs/" + name + "/scenario.lua", kPasses);
  }
  folder.write("labs/c/helper.lua", "error()");
  const Ran ran = folder.mqlab({"run", "labs", "--json"});
  CHECK(ran.code == 0);
  std::vector<std::string> paths;
  for (const Json& run : Json::parse(ran.out)) paths.push_back(run["scenario"]);
  CHECK(paths == std::vector<std::string>{"labs/a/deep/scenario.lua", "labs/b/scenario.lua",
                                          "labs/c/scenario.lua"});
}

TEST_CASE("A run without an end is cut where it is told to") {
  const Folder folder;
  folder.write("endless.lua", kEndless);
  const Ran by_events = folder.mqlab({"run", "endless.lua", "--until", "#20000", "--json"});
  CHECK(by_events.code == 2);
  const Json run = Json::parse(by_events.out)[0];
  CHECK(run["events"] == 20000);
  CHECK(run["ending"] == "cut");
  CHECK(run["verdict"] == "unknown");
  CHECK(run["checks"].empty());
  CHECK(run["why_unknown"] == "it was cut off by --until");
  const Ran by_time = folder.mqlab({"run", "endless.lua", "--until", "5ms", "--json"});
  CHECK(by_time.code == 2);
  CHECK(Json::parse(by_time.out)[0]["end_ns"] == 5'000'000);
  const Ran by_limit = folder.mqlab({"run", "endless.lua", "--max-events", "1000", "--json"});
  CHECK(by_limit.code == 2);
  CHECK(Json::parse(by_limit.out)[0]["ending"] == "event-limit");
}

#ifndef __SANITIZE_ADDRESS__  // whose shadow is larger than any such limit
TEST_CASE("A run that needs more memory than there is ends with one line") {
  const Folder folder;
  folder.write("endless.lua", kEndless);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_AS, &before) == 0);
  const rlimit small{400'000'000, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_AS, &small) == 0);
  const Ran ran = folder.mqlab({"run", "endless.lua", "--json", "-q"});
  REQUIRE(::setrlimit(RLIMIT_AS, &before) == 0);
  CHECK(ran.code == 65);
  CHECK(is_one_line(ran.err));
  CHECK(contains(ran.err, "not enough memory for the run"));
}
#endif

TEST_CASE("JSON has the documented keys") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  const Ran ran = folder.mqlab({"run", "variants.lua", "--json", "--set", "count=3"});
  CHECK(ran.code == 1);
  CHECK(ran.err == "");
  const Json runs = Json::parse(ran.out);
  REQUIRE(runs.size() == 2);
  for (const char* key :
       {"scenario", "title", "variant", "parameters", "verdict", "seed", "events", "rows", "end_ns",
        "ending", "fingerprint", "ingredients", "business", "copies", "transmissions", "queues",
        "checks", "printed", "not_simulated"}) {
    INFO(key);
    CHECK(runs[0].contains(key));
  }
  CHECK(!runs[0].contains("why_unknown"));
  CHECK(runs[0]["variant"] == "fault");
  CHECK(runs[0]["verdict"] == "fail");
  CHECK(runs[0]["parameters"] == Json{{"count", "3"}});
  CHECK(runs[0]["business"]["lost_by_cause"] == Json{{"auto-acked-then-crashed", 3}});
  CHECK(runs[1]["verdict"] == "pass");
  const Json& queue = runs[1]["queues"][0];
  CHECK(queue["name"] == "orders");
  CHECK(queue["ready"] == 3);
  CHECK(queue["unacked"] == 0);
  const Json& check = runs[0]["checks"][0];
  CHECK(check["text"] == "expect.lost(0)");
  CHECK(check["verdict"] == "fail");
  CHECK(check["file"] == "variants.lua");
  CHECK(check["line"] == 10);
  CHECK(check["why"] == "expected 0, got 3");
}

TEST_CASE("JSON is JSON whatever a script calls its things") {
  const Folder folder;
  folder.write("odd.lua",
               "lab { title = \"\\xff \\0 \\27[31m\" }\nlocal rabbit = broker \"r\\xfe\"\n"
               "rabbit:queue \"\\\"q\\\"\"\nprint(\"\\xc3\\x28\")\nrun()\n"
               "expect.equal(1, 1, \"\\xff\")\n");
  const Ran ran = folder.mqlab({"run", "odd.lua", "--json"});
  CHECK(ran.code == 0);
  CHECK(Json::parse(ran.out)[0]["queues"][0]["name"] == "\"q\"");
  folder.write("broken.lua", "error \"\\xff\"");
  const Ran broken = folder.mqlab({"run", "broken.lua", "--json"});
  CHECK(broken.code == 65);
  CHECK(Json::parse(broken.out).is_array());
}

TEST_CASE("Where nobody looks there are no colours, and messages stay off standard output") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  folder.write("broken.lua", "x =");
  const Ran ran = folder.mqlab({"run", "variants.lua", "broken.lua", "-v"});
  CHECK(!has_escape(ran.out));
  CHECK(!has_escape(ran.err));
  CHECK(!contains(ran.out, "mqlab: "));
  CHECK(is_one_line(ran.err));
}

TEST_CASE("The last line names a message that there is") {
  const Folder folder;
  const std::string top = "lab { title = 'x' }\nlocal q = broker('rabbit'):queue 'q'\n";
  folder.write("till.lua", top + "publisher { 'till', to = q }\nrun()\nexpect.ready(q, 1)");
  folder.write("silent.lua", top + "run()\nexpect.drained()");
  folder.write("cure.lua",
               "lab { title = 'x' } variants { 'fault', 'cure' }\n"
               "local q = broker('rabbit'):queue 'q'\n"
               "publisher { variant, to = q }\nrun()\nexpect.ready(q, 1)");
  CHECK(contains(folder.mqlab({"run", "till.lua"}).out, "life: mqlab why till.lua till.1\n"));
  CHECK(!contains(folder.mqlab({"run", "silent.lua"}).out, "mqlab why"));
  CHECK(contains(folder.mqlab({"run", "cure.lua", "--variant", "cure"}).out,
                 "life: mqlab why cure.lua cure.1 --variant cure\n"));
}

TEST_CASE("What a script names cannot steer the terminal") {
  const Folder folder;
  folder.write("sly.lua",
               "lab { title = 'a\\27]0;b\\7' }\nlocal q = broker('r'):queue 'q\\27[2Jqx'\n"
               "print '\\27[8m'\nrun()\nexpect.equal(1, 1, '\\127')");
  for (const std::string option : {"--verbose", "--no-color"}) {
    const Ran ran = folder.mqlab({"run", "sly.lua", option});
    CHECK(ran.code == 0);
    CHECK(contains(ran.out, "a\\027]0;b\\007"));
    CHECK(contains(ran.out, "q\\027[2Jqx"));
    CHECK(contains(ran.out, "\\027[8m"));
    CHECK(contains(ran.out, "PASS  \\127"));
    CHECK(!has_escape(ran.out));
  }
}

TEST_CASE("Quiet says only what did not pass, and the verdict") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  const Ran ran = folder.mqlab({"run", "ok.lua", "--quiet"});
  CHECK(ran.code == 0);
  CHECK(ran.out.rfind("\nPASS 1 run", 0) == 0);
}

TEST_CASE("A run is repeated to check that nothing differs") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  const Ran ran = folder.mqlab({"run", "ok.lua", "--check-determinism"});
  CHECK(ran.code == 0);
  CHECK(ran.err == "");
}

TEST_CASE("An interrupt ends the run with exit code 130 and a report of what was so far") {
  const Folder folder;
  folder.write("endless.lua", kEndless);
  for (const std::string option : {"--json", "--check-determinism"}) {
    const Ran ran = folder.interrupted({"run", "endless.lua", option}, 300);
    INFO(ran.err);
    CHECK(ran.code == 130);
    CHECK(ran.err == "");
    if (option == "--json") {
      CHECK(Json::parse(ran.out)[0]["ending"] == "interrupted");
    } else {
      CHECK(contains(ran.out, "INTERRUPTED after 1 run"));
    }
  }
}

}  // namespace mqlab::cli::test
