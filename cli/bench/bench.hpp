// SPDX-License-Identifier: MIT
// Running workloads: timed passes, each checked by one that writes the full ledger.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/bench/workload.hpp"
#include "sim/base/result.hpp"

namespace mqlab::bench {

// A workload at a size.
struct Job {
  Workload workload;
  std::uint64_t size = 0;

  std::string name() const;  // "hold/10000"
};

struct Request {
  std::vector<std::string> names;  // "hold", "hold/10000"; none: all
  std::optional<std::uint64_t> size;
  bool small = false;  // the sizes and lengths of tests
};

// What is to be run. An error if a name is not known.
Result<std::vector<Job>> jobs_of(const Request& request);

struct Range {
  double median = 0;
  double min = 0;
  double max = 0;
};

struct Measured {
  std::string name;
  std::string operation;  // what is counted
  std::string object;     // what bytes_per_object is about
  Range ops_per_cpu_s;
  double bytes_per_object = 0;
  std::optional<double> allocs_per_op;  // nothing: not counted
  std::string fingerprint;
  std::vector<std::pair<std::string, double>> extra;  // medians
};

// One job: `repeats` timed passes, each followed by one with the full ledger. An error if two
// passes do not agree, which is a bug in mqlab.
Result<Measured> measure(const Job& job, bool small, int repeats, CountAllocations count);

}  // namespace mqlab::bench
