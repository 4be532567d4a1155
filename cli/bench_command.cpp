// SPDX-License-Identifier: MIT
// mqlab bench: workloads in, rates out.
#include <fmt/format.h>

#include "cli/bench/bench.hpp"
#include "cli/bench/growth.hpp"
#include "cli/bench/machine.hpp"
#include "cli/bench/report.hpp"
#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/request.hpp"
#include "cli/terminal.hpp"

namespace mqlab::cli {
namespace {

Result<bench::Request> request_of(const BenchOptions& options) {
  bench::Request request;
  request.names = options.names;
  if (options.size == "small") {
    request.small = true;
  } else if (!options.size.empty()) {
    const Result<std::uint64_t> size = parse_number_option(options.size, "--size");
    if (!size.ok()) return size.error();
    if (*size == 0) return Error{{}, "--size 0: there is nothing to do", {}};
    request.size = *size;
  }
  return request;
}

// A picture of each workload of which there are results.
ExitCode draw(const BenchOptions& options) {
  if (options.out.empty()) return complain("--draw needs --out FOLDER", ExitCode::usage);
  const Result<std::vector<bench::Growth>> all = bench::read_growth(options.draw);
  if (!all.ok()) return complain(all.error().text(), ExitCode::bad_data);
  const auto path_of = [&](const bench::Growth& growth) {
    return fmt::format("{}/{}.svg", options.out, growth.workload);
  };
  for (const bench::Growth& growth : *all) {
    const Result<void> may = may_write(path_of(growth), options.force);
    if (!may.ok()) return complain(may.error());
  }
  for (const bench::Growth& growth : *all) {
    const std::string path = path_of(growth);
    const Result<void> written = write_file(path, observe::to_svg(bench::draw_growth(growth)));
    if (!written.ok()) return complain(written.error().text(), ExitCode::bad_data);
    print_result(path + "\n");
  }
  return ExitCode::pass;
}

}  // namespace

ExitCode bench_command(const BenchOptions& options, const std::atomic<bool>& interrupted) {
  if (options.list) {
    print_result(bench::list_text(bench::all_workloads()));
    return ExitCode::pass;
  }
  if (!options.draw.empty()) return draw(options);
  const Result<bench::Request> request = request_of(options);
  if (!request.ok()) return complain(request.error().text(), ExitCode::usage);
  const Result<std::vector<bench::Job>> jobs = bench::jobs_of(*request);
  if (!jobs.ok()) return complain(jobs.error().text(), ExitCode::usage);
  bench::Baseline baseline;
  if (!options.baseline.empty()) {
    Result<bench::Baseline> read = bench::read_baseline(options.baseline);
    if (!read.ok()) return complain(read.error().text(), ExitCode::bad_data);
    baseline = std::move(*read);
  }
  if (options.cpu >= 0) {
    const Result<void> stays = bench::stay_on(options.cpu);
    if (!stays.ok()) return complain(stays.error().text(), ExitCode::usage);
  }

  const bench::Machine machine = bench::this_machine();
  if (!options.json) print_result(bench::heading_text(machine, !baseline.empty()));
  std::vector<bench::Measured> all;
  ExitCode code = ExitCode::pass;
  for (const bench::Job& job : *jobs) {
    if (interrupted.load()) return ExitCode::interrupted;
    const int repeats = options.repeats > 0 ? options.repeats : job.workload.repeats;
    Result<bench::Measured> measured =
        bench::measure(job, request->small, repeats, options.count_allocations);
    if (!measured.ok()) {
      code = worse(code, complain(measured.error().text(), ExitCode::nondeterminism));
      continue;
    }
    const bench::Earlier* const earlier = bench::find(baseline, measured->name);
    if (bench::differs(*measured, earlier)) code = worse(code, ExitCode::fail);
    if (!options.json) print_result(bench::line_text(*measured, earlier));
    all.push_back(std::move(*measured));
  }
  if (options.json) print_result(bench::results_json(machine, all, baseline).dump(2) + "\n");
  return code;
}

}  // namespace mqlab::cli
