// SPDX-License-Identifier: MIT
// Scenarios whose fault is a parameter: each variant withstands what it says it does, and no more.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/scenarios/scenario_runs.hpp"

namespace mqlab::scenarios::test {
namespace {

const Scenario& scenario(const std::string& name) {
  static const std::vector<Scenario> all = all_scenarios();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Scenario& one) { return one.name == name; });
  REQUIRE(found != all.end());
  return *found;
}

// The texts of the checks that fail.
std::vector<std::string> failures(const std::string& name, const std::string& variant,
                                  std::map<std::string, std::string> parameters) {
  scripting::Request request = request_for(scenario(name), variant);
  request.parameters = std::move(parameters);
  const scripting::Report report = scripting::run_scenario(request);
  CHECK(!report.error.has_value());
  CHECK(report.bug == "");
  std::vector<std::string> failed;
  for (const scripting::Check& check : report.checks) {
    if (check.verdict != scripting::Verdict::pass) failed.push_back(check.text);
  }
  return failed;
}

}  // namespace

TEST_CASE("One late delivery leaves the stock locked; each cure withstands what it says") {
  const std::string name = "6-delays/order_and_stock";
  const std::vector<std::string> locked{"only what was paid is locked",
                                        "expect.effects(\"order 1's stock\", 1)"};
  const std::vector<std::string> none;
  struct Case {
    const char* late;
    const char* crash;
    bool naive;  // holds
    bool release_once;
  };
  const Case cases[] = {
      {"0ms", "false", true, true},      {"0ms", "true", true, true},
      {"60900ms", "false", true, true},  {"60900ms", "true", true, true},
      {"61000ms", "false", false, true}, {"90500ms", "false", false, true},
      {"90500ms", "true", false, false}, {"1799s", "false", false, true},
      {"3600s", "false", false, false},  {"3600s", "true", false, false},
  };
  for (const Case& one : cases) {
    const std::map<std::string, std::string> faults{{"late", one.late}, {"crash", one.crash}};
    INFO("late " << one.late << ", crash " << one.crash);
    CHECK(failures(name, "naive", faults) == (one.naive ? none : locked));
    CHECK(failures(name, "requeue", faults) == none);
    CHECK(failures(name, "release_once", faults) == (one.release_once ? none : locked));
    CHECK(failures(name, "release", faults) == none);
  }
}

TEST_CASE("The whole systems end well whenever it is that somebody dies") {
  for (const char* apart : {"1300ms", "2311ms", "5060ms", "9990ms"}) {
    for (const char* variant :
         {"mall", "relay", "order_service", "stock_services", "broker_killed", "broker_power"}) {
      INFO(variant << " every " << apart);
      CHECK(failures("9-whole-systems/order_system", variant, {{"apart", apart}}).empty());
    }
  }
  for (const char* apart : {"333ms", "517ms", "1009ms"}) {
    for (const char* variant :
         {"raffle", "relay", "writer", "prizes", "broker_killed", "broker_power"}) {
      INFO(variant << " every " << apart);
      CHECK(failures("9-whole-systems/raffle", variant, {{"apart", apart}}).empty());
    }
  }
}

}  // namespace mqlab::scenarios::test
