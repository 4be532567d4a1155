// SPDX-License-Identifier: MIT
// The rules of mqlab lint: names, texts, and the scenario that shows each.
#include <array>

#include <fmt/format.h>

#include "cli/definitions/lint.hpp"

namespace mqlab::cli {
namespace {

using observe::Key;

// Folders of scenarios that show several rules.
constexpr const char* kTopologyFaults = "2-routing/topology_faults";
constexpr const char* kLostInBroker = "3-not-losing/lost_in_broker";

constexpr std::array<LintRuleText, kLintRuleCount> kRules{{
    {LintRule::auto_ack, "auto-ack", Key::rule_auto_ack, Key::cure_auto_ack,
     "3-not-losing/auto_ack_loss"},
    {LintRule::binding_cycle, "binding-cycle", Key::rule_binding_cycle, Key::cure_binding_cycle,
     kTopologyFaults},
    {LintRule::binding_to_nothing, "binding-to-nothing", Key::rule_binding_to_nothing,
     Key::cure_binding_to_nothing, kTopologyFaults},
    {LintRule::dead_letter_cycle, "dead-letter-cycle", Key::rule_dead_letter_cycle,
     Key::cure_dead_letter_cycle, kTopologyFaults},
    {LintRule::dead_letter_nowhere, "dead-letter-nowhere", Key::rule_dead_letter_nowhere,
     Key::cure_dead_letter_nowhere, kTopologyFaults},
    {LintRule::missing_exchange, "missing-exchange", Key::rule_missing_exchange,
     Key::cure_missing_exchange, "3-not-losing/missing_exchange"},
    {LintRule::no_confirms, "no-confirms", Key::rule_no_confirms, Key::cure_no_confirms,
     kLostInBroker},
    {LintRule::no_prefetch_limit, "no-prefetch-limit", Key::rule_no_prefetch_limit,
     Key::cure_no_prefetch_limit, "3-not-losing/manual_ack"},
    {LintRule::no_return_path, "no-return-path", Key::rule_no_return_path, Key::cure_no_return_path,
     "3-not-losing/confirm_and_return"},
    {LintRule::persistent_in_transient, "persistent-in-transient",
     Key::rule_persistent_in_transient, Key::cure_persistent_in_transient, kLostInBroker},
    {LintRule::policy_matches_nothing, "policy-matches-nothing", Key::rule_policy_matches_nothing,
     Key::cure_policy_matches_nothing, kTopologyFaults},
    {LintRule::policy_tie, "policy-tie", Key::rule_policy_tie, Key::cure_policy_tie,
     kTopologyFaults},
    {LintRule::requeue_without_limit, "requeue-without-limit", Key::rule_requeue_without_limit,
     Key::cure_requeue_without_limit, "5-dead-letters/requeue_storm"},
    {LintRule::silent_drop, "silent-drop", Key::rule_silent_drop, Key::cure_silent_drop,
     "6-delays/expired_but_kept"},
    {LintRule::transient_in_durable, "transient-in-durable", Key::rule_transient_in_durable,
     Key::cure_transient_in_durable, kLostInBroker},
    {LintRule::unbound_exchange, "unbound-exchange", Key::rule_unbound_exchange,
     Key::cure_unbound_exchange, kTopologyFaults},
    {LintRule::unreachable_queue, "unreachable-queue", Key::rule_unreachable_queue,
     Key::cure_unreachable_queue, "2-routing/alternate_and_chains"},
    {LintRule::unroutable_publish, "unroutable-publish", Key::rule_unroutable_publish,
     Key::cure_unroutable_publish, "3-not-losing/lost_before_queue"},
    {LintRule::user_without_rights, "user-without-rights", Key::rule_user_without_rights,
     Key::cure_user_without_rights, kTopologyFaults},
}};

}  // namespace

std::span<const LintRuleText> lint_rules() {
  return kRules;
}

std::string scenario_of(const LintRuleText& rule) {
  return fmt::format("scenarios/{}/scenario.lua", rule.scenario);
}

const LintRuleText& text_of(LintRule rule) {
  return kRules[static_cast<std::size_t>(rule)];
}

}  // namespace mqlab::cli
