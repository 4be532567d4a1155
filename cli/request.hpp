// SPDX-License-Identifier: MIT
// From the words of a command line to requests to run, and from those to finished runs.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "cli/progress.hpp"
#include "cli/report_text.hpp"
#include "scripting/scenario.hpp"
#include "sim/base/result.hpp"
#include "sim/ledger/recording.hpp"

namespace mqlab::cli {

// The value of an option that counts something, decimal.
Result<std::uint64_t> parse_number_option(const std::string& text, const std::string& option);

// "10s", "250ms" or "#5000".
struct Until {
  std::optional<Time> time;
  std::optional<std::uint64_t> number;
};
Result<Until> parse_until(const std::string& text, const std::string& option);

// NAME=VALUE, each name once.
Result<std::map<std::string, std::string>> parse_settings(const std::vector<std::string>& settings);

// A request for the scenario at this path, without variant or parameters.
Result<scripting::Request> request_for(const std::string& path);

// Who waits for a run: is told how far it is, and may end it. nullptr: nobody.
struct Attention {
  Progress* progress = nullptr;
  const std::atomic<bool>* interrupt = nullptr;
};

// Runs one variant and folds its ledger. A mistake of the script is the error; books that do not
// balance are a bug in mqlab and end the program (exit code 70).
Result<Finished> run_one(const std::string& path, const scripting::Request& request);
// The same for one of many runs, which use one stage.
Result<Finished> run_one(const std::string& path, const scripting::Request& request,
                         scripting::Stage& stage);
// The same while somebody waits for it.
Result<Finished> run_one(const std::string& path, scripting::Request request,
                         const Attention& attention);

// The bytes of a recording of this run; the same piece by piece.
std::string recording_of(const Finished& run, const scripting::Request& request);
void write_recording(const Finished& run, const scripting::Request& request, const Put& put);

// The request that a recording was made from.
Result<scripting::Request> request_from(const ledger::Identity& identity);

// A run to read: an opened recording, or a scenario that was run for it.
struct Loaded {
  std::optional<ledger::Recording> recording;
  std::optional<Finished> run;

  ledger::LedgerView view() const;
  const ledger::Ledger& ledger() const;
};
// By its name: a Lua script, else it is taken for a recording.
bool is_scenario(const std::string& path);

// The file that an argument RUN stands for, one rule for all commands. A file is itself. A folder
// stands for the recording in it, or the one in its `latest`, or its scenario.lua; "last", if there
// is nothing of that name, for out/latest. Errors: a folder with none of these.
Result<std::string> find_run(const std::string& argument);
// Opens or runs what an argument RUN stands for.
Result<Loaded> load_run(const std::string& argument, const std::string& variant,
                        const Attention& attention = {});

}  // namespace mqlab::cli
