// SPDX-License-Identifier: MIT
// Which reports are asked for, and where they go.
#include "cli/outputs.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/terminal.hpp"

namespace mqlab::cli {
namespace {

bool is_set(const char* variable, std::string_view value) {
  const char* found = std::getenv(variable);
  return found != nullptr && value == found;
}

// GitHub's summary is one file for all steps' commands: what is there stays.
Result<void> append_file(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "ab");
  bool done = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file != nullptr) done = std::fclose(file) == 0 && done;
  if (done) return {};
  return Error{Place{path, 0}, fmt::format("cannot be appended to: {}", std::strerror(errno)),
               "GITHUB_STEP_SUMMARY names it"};
}

bool is_csv_file(const std::string& path) {
  return path.ends_with(".csv");
}

}  // namespace

Outputs::Outputs(const OutputOptions& options, bool json) : options_(options), json_(json) {
  marks_ = options.annotations == "github" ||
           (options.annotations == "auto" && is_set("GITHUB_ACTIONS", "true"));
  const char* summary = std::getenv("GITHUB_STEP_SUMMARY");
  if (marks_ && summary != nullptr) summary_file_ = summary;
}

Result<void> Outputs::check(const std::string& record) const {
  std::vector<std::string> files;
  if (!record.empty()) files.push_back(record);
  if (!options_.junit.empty()) files.push_back(options_.junit);
  if (!options_.perfetto.empty()) files.push_back(options_.perfetto);
  if (is_csv_file(options_.csv)) {
    files.push_back(options_.csv);
  } else if (!options_.csv.empty()) {
    if (Result<void> may = may_make_folder(options_.csv); !may.ok()) return may;
    std::error_code code;
    for (const auto& [name, content] : csv_.files()) {
      const std::string file = options_.csv + "/" + name;
      if (std::filesystem::exists(file, code)) files.push_back(file);
    }
  }
  if (!options_.out.empty()) {
    if (Result<void> may = may_make_folder(options_.out); !may.ok()) return may;
  }
  return may_write_all(files, options_.force);
}

void Outputs::say(const std::string& marks) const {
  if (!marks_ || marks.empty()) return;
  if (json_) {
    print_message(marks);
  } else {
    print_result(marks);
  }
}

Result<void> Outputs::add(const Finished& run, const scripting::Request& request,
                          Progress& progress) {
  progress.step(run.path, "keeping what it left");
  if (!options_.junit.empty()) junit_.add(run);
  if (!options_.csv.empty()) csv_.add(run);
  if (!options_.perfetto.empty()) trace_.add(run);
  if (!summary_file_.empty()) summary_.add(run);
  progress.end();
  say(github_marks(run));
  if (options_.out.empty()) return {};
  const Result<std::string> written = write_run_folder(options_.out, run, request, progress);
  return written.ok() ? Result<void>{} : Result<void>{written.error()};
}

void Outputs::add(const Broken& broken) {
  if (!options_.junit.empty()) junit_.add(broken);
  if (!summary_file_.empty()) summary_.add(broken);
  say(github_mark(broken));
}

std::vector<Error> Outputs::write(Progress& progress) const {
  std::vector<Error> errors;
  const auto note = [&](const Result<void>& result) {
    if (!result.ok()) errors.push_back(result.error());
  };
  if (!options_.junit.empty()) note(write_file(options_.junit, junit_.document()));
  if (!options_.perfetto.empty()) {
    progress.step(options_.perfetto, "writing it");
    note(write_file(options_.perfetto, [&](const Put& put) { trace_.write(put); }));
    progress.end();
  }
  if (is_csv_file(options_.csv)) {
    note(write_file(options_.csv, csv_.runs()));
  } else if (!options_.csv.empty()) {
    if (const Result<void> made = make_folder(options_.csv); !made.ok()) {
      note(made);
    } else {
      for (const auto& [name, content] : csv_.files()) {
        note(write_file(options_.csv + "/" + name, content));
      }
    }
  }
  if (!summary_file_.empty()) note(append_file(summary_file_, summary_.text()));
  return errors;
}

}  // namespace mqlab::cli
