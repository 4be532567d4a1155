// SPDX-License-Identifier: MIT
// Asking the system.
#include "cli/bench/meter.hpp"

#include <ctime>

#include <malloc.h>

namespace mqlab::bench {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::uint64_t heap_bytes() {
#if defined(__GLIBC__)
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

void Meter::start() {
  if (count_ != nullptr) allocations_before_ = count_();
  started_s_ = cpu_seconds();
}

void Meter::stop() {
  cpu_s_ += cpu_seconds() - started_s_;
  if (count_ != nullptr) allocations_ += count_() - allocations_before_;
}

void Meter::measure(const std::function<void()>& work) {
  start();
  work();
  stop();
}

}  // namespace mqlab::bench
