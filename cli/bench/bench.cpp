// SPDX-License-Identifier: MIT
// Passes, and that they agree.
#include "cli/bench/bench.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "sim/base/suggest.hpp"

namespace mqlab::bench {
namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Range range_of(const std::vector<double>& values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return {median(values), *least, *most};
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || value == 0) {
    return std::nullopt;
  }
  return value;
}

Error unknown(const std::string& name, const std::vector<Workload>& all) {
  std::vector<std::string> known;
  for (const Workload& one : all) known.emplace_back(one.name);
  const std::string near = suggest(name, known);
  return Error{
      {},
      fmt::format("there is no workload '{}'", name),
      near.empty() ? "mqlab bench --list names them" : fmt::format("did you mean '{}'?", near)};
}

// What the passes of one job said, in order.
struct Passes {
  std::vector<double> rates;
  std::vector<double> allocations;  // for each operation
  std::vector<double> bytes;
  std::vector<std::vector<std::pair<std::string, double>>> extra;
  std::optional<Outcome> first;
  std::string fingerprint;
};

// An error if this pass did something else than the first one.
Result<void> compare(const Job& job, const Passes& passes, const Outcome& outcome,
                     std::string_view which) {
  if (outcome.operations == passes.first->operations && outcome.output == passes.first->output) {
    return {};
  }
  return Error{{},
               fmt::format("{}: {} gave another output than the first pass ({:016x} after {} {}, "
                           "not {:016x} after {})",
                           job.name(), which, outcome.output, outcome.operations,
                           job.workload.operation, passes.first->output, passes.first->operations),
               "this is a bug in mqlab"};
}

Result<void> run_pass(const Job& job, bool small, CountAllocations count, Passes& passes) {
  Setting setting{job.size, small, job.workload.timed};
  Meter meter(count);
  Outcome timed = job.workload.run(setting, meter);
  const auto operations = static_cast<double>(timed.operations);
  passes.rates.push_back(operations / std::max(meter.cpu_s(), 1e-9));
  passes.allocations.push_back(static_cast<double>(meter.allocations()) / operations);
  passes.bytes.push_back(timed.bytes_per_object);
  passes.extra.push_back(timed.extra);
  if (!passes.first) passes.first = timed;
  if (auto same = compare(job, passes, timed, "a timed pass"); !same) return same;

  setting.sink = ledger::Sink::full;
  Meter unused(nullptr);
  const Outcome watched = job.workload.run(setting, unused);
  if (passes.fingerprint.empty()) passes.fingerprint = watched.fingerprint;
  if (auto same = compare(job, passes, watched, "a pass with the full ledger"); !same) return same;
  if (watched.fingerprint == passes.fingerprint) return {};
  return Error{{},
               fmt::format("{}: fingerprint {} and then {}", job.name(), passes.fingerprint,
                           watched.fingerprint),
               "this is a bug in mqlab"};
}

std::vector<std::pair<std::string, double>> medians_of(
    const std::vector<std::vector<std::pair<std::string, double>>>& passes) {
  std::vector<std::pair<std::string, double>> medians = passes.front();
  for (std::size_t i = 0; i < medians.size(); ++i) {
    std::vector<double> values;
    for (const auto& pass : passes) values.push_back(pass[i].second);
    medians[i].second = median(values);
  }
  return medians;
}

}  // namespace

std::vector<Workload> all_workloads() {
  std::vector<Workload> all;
  add_engine_workloads(all);
  add_route_workloads(all);
  add_headers_workloads(all);
  add_broker_workloads(all);
  add_world_workloads(all);
  add_fold_workloads(all);
  return all;
}

std::string Job::name() const {
  return fmt::format("{}/{}", workload.name, size);
}

Result<std::vector<Job>> jobs_of(const Request& request) {
  const std::vector<Workload> all = all_workloads();
  std::vector<Job> jobs;
  const auto add = [&](const Workload& one, std::optional<std::uint64_t> size) {
    if (!size) size = request.size;
    if (!size && request.small) size = one.small;
    if (size) {
      jobs.push_back({one, *size});
      return;
    }
    for (const std::uint64_t usual : one.sizes) jobs.push_back({one, usual});
  };
  if (request.names.empty()) {
    for (const Workload& one : all) add(one, std::nullopt);
  }
  for (const std::string& name : request.names) {
    const std::size_t slash = name.find('/');
    const auto found = std::find_if(all.begin(), all.end(), [&](const Workload& one) {
      return one.name == std::string_view(name).substr(0, slash);
    });
    if (found == all.end()) return unknown(name.substr(0, slash), all);
    std::optional<std::uint64_t> size;
    if (slash != std::string::npos) {
      size = number(std::string_view(name).substr(slash + 1));
      if (!size) return Error{{}, fmt::format("'{}': a size is a whole number from 1", name), {}};
    }
    add(*found, size);
  }
  return jobs;
}

Result<Measured> measure(const Job& job, bool small, int repeats, CountAllocations count) {
  Passes passes;
  for (int i = 0; i < repeats; ++i) {
    if (auto fine = run_pass(job, small, count, passes); !fine) return fine.error();
  }
  Measured measured;
  measured.name = job.name();
  measured.operation = job.workload.operation;
  measured.object = job.workload.object;
  measured.ops_per_cpu_s = range_of(passes.rates);
  measured.bytes_per_object = median(passes.bytes);
  if (count != nullptr) measured.allocs_per_op = median(passes.allocations);
  measured.fingerprint = passes.fingerprint;
  measured.extra = medians_of(passes.extra);
  return measured;
}

}  // namespace mqlab::bench
