// SPDX-License-Identifier: MIT
// Counts and lists that expectations ask of a ledger.
#pragma once

#include <optional>
#include <vector>

#include "sim/ledger/view.hpp"

namespace mqlab::scripting {

using ledger::EntityId;
using ledger::LedgerView;
using ledger::MessageId;
using ledger::Reason;

// Whether the row says that a delivery arrived: of a copy, or a direct reply; no returned message.
bool is_arrived_delivery(const LedgerView& view, const ledger::Row& row);
// Deliveries and gets that a broker sent to this actor; only redelivered ones if asked for.
std::uint64_t deliveries_to(const LedgerView& view, EntityId actor, bool only_redelivered);
// Deliveries and gets out of this queue.
std::uint64_t deliveries_from(const LedgerView& view, EntityId queue, bool only_redelivered);
// The messages of the deliveries that reached this actor, in order.
std::vector<MessageId> received_by(const LedgerView& view, EntityId actor);
// Copies that ended in this queue for this reason.
std::uint64_t removed_from(const LedgerView& view, EntityId queue, Reason reason);
// Copies that came into any queue because one died in this queue, for this reason if given.
std::uint64_t dead_lettered_from(const LedgerView& view, EntityId queue,
                                 std::optional<Reason> reason);
// Publishes that this actor sent, resends included.
std::uint64_t published_by(const LedgerView& view, EntityId publisher);
// Messages of which this publisher learned an ack, a nack or a return.
std::uint64_t learned_by(const LedgerView& view, EntityId publisher, Reason reason);
// How many received messages came after a later one of the same author.
std::uint64_t inversions(const LedgerView& view, const std::vector<MessageId>& received);

}  // namespace mqlab::scripting
