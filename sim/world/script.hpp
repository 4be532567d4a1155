// SPDX-License-Identifier: MIT
// The interventions of a run.
#pragma once

#include <vector>

#include "sim/base/result.hpp"
#include "sim/world/intervention.hpp"
#include "sim/world/world.hpp"

namespace mqlab::world {

struct World::Script {
  std::vector<Intervention> interventions;  // the engine's anchors are their indices
  std::vector<Error> failed;
};

}  // namespace mqlab::world
