// SPDX-License-Identifier: MIT
// A scenario run for every combination of some values, and what is measured of each run.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/report_text.hpp"
#include "sim/base/result.hpp"
#include "sim/observe/canvas.hpp"
#include "sim/observe/texts.hpp"

namespace mqlab::cli {

// What is varied: a parameter of the scenario, or "variant" or "seed".
struct Axis {
  std::string name;
  std::vector<std::string> values;
};

inline constexpr std::size_t kMostCells = 10'000;

// NAME=V1,V2,… or, for whole numbers, NAME=FIRST..LAST. Errors: no values, a value or name twice,
// more than kMostCells combinations.
Result<std::vector<Axis>> parse_axes(const std::vector<std::string>& texts);

// The values of combination number `index`, the last axis fastest.
std::vector<std::string> combination(const std::vector<Axis>& axes, std::size_t index);
std::size_t combination_count(const std::vector<Axis>& axes);

// One run, measured.
struct Cell {
  std::vector<std::string> values;  // of the axes, in their order
  scripting::Verdict verdict = scripting::Verdict::unknown;
  std::string fingerprint;
  std::uint64_t sent = 0;
  std::uint64_t handled = 0;  // business ids with an effect
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t pending = 0;
  std::uint64_t inversions =
      0;  // effects that came after one of a later message of the same author
  std::uint64_t peak_ready = 0;  // of the queue where it was highest
  std::optional<Duration> latency_median;
  std::optional<Duration> latency_p99;
  std::optional<Time> drained;  // when the last copy left; none if some are left
};
Cell measure(const Finished& run, std::vector<std::string> values);

struct Matrix {
  std::string scenario;
  std::string title;
  std::vector<Axis> axes;
  std::vector<Cell> cells;

  std::string text(observe::Language language) const;
  std::string json() const;  // the same in every language
  std::string csv() const;   // the same; units in the names of columns
  // A field for each of lost, duplicated, inversions, latency and drain time: the last axis to the
  // right, the others downwards; the darker, the more.
  observe::Canvas heat_map(observe::Language language) const;
};

}  // namespace mqlab::cli
