// SPDX-License-Identifier: MIT
// Which of several outcomes a command reports.
#include "cli/exit_code.hpp"

#include "sim/base/assert.hpp"

namespace mqlab::cli {
namespace {

int weight(ExitCode code) {
  switch (code) {
    case ExitCode::pass:
      return 0;
    case ExitCode::unknown:
      return 1;
    case ExitCode::fail:
      return 2;
    case ExitCode::nondeterminism:
      return 3;
    case ExitCode::bad_data:
      return 4;
    case ExitCode::unavailable:
      return 5;
    case ExitCode::usage:
      return 6;
    case ExitCode::interrupted:
      return 7;
    case ExitCode::internal:
      return 8;
  }
  MQLAB_ASSERT(false && "every exit code has a weight");
}

}  // namespace

ExitCode worse(ExitCode a, ExitCode b) {
  return weight(a) >= weight(b) ? a : b;
}

}  // namespace mqlab::cli
