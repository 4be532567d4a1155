// SPDX-License-Identifier: MIT
// mqlab run: scenarios in, verdicts out.
#include <algorithm>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/outputs.hpp"
#include "cli/progress.hpp"
#include "cli/report_json.hpp"
#include "cli/report_text.hpp"
#include "cli/request.hpp"
#include "cli/terminal.hpp"

namespace mqlab::cli {
namespace {

ExitCode code_of(const scripting::Report& report) {
  if (report.ending == scripting::Ending::interrupted) return ExitCode::interrupted;
  switch (report.verdict) {
    case scripting::Verdict::pass:
      return ExitCode::pass;
    case scripting::Verdict::fail:
      return ExitCode::fail;
    case scripting::Verdict::unknown:
      return ExitCode::unknown;
  }
  return ExitCode::internal;
}

// What a whole command has seen so far.
struct Totals {
  int runs = 0;
  int passed = 0;
  int failed = 0;
  int unknown = 0;
  int broken = 0;     // scripts that could not be run
  int unwritten = 0;  // files
  std::size_t checks = 0;
  std::string first_failed;  // how to look at it
  std::string a_life;        // how to look at the first message
  ExitCode code = ExitCode::pass;
};

class Runner {
 public:
  Runner(const RunOptions& options, const std::atomic<bool>& interrupted)
      : options_(options),
        interrupted_(interrupted),
        terminal_(!options.no_color),
        language_(observe::language(options.lang).value_or(observe::Language::english)),
        outputs_(options.outputs, options.json),
        progress_(Progress::to_standard_error(!options.quiet)) {}

  ExitCode run();

 private:
  Result<void> prepare();
  void find_paths();
  void broken(const std::string& path, const Error& error);
  void run_scenario(const std::string& path);
  bool run_variant(const std::string& path, scripting::Request request, bool first);
  void show(const Finished& run, bool first);
  bool check_again(const std::string& path, const scripting::Request& request,
                   const Finished& before);
  void count(const Finished& run);
  void note(const Result<void>& written);
  Progress::Fraction fraction() const;
  void last_line() const;

  const RunOptions& options_;
  const std::atomic<bool>& interrupted_;
  Terminal terminal_;
  observe::Language language_;
  Outputs outputs_;
  Progress progress_;
  Until until_;
  std::optional<std::uint64_t> seed_;
  std::optional<std::uint64_t> max_events_;
  std::map<std::string, std::string> parameters_;
  std::vector<std::string> paths_;
  std::vector<std::string> variants_;  // of the scenario that runs
  scripting::Stage stage_;             // of all runs
  Totals totals_;
  nlohmann::ordered_json json_ = nlohmann::ordered_json::array();
};

Result<void> Runner::prepare() {
  const Result<Until> until = parse_until(options_.until, "--until");
  if (!until.ok()) return until.error();
  until_ = *until;
  if (!options_.seed.empty()) {
    const Result<std::uint64_t> seed = parse_number_option(options_.seed, "--seed");
    if (!seed.ok()) return seed.error();
    seed_ = *seed;
  }
  if (!options_.max_events.empty()) {
    const Result<std::uint64_t> events = parse_number_option(options_.max_events, "--max-events");
    if (!events.ok()) return events.error();
    max_events_ = *events;
  }
  Result<std::map<std::string, std::string>> parameters = parse_settings(options_.settings);
  if (!parameters.ok()) return parameters.error();
  parameters_ = std::move(*parameters);
  return outputs_.check(options_.record);
}

// How much of a run is done is known only if it was told where to end.
Progress::Fraction Runner::fraction() const {
  if (until_.number && *until_.number > 0) {
    return [all = static_cast<double>(*until_.number)](std::uint64_t events, Time) {
      return static_cast<double>(events) / all;
    };
  }
  if (until_.time && until_.time->ns > 0) {
    return [all = static_cast<double>(until_.time->ns)](std::uint64_t, Time now) {
      return static_cast<double>(now.ns) / all;
    };
  }
  return {};
}

void Runner::note(const Result<void>& written) {
  if (written.ok()) return;
  ++totals_.unwritten;
  totals_.code = worse(totals_.code, complain(written.error().text(), ExitCode::bad_data));
}

// What is not there does not keep the others from being run.
void Runner::find_paths() {
  for (const std::string& argument : options_.scenarios) {
    const Result<std::vector<std::string>> found = find_scenarios(argument);
    if (found.ok()) {
      paths_.insert(paths_.end(), found->begin(), found->end());
      continue;
    }
    broken(argument, found.error());
  }
}

// Tells of a script that cannot be run.
void Runner::broken(const std::string& path, const Error& error) {
  progress_.end();
  ++totals_.broken;
  outputs_.add(Broken{path, error});
  if (options_.json) json_.push_back({{"scenario", path}, {"error", error.text()}});
  totals_.code = worse(totals_.code, complain(error.text(), ExitCode::bad_data));
}

void Runner::show(const Finished& run, bool first) {
  const bool passed = run.report.verdict == scripting::Verdict::pass;
  if (options_.json) {
    json_.push_back(report_json(run));
    return;
  }
  if (options_.quiet && passed) return;
  if (first || options_.quiet) print_result(heading(run, terminal_));
  if (options_.verbose) {
    print_result("\n");
    rows_text(run, print_result, language_);
  }
  print_result(summary(run, terminal_, language_));
}

void Runner::count(const Finished& run) {
  ++totals_.runs;
  totals_.checks += run.report.checks.size();
  switch (run.report.verdict) {
    case scripting::Verdict::pass:
      ++totals_.passed;
      break;
    case scripting::Verdict::fail:
      ++totals_.failed;
      break;
    case scripting::Verdict::unknown:
      ++totals_.unknown;
      break;
  }
  totals_.code = worse(totals_.code, code_of(run.report));
  const ledger::Ledger& ledger = *run.report.ledger;
  if (paths_.size() == 1 && totals_.a_life.empty() && ledger.message_count() > 0) {
    const ledger::MessageName& first = ledger.message(ledger::MessageId{1});
    totals_.a_life =
        fmt::format("mqlab why {} {}.{}{}", run.path, ledger.name(first.author), first.ordinal,
                    options_.variant.empty() ? "" : " --variant " + options_.variant);
  }
  if (run.report.verdict == scripting::Verdict::fail && totals_.first_failed.empty()) {
    totals_.first_failed =
        fmt::format("mqlab run {}{} -v", run.path,
                    run.report.variant.empty() ? "" : " --variant " + run.report.variant);
  }
}

// The same request once more: nothing may differ.
bool Runner::check_again(const std::string& path, const scripting::Request& request,
                         const Finished& before) {
  // On a stage of its own: nothing of the first run is left there.
  const Result<Finished> again = run_one(path, request);
  if (interrupted_.load()) return true;  // two halves of a run need not be the same
  if (again.ok() && again->report.ledger->digest() == before.report.ledger->digest()) return true;
  totals_.code = worse(totals_.code, ExitCode::nondeterminism);
  complain(fmt::format("{}: two runs differ: fingerprint {} and {}. This is a bug in mqlab", path,
                       before.report.ledger->digest().fingerprint(),
                       again.ok() ? again->report.ledger->digest().fingerprint() : "none"),
           ExitCode::nondeterminism);
  return false;
}

bool Runner::run_variant(const std::string& path, scripting::Request request, bool first) {
  std::string name = path;
  if (!request.variant.empty()) name += " " + request.variant;
  progress_.begin(std::move(name), paths_.size() * std::max<std::size_t>(variants_.size(), 1),
                  fraction());
  request.progress = [this](std::uint64_t events, Time now) { progress_.at(events, now); };
  const Result<Finished> run = run_one(path, request, stage_);
  progress_.end();
  if (!run.ok()) {
    broken(path, run.error());
    return false;
  }
  if (first) {
    variants_.clear();
    for (const scripting::Variant& variant : run->report.variants) {
      variants_.push_back(variant.name);
    }
  }
  show(*run, first);
  count(*run);
  if (options_.check_determinism) check_again(path, request, *run);
  if (!options_.record.empty()) {
    note(write_file(options_.record, [&](const Put& put) { write_recording(*run, request, put); }));
  }
  note(outputs_.add(*run, request, progress_));
  return !interrupted_.load();
}

void Runner::run_scenario(const std::string& path) {
  Result<scripting::Request> request = request_for(path);
  if (!request.ok()) return broken(path, request.error());
  request->parameters = parameters_;
  request->seed = seed_;
  request->until = until_.time;
  request->until_event = until_.number;
  if (max_events_) request->max_events = *max_events_;
  request->interrupt = &interrupted_;
  request->variant = options_.variant;
  if (!run_variant(path, *request, true) || !options_.variant.empty()) return;
  if (variants_.size() > 1 && !options_.record.empty()) {
    totals_.code = worse(
        totals_.code,
        complain(fmt::format("{}: only the variant '{}' was run and recorded (add --variant to "
                             "choose another)",
                             path, variants_.front()),
                 ExitCode::pass));
    return;
  }
  const std::vector<std::string> variants = variants_;
  for (std::size_t i = 1; i < variants.size(); ++i) {
    request->variant = variants[i];
    if (!run_variant(path, *request, false)) return;
  }
}

void Runner::last_line() const {
  using observe::Key;
  const auto words = [&](Key key, std::initializer_list<std::string_view> values) {
    return fill(language_, key, values);
  };
  const auto count = [](auto n) { return std::to_string(n); };
  const std::string checks =
      words(totals_.checks == 1 ? Key::sum_checks_one : Key::sum_checks, {count(totals_.checks)});
  const std::string runs =
      words(totals_.runs == 1 ? Key::sum_runs_one : Key::sum_runs, {count(totals_.runs), checks});
  std::string line;
  if (totals_.code == ExitCode::pass) {
    line =
        fmt::format("{} {}.", verdict_text(scripting::Verdict::pass, terminal_, language_), runs);
    if (!totals_.a_life.empty()) line += "  " + words(Key::sum_life, {shown(totals_.a_life)});
  } else if (totals_.code == ExitCode::unknown) {
    line = fmt::format("{} {}", verdict_text(scripting::Verdict::unknown, terminal_, language_),
                       words(Key::sum_unknown_of, {count(totals_.unknown), runs}));
  } else if (totals_.code == ExitCode::interrupted) {
    line =
        fmt::format("{} {}", terminal_.paint(text(language_, Key::sum_interrupted), Colour::yellow),
                    words(Key::sum_interrupted_after, {runs}));
  } else {
    const std::string files =
        totals_.unwritten == 0 ? "" : words(Key::sum_unwritten, {count(totals_.unwritten)});
    line = fmt::format("{} {}", verdict_text(scripting::Verdict::fail, terminal_, language_),
                       words(Key::sum_failed_of, {count(totals_.failed), count(totals_.unknown),
                                                  count(totals_.broken), files, runs}));
    if (!totals_.first_failed.empty()) {
      line += "  " + words(Key::sum_see_why, {shown(totals_.first_failed)});
    }
  }
  print_result("\n" + line + "\n");
}

ExitCode Runner::run() {
  if (const Result<void> prepared = prepare(); !prepared.ok()) {
    return complain(prepared.error().text(),
                    prepared.error().place.file.empty() ? ExitCode::usage : ExitCode::bad_data);
  }
  find_paths();
  if (paths_.empty()) {
    for (const Error& error : outputs_.write(progress_)) note(error);
    return totals_.code;
  }
  if (!options_.record.empty() && paths_.size() != 1) {
    return complain("--record takes one scenario", ExitCode::usage);
  }
  for (const std::string& path : paths_) {
    if (interrupted_.load()) break;
    if (totals_.runs > 0 && !options_.json && !options_.quiet) print_result("\n");
    run_scenario(path);
  }
  for (const Error& error : outputs_.write(progress_)) note(error);
  if (options_.json) {
    print_result(json_text(json_));
  } else {
    last_line();
  }
  return totals_.code;
}

}  // namespace

ExitCode run_command(const RunOptions& options, const std::atomic<bool>& interrupted) {
  return Runner(options, interrupted).run();
}

ExitCode complain(const std::string& text, ExitCode code) {
  std::string line = "mqlab: ";
  for (const char letter : shown(text)) {
    if (letter == '\n') {
      line += "\\n";
    } else {
      line += letter;
    }
  }
  print_message(line + "\n");
  return code;
}

ExitCode complain(const Error& error) {
  return complain(error.text(), error.place.file.empty() ? ExitCode::usage : ExitCode::bad_data);
}

}  // namespace mqlab::cli
