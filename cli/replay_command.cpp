// SPDX-License-Identifier: MIT
// mqlab replay: a recording, run again and compared row by row.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/report_json.hpp"
#include "cli/request.hpp"
#include "cli/terminal.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::cli {
namespace {

bool same(const ledger::Row& a, const ledger::Row& b) {
  return a.at == b.at && a.cause == b.cause && a.value == b.value && a.message == b.message &&
         a.copy == b.copy && a.transmission == b.transmission && a.subject == b.subject &&
         a.object == b.object && a.extra == b.extra && a.flags == b.flags && a.fact == b.fact &&
         a.reason == b.reason;
}

// Where two ledgers part, in one line.
std::string first_difference(const ledger::LedgerView& recorded, const ledger::LedgerView& now) {
  const observe::NameIndex names(recorded);
  const ledger::RowNo common = std::min(recorded.row_count(), now.row_count());
  for (ledger::RowNo row = 1; row <= common; ++row) {
    if (!same(recorded.row(row), now.row(row))) {
      return fmt::format("they part at row {}; recorded: {}", row, observe::row_line(names, row));
    }
  }
  return fmt::format("the recording has {} rows, this run {}", recorded.row_count(),
                     now.row_count());
}

}  // namespace

ExitCode replay_command(const ReplayOptions& options, const std::atomic<bool>& interrupted) {
  const Result<std::string> path = find_run(options.recording);
  if (!path.ok()) return complain(path.error());
  if (is_scenario(*path)) {
    return complain(fmt::format("{}: is a scenario, not a recording (mqlab run runs it)", *path),
                    ExitCode::bad_data);
  }
  Progress progress = Progress::to_standard_error(!options.quiet);
  const Attention attention{&progress, &interrupted};
  const Result<Loaded> loaded = load_run(*path, "", attention);
  if (!loaded.ok()) return complain(loaded.error().text(), ExitCode::bad_data);
  Result<scripting::Request> request = request_from(loaded->recording->identity);
  if (!request.ok()) {
    return complain(fmt::format("{}: {}", *path, request.error().text()), ExitCode::bad_data);
  }
  const Result<Finished> run = run_one(request->main.name, *request, attention);
  progress.end();
  if (!run.ok()) return complain(run.error().text(), ExitCode::bad_data);
  if (run->report.ending == scripting::Ending::interrupted) {
    return complain("interrupted", ExitCode::interrupted);
  }

  const std::string recorded = loaded->ledger().digest().fingerprint();
  const std::string now = run->report.ledger->digest().fingerprint();
  const bool agreed = recorded == now;
  if (options.json) {
    const nlohmann::ordered_json out = {{"recording", options.recording},
                                        {"agreed", agreed},
                                        {"recorded_fingerprint", recorded},
                                        {"run", report_json(*run)}};
    print_result(json_text(out));
  } else {
    using observe::Key;
    const Terminal terminal;
    const observe::Language language =
        observe::language(options.lang).value_or(observe::Language::english);
    print_result(heading(*run, terminal) + summary(*run, terminal, language));
    const std::string word =
        terminal.paint(text(language, agreed ? Key::two_same : Key::two_different),
                       agreed ? Colour::green : Colour::red);
    print_result(fmt::format("\n{} {}\n", word,
                             agreed ? fill(language, Key::two_replay_same, {now})
                                    : fill(language, Key::two_replay_differs, {now, recorded})));
  }
  if (agreed) return ExitCode::pass;
  return complain(first_difference(loaded->view(), ledger::LedgerView(*run->report.ledger)),
                  ExitCode::nondeterminism);
}

}  // namespace mqlab::cli
