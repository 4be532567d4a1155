// SPDX-License-Identifier: MIT
// basic.publish: checks, routing, and what the publisher hears (PUB-*, ROUTE-*).
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// An exchange that is not there is 404 (ROUTE-19).
Failure publish(Node& node, Channel& channel, BasicPublish& method);

// Puts a routed publish into its queues and answers for it: at once, or at tx.commit. Queues that
// are gone by then get nothing (PUB-13).
Failure store_publish(Node& node, Channel& channel, TxPublish&& publish);

}  // namespace mqlab::broker
