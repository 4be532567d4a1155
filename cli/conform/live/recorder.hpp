// SPDX-License-Identifier: MIT
// Recording cases from a live broker, and shortening those that the core plays otherwise.
#pragma once

#include <chrono>
#include <string>

#include "cli/conform/live.hpp"
#include "cli/conform/live/console.hpp"
#include "cli/conform/live/wire.hpp"
#include "cli/conform/replay.hpp"

namespace mqlab::conform {

class Recorder {
 public:
  Recorder(Address address, Console console, int quiet_ms)
      : address_(std::move(address)), console_(std::move(console)), quiet_ms_(quiet_ms) {}

  bool has_console() const { return console_.is_there(); }

  // The transcript of a case (or of a transcript's steps) on the live broker. Steps that do not
  // apply are marked skipped, or left out if the case says so.
  Result<Transcript> record(const Transcript& from);

  // Deletes what the steps of `recorded` declared. Needed without a console only.
  void clean_up(const Transcript& recorded);

 private:
  Address address_;
  Console console_;
  int quiet_ms_;
  int recordings_ = 0;
};

// The steps of `from` cut down, as long as broker and core still part, until nothing more can go or
// the time is over. Returns the last recording that differs.
Transcript shorten(Recorder& recorder, const Transcript& from, Transcript recorded,
                   std::chrono::steady_clock::time_point until);

}  // namespace mqlab::conform
