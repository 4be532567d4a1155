// SPDX-License-Identifier: MIT
// mqlab bench at sizes of a test: what it does is checked, never how long it takes.
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

nlohmann::json bench(const Folder& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"bench", "--json", "--size", "small"});
  const Ran ran = folder.mqlab(arguments);
  INFO(ran.err);
  REQUIRE(ran.code == 0);
  return nlohmann::json::parse(ran.out);
}

nlohmann::json with(const std::string& name, double median, const std::string& fingerprint) {
  return {
      {"machine", {}},
      {"results",
       {{{"name", name}, {"ops_per_cpu_s", {{"median", median}}}, {"fingerprint", fingerprint}}}}};
}

}  // namespace

TEST_CASE("Every workload does the same in each pass, with and without a ledger") {
  const Folder folder;
  const auto results = bench(folder, {"--repeats", "2"})["results"];
  CHECK(results.size() == 17);
  for (const auto& result : results) {
    INFO(result.dump());
    CHECK(result["ops_per_cpu_s"]["median"] > 0);
    CHECK(result["fingerprint"].get<std::string>().size() == 16);
    CHECK(result["allocs_per_op"].is_number());
  }
}

TEST_CASE("Two runs of the benchmark have the same fingerprints") {
  const Folder folder;
  const std::vector<std::string> names{"hold", "route-mix", "lifecycle", "world", "runs"};
  std::vector<std::string> arguments{"--repeats", "1"};
  arguments.insert(arguments.end(), names.begin(), names.end());
  const auto first = bench(folder, arguments)["results"];
  const auto second = bench(folder, arguments)["results"];
  REQUIRE(first.size() == names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    INFO(names[i]);
    CHECK(first[i]["fingerprint"] == second[i]["fingerprint"]);
  }
}

TEST_CASE("The world gives the same run with an empty ledger, a full one, and a Lua handler") {
  const Folder folder;
  const auto results =
      bench(folder, {"--repeats", "1", "world", "world-ledger", "script"})["results"];
  REQUIRE(results.size() == 3);
  CHECK(results[0]["fingerprint"] == results[1]["fingerprint"]);
  CHECK(results[0]["fingerprint"] == results[2]["fingerprint"]);
  CHECK(results[2]["extra"].contains("ns_per_callback"));
}

TEST_CASE("In a steady state the engine and routing call no allocator, but for rare growth") {
  const Folder folder;
  const auto results = bench(folder, {"--repeats", "1", "hold", "route-exact", "route-mix",
                                      "route-fan", "route-direct", "route-headers"})["results"];
  REQUIRE(results.size() == 6);
  for (const auto& result : results) {
    INFO(result.dump());
    CHECK(result["allocs_per_op"].get<double>() < 0.01);
  }
}

TEST_CASE("A workload has a size of its own when its name or an option says so") {
  const Folder folder;
  const Ran named =
      folder.mqlab({"bench", "--json", "--repeats", "1", "route-headers/10", "--size", "small"});
  CHECK(nlohmann::json::parse(named.out)["results"][0]["name"] == "route-headers/10");
  const Ran listed = folder.mqlab({"bench", "--list"});
  CHECK(listed.code == 0);
  CHECK(contains(listed.out, "lifecycle"));
  CHECK(contains(listed.out, "sizes in queues: 1 1000"));
}

TEST_CASE("A baseline gives ratios, and a fingerprint that differs is a failure") {
  const Folder folder;
  const auto result = bench(folder, {"--repeats", "1", "hold"})["results"][0];
  const auto fingerprint = result["fingerprint"].get<std::string>();
  folder.write("same.json", with("hold/100", 1000, fingerprint).dump());
  folder.write("other.json", with("hold/100", 1000, "0123456789abcdef").dump());

  const auto same = bench(folder, {"--repeats", "1", "hold", "--baseline", "same.json"});
  CHECK(same["results"][0]["ratio"] > 0);
  CHECK(same["results"][0]["same_fingerprint"] == true);
  const Ran other = folder.mqlab(
      {"bench", "--size", "small", "--repeats", "1", "hold", "--baseline", "other.json"});
  CHECK(other.code == 1);
  CHECK(contains(other.out, "FINGERPRINT DIFFERS: 0123456789abcdef"));
}

TEST_CASE("Results of mqlab and of others are drawn into one picture for each workload") {
  const Folder folder;
  folder.write("hold.json", bench(folder, {"--repeats", "1", "hold", "mm1"}).dump());
  auto others = with("hold/1000", 1000, "");
  others["results"][0]["peer"] = "somebody else";
  folder.write("others.json", others.dump());
  const Ran ran = folder.mqlab({"bench", "--draw", "hold.json", "others.json", "--out", "."});
  CHECK(ran.code == 0);
  CHECK(ran.out == "./hold.svg\n./mm1.svg\n");
  CHECK(contains(folder.read("hold.svg"), "somebody else"));
  CHECK_FALSE(contains(folder.read("mm1.svg"), "somebody else"));
  CHECK(contains(folder.read("hold.svg"), "width=\"640\""));

  others["results"][0]["peer"] = "somebody else whose name is long, and who says more";
  folder.write("others.json", others.dump());
  const Ran wide =
      folder.mqlab({"bench", "--draw", "hold.json", "others.json", "--out", ".", "--force"});
  CHECK(wide.code == 0);
  CHECK_FALSE(contains(folder.read("hold.svg"), "width=\"640\""));

  const Ran nowhere = folder.mqlab({"bench", "--draw", "hold.json"});
  CHECK(nowhere.code == 64);
  CHECK(contains(nowhere.err, "--draw needs --out FOLDER"));
}

TEST_CASE("Wrong words to bench are told in one line") {
  const Folder folder;
  folder.write("no.json", "{}");
  const auto said = [&](std::vector<std::string> arguments, int code, const std::string& message) {
    arguments.insert(arguments.begin(), "bench");
    const Ran ran = folder.mqlab(arguments);
    INFO(ran.err);
    CHECK(ran.code == code);
    CHECK(is_one_line(ran.err));
    CHECK(contains(ran.err, message));
  };
  said({"wrold"}, 64, "there is no workload 'wrold' (did you mean 'world'?)");
  said({"hold/many"}, 64, "'hold/many': a size is a whole number from 1");
  said({"hold", "--size", "0"}, 64, "--size 0");
  said({"hold", "--size", "big"}, 64, "--size big: ");
  said({"hold", "--repeats", "0"}, 64, "--repeats");
  said({"hold", "--cpu", "1000"}, 64, "--cpu 1000: ");
  said({"hold", "--baseline", "missing.json"}, 65, "missing.json");
  said({"hold", "--baseline", "no.json"}, 65, "this is no result of mqlab bench");
}

}  // namespace mqlab::cli::test
