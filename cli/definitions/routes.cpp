// SPDX-License-Identifier: MIT
// Following bindings.
#include "cli/definitions/routes.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace mqlab::cli {
namespace {

using broker::Policies;
using scripting::PlannedBinding;

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  if (text.empty()) return words;
  for (std::size_t begin = 0;;) {
    const std::size_t dot = text.find('.', begin);
    words.push_back(text.substr(begin, dot - begin));
    if (dot == std::string_view::npos) return words;
    begin = dot + 1;
  }
}

std::optional<std::string> text_argument(const broker::FieldTable& arguments, const char* name) {
  const broker::FieldValue* value = broker::find_field(arguments, name);
  if (value == nullptr) return std::nullopt;
  const auto* text = std::get_if<std::string>(&value->content);
  return text == nullptr ? std::nullopt : std::optional(*text);
}

broker::PolicyTarget target_of(const std::string& word) {
  if (word == "queues") return broker::PolicyTarget::queues;
  if (word == "exchanges") return broker::PolicyTarget::exchanges;
  return broker::PolicyTarget::all;
}

}  // namespace

bool topic_matches(std::string_view pattern, std::string_view key) {
  const std::vector<std::string_view> wanted = words_of(pattern);
  const std::vector<std::string_view> words = words_of(key);
  // can[i]: the pattern so far matches the first i words.
  std::vector<char> can(words.size() + 1, 0);
  can[0] = 1;
  for (const std::string_view word : wanted) {
    std::vector<char> next(words.size() + 1, 0);
    for (std::size_t i = 0; i <= words.size(); ++i) {
      if (word == "#") {
        next[i] = can[i] != 0 || (i > 0 && next[i - 1] != 0);
      } else if (i > 0 && can[i - 1] != 0 && (word == "*" || word == words[i - 1])) {
        next[i] = 1;
      }
    }
    can = std::move(next);
  }
  return can.back() != 0;
}

Routes::Routes(const scripting::Plan& plan) : plan_(plan) {
  std::set<std::string> vhosts{"/"};
  for (const auto& vhost : plan.vhosts) vhosts.insert(vhost.name);
  for (const std::string& vhost : vhosts) {
    constexpr std::array<std::pair<const char*, const char*>, 7> kEverywhere{
        {{"", "direct"},
         {"amq.direct", "direct"},
         {"amq.fanout", "fanout"},
         {"amq.topic", "topic"},
         {"amq.headers", "headers"},
         {"amq.match", "headers"},
         {"amq.rabbitmq.trace", "topic"}}};
    for (const auto& [name, type] : kEverywhere) add_exchange(vhost, name, type);
  }
  for (const auto& policy : plan.policies) {
    static_cast<void>(policies_[policy.vhost].set(policy.name, policy.pattern, policy.definition,
                                                  target_of(policy.apply_to), policy.priority));
  }
  for (std::size_t i = 0; i < plan.exchanges.size(); ++i) {
    const auto& declared = plan.exchanges[i];
    add_exchange(declared.vhost, declared.name, declared.type);
    Exchange& exchange = exchanges_[exchange_at_.at({declared.vhost, declared.name})];
    exchange.declared = i;
    exchange.internal = declared.internal;
    exchange.alternate = text_argument(declared.arguments, "alternate-exchange");
    const Policies* policies = this->policies(declared.vhost);
    if (!exchange.alternate && policies != nullptr) {
      exchange.alternate = broker::policy_alternate(policies->for_exchange(declared.name));
    }
  }
  for (Queue i = 0; i < plan.queues.size(); ++i) {
    const auto& queue = plan.queues[i];
    queue_at_.emplace(Name{queue.vhost, queue.name}, i);
    const Policies* policies = this->policies(queue.vhost);
    const broker::FieldTable kept = broker::kept_arguments(plan.version, queue.arguments);
    settings_.push_back(broker::with_policy(
        plan.version, kept,
        policies == nullptr ? nullptr : policies->for_queue(queue.name, broker::queue_type(kept))));
  }
  for (std::size_t i = 0; i < plan.bindings.size(); ++i) {
    const PlannedBinding& binding = plan.bindings[i];
    const auto source = find_exchange(binding.vhost, binding.source);
    if (source) exchanges_[*source].bindings.push_back(i);
    if (binding.to_queue) continue;
    const auto destination = find_exchange(binding.vhost, binding.destination);
    if (source && destination) exchanges_[*destination].is_bound_to = true;
  }
}

void Routes::add_exchange(const std::string& vhost, const std::string& name,
                          const std::string& type) {
  if (!exchange_at_.emplace(Name{vhost, name}, exchanges_.size()).second) return;
  Exchange exchange;
  exchange.vhost = vhost;
  exchange.name = name;
  exchange.type = type;
  exchanges_.push_back(std::move(exchange));
}

const Policies* Routes::policies(const std::string& vhost) const {
  const auto found = policies_.find(vhost);
  return found == policies_.end() ? nullptr : &found->second;
}

std::optional<std::size_t> Routes::find_exchange(const std::string& vhost,
                                                 const std::string& name) const {
  const auto found = exchange_at_.find({vhost, name});
  return found == exchange_at_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Routes::Queue> Routes::find_queue(const std::string& vhost,
                                                const std::string& name) const {
  const auto found = queue_at_.find({vhost, name});
  return found == queue_at_.end() ? std::nullopt : std::optional(found->second);
}

bool Routes::leads_on(const Exchange& exchange, const PlannedBinding& binding,
                      const std::optional<std::string>& key) const {
  if (!key || exchange.type == "fanout" || exchange.type == "headers" ||
      exchange.type == "x-local-random") {
    return true;
  }
  if (exchange.type == "topic") return topic_matches(binding.key, *key);
  return binding.key == *key;
}

void Routes::follow(std::size_t exchange, const std::optional<std::string>& key,
                    std::vector<std::size_t>& next, std::vector<Queue>& queues) {
  const Exchange& here = exchanges_[exchange];
  const std::size_t before = next.size() + queues.size();
  if (here.name.empty()) {
    if (key) {
      if (const auto queue = find_queue(here.vhost, *key)) queues.push_back(*queue);
    }
    return;
  }
  for (const std::size_t index : here.bindings) {
    const PlannedBinding& binding = plan_.bindings[index];
    ++looks_;
    if (!leads_on(here, binding, key)) continue;
    if (binding.to_queue) {
      if (const auto queue = find_queue(binding.vhost, binding.destination)) {
        queues.push_back(*queue);
      }
    } else if (const auto other = find_exchange(binding.vhost, binding.destination)) {
      next.push_back(*other);
    }
  }
  // With any key, some may miss all bindings.
  if (here.alternate && (!key || next.size() + queues.size() == before)) {
    if (const auto other = find_exchange(here.vhost, *here.alternate)) next.push_back(*other);
  }
}

void Routes::collect(std::size_t exchange, const std::optional<std::string>& key,
                     std::vector<Queue>& queues) {
  std::set<std::size_t> seen{exchange};
  std::vector<std::size_t> open{exchange};
  while (!open.empty()) {
    const std::size_t here = open.back();
    open.pop_back();
    std::vector<std::size_t> next;
    follow(here, key, next, queues);
    for (const std::size_t other : next) {
      if (seen.insert(other).second) open.push_back(other);
    }
  }
  std::sort(queues.begin(), queues.end());
  queues.erase(std::unique(queues.begin(), queues.end()), queues.end());
}

const std::vector<Routes::Queue>& Routes::reached(std::size_t exchange,
                                                  const std::optional<std::string>& key) {
  std::optional<std::string> asked = key;
  const std::string& type = exchanges_[exchange].type;
  // Keys say nothing here, unless a binding leads on to an exchange where they do.
  const bool is_default = exchanges_[exchange].name.empty();
  if (!is_default && (type == "headers" || looks_ > kMostLooks)) asked = std::nullopt;
  const auto [found, added] = reached_.try_emplace({exchange, asked});
  if (added) collect(exchange, asked, found->second);
  return found->second;
}

std::optional<std::size_t> Routes::dead_letter_exchange(Queue queue) const {
  const std::optional<std::string>& name = settings_[queue].dead_letter_exchange;
  return name ? find_exchange(plan_.queues[queue].vhost, *name) : std::nullopt;
}

}  // namespace mqlab::cli
