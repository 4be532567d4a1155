// SPDX-License-Identifier: MIT
// Files and folders of transcripts, played and reported.
#include "cli/conform/conform.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "cli/conform/replay.hpp"

namespace mqlab::conform {

namespace {

namespace fs = std::filesystem;

constexpr int kAgreed = 0;
constexpr int kDiffer = 1;
constexpr int kUsage = 64;
constexpr int kBroken = 65;
constexpr int kInterrupted = 130;

// The files that a path stands for.
Result<std::vector<fs::path>> files_of(const std::string& path) {
  std::error_code failed;
  if (!fs::exists(path, failed)) return Error{{path, 0}, "there is no such file or folder", ""};
  if (!fs::is_directory(path, failed)) return std::vector<fs::path>{path};
  std::vector<fs::path> files;
  fs::recursive_directory_iterator each(path, failed);
  while (!failed && each != fs::recursive_directory_iterator()) {
    if (each->path().extension() == ".json") files.push_back(each->path());
    each.increment(failed);
  }
  if (failed) return Error{{path, 0}, "this folder cannot be read: " + failed.message(), ""};
  if (files.empty()) {
    return Error{{path, 0},
                 "there are no transcripts in this folder",
                 "transcripts are files called *.json"};
  }
  std::sort(files.begin(), files.end());
  return files;
}

struct Outcome {
  std::string file;
  std::string name;
  std::optional<Difference> difference;
};

Result<Outcome> play(const fs::path& file) {
  auto transcript = load_transcript(file);
  if (!transcript) return transcript.error();
  if (transcript->form == Form::case_) {
    return Error{{file.string(), 0},
                 "this is a case: it holds no observations to compare with",
                 "record it on a broker first"};
  }
  auto difference = replay(*transcript);
  if (!difference) {
    Error error = difference.error();
    error.place = {file.string(), 0};
    return error;
  }
  return Outcome{file.string(), transcript->name, std::move(*difference)};
}

void tell(const Outcome& outcome, std::ostream& out) {
  if (!outcome.difference) {
    out << "agreed " << outcome.name << '\n';
    return;
  }
  const Difference& at = *outcome.difference;
  out << fmt::format("differs {}: step {}, {} ({}:{})\n", outcome.name, at.step, at.op,
                     outcome.file, at.line)
      << fmt::format("  at       {}\n", at.first.path)
      << fmt::format("  expected {}\n", to_line(at.first.expected))
      << fmt::format("  got      {}\n", to_line(at.first.got))
      << fmt::format("  recorded for the whole step {}\n", to_line(at.expected))
      << fmt::format("  the core's answer           {}\n", to_line(at.got));
}

Json as_json(const Outcome& outcome) {
  Json json{{"name", outcome.name}, {"file", outcome.file}, {"agreed", !outcome.difference}};
  if (!outcome.difference) return json;
  const Difference& at = *outcome.difference;
  json["difference"] = Json{{"step", at.step},
                            {"op", at.op},
                            {"line", at.line},
                            {"at", at.first.path},
                            {"expected", at.first.expected},
                            {"got", at.first.got},
                            {"recorded", at.expected},
                            {"answered", at.got}};
  return json;
}

}  // namespace

int conform_files(const std::vector<std::string>& paths, const FileOptions& options,
                  std::ostream& out, std::ostream& err) {
  if (paths.empty()) {
    err << "mqlab conform: name transcripts or folders of transcripts\n";
    return kUsage;
  }
  std::vector<Error> broken;
  std::vector<Outcome> outcomes;
  for (const std::string& path : paths) {
    const auto files = files_of(path);
    if (!files) {
      broken.push_back(files.error());
      continue;
    }
    for (const fs::path& file : files.value()) {
      if (options.interrupt != nullptr && options.interrupt->load()) return kInterrupted;
      auto outcome = play(file);
      if (!outcome) {
        broken.push_back(outcome.error());
        continue;
      }
      if (!options.json) tell(*outcome, out);
      outcomes.push_back(std::move(*outcome));
    }
  }
  for (const Error& error : broken) err << "mqlab: " << error.text() << '\n';
  const auto agreed = std::count_if(outcomes.begin(), outcomes.end(),
                                    [](const Outcome& each) { return !each.difference; });
  if (options.json) {
    Json all{{"agreed", agreed},
             {"of", outcomes.size()},
             {"transcripts", Json::array()},
             {"broken", Json::array()}};
    for (const Outcome& outcome : outcomes) all["transcripts"].push_back(as_json(outcome));
    for (const Error& error : broken) all["broken"].push_back(error.text());
    out << all.dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
  } else {
    out << fmt::format("agreed {} of {}\n", agreed, outcomes.size());
  }
  if (!broken.empty()) return kBroken;
  return agreed == static_cast<std::ptrdiff_t>(outcomes.size()) ? kAgreed : kDiffer;
}

}  // namespace mqlab::conform
