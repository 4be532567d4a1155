// SPDX-License-Identifier: MIT
// mqlab watch: runs again whenever a script was saved.
#include <chrono>
#include <filesystem>
#include <map>
#include <thread>

#include <unistd.h>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"

namespace mqlab::cli {
namespace {

namespace fs = std::filesystem;

// How the scripts are: when each was written, and its size. Looked at often instead of asking the
// system to tell: that works on every file system, and editors that replace files do not matter.
using Stamps = std::map<std::string, std::pair<fs::file_time_type, std::uintmax_t>>;

void stamp(const fs::path& path, Stamps& stamps) {
  std::error_code code;
  const auto written = fs::last_write_time(path, code);
  if (code) return;
  const std::uintmax_t size = fs::file_size(path, code);
  if (!code) stamps[path.string()] = {written, size};
}

// A scenario may include what lies beside it, so all scripts of its folder count.
Stamps stamps_of(const std::vector<std::string>& scenarios) {
  Stamps stamps;
  std::error_code code;
  const auto look = [&](auto walk) {
    for (; !code && walk != decltype(walk)(); walk.increment(code)) {
      if (walk->path().extension() == ".lua") stamp(walk->path(), stamps);
    }
  };
  for (const std::string& scenario : scenarios) {
    if (fs::is_directory(scenario, code)) {
      look(fs::recursive_directory_iterator(scenario, code));
      continue;
    }
    stamp(scenario, stamps);
    const fs::path folder = fs::path(scenario).parent_path();
    look(fs::directory_iterator(folder.empty() ? fs::path(".") : folder, code));
  }
  return stamps;
}

}  // namespace

ExitCode watch_command(const WatchOptions& options, const std::atomic<bool>& interrupted) {
  constexpr std::chrono::milliseconds kLookAgain{100};
  const bool terminal = ::isatty(STDOUT_FILENO) != 0;
  ExitCode code = ExitCode::pass;
  for (std::uint64_t run = 1; !interrupted.load(); ++run) {
    const Stamps before = stamps_of(options.run.scenarios);
    if (terminal) print_result("\x1b[H\x1b[2J");
    code = run_command(options.run, interrupted);
    if (options.times != 0 && run == options.times) return code;
    if (code == ExitCode::usage || interrupted.load()) break;
    print_message("mqlab: waits for a script to be saved (Ctrl-C ends)\n");
    while (!interrupted.load() && stamps_of(options.run.scenarios) == before) {
      std::this_thread::sleep_for(kLookAgain);
    }
  }
  return interrupted.load() ? ExitCode::interrupted : code;
}

}  // namespace mqlab::cli
