// SPDX-License-Identifier: MIT
// basic.consume, basic.cancel, basic.get, basic.qos.
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

Failure consume(Node& node, Channel& channel, const BasicConsume& method);
Failure cancel(Node& node, Channel& channel, const BasicCancel& method);
Failure get(Node& node, Channel& channel, const BasicGet& method);
Failure set_qos(Node& node, Channel& channel, const BasicQos& method);

// The consumer is no more: forgotten by its channel and in the tables, with its ledger row. Its
// queue has let it go before.
void end_consumer(Node& node, Consumer& consumer, ledger::Reason reason);

// A single active consumer or exclusive one is gone: who is it now (CONS-8).
void choose_holder(Queue& queue);

// The queue that a method means: by name, or the last declared one (DECL-10).
Failure find_queue(Node& node, const Channel& channel, std::string_view name, Queue*& queue);
// The error if the queue is exclusive to another connection (DECL-14).
Failure check_not_locked(const Node& node, const Channel& channel, const Queue& queue);

}  // namespace mqlab::broker
