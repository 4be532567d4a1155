// SPDX-License-Identifier: MIT
// One run, opened: a scenario that was run for the window, or a recording.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scripting/scenario.hpp"
#include "sim/observe/names.hpp"
#include "sim/observe/plots.hpp"
#include "sim/observe/timeline.hpp"
#include "sim/observe/topology.hpp"

namespace mqlab::gui {

using ledger::EntityId;
using ledger::LedgerView;
using ledger::RowNo;

// What to open.
struct OpenRequest {
  std::string path;     // a scenario (.lua), a recording, or a folder with one
  std::string variant;  // empty: the first
  // What a person did to the world, in order of events: a fork.
  std::vector<world::Intervention> interventions;
  // What was decided instead of left to chance.
  std::vector<ChoiceOverride> overrides;

  bool is_fork() const { return !interventions.empty() || !overrides.empty(); }
};

// What a check of the script said, and when.
struct Verdict {
  std::string text;
  scripting::Verdict verdict = scripting::Verdict::pass;
  observe::Words why;
  Time at;
  RowNo row = 0;
  int line = 0;  // of the script; 0: not known
};

// Rows in which a thing takes part: a lane of the timeline.
struct Lane {
  EntityId thing;
  std::vector<RowNo> rows;
};

// Whatever the window reads of a run. Nothing in it changes once it is made, so several threads may
// read it.
class Run {
 public:
  Run(std::string path, scripting::Report report);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  std::string path;
  bool recording = false;
  scripting::Report report;  // of a recording: without title, with the checks of its rows
  // The request that gives this run; none: why_fixed says why it can only be looked at.
  std::optional<scripting::Request> request;
  std::string why_fixed;

  LedgerView view;
  observe::NameIndex names;
  observe::Topology topology;
  observe::Books books;  // at the end
  observe::RunPlots plots;
  std::string fingerprint;
  std::vector<Verdict> verdicts;
  std::vector<RowNo> interesting;  // faults, losses, comebacks, violations: rising
  std::vector<RowNo> faults;       // of those, what happened to brokers, actors and links
  std::vector<Lane> lanes;
  std::vector<std::uint32_t> density;  // how many rows each part of the time has; all are as long

  Time end() const { return report.end; }
  // The number of the event in which this row was written, from 1; 0: before the first.
  std::uint64_t event_of(RowNo row) const;
  std::uint64_t event_count() const { return report.events; }
  bool knows_events() const { return !report.rows_after.empty(); }

 private:
  void find_interesting();
  void find_lanes();
  void find_verdicts();
  void find_density();
};

using RunPtr = std::shared_ptr<const Run>;

// Worth a stop on the way: something broke, came back, got lost or was violated.
bool is_interesting(const ledger::Row& row);
// Something happened to a broker, an actor or a link.
bool is_fault(const ledger::Row& row);

// Runs or reads it. Long: not to be called where a frame waits. Raising `interrupt` ends it early.
Result<RunPtr> open_run(const OpenRequest& request, const std::atomic<bool>& interrupt);

// A timeline that has been to the end once, so that seeking is quick from the start.
observe::Timeline walked(const Run& run, const std::atomic<bool>& interrupt);

}  // namespace mqlab::gui
