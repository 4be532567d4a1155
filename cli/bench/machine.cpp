// SPDX-License-Identifier: MIT
// What Linux says of the machine.
#include "cli/bench/machine.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

namespace mqlab::bench {
namespace {

std::string cpu_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

}  // namespace

Machine this_machine() {
  Machine machine;
  machine.cpu = cpu_name();
  machine.cores = static_cast<unsigned>(sysconf(_SC_NPROCESSORS_ONLN));
#if defined(__clang__)
  machine.compiler = fmt::format("clang {}.{}", __clang_major__, __clang_minor__);
#else
  machine.compiler = fmt::format("gcc {}.{}", __GNUC__, __GNUC_MINOR__);
#endif
  return machine;
}

Result<void> stay_on(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  if (sched_setaffinity(0, sizeof set, &set) == 0) return {};
  return Error{{}, fmt::format("--cpu {}: {}", cpu, std::strerror(errno)), {}};
}

}  // namespace mqlab::bench
