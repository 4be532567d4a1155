// SPDX-License-Identifier: MIT
// Opening a run, and what is found out about it once.
#include "gui/model/run.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/request.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::gui {

namespace {

using ledger::Fact;
using ledger::Reason;
using ledger::Row;

bool is_loss(const Row& row) {
  const Reason why = row.reason;
  if (row.fact == Fact::removed) return why != Reason::acked && why != Reason::auto_acked;
  if (row.fact == Fact::finished) {
    return why == Reason::died_with_client || why == Reason::lost_in_flight ||
           why == Reason::connection_ended || why == Reason::failed ||
           why == Reason::ignored_closed;
  }
  if (row.fact == Fact::routed) return why != Reason::none;
  return row.fact == Fact::learned && why != Reason::ack;
}

Error not_opened(const std::string& path, const Error& error) {
  return error.place.file.empty() ? Error{Place{path, 0}, error.what, error.hint} : error;
}

Result<RunPtr> run_scenario(const OpenRequest& wanted, const std::atomic<bool>& interrupt) {
  Result<scripting::Request> request = cli::request_for(wanted.path);
  if (!request.ok()) return not_opened(wanted.path, request.error());
  request->variant = wanted.variant;
  request->interventions = wanted.interventions;
  request->overrides = wanted.overrides;
  request->note_events = true;
  request->interrupt = &interrupt;
  scripting::Report report = scripting::run_scenario(*request);
  if (report.error) return not_opened(wanted.path, *report.error);
  if (!report.bug.empty()) return Error{Place{wanted.path, 0}, report.bug, "a bug in mqlab"};
  if (interrupt.load()) return Error{Place{wanted.path, 0}, "interrupted", {}};
  auto run = std::make_shared<Run>(wanted.path, std::move(report));
  request->interrupt = nullptr;
  run->request = std::move(*request);
  return RunPtr(std::move(run));
}

// A recording of this very mqlab can be run again: then it has events, and can be forked.
Result<RunPtr> read_recording(const OpenRequest& wanted, const std::atomic<bool>& interrupt) {
  Result<cli::Loaded> loaded = cli::load_run(wanted.path, "");
  if (!loaded.ok()) return loaded.error();
  const std::string fingerprint = loaded->ledger().digest().fingerprint();
  std::string why_fixed;
  Result<scripting::Request> request = cli::request_from(loaded->recording->identity);
  if (request.ok()) {
    const bool forked = wanted.is_fork();
    if (forked) {
      request->interventions = wanted.interventions;
      request->overrides = wanted.overrides;
    }
    request->note_events = true;
    request->interrupt = &interrupt;
    scripting::Report report = scripting::run_scenario(*request);
    if (interrupt.load()) return Error{Place{wanted.path, 0}, "interrupted", {}};
    const bool same = !report.error && report.ledger->digest().fingerprint() == fingerprint;
    if (same || (forked && !report.error)) {
      auto run = std::make_shared<Run>(wanted.path, std::move(report));
      run->recording = true;
      request->interrupt = nullptr;
      run->request = std::move(*request);
      return RunPtr(std::move(run));
    }
    why_fixed = "running it again gives another run";
  } else {
    why_fixed = request.error().text();
  }
  scripting::Report report;
  const ledger::Identity& identity = loaded->recording->identity;
  report.variant = identity.variant;
  report.seed = identity.seed;
  for (const ledger::Identity::File& file : identity.files) {
    report.sources.push_back({file.name, file.text});
  }
  report.ledger = std::make_shared<ledger::Ledger>(std::move(loaded->recording->ledger));
  const LedgerView view(*report.ledger);
  if (view.row_count() > 0) report.end = view.row(view.row_count()).at;
  auto run = std::make_shared<Run>(wanted.path, std::move(report));
  run->recording = true;
  run->why_fixed = std::move(why_fixed);
  return RunPtr(std::move(run));
}

}  // namespace

bool is_fault(const Row& row) {
  return row.fact == Fact::down || row.fact == Fact::up || row.fact == Fact::network ||
         row.fact == Fact::failed || row.fact == Fact::blocked || row.fact == Fact::unblocked;
}

bool is_interesting(const Row& row) {
  if (row.fact == Fact::up) return row.reason == Reason::restarted;
  return is_fault(row) || is_loss(row) || row.fact == Fact::requeued ||
         (row.fact == Fact::enqueued && row.reason != Reason::published) ||
         (row.fact == Fact::delivered && (row.flags & ledger::kRedelivered) != 0) ||
         (row.fact == Fact::checked && row.reason == Reason::violated);
}

Run::Run(std::string opened, scripting::Report made)
    : path(std::move(opened)),
      report(std::move(made)),
      view(*report.ledger),
      names(view),
      topology(names, observe::Spacing::compact),
      plots(observe::run_plots(names)),
      fingerprint(report.ledger->digest().fingerprint()) {
  books.extend(view);
  find_verdicts();
  find_interesting();
  find_lanes();
  find_density();
}

void Run::find_density() {
  constexpr std::size_t kParts = 512;
  density.assign(kParts, 0);
  const double whole = std::max(1.0, static_cast<double>(end().ns));
  for (const Row& row : view.rows()) {
    const auto at = static_cast<std::size_t>(static_cast<double>(row.at.ns) / whole *
                                             static_cast<double>(kParts - 1));
    ++density[std::min(at, kParts - 1)];
  }
}

void Run::find_verdicts() {
  for (const scripting::Check& check : report.checks) {
    const RowNo row = check.row != 0 ? check.row : view.row_at(check.at);
    verdicts.push_back({check.text, check.verdict, check.why, check.at, row, check.place.line});
  }
  if (!report.checks.empty()) return;
  for (RowNo number = 1; number <= view.row_count(); ++number) {
    const Row& row = view.row(number);
    if (row.fact != Fact::checked) continue;
    const bool passed = row.reason == Reason::passed;
    verdicts.push_back({std::string(view.text(row.text)),
                        passed ? scripting::Verdict::pass : scripting::Verdict::fail,
                        {},
                        row.at,
                        number,
                        0});
  }
}

void Run::find_interesting() {
  for (RowNo number = 1; number <= view.row_count(); ++number) {
    const Row& row = view.row(number);
    if (is_interesting(row)) interesting.push_back(number);
    if (is_fault(row) && is_interesting(row)) faults.push_back(number);
  }
}

void Run::find_lanes() {
  const observe::Cast& cast = topology.cast();
  std::vector<std::uint32_t> lane_of(view.entity_count() + std::size_t{1});
  const auto open = [&](EntityId thing) {
    if (lane_of[thing.value] != 0) return;
    lanes.push_back({thing, {}});
    lane_of[thing.value] = static_cast<std::uint32_t>(lanes.size());
  };
  for (std::uint32_t id = 1; id <= view.entity_count(); ++id) {
    if (view.entity(EntityId{id}).kind == ledger::EntityKind::node) open(EntityId{id});
  }
  for (const EntityId id : cast.publishers) open(id);
  for (const EntityId id : cast.queues) open(id);
  for (const EntityId id : cast.consumers) open(id);
  // A thing without a lane (a channel, a subscription) counts as its owner.
  for (std::uint32_t id = 1; id <= view.entity_count(); ++id) {
    if (lane_of[id] != 0) continue;
    const auto actor = cast.actor_of.find(EntityId{id});
    const EntityId top =
        actor != cast.actor_of.end() ? actor->second : observe::owner(view, EntityId{id});
    lane_of[id] = lane_of[top.value];
  }
  for (RowNo number = 1; number <= view.row_count(); ++number) {
    const Row& row = view.row(number);
    const std::uint32_t a = lane_of[row.subject.value];
    const std::uint32_t b = lane_of[row.object.value];
    if (a != 0) lanes[a - 1].rows.push_back(number);
    if (b != 0 && b != a) lanes[b - 1].rows.push_back(number);
  }
}

std::uint64_t Run::event_of(RowNo row) const {
  const std::vector<RowNo>& after = report.rows_after;
  const auto found = std::lower_bound(after.begin(), after.end(), row);
  if (found != after.end()) return static_cast<std::uint64_t>(found - after.begin());
  return after.empty() ? 0 : after.size() - 1;
}

Result<RunPtr> open_run(const OpenRequest& request, const std::atomic<bool>& interrupt) {
  const Result<std::string> path = cli::find_run(request.path);
  if (!path.ok()) return path.error();
  OpenRequest found = request;
  found.path = *path;
  return cli::is_scenario(*path) ? run_scenario(found, interrupt)
                                 : read_recording(found, interrupt);
}

observe::Timeline walked(const Run& run, const std::atomic<bool>& interrupt) {
  constexpr RowNo kSlice = 50'000;
  observe::Timeline timeline(run.view);
  while (!interrupt.load() && !timeline.seek_some(run.view.row_count(), kSlice)) {
  }
  timeline.seek(RowNo{0});
  return timeline;
}

}  // namespace mqlab::gui
