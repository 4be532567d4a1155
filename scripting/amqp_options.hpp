// SPDX-License-Identifier: MIT
// Option tables that become AMQP methods: the same words for an operator's broker:queue { … } and a
// client's ch:queue { … }.
#pragma once

#include "scripting/options.hpp"
#include "sim/broker/arguments.hpp"
#include "sim/broker/message.hpp"
#include "sim/broker/method.hpp"
#include "sim/world/hooks.hpp"

namespace mqlab::scripting {

// Lets the run say which of the arguments have no effect here.
void tell_unsimulated(const Call& call, broker::ArgumentsOf what,
                      const broker::FieldTable& arguments);

// queue { "orders", durable = true, ttl = 5*s, … }; with option vhost if there is a place for it.
Result<broker::QueueDeclare> queue_declare(const Call& call, std::size_t position,
                                           std::string* vhost = nullptr);

// exchange { "events", type = "topic", … }
Result<broker::ExchangeDeclare> exchange_declare(const Call& call, std::size_t position,
                                                 std::string* vhost = nullptr);

// Key and arguments of a binding: "key", { headers }, or both, from this position on.
struct BindingOptions {
  std::string key;
  broker::FieldTable arguments;
};
Result<BindingOptions> binding_options(const Call& call, std::size_t position);

// Reads persistent, priority, expiration, headers (a table), and the plain properties.
broker::PropertiesPtr message_properties(Options& options);

// Where a publish goes: an exchange, a queue (by the default exchange) or an exchange's name.
struct Destination {
  std::string exchange;
  std::string key;  // of a queue: its name
  std::string vhost = "/";
  std::optional<std::uint32_t> broker;
};
Destination destination_of(const Call& call, Options& options);

// publish { to = orders, body = …, … }
Result<world::Content> content_of(const Call& call, std::size_t position);

// The name of a queue given as an object or a text; an error for anything else.
Result<std::string> queue_name(const Call& call, std::size_t position, std::string_view what);
Result<std::string> exchange_name(const Call& call, std::size_t position, std::string_view what);

}  // namespace mqlab::scripting
