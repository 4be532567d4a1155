// SPDX-License-Identifier: MIT
// How a stream gets its first state from a seed and a name, and decimals become ratios.
#include "sim/base/random.hpp"

#include <fmt/format.h>

namespace mqlab {

RandomStream::RandomStream(std::uint64_t seed, std::string_view name) : state_{} {
  // The seed is mixed before it meets the name, so that no seed undoes a difference of names.
  SplitMix words(SplitMix(seed).next() ^ hash_bytes(name));
  for (std::uint64_t& word : state_) word = words.next();
}

RandomStream::RandomStream(const State& state) : state_(state) {
  MQLAB_ASSERT((state[0] | state[1] | state[2] | state[3]) != 0);
}

Result<Ratio> ratio_of(double p) {
  if (!(p >= 0.0 && p <= 1.0)) {
    return make_error(fmt::format("{} is not a probability", p), "from 0 to 1");
  }
  std::uint64_t den = 1;
  for (int digits = 0; digits <= 12; ++digits, den *= 10) {
    const auto num = static_cast<std::uint64_t>(p * static_cast<double>(den) + 0.5);
    if (static_cast<double>(num) / static_cast<double>(den) == p) return Ratio{num, den};
  }
  return Ratio{static_cast<std::uint64_t>(p * 0x1p53), std::uint64_t{1} << 53};
}

}  // namespace mqlab
