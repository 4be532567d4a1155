// SPDX-License-Identifier: MIT
// All scenarios of the repository, every variant run once for all tests of this program.
#pragma once

#include <string>
#include <vector>

#include "scripting/scenario.hpp"

namespace mqlab::scenarios::test {

// A scenario.lua of the repository. `name` is its folder below scenarios/.
struct Scenario {
  std::string name;  // "3-not-losing/auto_ack_loss"
  std::string path;
};

std::vector<Scenario> all_scenarios();

// One variant of a scenario, run.
struct Outcome {
  std::string name;  // "3-not-losing/auto_ack_loss manual"; without variants only the folder
  Scenario scenario;
  scripting::Report report;
};

// The request that runs this scenario as `mqlab run` does.
scripting::Request request_for(const Scenario& scenario, const std::string& variant);

// The name of a run in the golden file.
std::string name_of(const Scenario& scenario, const std::string& variant);

// Every variant of every scenario, in order of path and declaration, with the fold of the ledger
// compared with the world at the end. Run when first asked for.
const std::vector<Outcome>& outcomes();

// A file of tests/scenarios/.
std::string read_data(const std::string& file);
void write_data(const std::string& file, const std::string& text);

// MQLAB_UPDATE_GOLDEN=1: data files are rewritten from what the scenarios do now.
bool updating();

}  // namespace mqlab::scenarios::test
