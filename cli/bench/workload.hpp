// SPDX-License-Identifier: MIT
// A workload: a piece of mqlab driven at full speed, at a size, with what comes out of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/bench/meter.hpp"
#include "sim/ledger/ledger.hpp"

namespace mqlab::bench {

// One pass. Passes of the same size and length do the same, whatever the sink.
struct Setting {
  std::uint64_t size = 0;  // what the workload's name counts: pending events, bindings, queues…
  bool small = false;      // short enough for a test
  ledger::Sink sink = ledger::Sink::none;
};

// What a pass gave. Two passes of the same setting must agree in operations and output.
struct Outcome {
  std::uint64_t operations = 0;  // that the meter saw
  std::uint64_t output = 0;      // a hash of what came out, made by the workload itself
  std::string fingerprint;       // of the ledger; with Sink::full
  double bytes_per_object = 0;   // 0: the workload has no objects to count
  std::vector<std::pair<std::string, double>> extra;  // further measurements, by name
};

struct Workload {
  std::string_view name;       // "hold"; with a size: "hold/10000"
  std::string_view size_unit;  // "pending events"
  std::string_view operation;  // what is counted: "events"
  std::string_view object;     // what bytes_per_object is about; empty: nothing
  std::string_view what;       // one line
  std::vector<std::uint64_t> sizes;
  std::uint64_t small = 1;  // the size of tests
  int repeats = 5;          // unless the command line says otherwise
  ledger::Sink timed = ledger::Sink::none;
  Outcome (*run)(const Setting& setting, Meter& meter) = nullptr;
};

// All of them, in the order in which they are listed and run.
std::vector<Workload> all_workloads();

// Each file of workloads adds its own.
void add_engine_workloads(std::vector<Workload>& all);
void add_route_workloads(std::vector<Workload>& all);
void add_headers_workloads(std::vector<Workload>& all);
void add_broker_workloads(std::vector<Workload>& all);
void add_world_workloads(std::vector<Workload>& all);
void add_fold_workloads(std::vector<Workload>& all);

// A cheap hash over a sequence of numbers, for outputs.
class Checksum {
 public:
  void add(std::uint64_t value) { sum_ = sum_ * 31 + value; }
  std::uint64_t value() const { return sum_; }

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace mqlab::bench
