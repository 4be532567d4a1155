// SPDX-License-Identifier: MIT
// Finding the scenarios and running them.
#include "tests/scenarios/scenario_runs.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/files.hpp"
#include "cli/request.hpp"
#include "tests/catch.hpp"

namespace mqlab::scenarios::test {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = MQLAB_SOURCE_DIR;

std::vector<Outcome> run_all() {
  std::vector<Outcome> runs;
  for (const Scenario& scenario : all_scenarios()) {
    std::vector<std::string> variants{""};
    for (std::size_t i = 0; i < variants.size(); ++i) {
      scripting::Report report = scripting::run_scenario(request_for(scenario, variants[i]));
      for (std::size_t next = 1; i == 0 && next < report.variants.size(); ++next) {
        variants.push_back(report.variants[next].name);
      }
      runs.push_back(Outcome{name_of(scenario, report.variant), scenario, std::move(report)});
    }
  }
  return runs;
}

}  // namespace

std::vector<Scenario> all_scenarios() {
  const fs::path folder = kRoot / "scenarios";
  std::vector<Scenario> scenarios;
  const Result<std::vector<std::string>> paths = cli::find_scenarios(folder.string());
  REQUIRE(paths.ok());
  for (const std::string& path : *paths) {
    const fs::path relative = fs::path(path).parent_path().lexically_relative(folder);
    scenarios.push_back(Scenario{relative.generic_string(), path});
  }
  return scenarios;
}

scripting::Request request_for(const Scenario& scenario, const std::string& variant) {
  Result<scripting::Request> request = cli::request_for(scenario.path);
  REQUIRE(request.ok());
  // Places in the ledger and in messages are those of a run from the root of the repository.
  request->main.name = "scenarios/" + scenario.name + "/scenario.lua";
  request->variant = variant;
  return *request;
}

std::string name_of(const Scenario& scenario, const std::string& variant) {
  return variant.empty() ? scenario.name : scenario.name + " " + variant;
}

const std::vector<Outcome>& outcomes() {
  static const std::vector<Outcome> runs = run_all();
  return runs;
}

std::string read_data(const std::string& file) {
  std::ifstream in(kRoot / "tests/scenarios" / file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_data(const std::string& file, const std::string& text) {
  std::ofstream(kRoot / "tests/scenarios" / file, std::ios::binary) << text;
}

bool updating() {
  const char* wanted = std::getenv("MQLAB_UPDATE_GOLDEN");
  return wanted != nullptr && std::string(wanted) == "1";
}

}  // namespace mqlab::scenarios::test
