// SPDX-License-Identifier: MIT
// Assertions for our own bugs: on in every build, never about what a user wrote.
#pragma once

namespace mqlab {

// Prints one line naming the broken invariant and ends the process with abort().
[[noreturn]] void assertion_failed(const char* what, const char* file, int line);

}  // namespace mqlab

#define MQLAB_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::mqlab::assertion_failed(#condition, __FILE__, __LINE__))
