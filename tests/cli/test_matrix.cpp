// SPDX-License-Identifier: MIT
// mqlab matrix: every combination, measured; as text, JSON, table and picture.
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

using Json = nlohmann::json;

const char* const kCrash = R"(lab { title = "Prefetch, acks & a crash" }
local prefetch = param("prefetch", 10, "of the workers")
local ack = param("ack", "manual", "auto or manual")
local rabbit = broker "rabbit"
local orders = rabbit:queue "orders"
publisher { "shop", to = orders, count = 20, every = 1*ms }
local function start(name)
  return consumer { name, from = orders, ack = ack, prefetch = prefetch, work = 10*ms }
end
local a = start "a"
start "b"
at(55*ms, function() a:kill() end)
run()
expect.lost(0)
)";

}  // namespace

TEST_CASE("A matrix measures every combination, the last value fastest") {
  const Folder folder;
  folder.write("crash.lua", kCrash);
  const Ran ran = folder.mqlab(
      {"matrix", "crash.lua", "--vary", "ack=auto,manual", "--vary", "prefetch=1,10", "--json"});
  CHECK(ran.code == 0);
  CHECK(ran.err == "");
  const Json matrix = Json::parse(ran.out);
  CHECK(matrix["axes"][1] == Json({{"name", "prefetch"}, {"values", {"1", "10"}}}));
  const Json& runs = matrix["runs"];
  REQUIRE(runs.size() == 4);
  CHECK(runs[0]["values"] == Json({{"ack", "auto"}, {"prefetch", "1"}}));
  CHECK(runs[1]["values"] == Json({{"ack", "auto"}, {"prefetch", "10"}}));
  CHECK(runs[3]["values"] == Json({{"ack", "manual"}, {"prefetch", "10"}}));
  for (const Json& run : runs) {
    CHECK(run["sent"] == 20);
    CHECK(run["handled"].get<int>() + run["lost"].get<int>() == 20);
  }
  CHECK(runs[0]["lost"] > 0);
  CHECK(runs[0]["verdict"] == "fail");
  CHECK(runs[2]["lost"] == 0);
  CHECK(runs[2]["verdict"] == "pass");
  CHECK(runs[3]["inversions"] > runs[2]["inversions"]);
  CHECK(runs[2]["latency_median_ns"] <= runs[2]["latency_p99_ns"]);
  CHECK(runs[2]["drained_ns"] > 100'000'000);
}

TEST_CASE("Each run of a matrix is the run that the command run makes") {
  const Folder folder;
  folder.write("crash.lua", kCrash);
  const Json cell = Json::parse(
      folder.mqlab({"matrix", "crash.lua", "--vary", "seed=3..4", "--set", "prefetch=2", "--json"})
          .out)["runs"][1];
  const Json run = Json::parse(
      folder.mqlab({"run", "crash.lua", "--seed", "4", "--set", "prefetch=2", "--json"}).out)[0];
  CHECK(cell["fingerprint"] == run["fingerprint"]);
  CHECK(cell["lost"] == run["business"]["lost"]);
}

TEST_CASE("Variants are varied by name") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  const Ran ran = folder.mqlab({"matrix", "variants.lua", "--vary", "variant=fault,cure"});
  CHECK(ran.code == 0);
  CHECK(contains(ran.out, "  fault    fail        2        0     2"));
  CHECK(contains(ran.out, "  cure     pass        2        0     0"));
}

TEST_CASE("A matrix is also a table and a picture, with units and every value") {
  const Folder folder;
  folder.write("crash.lua", kCrash);
  REQUIRE(folder
              .mqlab({"matrix", "crash.lua", "--vary", "prefetch=1,10", "--csv", "m.csv", "--svg",
                      "m.svg", "--vary", "ack=auto,manual"})
              .code == 0);
  const std::string table = folder.read("m.csv");
  CHECK(table.rfind("prefetch,ack,verdict,sent,", 0) == 0);
  CHECK(contains(table, ",latency_p99_ns,drained_ns,fingerprint\n1,auto,fail,20,"));
  const std::string picture = folder.read("m.svg");
  for (const char* text : {"Prefetch, acks &amp; a crash", ">lost<", ">inversions<",
                           ">prefetch 10<", ">manual<", "to the right: ack"}) {
    INFO(text);
    CHECK(contains(picture, text));
  }
}

TEST_CASE("What a matrix cannot vary or write is told in one line") {
  const Folder folder;
  folder.write("crash.lua", kCrash);
  folder.write("mine", "mine");
  const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes{
      {{"--vary", "prefetsh=1,2"}, "has no parameter of this name (did you mean 'prefetch'?)"},
      {{"--vary", "prefetch=1,many"}, "--set prefetch=many: must be a whole number"},
      {{"--vary", "variant=a"}, "the scenario has no variants"},
      {{"--vary", "prefetch=1", "--csv", "mine"}, "mine: exists already (--force replaces it)"},
      {{"--vary", "prefetch=1", "--svg", "/dev/full"}, "/dev/full: writing failed: No space"},
      {{"--vary", "prefetch=1", "--svg", "no/folder"}, "no/folder: cannot be written"},
  };
  for (const auto& [words, message] : mistakes) {
    std::vector<std::string> call{"matrix", "crash.lua"};
    call.insert(call.end(), words.begin(), words.end());
    const Ran ran = folder.mqlab(call);
    INFO(ran.err);
    CHECK(ran.code == 65);
    CHECK(is_one_line(ran.err));
    CHECK(contains(ran.err, message));
  }
  CHECK(folder.names() == std::vector<std::string>{"crash.lua", "mine"});
}

}  // namespace mqlab::cli::test
