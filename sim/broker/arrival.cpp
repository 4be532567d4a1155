// SPDX-License-Identifier: MIT
// Arrival at a classic queue; the other types have their own.
#include "sim/broker/arrival.hpp"

#include <utility>

#include "sim/base/inline.hpp"
#include "sim/broker/copies.hpp"
#include "sim/broker/deliver.hpp"
#include "sim/broker/dispatch.hpp"
#include "sim/broker/expiry.hpp"
#include "sim/broker/facts.hpp"
#include "sim/broker/overflow.hpp"
#include "sim/broker/quorum.hpp"
#include "sim/broker/stream.hpp"

namespace mqlab::broker {
namespace {

MQLAB_ALWAYS_INLINE bool arrive_classic(Node& node, Queue& queue, MessagePtr&& message,
                                        ConfirmRef confirm, ledger::Reason reason) {
  if (queue.settings.overflow != Overflow::drop_head && would_overflow(queue, *message)) {
    if (queue.settings.overflow == Overflow::reject_publish_dlx) {
      send_dead_letter(node, queue, *message, DeathReason::maxlen);
    }
    refuse_one(node, confirm);
    return false;
  }
  Entry entry = make_copy(node, queue, std::move(message));
  const ledger::RowNo row = facts::enqueued(node, queue, entry, reason);
  const ledger::CauseScope cause(node.ledger, row);
  store_or_confirm(node, queue, entry, confirm, row);
  if (Consumer* const consumer = next_consumer(node, queue)) {
    deliver(node, queue, *consumer, std::move(entry));  // whatever the limit (LEN-4)
    return true;
  }
  if (queue.settings.message_ttl_ms == 0 && !queue.dead_letter_exchange) {
    // The server does not even store it, whatever waits in front (TTL-5).
    remove_copy(node, queue, entry, ledger::Reason::expired);
    return true;
  }
  const bool has_deadline = entry.deadline != Time::never();
  entry.from_disk = queue.settings.mode == QueueMode::lazy;
  queue.ready.push_back(std::move(entry));
  const bool dropped = drop_heads(node, queue);
  const bool alone = queue.ready.size() == 1;
  // TTL-9
  if (dropped ? (!alone || has_deadline) : alone) examine_head(node, queue);
  return true;
}

}  // namespace

bool arrive(Node& node, Queue& queue, MessagePtr&& message, ConfirmRef confirm,
            ledger::Reason reason) {
  switch (queue.settings.type) {
    [[likely]] case QueueType::classic
        : return arrive_classic(node, queue, std::move(message), confirm, reason);
    case QueueType::quorum:
      return arrive_quorum(node, queue, std::move(message), confirm, reason);
    case QueueType::stream:
      return arrive_stream(node, queue, std::move(message), confirm, reason);
  }
  MQLAB_ASSERT(false && "every type of queue takes messages");
}

}  // namespace mqlab::broker
