// SPDX-License-Identifier: MIT
// How a copy's life ends, and what waits for that.
#pragma once

#include "sim/broker/dead_letter.hpp"
#include "sim/broker/node.hpp"

namespace mqlab::broker {

// A queue had something to say of the channel's publishes; see settle_down.
void has_news(Node& node, Channel& channel);
// The channel itself has: an unroutable publish, or a commit.
void has_urgent_news(Node& node, Channel& channel);

// One queue has taken over a publish: its channel hears of it when all have (PUB-5).
void confirm_one(Node& node, ConfirmRef confirm);
// One queue has refused it (PUB-6).
void refuse_one(Node& node, ConfirmRef confirm);

// A new copy for `queue`, last in its order, with its deadline. Writes nothing.
Entry make_copy(Node& node, Queue& queue, const MessagePtr& message);

// Asks the disk to store the copy if it has to be: persistent, in a durable queue. Otherwise
// nothing stands in the way of its confirm.
void store_or_confirm(Node& node, Queue& queue, Entry& entry, ConfirmRef confirm,
                      ledger::RowNo cause);

// The copy is in no book any more.
void count_out(Node& node, Queue& queue, const Entry& entry);

// The copy is gone, for `reason`. Whoever waits for its write need not wait longer. Returns the
// row.
ledger::RowNo remove_copy(Node& node, Queue& queue, const Entry& entry, ledger::Reason reason);

// The copy dies in the queue and is dead lettered if the queue says where to. With dead lettering
// at least once it is kept instead while its letter has no queue to go to, or a full one (QQ-6).
void bury(Node& node, Queue& queue, const Entry& entry, DeathReason reason);
// Tries again for all that the queue keeps; every three minutes while there are any.
void retry_letters(Node& node, Queue& queue);

// Sends a dead letter on its way to the queues it is routed to now (DLX-5 to DLX-10).
void send_dead_letter(Node& node, Queue& queue, const Message& message, DeathReason reason);

}  // namespace mqlab::broker
