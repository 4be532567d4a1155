// SPDX-License-Identifier: MIT
// Faults of a topology that can be seen without running it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scripting/plan.hpp"
#include "sim/observe/texts.hpp"

namespace mqlab::cli {

enum class LintRule : std::uint8_t {
  auto_ack,
  binding_cycle,
  binding_to_nothing,
  dead_letter_cycle,
  dead_letter_nowhere,
  missing_exchange,
  no_confirms,
  no_prefetch_limit,
  no_return_path,
  persistent_in_transient,
  policy_matches_nothing,
  policy_tie,
  requeue_without_limit,
  silent_drop,
  transient_in_durable,
  unbound_exchange,
  unreachable_queue,
  unroutable_publish,
  user_without_rights,
};

inline constexpr int kLintRuleCount = static_cast<int>(LintRule::user_without_rights) + 1;

struct LintRuleText {
  LintRule rule;
  std::string_view id;        // "dead-letter-cycle"
  observe::Key meaning;       // one sentence
  observe::Key cure;          // what to do about it
  std::string_view scenario;  // the folder of the one that shows it at work, below scenarios/
};
// The path of that scenario in this repository.
std::string scenario_of(const LintRuleText& rule);

// One for each rule, in order of id.
std::span<const LintRuleText> lint_rules();
const LintRuleText& text_of(LintRule rule);

struct Finding {
  LintRule rule;
  Place place;
  observe::Words what;
};

// In order of place, then rule; each once. `has_actors`: the plan says who publishes and consumes,
// so that nobody else does.
std::vector<Finding> lint(const scripting::Plan& plan, bool has_actors);

// Rows of findings in that order, without those that stand there twice.
void tidy(std::vector<Finding>& findings);

}  // namespace mqlab::cli
