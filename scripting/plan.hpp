// SPDX-License-Identifier: MIT
// What a scenario declares on a broker, as it stands in its text: topology, rights, and who
// publishes and consumes. Also what the definitions of a real broker say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/broker/field.hpp"
#include "sim/broker/version.hpp"

namespace mqlab::scripting {

struct PlannedVhost {
  Place place;
  std::string name;
};

struct PlannedUser {
  Place place;
  std::string name;
  std::string password;
};

// Regular expressions on names (PERM-1).
struct PlannedPermission {
  Place place;
  std::string user;
  std::string vhost;
  std::string configure;
  std::string write;
  std::string read;
};

struct PlannedPolicy {
  Place place;
  std::string vhost;
  std::string name;
  std::string pattern;
  std::string apply_to = "queues";  // queues, exchanges, all
  int priority = 0;
  broker::FieldTable definition;
};

struct PlannedExchange {
  Place place;
  std::string vhost;
  std::string name;
  std::string type;
  bool durable = false;
  bool auto_delete = false;
  bool internal = false;
  broker::FieldTable arguments;
  bool deleted = false;  // later
};

struct PlannedQueue {
  Place place;
  std::string vhost;
  std::string name;
  bool durable = false;
  bool auto_delete = false;
  bool exclusive = false;
  bool server_named = false;
  broker::FieldTable arguments;
  bool deleted = false;  // later
};

struct PlannedBinding {
  Place place;
  std::string vhost;
  std::string source;
  std::string destination;
  bool to_queue = true;
  std::string key;
  broker::FieldTable arguments;
  bool undone = false;  // later
};

struct PlannedPublisher {
  Place place;
  std::string name;
  std::string vhost;
  std::string exchange;           // empty: the default exchange
  std::vector<std::string> keys;  // that are known from the text
  bool any_key = false;           // the script makes others
  bool persistent = false;
  bool mandatory = false;
  bool confirms = false;
  bool by_process = false;  // a single publish, of which little is known
};

struct PlannedConsumer {
  enum class OnFailure : std::uint8_t { requeue, reject, nothing };
  Place place;
  std::string name;
  std::string vhost;
  std::string queue;
  bool auto_ack = false;
  std::uint32_t prefetch = 0;  // 0: no limit
  bool works = false;          // a message takes it time
  bool can_fail = false;       // the script says when a handling fails
  bool gives_up = false;       // it retries a number of times, then lets go of the message
  OnFailure on_failure = OnFailure::requeue;
  bool republishes = false;  // what it gives up goes to this exchange
  std::string republish_exchange;
  std::optional<std::string> republish_key;  // none: made from the message's
  bool by_process = false;  // basic.consume or basic.get of a process: little is known
};

// In order of declaration. The virtual host "/" and the exchanges that every broker has are not in
// it; nor is guest.
struct Plan {
  std::string broker;
  broker::Version version = broker::Version::v4_0;
  std::vector<PlannedVhost> vhosts;
  std::vector<PlannedUser> users;
  std::vector<PlannedPermission> permissions;
  std::vector<PlannedPolicy> policies;
  std::vector<PlannedExchange> exchanges;
  std::vector<PlannedQueue> queues;
  std::vector<PlannedBinding> bindings;
  std::vector<PlannedPublisher> publishers;
  std::vector<PlannedConsumer> consumers;
};

}  // namespace mqlab::scripting
