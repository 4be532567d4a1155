// SPDX-License-Identifier: MIT
// The machine that a benchmark runs on.
#pragma once

#include <string>

#include "sim/base/result.hpp"

namespace mqlab::bench {

struct Machine {
  std::string cpu;  // as it calls itself; "unknown" where nobody says
  unsigned cores = 0;
  std::string compiler;  // that built this program
};

Machine this_machine();

// Stays on one processor from now on, counted from 0.
Result<void> stay_on(int cpu);

}  // namespace mqlab::bench
