// SPDX-License-Identifier: MIT
// mqlab matrix: one scenario, many values, one table.
#include <algorithm>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/matrix.hpp"
#include "cli/progress.hpp"
#include "cli/request.hpp"
#include "cli/terminal.hpp"

namespace mqlab::cli {
namespace {

// What one combination asks for: variant and seed are no parameters.
Result<void> apply(const std::vector<Axis>& axes, const std::vector<std::string>& values,
                   scripting::Request& request) {
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].name == "variant") {
      request.variant = values[i];
    } else if (axes[i].name == "seed") {
      const Result<std::uint64_t> seed = parse_number_option(values[i], "--vary seed");
      if (!seed.ok()) return seed.error();
      request.seed = *seed;
    } else {
      request.parameters[axes[i].name] = values[i];
    }
  }
  return {};
}

Result<scripting::Request> base_request(const MatrixOptions& options) {
  Result<std::map<std::string, std::string>> parameters = parse_settings(options.settings);
  if (!parameters.ok()) return parameters.error();
  const Result<Until> until = parse_until(options.until, "--until");
  if (!until.ok()) return until.error();
  scripting::Request request;
  request.parameters = std::move(*parameters);
  request.until = until->time;
  request.until_event = until->number;
  request.variant = options.variant;
  if (!options.seed.empty()) {
    const Result<std::uint64_t> seed = parse_number_option(options.seed, "--seed");
    if (!seed.ok()) return seed.error();
    request.seed = *seed;
  }
  std::vector<std::string> files;
  for (const std::string& file : {options.csv, options.svg}) {
    if (!file.empty()) files.push_back(file);
  }
  if (Result<void> may = may_write_all(files, options.force); !may.ok()) return may.error();
  return request;
}

void print_table(const Matrix& matrix, const MatrixOptions& options) {
  const auto language = observe::language(options.lang).value_or(observe::Language::english);
  print_result(options.json ? matrix.json() : matrix.text(language));
}

ExitCode write(const Matrix& matrix, const MatrixOptions& options) {
  ExitCode code = ExitCode::pass;
  const auto note = [&](const Result<void>& written) {
    if (!written.ok()) code = complain(written.error().text(), ExitCode::bad_data);
  };
  if (!options.csv.empty()) note(write_file(options.csv, matrix.csv()));
  const observe::Language language =
      observe::language(options.lang).value_or(observe::Language::english);
  if (!options.svg.empty()) {
    note(write_file(options.svg, observe::to_svg(matrix.heat_map(language))));
  }
  print_table(matrix, options);
  return code;
}

}  // namespace

ExitCode matrix_command(const MatrixOptions& options, const std::atomic<bool>& interrupted) {
  Result<std::vector<Axis>> axes = parse_axes(options.vary);
  if (!axes.ok()) return complain(axes.error().text(), ExitCode::usage);
  Result<scripting::Request> base = base_request(options);
  if (!base.ok()) {
    return complain(base.error().text(),
                    base.error().place.file.empty() ? ExitCode::usage : ExitCode::bad_data);
  }
  const Result<std::string> path = find_run(options.scenario);
  if (!path.ok()) return complain(path.error());
  Result<scripting::Request> text = request_for(*path);
  if (!text.ok()) return complain(text.error().text(), ExitCode::bad_data);
  base->main = std::move(text->main);
  base->include = std::move(text->include);
  base->interrupt = &interrupted;

  Matrix matrix{*path, {}, std::move(*axes), {}};
  Progress progress = Progress::to_standard_error(!options.quiet);
  const std::size_t count = combination_count(matrix.axes);
  base->progress = [&](std::uint64_t events, Time now) { progress.at(events, now); };
  scripting::Stage stage;
  for (std::size_t i = 0; i < count && !interrupted.load(); ++i) {
    std::vector<std::string> values = combination(matrix.axes, i);
    scripting::Request request = *base;
    if (Result<void> applied = apply(matrix.axes, values, request); !applied.ok()) {
      return complain(applied.error().text(), ExitCode::usage);
    }
    progress.begin(fmt::format("{}", fmt::join(values, " ")), count);
    const Result<Finished> run = run_one(*path, request, stage);
    progress.end();
    if (!run.ok()) return complain(run.error().text(), ExitCode::bad_data);
    if (run->report.ending == scripting::Ending::interrupted) break;
    matrix.title = run->report.title;
    matrix.cells.push_back(measure(*run, std::move(values)));
  }
  if (interrupted.load()) {
    print_table(matrix, options);
    return complain("interrupted", ExitCode::interrupted);
  }
  return write(matrix, options);
}

}  // namespace mqlab::cli
