// SPDX-License-Identifier: MIT
// Playing a transcript on the routing core, and what came out.
#pragma once

#include <optional>
#include <string>

#include "cli/conform/compare.hpp"
#include "cli/conform/transcript.hpp"

namespace mqlab::conform {

// The first step at which the core and the recorded broker part.
struct Difference {
  std::size_t step = 0;  // from 1
  std::string op;
  int line = 0;  // of the file
  Mismatch first;
  Json expected;  // what was recorded for the whole step
  Json got;
};

// Plays a transcript on a fresh core of its version. Nothing: they agree in every step. Error: the
// core does not show that version, or has no control that a step asks for.
Result<std::optional<Difference>> replay(const Transcript& transcript);

// The transcript of a case, recorded from the core. Steps that do not apply are left
// out; those that cannot be sent are marked skipped, or left out if the case says so.
Result<Transcript> record_on_core(const Transcript& from, const std::string& version);

}  // namespace mqlab::conform
