// SPDX-License-Identifier: MIT
// From a script's text to a verdict.
#include "scripting/scenario.hpp"

#include <algorithm>
#include <new>

#include <fmt/format.h>

#include "scripting/host.hpp"
#include "scripting/sandbox/sandbox.hpp"
#include "scripting/vocabulary.hpp"
#include "sim/base/assert.hpp"
#include "sim/base/suggest.hpp"

namespace mqlab::scripting {
namespace {

void add_words(lua_State* L) {
  add_scenario_words(L);
  add_topology_words(L);
  add_actor_words(L);
  add_time_words(L);
  add_process_words(L);
  add_network_words(L);
  add_store_words(L);
  add_expect_words(L);
  add_include_word(L);
}

// A --set that no param() asked for is a mistake of whoever typed it.
std::optional<Error> unused_parameter(const Request& request, const Report& report) {
  std::vector<std::string> known;
  for (const Parameter& parameter : report.parameters) known.push_back(parameter.name);
  for (const auto& [name, value] : request.parameters) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = suggest(name, known);
    std::string hint = "it has no parameters";
    if (!near.empty()) {
      hint = fmt::format("did you mean '{}'?", near);
    } else if (!known.empty()) {
      hint = fmt::format("it has {}", fmt::join(known, ", "));
    }
    return Error{Place{request.main.name, 0},
                 fmt::format("--set {}: the scenario has no parameter of this name", name), hint};
  }
  if (!request.variant.empty() && report.variants.empty()) {
    return Error{Place{request.main.name, 0},
                 fmt::format("the scenario has no variants, so no '{}'", request.variant),
                 {}};
  }
  return std::nullopt;
}

void judge(Report& report) {
  const bool failed =
      std::any_of(report.checks.begin(), report.checks.end(),
                  [](const Check& check) { return check.verdict == Verdict::fail; });
  report.verdict = failed ? Verdict::fail : Verdict::unknown;
  if (failed) return;
  switch (report.ending) {
    case Ending::never_ran:
      report.verdict_why = {observe::Key::unknown_never_ran, {}};
      return;
    case Ending::event_limit:
      report.verdict_why = {observe::Key::unknown_events, {}};
      return;
    case Ending::row_limit:
      report.verdict_why = {observe::Key::unknown_rows, {}};
      return;
    case Ending::cut:
      report.verdict_why = {observe::Key::unknown_cut, {}};
      return;
    case Ending::interrupted:
      report.verdict_why = {observe::Key::unknown_interrupted, {}};
      return;
    case Ending::drained:
    case Ending::until:
      break;
  }
  if (report.checks.empty()) {
    report.verdict_why = {observe::Key::unknown_unchecked, {}};
    return;
  }
  report.verdict = Verdict::pass;
}

// What only the brokers know: a policy that came to limit a stream.
void tell_policies_in_vain(Host& host, const world::World& world) {
  for (std::size_t i = 0; i < host.brokers.size(); ++i) {
    const Plan& plan = host.plans[i].plan();
    for (const auto& [vhost, name] : world.policies_in_vain(host.brokers[i].node)) {
      const auto named = [&, &vhost_of = vhost, &name_of = name](const PlannedPolicy& policy) {
        return policy.vhost == vhost_of && policy.name == name_of;
      };
      const auto found = std::find_if(plan.policies.begin(), plan.policies.end(), named);
      host.warn(found == plan.policies.end() ? Place{} : found->place,
                fmt::format("policy {}: max-length-bytes of a stream", name));
    }
  }
}

// What the script decided and nobody asked, or what was no answer.
void tell_decisions_in_vain(Host& host, const Choices& choices) {
  if (choices.divergence()) host.warn({}, "decide: " + choices.divergence()->text());
  const std::uint64_t unused = host.ended_early() ? 0 : choices.unused();
  if (unused > 0) {
    host.warn({}, fmt::format("decide: {} of the choices {} never made", unused,
                              unused == 1 ? "was" : "were"));
  }
}

// The script is on top of the stack, if it could be loaded.
Report run_in(Sandbox& sandbox, const Request& request, const Result<void>& loaded) {
  Report report;
  report.seed = request.seed.value_or(1);
  report.sources.push_back(request.main);
  Host host(request, sandbox, report);
  sandbox.set_random([&host] {
    const std::uint64_t high = host.choose(std::uint64_t{1} << 32);
    return (high << 32) | host.choose(std::uint64_t{1} << 32);
  });
  const Result<void> ran = loaded.ok() ? sandbox.call(sandbox.state(), 0, 0) : loaded;
  if (host.failure()) {
    report.error = host.failure();
  } else if (!ran.ok() && !host.ended_early()) {
    report.error = host.restore(ran.error());
  } else if (auto unused = unused_parameter(request, report)) {
    report.error = std::move(unused);
  } else if (report.title.empty()) {
    report.error = host.no_title();
  }
  if (!report.error) host.judge_watches();
  if (!report.error && host.failure()) report.error = host.failure();
  host.verify();
  for (const PlanNotes& notes : host.plans) report.plans.push_back(notes.plan());
  if (host.has_world() && !host.ended_early()) {
    for (const std::string& crash : host.world().unmet_crashes()) {
      host.warn({}, "the crash of " + crash + " did not come to pass");
    }
  }
  if (host.has_world()) {
    const std::shared_ptr<world::World> world = host.share_world();
    for (const Error& failed : world->failed_interventions()) host.warn({}, failed.text());
    tell_policies_in_vain(host, *world);
    if (host.has_decided) tell_decisions_in_vain(host, world->choices());
    world->hooks() = {};
    report.events = world->event_count();
    report.end = world->now();
    report.ledger = std::shared_ptr<ledger::Ledger>(world, &world->ledger());
  } else {
    report.ledger = std::make_shared<ledger::Ledger>(request.sink);
  }
  if (!report.error) judge(report);
  return report;
}

}  // namespace

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "fail";
    case Verdict::unknown:
      return "unknown";
  }
  MQLAB_ASSERT(false && "every verdict has a word");
}

std::string_view word(Ending ending) {
  switch (ending) {
    case Ending::never_ran:
      return "never-ran";
    case Ending::drained:
      return "drained";
    case Ending::until:
      return "until";
    case Ending::event_limit:
      return "event-limit";
    case Ending::row_limit:
      return "row-limit";
    case Ending::cut:
      return "cut";
    case Ending::interrupted:
      return "interrupted";
  }
  MQLAB_ASSERT(false && "every ending has a word");
}

struct Stage::State {
  explicit State(const Limits& given) : limits(given), sandbox(given) {
    add_words(sandbox.state());
    sandbox.add_names(expect_names());
    with_words = sandbox.snapshot();
    MQLAB_ASSERT(with_words != nullptr);
  }

  // Makes the sandbox what it is for this script before its first line, whatever ran in it.
  Result<void> load(const Source& main) {
    if (with_script != nullptr && main.name == script.name && main.text == script.text) {
      sandbox.return_to(*with_script);
      return {};
    }
    with_script = nullptr;
    sandbox.return_to(*with_words);
    Result<void> loaded = sandbox.load(sandbox.state(), main.name, main.text);
    if (!loaded.ok()) return loaded;
    script = main;
    with_script = sandbox.snapshot();
    return loaded;
  }

  Limits limits;
  Sandbox sandbox;
  std::shared_ptr<const Snapshot> with_words;
  Source script;
  std::shared_ptr<const Snapshot> with_script;  // nothing: it must be loaded again
};

Stage::Stage() = default;
Stage::~Stage() = default;
Stage::Stage(Stage&&) noexcept = default;
Stage& Stage::operator=(Stage&&) noexcept = default;

Report Stage::run(const Request& request) {
  try {
    if (state_ == nullptr || state_->limits != request.limits) {
      state_ = std::make_unique<State>(request.limits);
    }
    const Result<void> loaded = state_->load(request.main);
    Report report = run_in(state_->sandbox, request, loaded);
    state_->sandbox.set_random({});
    return report;
  } catch (const std::bad_alloc&) {  // while the finished run was judged
    state_.reset();
  }
  Report report;
  report.seed = request.seed.value_or(1);
  report.sources.push_back(request.main);
  report.ledger = std::make_shared<ledger::Ledger>(request.sink);
  report.error = Error{Place{request.main.name, 0}, kNoMemory, ""};
  return report;
}

Report run_scenario(const Request& request) {
  return Stage().run(request);
}

}  // namespace mqlab::scripting
