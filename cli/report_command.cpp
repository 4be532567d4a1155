// SPDX-License-Identifier: MIT
// mqlab report: a run as one HTML page.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/formats/junit.hpp"
#include "cli/formats/text_forms.hpp"
#include "cli/page/page.hpp"
#include "cli/picture_commands.hpp"
#include "cli/run_reading.hpp"
#include "cli/version.hpp"

namespace mqlab::cli {
namespace {

// What can be told of a recording from its rows alone.
Finished from_rows(ledger::Recording recording) {
  scripting::Report report;
  const ledger::Identity& identity = recording.identity;
  report.variant = identity.variant;
  report.seed = identity.seed;
  for (const auto& [name, value] : identity.parameters) {
    report.parameters.push_back({name, value, ""});
  }
  for (const ledger::Identity::File& file : identity.files) {
    report.sources.push_back({file.name, file.text});
  }
  const std::string path = identity.files.empty() ? "" : identity.files.front().name;
  report.ledger = std::make_shared<ledger::Ledger>(std::move(recording.ledger));
  report.verdict = scripting::Verdict::unknown;
  const ledger::LedgerView view(*report.ledger);
  for (ledger::RowNo number = 1; number <= view.row_count(); ++number) {
    const ledger::Row& row = view.row(number);
    report.end = row.at;
    if (row.fact != ledger::Fact::checked) continue;
    scripting::Check check;
    check.text = view.text(row.text);
    check.verdict =
        row.reason == ledger::Reason::passed ? scripting::Verdict::pass : scripting::Verdict::fail;
    check.at = row.at;
    check.row = number;
    report.checks.push_back(std::move(check));
    if (report.verdict != scripting::Verdict::fail) {
      report.verdict = report.checks.back().verdict;
    }
  }
  return finish(path, std::move(report));
}

struct Told {
  Finished run;
  PageOptions options;
};

Result<Told> run_scenario(const ReportOptions& options, const Attention& attention) {
  Result<scripting::Request> request = request_for(options.from.run);
  if (!request.ok()) return request.error();
  const Result<std::map<std::string, std::string>> parameters = parse_settings(options.settings);
  if (!parameters.ok()) return parameters.error();
  request->parameters = *parameters;
  request->variant = options.from.variant;
  if (!options.seed.empty()) {
    const Result<std::uint64_t> seed = parse_number_option(options.seed, "--seed");
    if (!seed.ok()) return seed.error();
    request->seed = *seed;
  }
  Result<Finished> run = run_one(options.from.run, *request, attention);
  if (!run.ok()) return run.error();
  Told told{std::move(*run), {}};
  told.options.version = version();
  return told;
}

// A recording is run again for its checks' places and texts, if this is the mqlab that made it;
// what does not agree with the recording is not used.
Result<Told> open_recording(const ReportOptions& options, const Attention& attention) {
  if (!options.settings.empty() || !options.seed.empty()) {
    return Error{Place{options.from.run, 0}, "a recording has its own parameters and seed",
                 "leave out --set and --seed"};
  }
  Result<Loaded> loaded = load_run(options.from.run, options.from.variant, attention);
  if (!loaded.ok()) return loaded.error();
  ledger::Recording& recording = *loaded->recording;
  Told told;
  told.options.version = recording.identity.version;
  const Result<scripting::Request> request = request_from(recording.identity);
  if (request.ok()) {
    Result<Finished> again = run_one(request->main.name, *request, attention);
    if (again.ok() && again->report.ledger->digest() == recording.ledger.digest()) {
      told.run = std::move(*again);
      return told;
    }
  }
  told.options.rows_only = true;
  told.run = from_rows(std::move(recording));
  return told;
}

}  // namespace

ExitCode report_command(const ReportOptions& asked, const std::atomic<bool>& interrupted) {
  const Result<std::string> found = find_run(asked.from.run);
  if (!found.ok()) return complain(found.error());
  ReportOptions options = asked;
  const std::string& path = options.from.run = *found;
  if (const Result<void> may = may_put_out(options.out); !may.ok()) return complain(may.error());
  Progress progress = Progress::to_standard_error(!options.from.quiet);
  const Attention attention{&progress, &interrupted};
  Result<Told> told =
      is_scenario(path) ? run_scenario(options, attention) : open_recording(options, attention);
  if (interrupted.load()) return complain("interrupted", ExitCode::interrupted);
  if (!told.ok()) return complain(told.error());
  PageOptions& page = told->options;
  page.language = observe::language(options.from.lang).value_or(observe::Language::english);
  page.all_rows = replay_line(told->run) + " -v";
  page.command =
      is_scenario(path) ? replay_line(told->run) : fmt::format("mqlab replay {}", shell_word(path));
  progress.step(path, "writing its report");
  const std::string content = report_page(told->run, page);
  progress.end();
  return put_out(options.out, content, options.from.quiet);
}

}  // namespace mqlab::cli
