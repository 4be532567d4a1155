// SPDX-License-Identifier: MIT
// How long things take: distributions of durations, each a function of at most one random draw.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace mqlab {

// A distribution of durations that are never negative. A sample is a function of exactly one draw
// of 64 random bits (of none if the distribution is constant). It rises with the draw, but for the
// last bit of very long ones: draw 0 gives the shortest duration and the greatest draw the longest,
// so changing one draw of a recording changes one duration, in a known direction. Samples are
// rounded to the nanosecond and saturate at the end of the range. The same draw gives the same
// duration on every machine.
class Distribution {
 public:
  // A value that an empirical distribution takes, with its share of all draws.
  struct Share {
    Duration value;
    std::uint64_t weight = 1;

    bool operator==(const Share&) const = default;
  };

  // Zero, always.
  Distribution() = default;

  // Always `value`, which is not negative.
  static Result<Distribution> constant(Duration value);

  // Evenly one of the nanoseconds from `least` to `most`, both included; 0 <= least <= most.
  static Result<Distribution> uniform(Duration least, Duration most);

  // Exponential. One draw in 2^53 gives the longest, about 37 times the mean.
  static Result<Distribution> exponential(Duration mean);

  // Normal; a sample below zero becomes zero, so the mean of the samples is a little above `mean`
  // when `deviation` is not small beside it.
  static Result<Distribution> normal(Duration mean, Duration deviation);

  // Pareto: longer than t with probability (least / t)^shape. The mean is infinite for shapes up
  // to 1. `shape` is positive and finite.
  static Result<Distribution> pareto(Duration least, double shape);

  // One of the listed values, as often as its weight says. Not empty, no negative value, and a sum
  // of weights from 1 to 2^64 - 1. Values may come in any order and more than once.
  static Result<Distribution> empirical(std::vector<Share> shares);

  // One of the samples, each as likely as the other.
  static Result<Distribution> of_samples(const std::vector<Duration>& samples);

  // How many draws one sample takes: 0 or 1.
  int draws_per_sample() const { return std::holds_alternative<Constant>(shape_) ? 0 : 1; }

  // The duration that the draw `bits` gives.
  Duration at(std::uint64_t bits) const;

  // A sample. `draw` is any function that returns 64 random bits.
  template <typename Draw>
  Duration sample(Draw&& draw) const {
    if (const auto* const uniform = std::get_if<Uniform>(&shape_)) {
      return sample_of(*uniform, draw());
    }
    if (const auto* const constant = std::get_if<Constant>(&shape_)) return constant->value;
    return at(draw());
  }

  // One line for people: "exponential, mean 10ms".
  std::string describe() const;

  bool operator==(const Distribution&) const = default;

 private:
  struct Constant {
    Duration value;
    bool operator==(const Constant&) const = default;
  };
  struct Uniform {
    Duration least;
    Duration most;
    bool operator==(const Uniform&) const = default;
  };
  struct Exponential {
    Duration mean;
    bool operator==(const Exponential&) const = default;
  };
  struct Normal {
    Duration mean;
    Duration deviation;
    bool operator==(const Normal&) const = default;
  };
  struct Pareto {
    Duration least;
    double shape = 1;
    bool operator==(const Pareto&) const = default;
  };
  // Values in rising order; `up_to[i]` is the sum of the weights of values 0 to i.
  struct Table {
    std::vector<Duration> values;
    std::vector<std::uint64_t> up_to;
    bool operator==(const Table&) const = default;
  };
  // Apart, so that a distribution is small.
  struct Empirical {
    std::shared_ptr<const Table> table;  // never nullptr
    bool operator==(const Empirical& other) const { return *table == *other.table; }
  };
  using Shape = std::variant<Constant, Uniform, Exponential, Normal, Pareto, Empirical>;

  template <typename Kind>
  Distribution(std::in_place_type_t<Kind> kind, Kind shape) : shape_(kind, std::move(shape)) {}

  template <typename Kind>
  static Distribution of(Kind shape) {
    return Distribution(std::in_place_type<Kind>, std::move(shape));
  }

  static Duration sample_of(const Constant& shape, std::uint64_t bits);
  static Duration sample_of(const Uniform& shape, std::uint64_t bits) {
    const auto span = static_cast<std::uint64_t>(shape.most.ns - shape.least.ns) + 1;
    return Duration{shape.least.ns + static_cast<std::int64_t>(multiply_high(bits, span))};
  }
  static Duration sample_of(const Exponential& shape, std::uint64_t bits);
  static Duration sample_of(const Normal& shape, std::uint64_t bits);
  static Duration sample_of(const Pareto& shape, std::uint64_t bits);
  static Duration sample_of(const Empirical& shape, std::uint64_t bits);

  static std::string text_of(const Constant& shape);
  static std::string text_of(const Uniform& shape);
  static std::string text_of(const Exponential& shape);
  static std::string text_of(const Normal& shape);
  static std::string text_of(const Pareto& shape);
  static std::string text_of(const Empirical& shape);

  Shape shape_;
};

}  // namespace mqlab
