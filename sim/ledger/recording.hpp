// SPDX-License-Identifier: MIT
// A run in a file: what it was made from, and its ledger. Opens without scripts and engine.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/choices.hpp"
#include "sim/base/result.hpp"
#include "sim/ledger/ledger.hpp"

namespace mqlab::ledger {

// Everything a run is a function of. Given it again, the same mqlab gives the same ledger.
struct Identity {
  struct File {
    std::string name;
    std::string text;
    bool operator==(const File&) const = default;
  };
  // What a person did to the running world, after the given event.
  struct Intervention {
    std::uint64_t after_event = 0;
    std::string action;
    bool operator==(const Intervention&) const = default;
  };

  std::string version;      // of the mqlab that ran it
  std::vector<File> files;  // the scenario first, then what it includes
  std::vector<std::pair<std::string, std::string>> parameters;  // name, value as written
  std::string variant;
  std::uint64_t seed = 0;
  std::vector<ChoiceOverride> overrides;
  std::vector<Intervention> interventions;
  Time until = Time::never();  // where the run was told to stop
  std::uint64_t max_events = std::numeric_limits<std::uint64_t>::max();  // the same, in events

  bool operator==(const Identity&) const = default;
};

struct Recording {
  Identity identity;
  Ledger ledger{Sink::full};
};

// The version of the file format, and of what fingerprints are made of; others are refused.
inline constexpr std::uint32_t kRecordingFormat = 2;

// Every recording begins with this line.
inline constexpr std::string_view kRecordingStart = "mqlab run\n";

// The bytes of a recording: little-endian, the same on every machine. The ledger has Sink::full.
std::string save_recording(const Identity& identity, const Ledger& ledger);
// The same piece by piece: of a long run, one section at a time is enough in memory.
void save_recording(const Identity& identity, const Ledger& ledger,
                    const std::function<void(std::string_view)>& put);

// Reads a recording. Whatever the bytes are, the answer is a recording that every reader of a
// ledger can fold, or an error that says what is wrong: not a recording, another format, another
// vocabulary, cut off, damaged. Errors have no file name: the caller knows it.
Result<Recording> open_recording(std::string_view bytes);

}  // namespace mqlab::ledger
