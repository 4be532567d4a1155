// SPDX-License-Identifier: MIT
// What the exit status of mqlab means. Documented in docs/cli.md; never renumbered.
#pragma once

namespace mqlab::cli {

enum class ExitCode : int {
  pass = 0,            // ran, all checks passed
  fail = 1,            // a check failed
  unknown = 2,         // no verdict: not drained, or cut off
  nondeterminism = 3,  // two runs of the same thing differed
  usage = 64,          // the command line is wrong
  bad_data = 65,       // a script or a file is wrong
  unavailable = 69,    // what it needs is not here: a screen
  internal = 70,       // a bug in mqlab
  interrupted = 130,   // Ctrl-C
};

// The one of two that a command reports when both happened.
ExitCode worse(ExitCode a, ExitCode b);

}  // namespace mqlab::cli
