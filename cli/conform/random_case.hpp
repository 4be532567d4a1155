// SPDX-License-Identifier: MIT
// Random sequences of operations, for comparing the core with a live broker.
#pragma once

#include <cstdint>
#include <string>

#include "cli/conform/transcript.hpp"

namespace mqlab::conform {

struct RandomCaseOptions {
  std::uint64_t seed = 1;
  std::string prefix;    // of all names of queues and exchanges
  bool inspects = true;  // steps that need the broker's console
};

// A case of some fifty steps: mostly a mixture of publishing, consuming, settling, errors and lost
// connections over classic queues with dead lettering, limits, priorities, policies and alternate
// exchanges; some are about declaring and binding, quorum queues with policies, or streams. Some
// messages have many properties. The same for the same options everywhere. It avoids what a real
// broker leaves to chance: each channel consumes from one queue only, and after a publish that may
// expire there is a wait.
Transcript random_case(const RandomCaseOptions& options);
// What the case of this seed is called.
std::string random_name(std::uint64_t seed);

}  // namespace mqlab::conform
