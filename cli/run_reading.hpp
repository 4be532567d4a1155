// SPDX-License-Identifier: MIT
// What the commands that read a run have in common: opening it, and where the result goes.
#pragma once

#include <atomic>
#include <functional>

#include "cli/exit_code.hpp"
#include "cli/progress.hpp"
#include "cli/request.hpp"
#include "cli/shared_options.hpp"
#include "sim/observe/names.hpp"
#include "sim/observe/texts.hpp"

namespace mqlab::cli {

// An opened run, and the language of the words about it.
struct ReadRun {
  const Loaded& loaded;
  const observe::NameIndex& names;
  observe::Language language;
};

// What is told of a run. An error without a place is one of the command line.
using Teller = std::function<Result<std::string>(const ReadRun&)>;

// Opens the run, with progress, and puts out what is told of it. Whether the file may be written is
// asked first.
ExitCode tell_run(const FromRun& from, const OutFile& out, const std::atomic<bool>& interrupted,
                  const Teller& tell);

// The error is about this run.
Error of_run(const FromRun& from, Error error);

// Whether a result may go there: asked before the work.
Result<void> may_put_out(const OutFile& out);
// Prints the content, or writes it to the file, if one is named, and tells so unless `quiet`.
ExitCode put_out(const OutFile& out, const std::string& content, bool quiet = false);

}  // namespace mqlab::cli
