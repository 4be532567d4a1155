// SPDX-License-Identifier: MIT
// The one place that knows which hash library is used.
#include "sim/base/hash.hpp"

// Its functions are compiled into ours: most texts are shorter than a call is long.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace mqlab {

std::uint64_t hash_bytes(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace mqlab
