// SPDX-License-Identifier: MIT
// Reading what a command line asks for, and running it.
#include "cli/request.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "cli/files.hpp"
#include "sim/base/text.hpp"

namespace mqlab::cli {

Result<Until> parse_until(const std::string& text, const std::string& option) {
  Until until;
  if (text.empty()) return until;
  if (text.front() == '#') {
    const Result<std::uint64_t> number = parse_count(std::string_view(text).substr(1));
    if (!number.ok()) {
      return Error{{}, fmt::format("{} {}: {}", option, text, number.error().what), "#5000"};
    }
    until.number = *number;
    return until;
  }
  const Result<Duration> time = parse_duration(text);
  if (!time.ok()) {
    return Error{{},
                 fmt::format("{} {}: {}", option, text, time.error().what),
                 "a time such as 10s or 250ms, or a number such as #5000"};
  }
  until.time = Time{time->ns};
  return until;
}

Result<std::map<std::string, std::string>> parse_settings(
    const std::vector<std::string>& settings) {
  std::map<std::string, std::string> parameters;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error{{}, fmt::format("--set {}: not NAME=VALUE", setting), "--set count=100"};
    }
    if (!parameters.emplace(setting.substr(0, equals), setting.substr(equals + 1)).second) {
      return Error{{}, fmt::format("--set {}: given twice", setting.substr(0, equals)), {}};
    }
  }
  return parameters;
}

Result<scripting::Request> request_for(const std::string& path) {
  Result<scripting::Source> source = read_script(path);
  if (!source.ok()) return source.error();
  scripting::Request request;
  request.main = std::move(*source);
  request.include = include_from(path);
  return request;
}

Result<Finished> run_one(const std::string& path, const scripting::Request& request) {
  scripting::Report report = scripting::run_scenario(request);
  if (report.error) return *report.error;
  Finished run = finish(path, std::move(report));
  const std::string differences = run.books.differences();
  if (!differences.empty()) {
    throw std::logic_error(fmt::format("{}: the books do not balance: {}", path, differences));
  }
  return run;
}

}  // namespace mqlab::cli
