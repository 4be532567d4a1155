// SPDX-License-Identifier: MIT
// How a broken invariant ends the program.
#include "sim/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace mqlab {

void assertion_failed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "mqlab: internal error: %s (%s:%d). This is a bug in mqlab.\n", what, file,
               line);
  std::abort();
}

}  // namespace mqlab
