// SPDX-License-Identifier: MIT
// Counting how often copies came back.
#include "cli/definitions/requeues.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "sim/observe/names.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::cli {
namespace {

using ledger::EntityId;
using ledger::Fact;
using ledger::LedgerView;
using ledger::Reason;

// Queues, and who brought a copy back to them too often.
using Stormy = std::set<std::pair<EntityId, EntityId>>;

Stormy stormy_queues(const LedgerView& view) {
  std::map<std::uint32_t, EntityId> receiver;  // of each copy that is out
  std::map<std::uint32_t, std::uint32_t> times;
  Stormy found;
  for (const ledger::Row& row : view.rows()) {
    if (row.fact == Fact::delivered) {
      receiver[row.copy.value] = row.object;
    } else if (row.fact == Fact::removed) {
      receiver.erase(row.copy.value);
      times.erase(row.copy.value);
    } else if (row.fact == Fact::requeued &&
               (row.reason == Reason::nack_requeue || row.reason == Reason::reject_requeue)) {
      if (++times[row.copy.value] == kCameBackTooOften) {
        found.insert({row.subject, receiver[row.copy.value]});
      }
    }
  }
  return found;
}

}  // namespace

std::vector<Finding> requeues_seen(const scripting::Plan& plan, const LedgerView& view,
                                   const std::vector<Finding>& known) {
  std::vector<Finding> findings;
  const observe::NameIndex names(view);
  for (const auto& [queue, receiver] : stormy_queues(view)) {
    const EntityId vhost = view.entity(queue).parent;
    if (view.name(observe::owner(view, queue)) != plan.broker) continue;
    for (const scripting::PlannedConsumer& consumer : plan.consumers) {
      if (consumer.queue != view.name(queue) || consumer.vhost != view.name(vhost)) continue;
      if (!consumer.by_process && consumer.name != names.label(receiver)) continue;
      const bool told = std::any_of(known.begin(), known.end(), [&](const Finding& finding) {
        return finding.rule == LintRule::requeue_without_limit &&
               finding.place.file == consumer.place.file &&
               finding.place.line == consumer.place.line;
      });
      if (told) continue;
      observe::Words what{observe::Key::lint_storm_process,
                          {consumer.queue, std::to_string(kCameBackTooOften - 1)}};
      if (!consumer.name.empty()) {
        what.key = observe::Key::lint_storm;
        what.values.insert(what.values.begin(), consumer.name);
      }
      findings.push_back({LintRule::requeue_without_limit, consumer.place, std::move(what)});
    }
  }
  return findings;
}

}  // namespace mqlab::cli
