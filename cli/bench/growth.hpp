// SPDX-License-Identifier: MIT
// How cost grows: rates against size, both on logarithmic axes, as pictures.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/observe/canvas.hpp"

namespace mqlab::bench {

// One line of a picture: mqlab, or somebody else.
struct Series {
  std::string name;
  std::vector<std::pair<double, double>> points;  // size, rate; rising sizes, all above 0
};

struct Growth {
  std::string workload;  // "hold"
  std::string size_unit;
  std::string operation;
  std::vector<Series> series;  // the first is mqlab
};

// The workloads in files that `mqlab bench --json` wrote. A result with a "peer" belongs to a line
// of that name; a workload that mqlab has no result of is left out.
Result<std::vector<Growth>> read_growth(const std::vector<std::string>& paths);

observe::Canvas draw_growth(const Growth& growth);

}  // namespace mqlab::bench
