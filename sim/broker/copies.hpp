// SPDX-License-Identifier: MIT
// How a copy's life ends, and what waits for that.
#pragma once

#include "sim/base/inline.hpp"
#include "sim/broker/dead_letter.hpp"
#include "sim/broker/facts.hpp"
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
Entry make_copy(Node& node, Queue& queue, MessagePtr&& message);

// Asks the disk to store the copy.
void store_copy(Node& node, Queue& queue, Entry& entry, ConfirmRef confirm, ledger::RowNo cause);
// The same if it has to be stored: persistent, in a durable queue. Otherwise nothing stands in the
// way of its confirm.
MQLAB_ALWAYS_INLINE void store_or_confirm(Node& node, Queue& queue, Entry& entry,
                                          ConfirmRef confirm, ledger::RowNo cause) {
  if (is_stored(queue, *entry.message)) {
    store_copy(node, queue, entry, confirm, cause);
  } else if (confirm.number != 0) {
    confirm_one(node, confirm);
  }
}

// The copy is in no book any more.
inline void count_out(Node& node, Queue& queue, const Entry& entry) {
  ++node.copies_removed;
  if (node.options.counts_disk) node.disk.went(queue, *entry.message);
}

// Nobody need wait any longer for the copy's write; `cause` is why.
void release_write(Node& node, const Entry& entry, ledger::RowNo cause);
// The copy is gone, for `reason`. Returns the row.
MQLAB_ALWAYS_INLINE ledger::RowNo remove_copy(Node& node, Queue& queue, const Entry& entry,
                                              ledger::Reason reason) {
  const ledger::RowNo row = facts::removed(node, queue, entry, reason);
  count_out(node, queue, entry);
  if (entry.token != 0) release_write(node, entry, row);
  return row;
}

// The copy dies in the queue and is dead lettered if the queue says where to. With dead lettering
// at least once it is kept instead while its letter has no queue to go to, or a full one (QQ-6).
void bury(Node& node, Queue& queue, const Entry& entry, DeathReason reason);
// Tries again for all that the queue keeps; every three minutes while there are any.
void retry_letters(Node& node, Queue& queue);

// Sends a dead letter on its way to the queues it is routed to now (DLX-5 to DLX-10).
void send_dead_letter(Node& node, Queue& queue, const Message& message, DeathReason reason);

}  // namespace mqlab::broker
