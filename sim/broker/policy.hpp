// SPDX-License-Identifier: MIT
// Policies of one virtual host: settings given to queues and exchanges by name (POL-1, POL-2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/broker/arguments.hpp"
#include "sim/broker/pattern.hpp"

namespace mqlab::broker {

enum class PolicyTarget : std::uint8_t { queues, exchanges, all };

struct Policy {
  std::string name;
  Pattern pattern;
  PolicyTarget target = PolicyTarget::queues;
  int priority = 0;
  FieldTable definition;  // keys without x-: "message-ttl"
};

class Policies {
 public:
  // Adds or replaces a policy. Error if the pattern is malformed or the definition has a key or
  // value that the server refuses. Who calls applies the policies to what is there.
  Result<void> set(std::string_view name, std::string_view pattern, const FieldTable& definition,
                   PolicyTarget target, int priority);
  // False if there is no such policy.
  bool clear(std::string_view name);

  // The one policy that applies: of the highest priority, then first by name (POL-2). nullptr:
  // none. A policy with a key that this type of queue does not know is passed over.
  const Policy* for_queue(std::string_view queue, QueueType type) const;
  const Policy* for_exchange(std::string_view exchange) const;

 private:
  std::vector<Policy> policies_;  // by falling priority, then name
};

// What holds for a queue: of TTL, expiry and lengths the smaller of argument and policy, of
// everything else the argument (POL-1). `policy` may be nullptr.
QueueSettings with_policy(Version version, const FieldTable& arguments, const Policy* policy);

// The alternate exchange that a policy gives; nullopt if none does.
std::optional<std::string> policy_alternate(const Policy* policy);

// Keys of the definition that the real server acts on and this one ignores.
std::vector<std::string> unsimulated_policy_keys(const FieldTable& definition);

}  // namespace mqlab::broker
