// SPDX-License-Identifier: MIT
// The rules of mqlab lint: names, meanings, cures, and the scenario that shows each.
#include <array>

#include <fmt/format.h>

#include "cli/definitions/lint.hpp"

namespace mqlab::cli {
namespace {

// Folders of scenarios that show several rules.
constexpr const char* kTopologyFaults = "2-routing/topology_faults";
constexpr const char* kLostInBroker = "3-not-losing/lost_in_broker";

constexpr std::array<LintRuleText, kLintRuleCount> kRules{{
    {LintRule::auto_ack, "auto-ack",
     "A consumer with automatic acks works on messages: what it has in hand is lost when it dies.",
     "ack = \"manual\"", "3-not-losing/auto_ack_loss"},
    {LintRule::binding_cycle, "binding-cycle", "Exchanges are bound in a circle.",
     "take one of the bindings away", kTopologyFaults},
    {LintRule::binding_to_nothing, "binding-to-nothing",
     "A binding names a queue or an exchange that is not there.", "declare it, or unbind",
     kTopologyFaults},
    {LintRule::dead_letter_cycle, "dead-letter-cycle",
     "Dead letters come back to a queue where they were: what is rejected goes round for ever.",
     "count x-death and let go, or park the message elsewhere", kTopologyFaults},
    {LintRule::dead_letter_nowhere, "dead-letter-nowhere",
     "Dead letters go to an exchange that is not there or leads to no queue: they vanish.",
     "declare the exchange, and bind a queue", kTopologyFaults},
    {LintRule::missing_exchange, "missing-exchange",
     "A publish names an exchange that nobody declares: the channel is closed with 404.",
     "declare it", "3-not-losing/missing_exchange"},
    {LintRule::no_confirms, "no-confirms",
     "Persistent messages are published without confirms: nobody knows which of them arrived.",
     "confirm = \"stream\"", kLostInBroker},
    {LintRule::no_prefetch_limit, "no-prefetch-limit",
     "A consumer that takes time has no prefetch limit: it is sent the whole queue.",
     "prefetch = 10", "3-not-losing/manual_ack"},
    {LintRule::no_return_path, "no-return-path",
     "Keys are made while it runs, and a key that matches no binding is lost without a word.",
     "mandatory = true, or an alternate exchange", "3-not-losing/confirm_and_return"},
    {LintRule::persistent_in_transient, "persistent-in-transient",
     "A persistent message goes into a queue that is not durable: both are gone after a restart.",
     "durable = true", kLostInBroker},
    {LintRule::policy_matches_nothing, "policy-matches-nothing",
     "A policy's pattern matches no name.", "mend the pattern, or remove the policy",
     kTopologyFaults},
    {LintRule::policy_tie, "policy-tie",
     "Two policies of the same priority match the same thing: only one of them applies.",
     "give one the higher priority, and both definitions", kTopologyFaults},
    {LintRule::requeue_without_limit, "requeue-without-limit",
     "A consumer requeues what it cannot handle, as often as it comes: one bad message is a storm.",
     "on_failure = \"reject\" with a dead letter exchange, or a quorum queue's delivery limit",
     "5-dead-letters/requeue_storm"},
    {LintRule::silent_drop, "silent-drop",
     "What is too old or too much for a queue is thrown away, and nothing keeps it.",
     "dead_letter, or overflow = \"reject-publish\"", "6-delays/expired_but_kept"},
    {LintRule::transient_in_durable, "transient-in-durable",
     "A transient message goes into a durable queue: after a restart the queue is there, empty.",
     "persistent = true", kLostInBroker},
    {LintRule::unbound_exchange, "unbound-exchange",
     "Nothing is bound to an exchange and it has no alternate: what is published to it is lost.",
     "bind a queue", kTopologyFaults},
    {LintRule::unreachable_queue, "unreachable-queue",
     "No publish and no dead letter leads to a queue.", "bind it, or remove it",
     "2-routing/alternate_and_chains"},
    {LintRule::unroutable_publish, "unroutable-publish",
     "A key that is published matches no binding, and nobody is told.",
     "bind a queue with this key, or mandatory = true", "3-not-losing/lost_before_queue"},
    {LintRule::user_without_rights, "user-without-rights", "A user may enter no virtual host.",
     "permissions, or remove the user", kTopologyFaults},
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
