// SPDX-License-Identifier: MIT
// Running a scenario script: from its text to a verdict and a ledger.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scripting/plan.hpp"
#include "scripting/sandbox/limits.hpp"
#include "sim/base/choices.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/ledger/ledger.hpp"
#include "sim/observe/texts.hpp"
#include "sim/world/intervention.hpp"

namespace mqlab::scripting {

// One text that is part of a scenario: its main file, or one that it includes.
struct Source {
  std::string name;  // as messages show it; includes are named relative to the main file's folder
  std::string text;
};

// Gives the text of a file of the scenario's own folder. The caller decides what may be read.
using Include = std::function<Result<std::string>(const std::string& name)>;

struct Request {
  Source main;
  Include include;
  std::string variant;                            // empty: the first one
  std::map<std::string, std::string> parameters;  // --set name=value
  std::optional<std::uint64_t> seed;              // instead of the scenario's own
  std::optional<Time> until;                      // instead of the scenario's own end
  std::optional<std::uint64_t> until_event;       // the same, counted in events
  std::uint64_t max_events = 10'000'000;
  // One event can make as many rows as there are queues. With more events there may be more rows.
  std::uint64_t max_rows = 50'000'000;
  Limits limits;
  ledger::Sink sink = ledger::Sink::full;
  std::vector<world::Intervention> interventions;  // in order of after_event
  // Compare the fold of the ledger with the world itself after every event, not only at the end.
  bool verify_each_event = false;
  // Answers laid down in advance: the nth choice of a stream.
  std::vector<ChoiceOverride> overrides;
  // Note how many rows there were after each event, in the report's `rows_after`, and which choices
  // were made.
  bool note_events = false;
  const std::atomic<bool>* interrupt = nullptr;  // true: end at the next event boundary
  // Told every few thousand events how far the run is. It must not change anything.
  std::function<void(std::uint64_t events, Time now)> progress;
};

enum class Verdict : std::uint8_t { pass, fail, unknown };

std::string_view word(Verdict verdict);

// One expectation and what became of it.
struct Check {
  Place place;
  std::string text;  // "expect.ready(orders, 4)"
  Verdict verdict = Verdict::pass;
  observe::Words why;     // of a check that did not pass: expected and got
  Time at;                // when it was decided
  ledger::RowNo row = 0;  // the last row before that
};

struct Variant {
  std::string name;
  std::string description;
};

struct Parameter {
  std::string name;
  std::string value;  // as used in this run
  std::string description;
};

// Why run() came back the last time.
enum class Ending : std::uint8_t {
  never_ran,    // the script never called run()
  drained,      // nothing could happen any more
  until,        // the scenario's own end
  event_limit,  // --max-events
  row_limit,    // of the ledger, see Request::max_rows
  cut,          // --until, before the scenario's own end
  interrupted,
};

std::string_view word(Ending ending);

// One variant of a scenario, run.
struct Report {
  std::string title;
  std::string claim;
  std::string story;
  std::vector<Variant> variants;  // all that the scenario declares, in its order; may be empty
  std::string variant;            // the one that ran
  std::vector<Parameter> parameters;
  std::vector<Source> sources;  // main and included texts: part of the run's identity
  std::uint64_t seed = 1;
  std::uint64_t events = 0;
  std::vector<ledger::RowNo> rows_after;     // [n]: rows when n events had happened; if asked for
  std::vector<std::uint64_t> choices_after;  // the same of choices
  ChoiceLog choices;                         // if asked for
  Time end;
  Ending ending = Ending::never_ran;
  Verdict verdict = Verdict::unknown;
  observe::Words verdict_why;  // of unknown
  std::vector<Check> checks;
  std::vector<std::string> printed;   // by the script, a line each
  std::vector<std::string> warnings;  // what the run does not simulate
  std::vector<Plan> plans;            // what it declared, one for each broker
  std::string bug;                    // books or folds that disagree with the world: exit code 70
  std::optional<Error> error;         // the script is wrong: exit code 65
  std::shared_ptr<ledger::Ledger> ledger;
};

// Runs one variant. Never throws; a mistake of the script is in the report's `error`.
Report run_scenario(const Request& request);

// The same for many runs, one after the other: the Lua state with its libraries is made once, which
// is most of the cost of a short run. A run on a stage that was used is the same as on a new one.
class Stage {
 public:
  Stage();
  ~Stage();
  Stage(Stage&&) noexcept;
  Stage& operator=(Stage&&) noexcept;

  Report run(const Request& request);

 private:
  struct State;
  std::unique_ptr<State> state_;  // made by the first run
};

}  // namespace mqlab::scripting
