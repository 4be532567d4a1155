// SPDX-License-Identifier: MIT
// mqlab import and mqlab export: definitions of real brokers in, and out.
#include <filesystem>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/definitions/definitions.hpp"
#include "cli/definitions/script.hpp"
#include "cli/files.hpp"
#include "cli/progress.hpp"
#include "cli/request.hpp"
#include "cli/run_reading.hpp"
#include "cli/terminal.hpp"

namespace mqlab::cli {
namespace {

// What is declared is declared early: no need to wait for the end of a long run.
constexpr std::uint64_t kMostEvents = 200'000;

Error in_file(const std::string& file, Error error) {
  if (error.place.file.empty()) error.place.file = file;
  return error;
}

// The script must run: what a broker refuses, it refuses here too.
Result<void> try_out(const std::string& script, const std::string& file,
                     const std::atomic<bool>& interrupted) {
  scripting::Request request;
  request.interrupt = &interrupted;
  request.main = {"imported.lua", script};
  const scripting::Report report = scripting::run_scenario(request);
  if (!report.error) return {};
  return Error{Place{file, 0}, "no broker would take this: " + report.error->what,
               report.error->hint};
}

ExitCode write_or_print(const OutFile& out, const std::string& text,
                        const std::vector<std::string>& notes, const char* intro,
                        bool quiet = false) {
  if (const ExitCode code = put_out(out, text, quiet); code != ExitCode::pass) return code;
  for (const std::string& note : notes)
    complain(fmt::format("{}: {}", intro, note), ExitCode::pass);
  return ExitCode::pass;
}

Result<const scripting::Plan*> plan_of(const Finished& run, const std::string& broker) {
  const std::vector<scripting::Plan>& plans = run.report.plans;
  std::vector<std::string> names;
  for (const scripting::Plan& plan : plans) {
    if (plan.broker == broker || (broker.empty() && plans.size() == 1)) return &plan;
    names.push_back(plan.broker);
  }
  if (names.empty()) return Error{Place{run.path, 0}, "declares no broker", {}};
  return Error{Place{run.path, 0},
               broker.empty() ? "declares more than one broker"
                              : fmt::format("declares no broker '{}'", broker),
               fmt::format("--broker {}", fmt::join(names, ", or --broker "))};
}

Result<std::string> import(const ImportOptions& options, const std::atomic<bool>& interrupted,
                           std::vector<std::string>& notes) {
  if (Result<void> may = may_put_out(options.out); !may.ok()) return may.error();
  const Result<std::string> text = read_file(options.definitions, kMostDefinitionBytes);
  if (!text.ok()) return text.error();
  Result<Definitions> definitions = read_definitions(*text, options.definitions);
  if (!definitions.ok()) return definitions.error();
  if (!options.vhost.empty()) {
    if (Result<void> kept = keep_vhost(*definitions, options.vhost); !kept.ok()) {
      return in_file(options.definitions, kept.error());
    }
  }
  notes = definitions->notes;
  const std::string title = std::filesystem::path(options.definitions).filename().string();
  Result<std::string> script = write_script(definitions->plan, notes, title);
  if (!script.ok()) return in_file(options.definitions, script.error());
  if (Result<void> tried = try_out(*script, options.definitions, interrupted); !tried.ok()) {
    return tried.error();
  }
  return script;
}

}  // namespace

ExitCode import_command(const ImportOptions& options, const std::atomic<bool>& interrupted) {
  std::vector<std::string> notes;
  const Result<std::string> script = import(options, interrupted, notes);
  if (interrupted.load()) return complain("interrupted", ExitCode::interrupted);
  if (!script.ok()) return complain(script.error().text(), ExitCode::bad_data);
  return write_or_print(options.out, *script, notes, "not simulated");
}

ExitCode export_command(const ExportOptions& options, const std::atomic<bool>& interrupted) {
  if (const Result<void> may = may_put_out(options.out); !may.ok()) return complain(may.error());
  Result<std::map<std::string, std::string>> parameters = parse_settings(options.settings);
  if (!parameters.ok()) return complain(parameters.error().text(), ExitCode::usage);
  const Result<std::string> path = find_run(options.scenario);
  if (!path.ok()) return complain(path.error());
  Result<scripting::Request> request = request_for(*path);
  if (interrupted.load()) return complain("interrupted", ExitCode::interrupted);
  if (!request.ok()) return complain(request.error().text(), ExitCode::bad_data);
  request->variant = options.variant;
  request->parameters = std::move(*parameters);
  request->max_events = kMostEvents;
  Progress progress = Progress::to_standard_error(!options.quiet);
  const Result<Finished> run = run_one(*path, *request, Attention{&progress, &interrupted});
  progress.end();
  if (interrupted.load()) return complain("interrupted", ExitCode::interrupted);
  if (!run.ok()) return complain(run.error().text(), ExitCode::bad_data);
  const Result<const scripting::Plan*> plan = plan_of(*run, options.broker);
  if (!plan.ok()) return complain(plan.error().text(), ExitCode::bad_data);
  std::vector<std::string> notes;
  const Result<std::string> text = write_definitions(**plan, notes);
  if (!text.ok()) {
    return complain(in_file(*path, text.error()).text(), ExitCode::bad_data);
  }
  return write_or_print(options.out, *text, notes, "not exported", options.quiet);
}

}  // namespace mqlab::cli
