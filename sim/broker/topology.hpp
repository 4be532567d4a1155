// SPDX-License-Identifier: MIT
// The methods that declare, delete and bind, each with its checks in the server's order.
#pragma once

#include <optional>

#include "sim/broker/arguments.hpp"
#include "sim/broker/method.hpp"
#include "sim/broker/permission.hpp"
#include "sim/broker/policy.hpp"
#include "sim/broker/routing.hpp"

namespace mqlab::broker {

// All functions return the exception of the method, without `method`, or nullopt when it was
// carried out. Names in the methods are as the client sent them, but an empty queue name has been
// replaced by the last declared one (DECL-10).

// exchange.declare, passive too. A policy for its name takes effect on a new exchange.
std::optional<AmqpError> declare_exchange(Routing& routing, const Access& access,
                                          const Policies& policies, const ExchangeDeclare& method);
std::optional<AmqpError> delete_exchange(Routing& routing, const Access& access,
                                         const ExchangeDelete& method);
std::optional<AmqpError> bind_exchange(Routing& routing, const Access& access,
                                       const ExchangeBind& method);
std::optional<AmqpError> unbind_exchange(Routing& routing, const Access& access,
                                         const ExchangeUnbind& method);
// `locked`: the queue is exclusive to another connection (DECL-14). `type`: of a queue that is
// there.
std::optional<AmqpError> bind_queue(Routing& routing, const Access& access, const QueueBind& method,
                                    bool locked, std::optional<QueueType> type);
std::optional<AmqpError> unbind_queue(Routing& routing, const Access& access,
                                      const QueueUnbind& method, bool locked);

// queue.declare, not passive, goes: strip_cr_lf and kept_arguments; for an empty name
// check_server_named and a new name, else check_queue_name; then check_configure; then for a queue
// that is there its exclusive owner and check_queue_equivalence, for a new one check_new_queue.
std::optional<AmqpError> check_queue_name(std::string_view name);
std::optional<AmqpError> check_new_queue(const Access& access, std::string_view name,
                                         const QueueFlags& flags, const FieldTable& arguments);

// Applies the policies to all exchanges; for when a policy was set or cleared. The queues are their
// owner's.
void apply_to_exchanges(Routing& routing, const Policies& policies);

}  // namespace mqlab::broker
