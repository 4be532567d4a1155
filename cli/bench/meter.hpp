// SPDX-License-Identifier: MIT
// What a benchmark measures: processor time, calls of operator new, memory in use.
#pragma once

#include <cstdint>
#include <functional>

namespace mqlab::bench {

// How often operator new was called so far. The program gives it (cli/program); a library that is
// linked into something else has none.
using CountAllocations = std::uint64_t (*)();

// The processor time that this process has used, in seconds.
double cpu_seconds();

// The bytes of the heap that are in use, with the allocator's own overhead; 0 where the C library
// does not tell.
std::uint64_t heap_bytes();

// Measures what lies between start() and stop(). A workload may stop and start again.
class Meter {
 public:
  explicit Meter(CountAllocations count) : count_(count) {}

  void start();
  void stop();
  // Starts, works and stops. The test of instruction counts looks for this function by its name.
  void measure(const std::function<void()>& work);

  double cpu_s() const { return cpu_s_; }
  bool counts_allocations() const { return count_ != nullptr; }
  std::uint64_t allocations() const { return allocations_; }

 private:
  CountAllocations count_;
  double started_s_ = 0;
  double cpu_s_ = 0;
  std::uint64_t allocations_before_ = 0;
  std::uint64_t allocations_ = 0;
};

}  // namespace mqlab::bench
