// SPDX-License-Identifier: MIT
// What runs leave behind: tables, folders, marks for GitHub; and where nothing can be written.
#include <algorithm>
#include <filesystem>
#include <sstream>

#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::size_t columns(const std::string& line) {
  bool quoted = false;
  std::size_t count = 1;
  for (const char letter : line) {
    if (letter == '"') quoted = !quoted;
    if (letter == ',' && !quoted) ++count;
  }
  return count;
}

// Two thousand queues get each of its messages.
const char* const kFlood = R"(lab { title = "A flood" }
local rabbit = broker "rabbit"
local all = rabbit:exchange { "all", type = "fanout" }
for i = 1, 2000 do rabbit:queue("q" .. i):bind(all) end
publisher { "shop", to = all, every = 1*us }
run()
)";

}  // namespace

TEST_CASE("Tables have units in their names and as many fields as columns") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  REQUIRE(folder.mqlab({"run", "variants.lua", "--csv", "tables"}).code == 1);
  for (const char* name : {"runs.csv", "checks.csv", "queues.csv", "backlog.csv", "messages.csv"}) {
    INFO(name);
    const std::vector<std::string> lines = lines_of(folder.read(std::string("tables/") + name));
    REQUIRE(lines.size() >= 2);
    CHECK(lines[0].rfind("scenario,variant,", 0) == 0);
    for (const std::string& line : lines) CHECK(columns(line) == columns(lines[0]));
  }
  CHECK(contains(folder.read("tables/runs.csv"), ",end_ns,"));
  CHECK(contains(folder.read("tables/messages.csv"),
                 "variants.lua,fault,shop.1,lost,auto-acked-then-crashed,1,0,0,,\n"));
}

TEST_CASE("A name that ends in .csv is one table with a line for each run") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  folder.write("comma, \"quoted\".lua", kPasses);
  REQUIRE(
      folder.mqlab({"run", "variants.lua", "comma, \"quoted\".lua", "--csv", "runs.csv"}).code ==
      1);
  const std::vector<std::string> lines = lines_of(folder.read("runs.csv"));
  REQUIRE(lines.size() == 4);
  CHECK(lines[1].rfind("variants.lua,fault,A fault and its cure,fail,1,", 0) == 0);
  CHECK(lines[3].rfind("\"comma, \"\"quoted\"\".lua\",,Five orders,pass,1,", 0) == 0);
}

TEST_CASE("A folder for each run holds everything, and latest points to the last") {
  const Folder folder;
  folder.make_folder("shop");
  folder.write("shop/scenario.lua", kVariants);
  for (int i = 0; i < 2; ++i) {
    REQUIRE(folder.mqlab({"run", "shop/scenario.lua", "--out", "out"}).code == 1);
  }
  for (const char* name : {"summary.json", "ledger.jsonl", "events.txt", "report.html", "run.mqr",
                           "trace.json", "junit.xml", "runs.csv", "messages.csv"}) {
    INFO(name);
    const std::string first = folder.read(std::string("out/shop-fault/1/") + name);
    CHECK(first != "");
    CHECK(first == folder.read(std::string("out/shop-fault/2/") + name));
    CHECK(folder.read(std::string("out/latest/") + name) ==
          folder.read(std::string("out/shop-cure/2/") + name));
    CHECK(folder.read(std::string("out/shop-fault/latest/") + name) == first);
  }
  CHECK(nlohmann::json::parse(folder.read("out/shop-cure/1/summary.json"))["verdict"] == "pass");
  CHECK(folder.mqlab({"why", "out/shop-fault/1/run.mqr", "shop.1"}).code == 0);
  CHECK(folder.mqlab({"replay", "out/shop-fault/1/run.mqr"}).code == 0);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder.path("out/shop-fault"))) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"1", "2", "latest"});
}

TEST_CASE("The lines of ledger.jsonl are JSON, the first names the schema") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  REQUIRE(folder.mqlab({"run", "ok.lua", "--out", "out"}).code == 0);
  const std::vector<std::string> lines = lines_of(folder.read("out/ok/1/ledger.jsonl"));
  const nlohmann::json head = nlohmann::json::parse(lines.at(0));
  CHECK(head["schema"] == "mqlab-ledger");
  CHECK(head["schema_version"] == 1);
  REQUIRE(head["rows"] == lines.size() - 1);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const nlohmann::json row = nlohmann::json::parse(lines[i]);
    CHECK(row["row"] == i);
    CHECK(row["time_ns"].is_number_integer());
    CHECK(row["fact"].is_string());
  }
}

TEST_CASE("GitHub gets a mark at the line of each failed check, and a table") {
  const Folder folder;
  folder.write("a,b.lua", kVariants);
  folder.write("broken.lua", "x =");
  folder.write("summary.md", "before\n");
  const Ran ran =
      folder.mqlab({"run", "a,b.lua", "broken.lua"},
                   {"GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=" + folder.path("summary.md")});
  CHECK(ran.code == 65);
  CHECK(contains(ran.out,
                 "\n::error file=a%2Cb.lua,line=10,title=A fault and its cure::variant fault: "
                 "expect.lost(0): expected 0, got 2 (at 101ms, seed 1)%0Areplay: mqlab run "));
  CHECK(contains(ran.out, "\n::error file=broken.lua,line=1,title=The scenario cannot be run::"));
  const std::string summary = folder.read("summary.md");
  CHECK(summary.rfind("before\n", 0) == 0);
  CHECK(contains(summary, "| ❌ fail | a,b.lua fault | 0 of 1 | 2 | 0 |"));
  CHECK(contains(summary, "| ✅ pass | a,b.lua cure | 1 of 1 | 0 | 0 |"));
  CHECK(contains(summary, "| ❌ cannot be run | broken.lua |"));
}

TEST_CASE("Marks are off outside of GitHub and on request, and leave JSON alone") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  const auto marked = [](const std::string& text) { return contains(text, "::error "); };
  CHECK(!marked(folder.mqlab({"run", "variants.lua"}).out));
  CHECK(marked(folder.mqlab({"run", "variants.lua", "--annotations", "github"}).out));
  CHECK(!marked(
      folder.mqlab({"run", "variants.lua", "--annotations", "none"}, {"GITHUB_ACTIONS=true"}).out));
  const Ran json = folder.mqlab({"run", "variants.lua", "--json"}, {"GITHUB_ACTIONS=true"});
  CHECK(nlohmann::json::parse(json.out).size() == 2);
  CHECK(marked(json.err));
}

TEST_CASE("A file that exists is replaced only by force, and that is said before the run") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  folder.make_folder("tables");
  folder.write("tables/queues.csv", "mine");
  folder.write("mine", "mine");
  const std::vector<std::pair<std::string, std::string>> outputs{
      {"--junit", "mine"}, {"--perfetto", "mine"}, {"--record", "mine"}, {"--csv", "tables"}};
  for (const auto& [option, target] : outputs) {
    const Ran ran = folder.mqlab({"run", "ok.lua", option, target});
    INFO(option);
    CHECK(ran.code == 65);
    CHECK(ran.out == "");
    CHECK(is_one_line(ran.err));
    CHECK(contains(ran.err, ": exists already (--force replaces it)"));
    CHECK(folder.read("mine") == "mine");
  }
  CHECK(folder.read("tables/queues.csv") == "mine");
  CHECK(folder.mqlab({"run", "ok.lua", "--junit", "mine", "--force"}).code == 0);
  CHECK(contains(folder.read("mine"), "<testsuites"));
}

TEST_CASE("What conform saves replaces nothing without force, which is told before it connects") {
  const Folder folder;
  folder.make_folder("saved");
  folder.write("saved/rnd-0009.json", "mine");
  folder.write("case.json", R"({"format": "mqlab-case/1", "name": "rnd-0009", "steps": []})");
  folder.write("file", "");
  const std::vector<std::string> live{"conform", "--broker", "amqp://guest:guest@localhost:1"};
  const auto call = [&](std::vector<std::string> more) {
    more.insert(more.begin(), live.begin(), live.end());
    return folder.mqlab(more);
  };
  const Ran none = call({"--runs", "1"});
  CHECK(none.code == 2);
  CHECK(is_one_line(none.err));
  if (contains(none.err, "without librabbitmq")) return;
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--save", "saved", "--seed", "7"},
        std::vector<std::string>{"--save", "saved", "--record", "case.json"}}) {
    const Ran ran = call(more);
    CHECK(ran.code == 65);
    CHECK(ran.err == "mqlab: saved/rnd-0009.json: exists already (--force replaces it)\n");
    std::vector<std::string> forced = more;
    forced.push_back("--force");
    CHECK(call(forced).code == 2);  // nobody answers
  }
  const Ran not_a_folder = call({"--save", "file"});
  CHECK(not_a_folder.code == 65);
  CHECK(contains(not_a_folder.err, "file: cannot be made a folder: Not a directory"));
  CHECK(folder.read("saved/rnd-0009.json") == "mine");
}

TEST_CASE("Reports that cannot be written are told in one line, and nothing is half-written") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  folder.make_folder("folder");
  const std::vector<std::pair<std::string, std::string>> outputs{
      {"--junit", "missing/j.xml"}, {"--perfetto", "folder"}, {"--csv", "missing/t.csv"},
      {"--csv", "ok.lua/tables"},   {"--out", "ok.lua"},      {"--junit", "/dev/full"},
      {"--perfetto", "/dev/full"},  {"--record", "/dev/full"}};
  for (const auto& [option, target] : outputs) {
    const Ran ran = folder.mqlab({"run", "ok.lua", option, target});
    INFO(option << " " << target << ": " << ran.err);
    CHECK(ran.code == 65);
    CHECK(is_one_line(ran.err));
    CHECK(contains(ran.err, "mqlab: " + target));
    // What the system tells beforehand is told before the run.
    if (target != "/dev/full") {
      CHECK(ran.out == "");
      continue;
    }
    CHECK(contains(ran.out, "FAIL 0 failed, 0 unknown, 0 could not run, 1 not written, of 1 run"));
    CHECK(contains(ran.err, "No space left on device"));
  }
  CHECK(fs::is_character_file("/dev/full"));
  CHECK(folder.names() == std::vector<std::string>{"folder", "ok.lua"});
}

TEST_CASE("Two outputs cannot go to one file, which is told before the run") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  const std::vector<std::vector<std::string>> calls{
      {"run", "ok.lua", "--junit", "a", "--perfetto", "./a"},
      {"run", "ok.lua", "--record", "a.csv", "--csv", "a.csv", "--force"},
      {"matrix", "ok.lua", "--vary", "seed=1,2", "--csv", "a", "--svg", folder.path("a")}};
  for (const std::vector<std::string>& call : calls) {
    const Ran ran = folder.mqlab(call);
    CAPTURE(call, ran.err);
    CHECK(ran.code == 65);
    CHECK(ran.out == "");
    CHECK(contains(ran.err, ": two outputs go to this file (name a file for each)"));
    CHECK(is_one_line(ran.err));
  }
  CHECK(folder.names() == std::vector<std::string>{"ok.lua"});
  CHECK(folder
            .mqlab({"run", "ok.lua", "-q", "--junit", "/dev/stdout", "--csv", "t.csv", "--perfetto",
                    "/dev/stdout"})
            .code == 0);
}

TEST_CASE("What is no recording is not read to its end, which it may not have") {
  const Folder folder;
  for (const std::string command : {"draw", "plot", "sequence", "report", "replay"}) {
    const Ran ran = folder.mqlab({command, "/dev/zero"});
    CHECK(ran.code == 65);
    CHECK(is_one_line(ran.err));
    CHECK(contains(ran.err, "/dev/zero: this is not a recording of a run"));
  }
  for (const std::string option : {"--baseline", "--draw"}) {
    const Ran ran = folder.mqlab({"bench", option, "/dev/zero", "--out", "."});
    CHECK(ran.code == 65);
    CHECK(is_one_line(ran.err));
    CHECK(contains(ran.err, "/dev/zero: is larger than 67108864 bytes"));
  }
}

TEST_CASE("A pipe takes a report as a file does") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  const Ran ran = folder.mqlab({"run", "ok.lua", "--quiet", "--junit", "/dev/stdout"});
  CHECK(ran.code == 0);
  CHECK(contains(ran.out, "</testsuites>"));
}

TEST_CASE("A run's folder stands for the recording in it") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  REQUIRE(folder.mqlab({"run", "ok.lua", "--out", "out"}).code == 0);
  const Ran why = folder.mqlab({"why", "out/latest", "shop.2"});
  CHECK(why.code == 0);
  CHECK(why.out == folder.mqlab({"why", "ok.lua", "shop.2"}).out);
  CHECK(folder.mqlab({"replay", "out/ok/1"}).code == 0);
}

TEST_CASE("Every command takes a run's folder, the folders above it, a scenario's, and last") {
  const Folder folder;
  folder.make_folder("shop");
  folder.write("shop/scenario.lua", kPasses);
  const auto calls_of = [](const std::string& run) {
    return std::vector<std::vector<std::string>>{{"why", run, "shop.2"},  {"draw", run, "--text"},
                                                 {"plot", run, "--text"}, {"sequence", run},
                                                 {"diff", run, run},      {"diff", "shop", run}};
  };
  for (const std::vector<std::string>& call : calls_of("last")) {
    const Ran ran = folder.mqlab(call);
    CHECK(ran.code == 65);
    CHECK(ran.err == "mqlab: last: there is no out/latest here (mqlab run … --out out makes it)\n");
  }
  REQUIRE(folder.mqlab({"run", "shop/scenario.lua", "--out", "out"}).code == 0);
  const std::string life = folder.mqlab({"why", "shop/scenario.lua", "shop.2"}).out;
  for (const std::string run : {"last", "out", "out/", "out/latest", "out/shop", "out/shop/1",
                                "out/shop/1/run.mqr", "shop", "shop/scenario.lua"}) {
    for (const std::vector<std::string>& call : calls_of(run)) {
      const Ran ran = folder.mqlab(call);
      CAPTURE(call, ran.err);
      CHECK(ran.code == 0);
      CHECK(ran.err == "");
      if (call[0] == "why") CHECK(ran.out == life);
    }
    CHECK(folder.mqlab({"report", run, "-o", "r.html", "--force"}).code == 0);
    const bool is_recording = run.rfind("shop", 0) != 0;
    CHECK(folder.mqlab({"replay", run}).code == (is_recording ? 0 : 65));
  }
  CHECK(folder.mqlab({"matrix", "shop", "--vary", "seed=1..2"}).code == 0);
  CHECK(folder.mqlab({"export", "shop"}).code == 0);
  folder.make_folder("empty");
  for (const std::vector<std::string>& call : calls_of("empty")) {
    const Ran ran = folder.mqlab(call);
    CHECK(ran.code == 65);
    CHECK(is_one_line(ran.err));
    CHECK(contains(ran.err, "empty: is a directory without a run or a scenario"));
  }
  // What is called so is meant, if it is there.
  folder.write("last", "no recording");
  CHECK(contains(folder.mqlab({"why", "last", "shop.2"}).err, "last: "));
  CHECK(folder.mqlab({"why", "last", "shop.2"}).code == 65);
}

TEST_CASE("Standard output that takes nothing is told, and is not a pass") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  for (const std::string command : {"run ok.lua", "draw ok.lua", "export ok.lua", "manual"}) {
    const Ran ran = folder.shell("mqlab " + command + " > /dev/full");
    INFO(command);
    CHECK(ran.code == 65);
    CHECK(ran.err == "mqlab: standard output: writing failed: No space left on device\n");
  }
}

TEST_CASE("A matrix that is interrupted shows what it has, and writes no file") {
  const Folder folder;
  folder.write("endless.lua", kEndless);
  const Ran ran = folder.interrupted(
      {"matrix", "endless.lua", "--vary", "seed=1,2", "--csv", "a.csv", "--svg", "a.svg"}, 400);
  CHECK(ran.code == 130);
  CHECK(contains(ran.out, "verdict"));
  CHECK(folder.names() == std::vector<std::string>{"endless.lua"});
}

TEST_CASE("Ctrl-C ends every command that runs a scenario or reads a file") {
  const Folder folder;
  folder.write("endless.lua", kEndless);
  // lint and export look at 200,000 events, each of which puts a message into many queues. Nobody
  // ever writes into the pipe.
  folder.write("flood.lua", kFlood);
  REQUIRE(::mkfifo(folder.path("pipe.json").c_str(), 0600) == 0);
  const std::vector<std::vector<std::string>> calls{{"plot", "endless.lua", "-o", "a.svg"},
                                                    {"report", "endless.lua", "-o", "a.html"},
                                                    {"draw", "endless.lua"},
                                                    {"sequence", "endless.lua"},
                                                    {"why", "endless.lua", "shop.1"},
                                                    {"diff", "endless.lua", "endless.lua"},
                                                    {"lint", "flood.lua", "--sarif", "a.sarif"},
                                                    {"lint", "pipe.json"},
                                                    {"export", "flood.lua", "-o", "a.json"},
                                                    {"import", "pipe.json", "-o", "a.lua"}};
  for (const std::vector<std::string>& call : calls) {
    const Ran ran = folder.interrupted(call, 400);
    CAPTURE(call, ran.err);
    CHECK(ran.code == 130);
    CHECK(ran.out == "");
    CHECK(ran.err == "mqlab: interrupted\n");
  }
  CHECK(folder.names() == std::vector<std::string>{"endless.lua", "flood.lua", "pipe.json"});
}

}  // namespace mqlab::cli::test
