// SPDX-License-Identifier: MIT
// Measurements as lines for people and as JSON, and beside those of an earlier time.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/bench/bench.hpp"
#include "cli/bench/machine.hpp"

namespace mqlab::bench {

// A file of results is never larger.
inline constexpr std::size_t kMaxResultsBytes = std::size_t{64} << 20;

// What an earlier run (bench --json) had, by name. The fingerprint may be empty.
struct Earlier {
  double median = 0;
  std::string fingerprint;
};
using Baseline = std::map<std::string, Earlier>;

Result<Baseline> read_baseline(const std::string& path);

// "12.3M", "456k", "78.9".
std::string rate_text(double rate);

std::string list_text(const std::vector<Workload>& all);
std::string heading_text(const Machine& machine, bool with_baseline);
// `earlier`: what the baseline has of it, or nullptr.
std::string line_text(const Measured& measured, const Earlier* earlier);

nlohmann::ordered_json results_json(const Machine& machine, const std::vector<Measured>& all,
                                    const Baseline& baseline);

// True if both know the fingerprint, and it is not the same: the program does something else.
bool differs(const Measured& measured, const Earlier* earlier);

const Earlier* find(const Baseline& baseline, const std::string& name);

}  // namespace mqlab::bench
