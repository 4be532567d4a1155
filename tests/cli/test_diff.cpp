// SPDX-License-Identifier: MIT
// mqlab diff: where two runs part, and how their books differ.
#include <nlohmann/json.hpp>

#include "cli/request.hpp"
#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

using Json = nlohmann::json;

Json account(const Json& difference, const std::string& book, const std::string& name) {
  for (const Json& one : difference["books"]) {
    if (one["book"] == book && one["account"] == name) return {one["first"], one["second"]};
  }
  return nullptr;
}

}  // namespace

TEST_CASE("Two variants part where their consumers do, and each message is told") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  const std::vector<std::string> words{"diff",  "variants.lua",    "variants.lua", "--variant",
                                       "fault", "--other-variant", "cure"};
  const Ran text = folder.mqlab(words);
  CHECK(text.code == 1);
  CHECK(contains(text.out, "1 variants.lua fault\n2 variants.lua cure\n"));
  CHECK(contains(text.out, "They differ in: flags (no ack; none).\n"));
  CHECK(contains(text.out, "2 of 2 messages came to another end:\n"));
  CHECK(contains(text.out, "lost (auto-acked-then-crashed)  ->  pending\n"));
  std::vector<std::string> as_json = words;
  as_json.emplace_back("--json");
  const Ran json = folder.mqlab(as_json);
  CHECK(json.code == 1);
  const Json difference = Json::parse(json.out);
  CHECK(difference["same"] == false);
  CHECK(difference["first_fingerprint"] != difference["second_fingerprint"]);
  CHECK(difference["first_difference"]["first"]["what"] == "created");
  CHECK(account(difference, "business", "lost") == Json({2, 0}));
  CHECK(account(difference, "business", "pending") == Json({0, 2}));
  REQUIRE(difference["messages"].size() == 2);
  CHECK(difference["messages"][0]["business"] == "shop.1");
  CHECK(difference["messages"][0]["first"]["cause"] == "auto-acked-then-crashed");
  CHECK(difference["messages"][0]["second"]["outcome"] == "pending");
}

TEST_CASE("A recording and its scenario do not differ") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  REQUIRE(folder.mqlab({"run", "ok.lua", "--record", "run.mqrun"}).code == 0);
  const Ran ran = folder.mqlab({"diff", "run.mqrun", "ok.lua"});
  CHECK(ran.code == 0);
  CHECK(contains(ran.out, "SAME the runs are the same, row by row: "));
  const Json json = Json::parse(folder.mqlab({"diff", "run.mqrun", "ok.lua", "--json"}).out);
  CHECK(json["same"] == true);
  CHECK(!json.contains("first_difference"));
  CHECK(json["messages"].empty());
}

TEST_CASE("A message that is in one run only is told, and a run that ended earlier") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  REQUIRE(folder.mqlab({"run", "ok.lua", "--record", "whole"}).code == 0);
  REQUIRE(folder.mqlab({"run", "ok.lua", "--until", "15ms", "--record", "cut"}).code == 2);
  const Ran ran = folder.mqlab({"diff", "whole", "cut"});
  CHECK(ran.code == 1);
  CHECK(contains(ran.out, "  2   (it has ended)\n"));
  CHECK(contains(ran.out, "handled  ->  -\n"));
  const Json json = Json::parse(folder.mqlab({"diff", "cut", "whole", "--json"}).out);
  CHECK(json["first_difference"]["first"] == nullptr);
  CHECK(json["first_difference"]["fields"] == "");
  CHECK(json["messages"].back()["first"] == nullptr);
  CHECK(json["messages"].back()["second"]["outcome"] == "handled");
}

TEST_CASE("A recording of another version is compared; what is no recording is refused") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  const Result<scripting::Request> request = request_for(folder.path("ok.lua"));
  REQUIRE(request.ok());
  const Result<Finished> run = run_one("ok.lua", *request);
  REQUIRE(run.ok());
  ledger::Identity identity;
  identity.version = "0.0.1";
  identity.files.push_back({"ok.lua", kPasses});
  folder.write("old.mqrun", ledger::save_recording(identity, *run->report.ledger));
  CHECK(folder.mqlab({"diff", "old.mqrun", "ok.lua"}).code == 0);
  folder.write("text", "no recording");
  for (const char* name : {"text", "missing"}) {
    const Ran ran = folder.mqlab({"diff", "ok.lua", name});
    CHECK(ran.code == 65);
    CHECK(is_one_line(ran.err));
    CHECK(ran.out == "");
  }
}

}  // namespace mqlab::cli::test
