// SPDX-License-Identifier: MIT
// Streams of random bits that are the same on every machine, and probabilities as ratios.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <string_view>

#include "sim/base/assert.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/result.hpp"

namespace mqlab {

__extension__ using Wide = unsigned __int128;

// floor(a * n / 2^64): spreads 64 bits evenly over 0..n-1, in order.
constexpr std::uint64_t multiply_high(std::uint64_t a, std::uint64_t n) {
  return static_cast<std::uint64_t>((static_cast<Wide>(a) * n) >> 64);
}

// A probability, num / den.
struct Ratio {
  std::uint64_t num = 0;
  std::uint64_t den = 1;

  constexpr bool operator==(const Ratio&) const = default;
  constexpr bool is_valid() const { return den > 0 && num <= den; }
};

// The ratio a person means by `p`: 0.05 is 5/100, not the nearest binary fraction. The denominator
// is the smallest power of ten up to 10^12 that gives `p` back, else 2^53 (rounded down: what is
// below 2^-53 becomes 0). An error unless 0 <= p <= 1.
Result<Ratio> ratio_of(double p);

// The splitmix64 sequence: spreads a seed over as many independent words as are asked for.
class SplitMix {
 public:
  constexpr explicit SplitMix(std::uint64_t state) : state_(state) {}

  constexpr std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    return mix(state_);
  }

 private:
  std::uint64_t state_;
};

// A stream of random bits: xoshiro256++ (Blackman and Vigna). Streams with different names are
// independent, so that a draw from one never moves another. 32 bytes, copied freely.
class RandomStream {
 public:
  using State = std::array<std::uint64_t, 4>;

  // The stream `name` of a run with `seed`.
  RandomStream(std::uint64_t seed, std::string_view name);

  // The stream in a given state, which must not be all zeros.
  explicit RandomStream(const State& state);

  // 64 random bits.
  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // Evenly one of 0..n-1, n >= 1. Almost always one call of next(); never biased.
  std::uint64_t below(std::uint64_t n) {
    MQLAB_ASSERT(n > 0);
    Wide product = static_cast<Wide>(next()) * n;
    if (static_cast<std::uint64_t>(product) < n) [[unlikely]] {
      // 2^64 mod n of the low halves would make some results more likely: they are drawn again.
      const std::uint64_t surplus = (0 - n) % n;
      while (static_cast<std::uint64_t>(product) < surplus) {
        product = static_cast<Wide>(next()) * n;
      }
    }
    return static_cast<std::uint64_t>(product >> 64);
  }

  // Evenly one of the 2^53 multiples of 2^-53 in [0, 1).
  double uniform01() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  // True with the given probability, which must be valid.
  bool chance(Ratio probability) {
    MQLAB_ASSERT(probability.is_valid());
    return below(probability.den) < probability.num;
  }

 private:
  State state_;
};

}  // namespace mqlab
