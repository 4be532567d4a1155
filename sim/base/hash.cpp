// SPDX-License-Identifier: MIT
// The one place that knows which hash library is used.
#include "sim/base/hash.hpp"

#include <xxhash.h>

namespace mqlab {

std::uint64_t hash_bytes(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace mqlab
