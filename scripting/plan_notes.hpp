// SPDX-License-Identifier: MIT
// Keeping a broker's plan while its scenario runs.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "scripting/plan.hpp"
#include "sim/broker/method.hpp"
#include "sim/world/config.hpp"
#include "sim/world/hooks.hpp"

namespace mqlab::scripting {

// Notes declarations in a plan, each once: the first of a queue, exchange or binding counts, as it
// does for the broker. Each call returns about how many bytes it keeps.
class PlanNotes {
 public:
  explicit PlanNotes(Plan plan) : plan_(std::move(plan)) {}

  const Plan& plan() const { return plan_; }

  void vhost(const Place& place, const std::string& name);
  void permission(PlannedPermission permission);
  void user(const Place& place, const std::string& name, const std::string& password);
  void policy(PlannedPolicy policy);
  void clear_policy(const std::string& vhost, const std::string& name);

  // A method of an operator or a process. `given` is the name that the server gave a queue.
  std::size_t method(const Place& place, const std::string& vhost, const broker::Method& method,
                     const std::string& given = {});
  void publisher(const Place& place, const world::PublisherConfig& config, bool any_key,
                 std::vector<std::string> keys);
  void consumer(const Place& place, const world::ConsumerConfig& config, bool can_fail);
  std::size_t publish(const Place& place, const std::string& process, const std::string& vhost,
                      const world::Content& content);

 private:
  using Name = std::pair<std::string, std::string>;  // vhost, name

  std::size_t declare(const Place& place, const std::string& vhost,
                      const broker::QueueDeclare& method, const std::string& given);
  std::size_t declare(const Place& place, const std::string& vhost,
                      const broker::ExchangeDeclare& method);
  std::size_t bind(PlannedBinding binding);
  void unbind(const PlannedBinding& binding);

  Plan plan_;
  std::map<Name, std::size_t> queue_at_;
  std::map<Name, std::size_t> exchange_at_;
  std::map<std::string, std::size_t> binding_at_;
  std::set<std::string> published_;
  std::set<std::string> consumed_;
};

}  // namespace mqlab::scripting
