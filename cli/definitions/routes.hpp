// SPDX-License-Identifier: MIT
// Where messages could go in a plan: exchanges, bindings, dead letters, without running anything.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scripting/plan.hpp"
#include "sim/broker/arguments.hpp"
#include "sim/broker/policy.hpp"

namespace mqlab::cli {

// Does a topic pattern match a key (ROUTE-5 to ROUTE-8)?
bool topic_matches(std::string_view pattern, std::string_view key);

// The topology of one broker. Keys that are not known stand for all keys. Headers are never known:
// a headers exchange is taken to reach whatever is bound to it. Built in time about linear in the
// plan; what is asked for large topologies is bounded by kMostLooks bindings looked at, beyond
// which keys count as not known.
class Routes {
 public:
  static constexpr std::size_t kMostLooks = 20'000'000;
  using Queue = std::size_t;  // position in the plan

  explicit Routes(const scripting::Plan& plan);

  struct Exchange {
    std::string vhost;
    std::string name;
    std::string type;
    bool internal = false;
    std::optional<std::size_t> declared;  // position in the plan; none: every broker has it
    std::optional<std::string> alternate;
    std::vector<std::size_t> bindings;  // out of it: positions in the plan
    bool is_bound_to = false;           // a binding leads into it
  };

  std::size_t exchange_count() const { return exchanges_.size(); }
  const Exchange& exchange(std::size_t index) const { return exchanges_[index]; }
  // nullopt if there is none of this name.
  std::optional<std::size_t> find_exchange(const std::string& vhost, const std::string& name) const;
  std::optional<Queue> find_queue(const std::string& vhost, const std::string& name) const;
  // What its arguments and its policy make of it.
  const broker::QueueSettings& settings(Queue queue) const { return settings_[queue]; }
  // The policy that applies, or nullptr.
  const broker::Policies* policies(const std::string& vhost) const;

  // The queues that a message with this key (none: any) reaches, each once, alternates included.
  // The default exchange with any key reaches none: who uses it knows a name.
  const std::vector<Queue>& reached(std::size_t exchange, const std::optional<std::string>& key);

  // Where the dead letters of a queue go; nullopt if it has no such exchange or it is not there.
  std::optional<std::size_t> dead_letter_exchange(Queue queue) const;

 private:
  using Name = std::pair<std::string, std::string>;

  void add_exchange(const std::string& vhost, const std::string& name, const std::string& type);
  void collect(std::size_t exchange, const std::optional<std::string>& key,
               std::vector<Queue>& queues);
  void follow(std::size_t exchange, const std::optional<std::string>& key,
              std::vector<std::size_t>& next, std::vector<Queue>& queues);
  bool leads_on(const Exchange& exchange, const scripting::PlannedBinding& binding,
                const std::optional<std::string>& key) const;

  const scripting::Plan& plan_;
  std::vector<Exchange> exchanges_;
  std::map<Name, std::size_t> exchange_at_;
  std::map<Name, Queue> queue_at_;
  std::map<std::string, broker::Policies> policies_;  // by vhost
  std::vector<broker::QueueSettings> settings_;
  std::map<std::pair<std::size_t, std::optional<std::string>>, std::vector<Queue>> reached_;
  std::size_t looks_ = 0;
};

}  // namespace mqlab::cli
