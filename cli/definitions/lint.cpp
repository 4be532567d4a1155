// SPDX-License-Identifier: MIT
// The looks that find faults.
#include "cli/definitions/lint.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "cli/definitions/cycles.hpp"
#include "cli/definitions/routes.hpp"
#include "sim/broker/pattern.hpp"

namespace mqlab::cli {
namespace {

using observe::Key;
using scripting::Plan;
using scripting::PlannedConsumer;
using scripting::PlannedPublisher;

std::string list_text(const std::vector<std::string>& names, std::string_view between) {
  constexpr std::size_t kMost = 6;
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < kMost; ++i) {
    out += (i == 0 ? "" : std::string(between)) + names[i];
  }
  if (names.size() > kMost) out += fmt::format("{}… ({})", between, names.size());
  return out;
}

class Linter {
 public:
  Linter(const Plan& plan, bool has_actors) : plan_(plan), routes_(plan), has_actors_(has_actors) {}

  std::vector<Finding> run() {
    exchanges();
    bindings();
    dead_letters();
    queues();
    policies();
    users();
    if (has_actors_) {
      for (const PlannedPublisher& publisher : plan_.publishers) look_at(publisher);
      for (const PlannedConsumer& consumer : plan_.consumers) look_at(consumer);
    }
    unreachable_queues();
    tidy(findings_);
    return std::move(findings_);
  }

 private:
  void add(LintRule rule, const Place& place, Key what, std::vector<std::string> values) {
    findings_.push_back({rule, place, {what, std::move(values)}});
  }

  // The default exchange has no name: what is said of it has words of its own.
  void add_of_exchange(LintRule rule, const Place& place, const std::string& exchange,
                       std::pair<Key, Key> named_or_default, std::vector<std::string> values) {
    const bool named = !exchange.empty();
    if (named) values.insert(values.begin() + 1, exchange);
    add(rule, place, named ? named_or_default.first : named_or_default.second, std::move(values));
  }

  void exchanges() {
    for (std::size_t i = 0; i < routes_.exchange_count(); ++i) {
      const Routes::Exchange& exchange = routes_.exchange(i);
      if (!exchange.declared) continue;
      const Place& place = plan_.exchanges[*exchange.declared].place;
      if (exchange.alternate && !routes_.find_exchange(exchange.vhost, *exchange.alternate)) {
        add(LintRule::dead_letter_nowhere, place, Key::lint_no_alternate,
            {exchange.name, *exchange.alternate});
      }
      if (exchange.bindings.empty() && !exchange.alternate) {
        add(LintRule::unbound_exchange, place, Key::lint_unbound, {exchange.name});
      }
    }
  }

  void bindings() {
    std::vector<std::vector<std::size_t>> edges(routes_.exchange_count());
    for (const auto& binding : plan_.bindings) {
      const auto source = routes_.find_exchange(binding.vhost, binding.source);
      const auto exchange = routes_.find_exchange(binding.vhost, binding.destination);
      const bool there = binding.to_queue
                             ? routes_.find_queue(binding.vhost, binding.destination).has_value()
                             : exchange.has_value();
      if (!source || !there) {
        add(LintRule::binding_to_nothing, binding.place,
            source && binding.to_queue ? Key::lint_no_queue : Key::lint_no_exchange,
            {source ? binding.destination : binding.source,
             source ? binding.source : binding.destination});
      } else if (!binding.to_queue) {
        edges[*source].push_back(*exchange);
      }
    }
    for (const std::vector<std::size_t>& cycle : cycles_of(edges)) {
      std::vector<std::string> names;
      Place place;
      for (const std::size_t index : cycle) {
        const Routes::Exchange& exchange = routes_.exchange(index);
        names.push_back(exchange.name);
        if (place.file.empty() && exchange.declared) {
          place = plan_.exchanges[*exchange.declared].place;
        }
      }
      names.push_back(names.front());
      add(LintRule::binding_cycle, place, Key::lint_circle, {list_text(names, " -> ")});
    }
  }

  // A graph of queues, and of pairs of exchange and key that dead letters come to.
  void dead_letters() {
    const std::size_t queues = plan_.queues.size();
    std::vector<std::vector<std::size_t>> edges(queues);
    std::map<std::pair<std::size_t, std::optional<std::string>>, std::size_t> stops;
    for (std::size_t queue = 0; queue < queues; ++queue) {
      const broker::QueueSettings& settings = routes_.settings(queue);
      if (!settings.dead_letter_exchange) continue;
      const auto exchange = routes_.dead_letter_exchange(queue);
      const auto& declared = plan_.queues[queue];
      if (!exchange) {
        add(LintRule::dead_letter_nowhere, declared.place, Key::lint_dead_missing,
            {declared.name, *settings.dead_letter_exchange});
        continue;
      }
      std::optional<std::string> key = settings.dead_letter_routing_key;
      // Without a key of its own a dead letter keeps the one it had: that of its queue, if that is
      // how it came there.
      if (!key && settings.dead_letter_exchange->empty()) key = declared.name;
      const auto [stop, added] = stops.try_emplace({*exchange, key}, edges.size());
      if (added) edges.emplace_back(routes_.reached(*exchange, key));
      edges[queue].push_back(stop->second);
      if (edges[stop->second].empty()) {
        std::vector<std::string> values{declared.name};
        if (key) values.push_back(*key);
        add_of_exchange(
            LintRule::dead_letter_nowhere, declared.place, *settings.dead_letter_exchange,
            {key ? Key::lint_dead_lost_key : Key::lint_dead_lost, Key::lint_dead_lost_default},
            std::move(values));
      }
    }
    for (const std::vector<std::size_t>& cycle : cycles_of(edges)) {
      std::vector<std::string> names;
      Place place;
      for (const std::size_t node : cycle) {
        if (node >= queues) continue;
        names.push_back(plan_.queues[node].name);
        if (place.file.empty()) place = plan_.queues[node].place;
      }
      names.push_back(names.front());
      add(LintRule::dead_letter_cycle, place, Key::lint_dead_circle, {list_text(names, " -> ")});
    }
  }

  void queues() {
    for (std::size_t i = 0; i < plan_.queues.size(); ++i) {
      const broker::QueueSettings& settings = routes_.settings(i);
      if (settings.dead_letter_exchange || settings.type == broker::QueueType::stream) continue;
      const bool drops = (settings.max_length || settings.max_length_bytes) &&
                         settings.overflow == broker::Overflow::drop_head;
      if (!settings.message_ttl_ms && !drops) continue;
      add(LintRule::silent_drop, plan_.queues[i].place,
          settings.message_ttl_ms ? Key::lint_expires : Key::lint_drops, {plan_.queues[i].name});
    }
  }

  void policies() {
    for (const scripting::PlannedPolicy& policy : plan_.policies) {
      Result<broker::Pattern> pattern = broker::Pattern::parse(policy.pattern);
      patterns_.push_back(pattern.ok() ? std::optional(std::move(*pattern)) : std::nullopt);
    }
    used_.resize(plan_.policies.size(), 0);
    Ties queues;
    Ties exchanges;
    for (const auto& queue : plan_.queues) match("queues", queue.vhost, queue.name, queues);
    for (const auto& exchange : plan_.exchanges) {
      match("exchanges", exchange.vhost, exchange.name, exchanges);
    }
    for (std::size_t i = 0; i < plan_.policies.size(); ++i) {
      const scripting::PlannedPolicy& policy = plan_.policies[i];
      if (used_[i] != 0) continue;
      add(LintRule::policy_matches_nothing, policy.place, Key::lint_policy_nothing,
          {policy.name, policy.pattern});
    }
    tell_ties(queues, Key::lint_tie_queues);
    tell_ties(exchanges, Key::lint_tie_exchanges);
  }

  // Pairs of policies, and the names of what both match.
  using Ties = std::map<std::pair<std::size_t, std::size_t>, std::vector<std::string>>;

  void tell_ties(const Ties& ties, Key what) {
    for (const auto& [pair, names] : ties) {
      const scripting::PlannedPolicy& policy = plan_.policies[pair.second];
      add(LintRule::policy_tie, policy.place, what,
          {plan_.policies[pair.first].name, policy.name, list_text(names, ", ")});
    }
  }

  // Notes which policies match a thing, and which of these stand in each other's way.
  void match(const std::string& kinds, const std::string& vhost, const std::string& name,
             Ties& ties) {
    std::map<int, std::size_t> by_priority;
    for (std::size_t i = 0; i < plan_.policies.size(); ++i) {
      const scripting::PlannedPolicy& policy = plan_.policies[i];
      if (policy.vhost != vhost || !patterns_[i] || !patterns_[i]->search(name)) continue;
      if (policy.apply_to != "all" && policy.apply_to != kinds) continue;
      used_[i] = 1;
      const auto [other, first] = by_priority.emplace(policy.priority, i);
      if (!first) ties[{other->second, i}].push_back(name);
    }
  }

  void users() {
    std::set<std::string> permitted;
    for (const auto& one : plan_.permissions) permitted.insert(one.user);
    for (const auto& user : plan_.users) {
      if (permitted.count(user.name) > 0) continue;
      add(LintRule::user_without_rights, user.place, Key::lint_no_rights, {user.name});
    }
  }

  void look_at(const PlannedPublisher& publisher) {
    const auto exchange = routes_.find_exchange(publisher.vhost, publisher.exchange);
    if (!exchange) {
      add(LintRule::missing_exchange, publisher.place, Key::lint_undeclared,
          {publisher.name, publisher.exchange});
      return;
    }
    std::set<Routes::Queue> targets;
    std::vector<std::string> lost;
    for (const std::string& key : publisher.keys) {
      const std::vector<Routes::Queue>& reached = routes_.reached(*exchange, key);
      targets.insert(reached.begin(), reached.end());
      if (reached.empty()) lost.push_back(fmt::format("\"{}\"", key));
    }
    if (publisher.any_key) {
      const std::vector<Routes::Queue>& reached = routes_.reached(*exchange, std::nullopt);
      targets.insert(reached.begin(), reached.end());
    }
    reachable_.insert(targets.begin(), targets.end());
    if (!lost.empty() && !publisher.mandatory) {
      add_of_exchange(LintRule::unroutable_publish, publisher.place, publisher.exchange,
                      {Key::lint_unroutable, Key::lint_unroutable_default},
                      {publisher.name, list_text(lost, ", ")});
    }
    const Routes::Exchange& first = routes_.exchange(*exchange);
    if (publisher.any_key && !publisher.mandatory && !first.alternate && first.type != "fanout") {
      add_of_exchange(LintRule::no_return_path, publisher.place, publisher.exchange,
                      {Key::lint_made_keys, Key::lint_made_keys_default}, {publisher.name});
    }
    look_at_durability(publisher, targets);
  }

  void look_at_durability(const PlannedPublisher& publisher,
                          const std::set<Routes::Queue>& targets) {
    for (const Routes::Queue target : targets) {
      const auto& queue = plan_.queues[target];
      if (queue.durable && !publisher.persistent &&
          routes_.settings(target).type == broker::QueueType::classic) {
        add(LintRule::transient_in_durable, publisher.place, Key::lint_transient,
            {publisher.name, queue.name});
      }
      if (!queue.durable && publisher.persistent) {
        add(LintRule::persistent_in_transient, publisher.place, Key::lint_persistent,
            {publisher.name, queue.name});
      }
    }
    if (publisher.persistent && !publisher.confirms && !publisher.by_process) {
      add(LintRule::no_confirms, publisher.place, Key::lint_no_confirms, {publisher.name});
    }
  }

  void look_at(const PlannedConsumer& consumer) {
    if (consumer.by_process) return;
    const auto queue = routes_.find_queue(consumer.vhost, consumer.queue);
    const auto errors = routes_.find_exchange(consumer.vhost, consumer.republish_exchange);
    if (consumer.republishes && errors) {
      const auto& reached = routes_.reached(*errors, consumer.republish_key);
      reachable_.insert(reached.begin(), reached.end());
    }
    if (consumer.auto_ack) {
      if (consumer.works) {
        add(LintRule::auto_ack, consumer.place, Key::lint_auto_ack,
            {consumer.name, consumer.queue});
      }
      return;
    }
    if (consumer.works && consumer.prefetch == 0) {
      add(LintRule::no_prefetch_limit, consumer.place, Key::lint_no_prefetch,
          {consumer.name, consumer.queue});
    }
    const bool limited = queue && routes_.settings(*queue).delivery_limit.has_value();
    if (consumer.can_fail && !consumer.gives_up && !limited &&
        consumer.on_failure == PlannedConsumer::OnFailure::requeue) {
      add(LintRule::requeue_without_limit, consumer.place, Key::lint_requeues,
          {consumer.name, consumer.queue});
    }
  }

  // From the publishers, then on with the dead letters. Definitions name no publishers: anybody may
  // publish to an exchange that is not internal, and to every queue by its name.
  void unreachable_queues() {
    if (!has_actors_ || plan_.publishers.empty()) {
      unfed_queues();
      return;
    }
    std::vector<Routes::Queue> open(reachable_.begin(), reachable_.end());
    while (!open.empty()) {
      const Routes::Queue queue = open.back();
      open.pop_back();
      const auto exchange = routes_.dead_letter_exchange(queue);
      if (!exchange) continue;
      std::optional<std::string> key = routes_.settings(queue).dead_letter_routing_key;
      if (!key && routes_.exchange(*exchange).name.empty()) key = plan_.queues[queue].name;
      for (const Routes::Queue next : routes_.reached(*exchange, key)) {
        if (reachable_.insert(next).second) open.push_back(next);
      }
    }
    for (Routes::Queue i = 0; i < plan_.queues.size(); ++i) {
      if (reachable_.count(i) > 0 || plan_.queues[i].server_named) continue;
      add(LintRule::unreachable_queue, plan_.queues[i].place, Key::lint_unreachable,
          {plan_.queues[i].name});
    }
  }

  // All bindings of a queue come from internal exchanges into which nothing leads.
  void unfed_queues() {
    std::map<Routes::Queue, bool> fed;
    for (const auto& binding : plan_.bindings) {
      const auto source = routes_.find_exchange(binding.vhost, binding.source);
      const auto queue = routes_.find_queue(binding.vhost, binding.destination);
      if (!binding.to_queue || !source || !queue) continue;
      const Routes::Exchange& exchange = routes_.exchange(*source);
      fed[*queue] = fed[*queue] || !exchange.internal || exchange.is_bound_to;
    }
    for (const auto& [queue, is_fed] : fed) {
      if (is_fed) continue;
      add(LintRule::unreachable_queue, plan_.queues[queue].place, Key::lint_unfed,
          {plan_.queues[queue].name});
    }
  }

  const Plan& plan_;
  Routes routes_;
  bool has_actors_;
  std::vector<Finding> findings_;
  std::set<Routes::Queue> reachable_;
  std::vector<std::optional<broker::Pattern>> patterns_;  // of the policies
  std::vector<char> used_;                                // the same
};

}  // namespace

std::vector<Finding> lint(const Plan& plan, bool has_actors) {
  return Linter(plan, has_actors).run();
}

void tidy(std::vector<Finding>& findings) {
  const auto key = [](const Finding& one) {
    return std::tie(one.place.file, one.place.line, one.rule, one.what.key, one.what.values);
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  findings.erase(std::unique(findings.begin(), findings.end(),
                             [&](const Finding& a, const Finding& b) { return key(a) == key(b); }),
                 findings.end());
}

}  // namespace mqlab::cli
