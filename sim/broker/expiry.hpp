// SPDX-License-Identifier: MIT
// Messages whose time is over, and queues nobody uses.
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// Examines the head: expired copies die, and are dead lettered (DLX-3), until the head is one that
// is not; then its deadline is watched, whether consumers wait or not (TTL-1, TTL-3, TTL-7). Only
// certain events lead here, so a head can be overlooked (TTL-9).
// `just_back`: of a requeue, so that a lazy queue has not written the copies to its disk yet.
void examine_head(Node& node, Queue& queue, bool just_back = false);

// x-expires begins anew, if the queue is without consumers (DECL-16).
void touch(Node& node, Queue& queue);

}  // namespace mqlab::broker
