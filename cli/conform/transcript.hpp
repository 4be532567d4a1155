// SPDX-License-Identifier: MIT
// Transcripts: what was done to a broker, step by step, and what it answered; and cases, which hold
// the steps only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/conform/json.hpp"
#include "cli/conform/ops.hpp"

namespace mqlab::conform {

// One operation. Members that are absent read as false, "" and 0.
struct Step {
  std::string op;
  Json members;             // all that the file holds but `steps` and `observed`
  std::vector<Step> steps;  // of a burst
  Json observed;            // of a transcript; an object
  int line = 0;

  std::string text(const char* member) const;
  bool flag(const char* member) const;
  std::uint64_t number(const char* member) const;
  Json object(const char* member) const;
};

struct Transcript {
  Form form = Form::transcript;
  std::string name;
  std::vector<std::string> rules;
  std::string title;
  std::string version;  // of the broker, "3.10.8"; empty in a case
  int settle_ms = 0;
  std::optional<std::uint64_t> seed;
  bool drop_skipped = false;
  bool exclusive = false;
  Json others;  // further members of the file, kept as they are
  std::vector<Step> steps;
};

// Reads a transcript or a case. The Error names file and line (and the step) of the first thing
// that is not as the format says.
Result<Transcript> read_transcript(std::string_view text, const std::string& file);
Result<Transcript> load_transcript(const std::filesystem::path& path);

// The file's text: one step per line.
std::string write_transcript(const Transcript& transcript);

}  // namespace mqlab::conform
