// SPDX-License-Identifier: MIT
// A virtual host to route in, with names as plain text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/broker/routing.hpp"
#include "tests/catch.hpp"

namespace mqlab::broker {

struct RoutingFixture {
  explicit RoutingFixture(Version version = Version::v4_0, ledger::Sink sink = ledger::Sink::full)
      : ledger(sink),
        vhost(ledger.new_entity(ledger::EntityKind::vhost, "/", {})),
        routing(ledger, version, "/", vhost) {}

  NameId name(std::string_view text) { return ledger.names().intern(text); }

  QueueRef queue(std::string_view text, bool durable = false) {
    const QueueRef known = routing.find_queue(name(text));
    if (known != kNoRef) return known;
    const QueueRef ref = next_queue++;
    routing.add_queue(ref, name(text), durable,
                      ledger.new_entity(ledger::EntityKind::queue, text, vhost));
    return ref;
  }

  ExchangeRef exchange(std::string_view text) const {
    const auto known = ledger.names().find(text);
    return known ? routing.find_exchange(*known) : kNoRef;
  }

  ExchangeRef declare(std::string_view text, ExchangeType type, ExchangeFlags flags = {},
                      FieldTable arguments = {}) {
    return routing.declare(name(text), type, flags, std::move(arguments));
  }

  bool bind(std::string_view source, std::string_view to_queue, std::string_view key,
            const FieldTable& arguments = {}) {
    return routing.bind(exchange(source), Destination::queue(queue(to_queue)), name(key),
                        arguments);
  }
  bool unbind(std::string_view source, std::string_view from_queue, std::string_view key,
              const FieldTable& arguments = {}) {
    return routing.unbind(exchange(source), Destination::queue(queue(from_queue)), name(key),
                          arguments);
  }
  bool bind_exchange(std::string_view source, std::string_view destination, std::string_view key) {
    return routing.bind(exchange(source), Destination::exchange(exchange(destination)), name(key),
                        {});
  }

  // The names of the queues that a message reaches, in the order of the route.
  std::vector<std::string> route(std::string_view source, const std::vector<std::string>& keys,
                                 const FieldTable& headers = {}) {
    std::vector<NameId> ids;
    for (const std::string& key : keys) ids.push_back(name(key));
    std::vector<QueueRef> reached;
    routing.route(exchange(source), ids, &headers, reached);
    std::vector<std::string> names;
    for (const QueueRef ref : reached) names.emplace_back(ledger.text(routing.queue_name(ref)));
    return names;
  }
  std::vector<std::string> route(std::string_view source, std::string_view key) {
    return route(source, std::vector<std::string>{std::string(key)});
  }

  // How many rows of this fact were written about exchanges and bindings.
  std::uint64_t count(ledger::Fact fact, ledger::Reason reason) const {
    return ledger.digest().count(fact, reason);
  }

  ledger::Ledger ledger;
  ledger::EntityId vhost;
  Routing routing;
  QueueRef next_queue = 0;
};

using Queues = std::vector<std::string>;

}  // namespace mqlab::broker
