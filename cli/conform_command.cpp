// SPDX-License-Identifier: MIT
// mqlab conform: which of its three tasks is meant, and with what.
#include <filesystem>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/conform/conform.hpp"
#include "cli/conform/live.hpp"
#include "cli/files.hpp"
#include "cli/request.hpp"

namespace mqlab::cli {

ExitCode conform_command(const ConformOptions& options, const std::atomic<bool>& interrupted) {
  if (options.broker.empty()) {
    if (options.record) {
      return complain("conform --record needs a live broker: --broker amqp://…", ExitCode::usage);
    }
    if (options.transcripts.empty()) {
      return complain("conform needs transcripts, or --broker (see mqlab conform --help)",
                      ExitCode::usage);
    }
    return static_cast<ExitCode>(conform::conform_files(
        options.transcripts, conform::FileOptions{options.json, &interrupted}, std::cout,
        std::cerr));
  }
  conform::LiveOptions live;
  live.url = options.broker;
  live.node = options.node;
  live.cookie = options.cookie;
  if (!options.seed.empty()) {
    const Result<std::uint64_t> seed = parse_number_option(options.seed, "--seed");
    if (!seed.ok()) return complain(seed.error().text(), ExitCode::usage);
    live.seed = *seed;
  }
  live.runs = options.runs;
  live.at_most_s = options.at_most_s;
  live.save_to = options.save_to;
  live.interrupt = &interrupted;
  live.may_save = [&options](const std::string& path) {
    const Result<void> folder = may_make_folder(options.save_to);
    std::error_code code;
    if (!folder.ok() || !std::filesystem::exists(options.save_to, code)) return folder;
    return may_write(path, options.force);
  };
  live.save = [&options](const std::string& path, const std::string& content) {
    const Result<void> made = make_folder(options.save_to);
    return made.ok() ? write_file(path, content) : made;
  };
  if (!options.record) {
    if (!options.transcripts.empty()) {
      return complain("conform --broker makes its own sequences; to record files add --record",
                      ExitCode::usage);
    }
    return static_cast<ExitCode>(conform::conform_live(live, std::cout, std::cerr));
  }
  if (options.transcripts.empty() || options.save_to.empty()) {
    return complain("conform --record needs case files and --save FOLDER", ExitCode::usage);
  }
  return static_cast<ExitCode>(
      conform::record_live(options.transcripts, live, std::cout, std::cerr));
}

}  // namespace mqlab::cli
