// SPDX-License-Identifier: MIT
// The operator's way into a live RabbitMQ node: Erlang expressions, run on it by erl_call.
#pragma once

#include <string>

#include "cli/conform/json.hpp"
#include "cli/conform/transcript.hpp"

namespace mqlab::conform {

// A node of one's own. Nothing here ever talks to a node that was not named.
class Console {
 public:
  // `node` is an Erlang node name ("lab@localhost"), `cookie` its secret. An empty name: none.
  Console(std::string node, std::string cookie)
      : node_(std::move(node)), cookie_(std::move(cookie)) {}

  bool is_there() const { return !node_.empty(); }

  Result<void> make_vhost(const std::string& vhost) const;
  Result<void> delete_vhost(const std::string& vhost) const;
  // The answer to an inspect step.
  Result<Json> inspect(const std::string& vhost) const;
  // One of the broker.* steps. Error for those that need more than a running node.
  Result<void> control(const Step& step, const std::string& vhost,
                       const std::string& connection_name) const;

 private:
  Result<std::string> evaluate(const std::string& expressions) const;

  std::string node_;
  std::string cookie_;
};

}  // namespace mqlab::conform
