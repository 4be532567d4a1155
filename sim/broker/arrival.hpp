// SPDX-License-Identifier: MIT
// A message comes to a queue.
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// Puts a message into a queue of any type, or refuses it; dispatches. `confirm` hears of it sooner
// or later; a dead letter has none (DLX-13). False if it was refused (LEN-5, LEN-7, QQ-8).
bool arrive(Node& node, Queue& queue, MessagePtr&& message, ConfirmRef confirm,
            ledger::Reason reason);

}  // namespace mqlab::broker
