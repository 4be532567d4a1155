// SPDX-License-Identifier: MIT
// Distributions of durations: the same sample from the same draw, and the shape they promise.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/random.hpp"
#include "tests/catch.hpp"

using namespace mqlab;

namespace {

constexpr std::uint64_t kLowest = 0;
constexpr std::uint64_t kMiddle = std::uint64_t{1} << 63;
constexpr std::uint64_t kHighest = std::numeric_limits<std::uint64_t>::max();

const Distribution kConstant = *Distribution::constant(milliseconds(5));
const Distribution kUniform = *Distribution::uniform(milliseconds(1), milliseconds(3));
const Distribution kExponential = *Distribution::exponential(milliseconds(10));
const Distribution kNormal = *Distribution::normal(milliseconds(10), milliseconds(2));
const Distribution kPareto = *Distribution::pareto(milliseconds(1), 1.5);
const Distribution kEmpirical = *Distribution::empirical(
    {{milliseconds(30), 1}, {milliseconds(10), 2}, {milliseconds(20), 0}, {milliseconds(10), 1}});

std::vector<std::int64_t> first_samples(const Distribution& distribution) {
  RandomStream random(42, "samples");
  std::vector<std::int64_t> samples;
  for (int i = 0; i < 6; ++i) {
    samples.push_back(distribution.sample([&random] { return random.next(); }).ns);
  }
  return samples;
}

// The mean of many samples, in nanoseconds.
double mean_of(const Distribution& distribution) {
  RandomStream random(42, "mean");
  double sum = 0;
  constexpr int kSamples = 20'000;
  for (int i = 0; i < kSamples; ++i) {
    sum += static_cast<double>(distribution.sample([&random] { return random.next(); }).ns);
  }
  return sum / kSamples;
}

bool is_near(double value, double expected, double tolerance) {
  return std::fabs(value - expected) <= tolerance * expected;
}

}  // namespace

TEST_CASE("the same draws give the same durations on every machine") {
  using Samples = std::vector<std::int64_t>;
  CHECK(first_samples(kConstant) == Samples(6, 5'000'000));
  CHECK(first_samples(kUniform) ==
        Samples{1'992'207, 2'147'225, 2'449'111, 2'264'752, 1'416'896, 2'373'691});
  CHECK(first_samples(kExponential) ==
        Samples{6'853'847, 8'524'069, 12'893'692, 10'006'946, 2'337'597, 11'610'591});
  CHECK(first_samples(kNormal) ==
        Samples{9'980'466, 10'371'158, 11'192'857, 10'676'306, 8'376'364, 10'973'858});
  CHECK(first_samples(kPareto) ==
        Samples{1'579'207, 1'765'213, 2'362'167, 1'948'636, 1'168'639, 2'168'508});
  CHECK(first_samples(kEmpirical) ==
        Samples{10'000'000, 10'000'000, 10'000'000, 10'000'000, 10'000'000, 10'000'000});
}

TEST_CASE("a sample takes one draw, and none if the distribution is constant") {
  for (const Distribution& distribution :
       {kConstant, kUniform, kExponential, kNormal, kPareto, kEmpirical}) {
    int draws = 0;
    distribution.sample([&draws] {
      ++draws;
      return kMiddle;
    });
    CAPTURE(distribution.describe());
    CHECK(draws == distribution.draws_per_sample());
    CHECK(draws == (distribution == kConstant ? 0 : 1));
  }
}

TEST_CASE("a greater draw gives a longer duration") {
  std::vector<std::uint64_t> draws{kLowest, kMiddle, kHighest};
  RandomStream random(42, "rising");
  for (int i = 0; i < 2'000; ++i) draws.push_back(random.next());
  std::stable_sort(draws.begin(), draws.end());
  for (const Distribution& distribution : {kUniform, kExponential, kNormal, kPareto, kEmpirical}) {
    CAPTURE(distribution.describe());
    Duration before = distribution.at(kLowest);
    for (const std::uint64_t draw : draws) {
      const Duration now = distribution.at(draw);
      REQUIRE(now >= before);
      before = now;
    }
    CHECK(distribution.at(kLowest) < distribution.at(kHighest));
  }
}

TEST_CASE("the extreme draws give the ends of each distribution") {
  CHECK(kUniform.at(kLowest) == milliseconds(1));
  CHECK(kUniform.at(kHighest) == milliseconds(3));
  CHECK(kExponential.at(kLowest) == Duration{0});
  CHECK(kExponential.at(kHighest) == nanoseconds(367'368'006));
  CHECK(kNormal.at(kLowest) == Duration{0});
  CHECK(kPareto.at(kLowest) == milliseconds(1));
  CHECK(kEmpirical.at(kLowest) == milliseconds(10));
  CHECK(kEmpirical.at(kHighest) == milliseconds(30));
}

TEST_CASE("the samples have the mean they were asked to have") {
  CHECK(is_near(mean_of(kUniform), 2e6, 0.01));
  CHECK(is_near(mean_of(kExponential), 1e7, 0.02));
  CHECK(is_near(mean_of(kNormal), 1e7, 0.01));
  CHECK(is_near(mean_of(*Distribution::pareto(milliseconds(1), 3.0)), 1.5e6, 0.02));
  CHECK(is_near(mean_of(kEmpirical), 1.5e7, 0.02));
}

TEST_CASE("a normal sample below zero becomes zero") {
  const Distribution wide = *Distribution::normal(milliseconds(1), milliseconds(10));
  CHECK(wide.at(kMiddle / 2) == Duration{0});
  CHECK(wide.at(kMiddle) == milliseconds(1));
}

TEST_CASE("samples beyond the range of time end at its end") {
  CHECK(Distribution::pareto(seconds(1), 0.01)->at(kHighest).ns ==
        std::numeric_limits<std::int64_t>::max());
  const Duration longest{std::numeric_limits<std::int64_t>::max()};
  CHECK(Distribution::exponential(longest)->at(kHighest) == longest);
  CHECK(Distribution::normal(longest, longest)->at(kHighest) == longest);
  CHECK(Distribution::uniform(Duration{0}, longest)->at(kHighest) == longest);
  CHECK(Distribution::pareto(Duration{0}, 0.0001)->at(kHighest) == Duration{0});
}

TEST_CASE("an empirical distribution of samples takes each as often as the other") {
  const Distribution distribution =
      *Distribution::of_samples({seconds(3), seconds(1), seconds(1), seconds(2)});
  CHECK(distribution.at(kMiddle - 1) == seconds(1));
  CHECK(distribution.at(kMiddle) == seconds(2));
  CHECK(distribution.at(kMiddle + kMiddle / 2) == seconds(3));
}

TEST_CASE("impossible parameters are refused with the reason") {
  CHECK(Distribution::constant(seconds(-1)).error().text() ==
        "the duration is -1s (it cannot be negative)");
  CHECK(Distribution::uniform(seconds(2), seconds(1)).error().text() ==
        "the least duration, 2s, is above the most, 1s (the smaller one comes first)");
  CHECK_FALSE(Distribution::uniform(seconds(-2), seconds(1)));
  CHECK(Distribution::exponential(milliseconds(-5)).error().what == "the mean is -5ms");
  CHECK_FALSE(Distribution::normal(seconds(-1), seconds(1)));
  CHECK(Distribution::normal(seconds(1), seconds(-1)).error().what ==
        "the standard deviation is -1s");
  CHECK_FALSE(Distribution::pareto(seconds(-1), 1));
  CHECK(Distribution::pareto(seconds(1), 0).error().text() ==
        "the shape is 0 (it is a positive number)");
  CHECK_FALSE(Distribution::pareto(seconds(1), std::numeric_limits<double>::quiet_NaN()));
  CHECK_FALSE(Distribution::pareto(seconds(1), std::numeric_limits<double>::infinity()));
  CHECK(Distribution::empirical({}).error().what == "there is no value with a weight above zero");
  CHECK_FALSE(Distribution::empirical({{seconds(1), 0}}));
  CHECK_FALSE(Distribution::empirical({{seconds(-1), 1}}));
  CHECK(Distribution::empirical({{seconds(1), kHighest}, {seconds(2), 1}}).error().what ==
        "the weights add up to more than 64 bits hold");
}

TEST_CASE("a distribution describes itself") {
  CHECK(Distribution().describe() == "constant, 0s");
  CHECK(kConstant.describe() == "constant, 5ms");
  CHECK(kUniform.describe() == "uniform, 1ms to 3ms");
  CHECK(kExponential.describe() == "exponential, mean 10ms");
  CHECK(kNormal.describe() == "normal, mean 10ms, standard deviation 2ms");
  CHECK(kPareto.describe() == "pareto, least 1ms, shape 1.5");
  CHECK(kEmpirical.describe() == "empirical, 2 values from 10ms to 30ms");
}
