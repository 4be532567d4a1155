// SPDX-License-Identifier: MIT
// Reading what a command line asks for, and running it.
#include "cli/request.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/version.hpp"
#include "sim/base/text.hpp"

namespace mqlab::cli {
namespace {

constexpr const char* kRecordingName = "run.mqr";  // in a folder that run --out wrote
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

}  // namespace

Result<std::uint64_t> parse_number_option(const std::string& text, const std::string& option) {
  const Result<std::uint64_t> number = parse_count(text);
  if (number.ok()) return *number;
  return Error{{},
               fmt::format("{} {}: {}", option, text, number.error().what),
               "a whole number from 0 to 18446744073709551615"};
}

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
  scripting::Stage stage;
  return run_one(path, request, stage);
}

Result<Finished> run_one(const std::string& path, const scripting::Request& request,
                         scripting::Stage& stage) {
  scripting::Report report = stage.run(request);
  if (report.error) return *report.error;
  if (!report.bug.empty()) throw std::logic_error(fmt::format("{}: {}", path, report.bug));
  return finish(path, std::move(report));
}

Result<Finished> run_one(const std::string& path, scripting::Request request,
                         const Attention& attention) {
  request.interrupt = attention.interrupt;
  if (attention.progress != nullptr) {
    attention.progress->begin(
        request.variant.empty() ? path : fmt::format("{} {}", path, request.variant), 1);
    request.progress = [&attention](std::uint64_t events, Time now) {
      attention.progress->at(events, now);
    };
  }
  return run_one(path, request);
}

std::string recording_of(const Finished& run, const scripting::Request& request) {
  std::string bytes;
  write_recording(run, request, [&bytes](std::string_view piece) { bytes += piece; });
  return bytes;
}

void write_recording(const Finished& run, const scripting::Request& request, const Put& put) {
  ledger::Identity identity;
  identity.version = version();
  for (const scripting::Source& source : run.report.sources) {
    identity.files.push_back({source.name, source.text});
  }
  for (const auto& [name, value] : request.parameters) {
    identity.parameters.emplace_back(name, value);
  }
  identity.variant = run.report.variant;
  identity.seed = run.report.seed;
  for (const world::Intervention& intervention : request.interventions) {
    identity.interventions.push_back(
        {intervention.after_event, world::intervention_text(intervention)});
  }
  identity.overrides = request.overrides;
  identity.until = request.until.value_or(Time::never());
  identity.max_events = std::min(request.max_events, request.until_event.value_or(kNoLimit));
  ledger::save_recording(identity, *run.report.ledger, put);
}

Result<scripting::Request> request_from(const ledger::Identity& identity) {
  if (identity.version != version()) {
    return Error{{},
                 fmt::format("was recorded by mqlab {}, this is {}", identity.version, version()),
                 "record the run again"};
  }
  scripting::Request request;
  request.main = {identity.files.front().name, identity.files.front().text};
  const std::vector<ledger::Identity::File> files = identity.files;
  request.include = [files](const std::string& name) -> Result<std::string> {
    for (const ledger::Identity::File& file : files) {
      if (file.name == name) return file.text;
    }
    return Error{Place{name, 0}, "is not part of the recording", {}};
  };
  for (const auto& [name, value] : identity.parameters) request.parameters[name] = value;
  request.variant = identity.variant;
  request.seed = identity.seed;
  for (const ledger::Identity::Intervention& recorded : identity.interventions) {
    Result<world::Intervention> intervention =
        world::parse_intervention(recorded.after_event, recorded.action);
    if (!intervention.ok()) return intervention.error();
    request.interventions.push_back(std::move(*intervention));
  }
  request.overrides = identity.overrides;
  if (identity.until != Time::never()) request.until = identity.until;
  request.max_events = identity.max_events;
  return request;
}

const ledger::Ledger& Loaded::ledger() const {
  return recording ? recording->ledger : *run->report.ledger;
}

ledger::LedgerView Loaded::view() const {
  return ledger::LedgerView(ledger());
}

bool is_scenario(const std::string& path) {
  return path.ends_with(".lua");
}

Result<std::string> find_run(const std::string& argument) {
  namespace fs = std::filesystem;
  std::error_code code;
  const bool last = argument == "last" && !fs::exists(argument, code);
  const fs::path folder = last ? "out/latest" : argument;
  if (last && !fs::exists(folder, code)) {
    return Error{Place{"last", 0}, "there is no out/latest here", "mqlab run … --out out makes it"};
  }
  if (!fs::is_directory(folder, code)) return argument;
  for (const fs::path& inside :
       {folder / kRecordingName, folder / "latest" / kRecordingName, folder / "scenario.lua"}) {
    if (fs::exists(inside, code)) return inside.string();
    if (code && code != std::errc::no_such_file_or_directory) return inside.string();
  }
  return Error{Place{argument, 0}, "is a directory without a run or a scenario",
               "name a file in it, or a folder that run --out wrote"};
}

Result<Loaded> load_run(const std::string& argument, const std::string& variant,
                        const Attention& attention) {
  const Result<std::string> found = find_run(argument);
  if (!found.ok()) return found.error();
  const std::string& path = *found;
  Loaded loaded;
  if (is_scenario(path)) {
    Result<scripting::Request> request = request_for(path);
    if (!request.ok()) return request.error();
    request->variant = variant;
    Result<Finished> run = run_one(path, std::move(*request), attention);
    if (!run.ok()) return run.error();
    loaded.run = std::move(*run);
    return loaded;
  }
  if (!variant.empty()) {
    return Error{Place{path, 0}, "a recording holds one variant", "leave out --variant"};
  }
  const Result<std::string> bytes = read_file(path, 0, ledger::kRecordingStart);
  if (!bytes.ok()) return bytes.error();
  Result<ledger::Recording> recording = ledger::open_recording(*bytes);
  if (!recording.ok()) {
    return Error{Place{path, 0}, recording.error().what, recording.error().hint};
  }
  loaded.recording = std::move(*recording);
  return loaded;
}

}  // namespace mqlab::cli
