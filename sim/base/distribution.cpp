// SPDX-License-Identifier: MIT
// Each distribution turned inside out: the duration below which a given share of samples lies.
#include "sim/base/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sim/base/math.hpp"
#include "sim/base/random.hpp"
#include "sim/base/text.hpp"

namespace mqlab {
namespace {

// Nothing, or why `d` cannot be the `role` of a distribution.
Result<void> not_negative(const char* role, Duration d) {
  if (d.ns >= 0) return {};
  return make_error(fmt::format("the {} is {}", role, format_short(d)), "it cannot be negative");
}

// The nearest whole nanosecond, halves up; within the range of durations.
Duration rounded(double ns) {
  if (!(ns > 0.0)) return Duration{0};
  if (ns >= 0x1p63) return Duration{std::numeric_limits<std::int64_t>::max()};
  // From 2^52 on doubles are whole, and adding a half would round.
  return Duration{static_cast<std::int64_t>(ns < 0x1p52 ? ns + 0.5 : ns)};
}

double ns_of(Duration d) {
  return static_cast<double>(d.ns);
}

// The share of draws above this one, in (0, 1]: falls from 1 to 2^-53 as the draw rises.
double share_above(std::uint64_t bits) {
  return 1.0 - static_cast<double>(bits >> 11) * 0x1p-53;
}

}  // namespace

Result<Distribution> Distribution::constant(Duration value) {
  if (auto fine = not_negative("duration", value); !fine) return fine.error();
  return of(Constant{value});
}

Result<Distribution> Distribution::uniform(Duration least, Duration most) {
  if (auto fine = not_negative("least duration", least); !fine) return fine.error();
  if (most < least) {
    return make_error(fmt::format("the least duration, {}, is above the most, {}",
                                  format_short(least), format_short(most)),
                      "the smaller one comes first");
  }
  return of(Uniform{least, most});
}

Result<Distribution> Distribution::exponential(Duration mean) {
  if (auto fine = not_negative("mean", mean); !fine) return fine.error();
  return of(Exponential{mean});
}

Result<Distribution> Distribution::normal(Duration mean, Duration deviation) {
  if (auto fine = not_negative("mean", mean); !fine) return fine.error();
  if (auto fine = not_negative("standard deviation", deviation); !fine) return fine.error();
  return of(Normal{mean, deviation});
}

Result<Distribution> Distribution::pareto(Duration least, double shape) {
  if (auto fine = not_negative("least duration", least); !fine) return fine.error();
  if (!(shape > 0.0) || !std::isfinite(shape)) {
    return make_error(fmt::format("the shape is {}", shape), "it is a positive number");
  }
  return of(Pareto{least, shape});
}

Result<Distribution> Distribution::empirical(std::vector<Share> shares) {
  std::stable_sort(shares.begin(), shares.end(),
                   [](const Share& a, const Share& b) { return a.value < b.value; });
  Table result;
  std::uint64_t total = 0;
  for (const Share& share : shares) {
    if (auto fine = not_negative("duration", share.value); !fine) return fine.error();
    if (share.weight == 0) continue;
    if (__builtin_add_overflow(total, share.weight, &total)) {
      return make_error("the weights add up to more than 64 bits hold", "divide all of them");
    }
    if (!result.values.empty() && result.values.back() == share.value) {
      result.up_to.back() = total;
    } else {
      result.values.push_back(share.value);
      result.up_to.push_back(total);
    }
  }
  if (total == 0) return make_error("there is no value with a weight above zero");
  return of(Empirical{std::make_shared<const Table>(std::move(result))});
}

Result<Distribution> Distribution::of_samples(const std::vector<Duration>& samples) {
  std::vector<Share> shares;
  shares.reserve(samples.size());
  for (const Duration sample : samples) shares.push_back({sample, 1});
  return empirical(std::move(shares));
}

Duration Distribution::at(std::uint64_t bits) const {
  return std::visit([bits](const auto& shape) { return sample_of(shape, bits); }, shape_);
}

Duration Distribution::sample_of(const Constant& shape, std::uint64_t /*bits*/) {
  return shape.value;
}

Duration Distribution::sample_of(const Exponential& shape, std::uint64_t bits) {
  return rounded(ns_of(shape.mean) * -portable::log(share_above(bits)));
}

Duration Distribution::sample_of(const Normal& shape, std::uint64_t bits) {
  // The middle of one of 2^52 equal intervals: exact, symmetric, never 0 or 1.
  const double share_below = (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
  return rounded(ns_of(shape.mean) +
                 ns_of(shape.deviation) * portable::normal_quantile(share_below));
}

Duration Distribution::sample_of(const Pareto& shape, std::uint64_t bits) {
  return rounded(ns_of(shape.least) * portable::pow(share_above(bits), -1.0 / shape.shape));
}

Duration Distribution::sample_of(const Empirical& shape, std::uint64_t bits) {
  const Table& table = *shape.table;
  const std::uint64_t rank = multiply_high(bits, table.up_to.back());
  const auto found = std::upper_bound(table.up_to.begin(), table.up_to.end(), rank);
  return table.values[static_cast<std::size_t>(found - table.up_to.begin())];
}

std::string Distribution::describe() const {
  return std::visit([](const auto& shape) { return text_of(shape); }, shape_);
}

std::string Distribution::text_of(const Constant& shape) {
  return fmt::format("constant, {}", format_short(shape.value));
}

std::string Distribution::text_of(const Uniform& shape) {
  return fmt::format("uniform, {} to {}", format_short(shape.least), format_short(shape.most));
}

std::string Distribution::text_of(const Exponential& shape) {
  return fmt::format("exponential, mean {}", format_short(shape.mean));
}

std::string Distribution::text_of(const Normal& shape) {
  return fmt::format("normal, mean {}, standard deviation {}", format_short(shape.mean),
                     format_short(shape.deviation));
}

std::string Distribution::text_of(const Pareto& shape) {
  return fmt::format("pareto, least {}, shape {}", format_short(shape.least), shape.shape);
}

std::string Distribution::text_of(const Empirical& shape) {
  const std::vector<Duration>& values = shape.table->values;
  return fmt::format("empirical, {} value{} from {} to {}", values.size(),
                     values.size() == 1 ? "" : "s", format_short(values.front()),
                     format_short(values.back()));
}

}  // namespace mqlab
