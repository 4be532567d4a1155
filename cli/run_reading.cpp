// SPDX-License-Identifier: MIT
// Opening a run for a command, and putting out what it tells.
#include "cli/run_reading.hpp"

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/terminal.hpp"

namespace mqlab::cli {

ExitCode tell_run(const FromRun& from, const OutFile& out, const std::atomic<bool>& interrupted,
                  const Teller& tell) {
  if (const Result<void> may = may_put_out(out); !may.ok()) return complain(may.error());
  Progress progress = Progress::to_standard_error(!from.quiet);
  const Result<Loaded> loaded = load_run(from.run, from.variant, {&progress, &interrupted});
  if (interrupted.load()) return complain("interrupted", ExitCode::interrupted);
  if (!loaded.ok()) return complain(loaded.error());
  progress.step(from.run, "reading its rows");
  const observe::NameIndex names(loaded->view());
  const observe::Language language =
      observe::language(from.lang).value_or(observe::Language::english);
  const Result<std::string> told = tell({*loaded, names, language});
  progress.end();
  if (!told.ok()) return complain(told.error());
  return put_out(out, *told, from.quiet);
}

Error of_run(const FromRun& from, Error error) {
  if (error.place.file.empty()) error.place.file = from.run;
  return error;
}

Result<void> may_put_out(const OutFile& out) {
  return out.file.empty() ? Result<void>{} : may_write(out.file, out.force);
}

ExitCode put_out(const OutFile& out, const std::string& content, bool quiet) {
  if (out.file.empty()) {
    print_result(content);
    return ExitCode::pass;
  }
  const Result<void> written = write_file(out.file, content);
  if (!written.ok()) return complain(written.error());
  if (!quiet) print_message(fmt::format("mqlab: wrote {}\n", out.file));
  return ExitCode::pass;
}

}  // namespace mqlab::cli
