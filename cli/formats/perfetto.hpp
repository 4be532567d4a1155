// SPDX-License-Identifier: MIT
// Runs as a trace that Perfetto and chrome://tracing open: queues as tracks, messages as flows.
#pragma once

#include "cli/formats/text_forms.hpp"
#include "cli/report_text.hpp"

namespace mqlab::cli {

// The Trace Event Format, JSON object form; times are virtual, in microseconds with three decimals.
// Each run is a process. In it each publisher, queue and consumer has tracks: slices are what waits
// there, a second track takes what the first has no room for. Arrows follow a message. Counters are
// the lengths of queues. A thing has at most kMostLanes tracks; what does not fit is a mark on the
// last one.
inline constexpr int kMostLanes = 16;

class TraceReport {
 public:
  void add(const Finished& run);
  void write(const Put& put) const;

 private:
  Pieces events_;
  int runs_ = 0;
};

}  // namespace mqlab::cli
