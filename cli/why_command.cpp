// SPDX-License-Identifier: MIT
// mqlab why: the life of one message.
#include "cli/commands.hpp"
#include "cli/run_reading.hpp"
#include "cli/terminal.hpp"
#include "sim/observe/why.hpp"

namespace mqlab::cli {

ExitCode why_command(const WhyOptions& options, const std::atomic<bool>& interrupted) {
  return tell_run(options.from, {}, interrupted, [&](const ReadRun& run) -> Result<std::string> {
    observe::Books books;
    books.extend(run.names.view());
    const Result<observe::Life> life =
        observe::why(run.names, books, options.message, run.language);
    if (!life.ok()) return of_run(options.from, life.error());
    return shown(life->text(run.names, run.language));
  });
}

}  // namespace mqlab::cli
