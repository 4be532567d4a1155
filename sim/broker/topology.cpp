// SPDX-License-Identifier: MIT
// Declaring, deleting and binding.
#include "sim/broker/topology.hpp"

#include <utility>

namespace mqlab::broker {

namespace {

Resource exchange_of(const Access& access, std::string_view name) {
  return Resource::exchange(name, access.vhost);
}

Resource queue_of(const Access& access, std::string_view name) {
  return Resource::queue(name, access.vhost);
}

// One bind or unbind, of a queue or an exchange, with names stripped of CR and LF.
struct BindingRequest {
  std::string source;
  std::string destination;
  Resource::Kind kind = Resource::Kind::queue;
  const std::string& routing_key;
  const FieldTable& arguments;
  bool locked = false;
  std::optional<QueueType> type = std::nullopt;  // of a queue that is there
};

// Both ends of a request, as far as they are there.
struct Ends {
  ExchangeRef source = kNoRef;
  std::optional<Destination> destination;
};

Ends look_up(const Routing& routing, const Names& names, const BindingRequest& request) {
  Ends ends;
  if (const auto source = names.find(request.source)) ends.source = routing.find_exchange(*source);
  const auto name = names.find(request.destination);
  if (!name) return ends;
  if (request.kind == Resource::Kind::queue) {
    const QueueRef queue = routing.find_queue(*name);
    if (queue != kNoRef) ends.destination = Destination::queue(queue);
  } else {
    const ExchangeRef exchange = routing.find_exchange(*name);
    if (exchange != kNoRef) ends.destination = Destination::exchange(exchange);
  }
  return ends;
}

// What is asked before the ends are looked up, in the server's order: the right to write to the
// destination, neither end the default exchange, the right to read the source.
std::optional<AmqpError> check_ends(const Access& access, const BindingRequest& request) {
  const Resource destination{request.kind, request.destination, access.vhost};
  const Resource source = exchange_of(access, request.source);
  if (auto error = access.check(Permission::write, destination)) return error;
  if (request.kind == Resource::Kind::exchange && request.destination.empty()) {
    return errors::default_exchange();
  }
  if (request.source.empty()) return errors::default_exchange();
  return access.check(Permission::read, source);
}

// What the type of the source asks of a binding (ROUTE-12, ROUTE-23).
std::optional<AmqpError> check_binding(ExchangeType source, const BindingRequest& request) {
  if (source == ExchangeType::headers) return check_match_arguments(request.arguments);
  if (source != ExchangeType::local_random) return std::nullopt;
  if (!request.routing_key.empty()) return errors::binding_key(request.routing_key);
  if (!request.type) return errors::binding_without_queue();
  if (*request.type == QueueType::classic) return std::nullopt;
  return errors::binding_of_type(type_module(*request.type));
}

// ROUTE-20
std::optional<AmqpError> bind(Routing& routing, const Access& access,
                              const BindingRequest& request) {
  if (auto error = check_ends(access, request)) return error;
  const Ends ends = look_up(routing, routing.names(), request);
  if (ends.source == kNoRef) return errors::not_found(exchange_of(access, request.source));
  const Resource destination{request.kind, request.destination, access.vhost};
  if (!ends.destination) return errors::not_found(destination);
  if (auto error = check_binding(routing.exchange(ends.source).type, request)) return error;
  if (request.locked) return errors::locked(destination);
  routing.bind(ends.source, *ends.destination, routing.names().intern(request.routing_key),
               request.arguments);
  return std::nullopt;
}

std::optional<AmqpError> unbind(Routing& routing, const Access& access,
                                const BindingRequest& request) {
  if (auto error = check_ends(access, request)) return error;
  const Ends ends = look_up(routing, routing.names(), request);
  if (ends.source == kNoRef || !ends.destination) return std::nullopt;
  const std::optional<NameId> key = routing.names().find(request.routing_key);
  if (!key || !routing.bound(ends.source, *ends.destination, *key, request.arguments)) {
    return std::nullopt;
  }
  if (request.locked) return errors::locked(queue_of(access, request.destination));
  routing.unbind(ends.source, *ends.destination, *key, request.arguments);
  return std::nullopt;
}

std::optional<AmqpError> check_new_exchange(const Access& access, Resource exchange,
                                            const FieldTable& arguments) {
  constexpr std::string_view kAlternate = "alternate-exchange";
  if (is_reserved(exchange.name)) return errors::reserved_name(exchange.kind, exchange.name);
  if (auto error = check_exchange_argument(exchange, kAlternate, arguments)) return error;
  const FieldValue* alternate = find_field(arguments, kAlternate);
  if (alternate == nullptr) return std::nullopt;
  if (auto error = access.check(Permission::read, exchange)) return error;
  const std::string& name = std::get<std::string>(alternate->content);
  return access.check(Permission::write, exchange_of(access, name));
}

std::optional<NameId> policy_alternate_of(const Policies& policies, std::string_view exchange,
                                          Names& names) {
  const auto alternate = policy_alternate(policies.for_exchange(exchange));
  if (!alternate) return std::nullopt;
  return names.intern(*alternate);
}

}  // namespace

std::optional<AmqpError> declare_exchange(Routing& routing, const Access& access,
                                          const Policies& policies, const ExchangeDeclare& method) {
  Names& names = routing.names();
  const std::string name = strip_cr_lf(method.exchange);
  const Resource exchange = exchange_of(access, name);
  const auto find = [&]() {
    const std::optional<NameId> known = names.find(name);
    return known ? routing.find_exchange(*known) : kNoRef;
  };
  if (method.passive) {
    if (name.empty()) return errors::default_exchange();
    if (find() == kNoRef) return errors::not_found(exchange);
    return std::nullopt;
  }
  const std::optional<ExchangeType> type = exchange_type(access.version, method.type);  // DECL-7
  if (!type) return errors::exchange_type(access.version, method.type);
  if (name.empty()) return errors::default_exchange();
  if (auto error = access.check(Permission::configure, exchange)) return error;
  const ExchangeFlags flags{method.durable, method.auto_delete, method.internal};
  if (const ExchangeRef there = find(); there != kNoRef) {
    return check_exchange_equivalence(exchange, routing.exchange(there), *type, flags,
                                      method.arguments);
  }
  if (auto error = check_new_exchange(access, exchange, method.arguments)) return error;
  const ExchangeRef created = routing.declare(names.intern(name), *type, flags, method.arguments);
  routing.set_policy_alternate(created, policy_alternate_of(policies, name, names));
  return std::nullopt;
}

std::optional<AmqpError> delete_exchange(Routing& routing, const Access& access,
                                         const ExchangeDelete& method) {
  const std::string name = strip_cr_lf(method.exchange);
  const Resource exchange = exchange_of(access, name);
  if (name.empty()) return errors::default_exchange();
  if (is_reserved(name)) return errors::system_exchange(exchange);
  if (auto error = access.check(Permission::configure, exchange)) return error;
  const std::optional<NameId> known = routing.names().find(name);
  const ExchangeRef there = known ? routing.find_exchange(*known) : kNoRef;
  if (there == kNoRef) return std::nullopt;
  if (method.if_unused && routing.exchange(there).outgoing.count > 0) {
    return errors::in_use(exchange);
  }
  routing.remove(there, ledger::Reason::deleted);
  return std::nullopt;
}

std::optional<AmqpError> bind_exchange(Routing& routing, const Access& access,
                                       const ExchangeBind& method) {
  return bind(routing, access,
              {strip_cr_lf(method.source), strip_cr_lf(method.destination),
               Resource::Kind::exchange, method.routing_key, method.arguments});
}

std::optional<AmqpError> unbind_exchange(Routing& routing, const Access& access,
                                         const ExchangeUnbind& method) {
  return unbind(routing, access,
                {strip_cr_lf(method.source), strip_cr_lf(method.destination),
                 Resource::Kind::exchange, method.routing_key, method.arguments});
}

std::optional<AmqpError> bind_queue(Routing& routing, const Access& access, const QueueBind& method,
                                    bool locked, std::optional<QueueType> type) {
  return bind(routing, access,
              {strip_cr_lf(method.exchange), strip_cr_lf(method.queue), Resource::Kind::queue,
               method.routing_key, method.arguments, locked, type});
}

std::optional<AmqpError> unbind_queue(Routing& routing, const Access& access,
                                      const QueueUnbind& method, bool locked) {
  return unbind(routing, access,
                {strip_cr_lf(method.exchange), strip_cr_lf(method.queue), Resource::Kind::queue,
                 method.routing_key, method.arguments, locked});
}

std::optional<AmqpError> check_queue_name(std::string_view name) {
  if (is_reserved(name)) return errors::reserved_name(Resource::Kind::queue, name);
  return std::nullopt;
}

std::optional<AmqpError> check_new_queue(const Access& access, std::string_view name,
                                         const QueueFlags& flags, const FieldTable& arguments) {
  constexpr std::string_view kDeadLetter = "x-dead-letter-exchange";
  const Resource queue = queue_of(access, name);
  if (auto error = check_exchange_argument(queue, kDeadLetter, arguments)) return error;
  if (const FieldValue* dead_letter = find_field(arguments, kDeadLetter)) {
    const std::string& target = std::get<std::string>(dead_letter->content);
    if (auto error = access.check(Permission::read, queue)) return error;
    if (auto error = access.check(Permission::write, exchange_of(access, target))) return error;
  }
  return check_queue_arguments(access.version, queue, flags, arguments);
}

void apply_to_exchanges(Routing& routing, const Policies& policies) {
  for (const ExchangeRef exchange : routing.exchanges_by_name()) {
    const std::string_view name = routing.names().text(routing.exchange(exchange).name);
    routing.set_policy_alternate(exchange, policy_alternate_of(policies, name, routing.names()));
  }
}

}  // namespace mqlab::broker
