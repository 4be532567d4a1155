// SPDX-License-Identifier: MIT
// Scans over the rows. Expectations are few and ledgers of labs are short, so nothing is indexed.
#include "scripting/ledger_queries.hpp"

#include <algorithm>

namespace mqlab::scripting {

using ledger::Fact;
using ledger::Row;

namespace {

bool is_delivery(const Row& row) {
  return row.fact == Fact::sent && (row.reason == Reason::deliver || row.reason == Reason::get);
}

bool counts(const Row& delivered, bool only_redelivered) {
  return !only_redelivered || (delivered.flags & ledger::kRedelivered) != 0;
}

}  // namespace

bool is_arrived_delivery(const LedgerView& view, const Row& row) {
  return row.fact == Fact::arrived && row.cause != 0 && is_delivery(view.row(row.cause));
}

std::uint64_t deliveries_to(const LedgerView& view, EntityId actor, bool only_redelivered) {
  std::vector<bool> wanted;  // by transmission
  std::uint64_t count = 0;
  for (const Row& row : view.rows()) {
    if (row.fact == Fact::delivered) {
      if (wanted.size() <= row.transmission.value) wanted.resize(row.transmission.value + 1);
      wanted[row.transmission.value] = counts(row, only_redelivered);
    } else if (is_delivery(row) && row.object == actor && row.transmission.value < wanted.size() &&
               wanted[row.transmission.value]) {
      ++count;
    }
  }
  return count;
}

std::uint64_t deliveries_from(const LedgerView& view, EntityId queue, bool only_redelivered) {
  return static_cast<std::uint64_t>(
      std::count_if(view.rows().begin(), view.rows().end(), [&](const Row& row) {
        return row.fact == Fact::delivered && row.subject == queue && counts(row, only_redelivered);
      }));
}

std::vector<MessageId> received_by(const LedgerView& view, EntityId actor) {
  std::vector<MessageId> messages;
  for (const Row& row : view.rows()) {
    if (row.subject == actor && is_arrived_delivery(view, row)) {
      messages.push_back(row.message);
    }
  }
  return messages;
}

std::uint64_t removed_from(const LedgerView& view, EntityId queue, Reason reason) {
  return static_cast<std::uint64_t>(
      std::count_if(view.rows().begin(), view.rows().end(), [&](const Row& row) {
        return row.fact == Fact::removed && row.subject == queue && row.reason == reason;
      }));
}

std::uint64_t dead_lettered_from(const LedgerView& view, EntityId queue,
                                 std::optional<Reason> reason) {
  return static_cast<std::uint64_t>(
      std::count_if(view.rows().begin(), view.rows().end(), [&](const Row& row) {
        if (row.fact != Fact::enqueued || row.reason != Reason::dead_lettered || row.cause == 0) {
          return false;
        }
        const Row& death = view.row(row.cause);
        return death.fact == Fact::removed && death.subject == queue &&
               (!reason || death.reason == *reason);
      }));
}

std::uint64_t published_by(const LedgerView& view, EntityId publisher) {
  return static_cast<std::uint64_t>(
      std::count_if(view.rows().begin(), view.rows().end(), [&](const Row& row) {
        return row.fact == Fact::sent && row.reason == Reason::publish && row.subject == publisher;
      }));
}

std::uint64_t learned_by(const LedgerView& view, EntityId publisher, Reason reason) {
  return static_cast<std::uint64_t>(
      std::count_if(view.rows().begin(), view.rows().end(), [&](const Row& row) {
        return row.fact == Fact::learned && row.reason == reason && row.subject == publisher;
      }));
}

std::uint64_t inversions(const LedgerView& view, const std::vector<MessageId>& received) {
  std::vector<std::uint32_t> highest(view.entity_count() + std::size_t{1}, 0);  // by author
  std::uint64_t count = 0;
  for (const MessageId message : received) {
    const ledger::MessageName& name = view.message(message);
    std::uint32_t& high = highest[name.author.value];
    if (name.ordinal < high) ++count;
    high = std::max(high, name.ordinal);
  }
  return count;
}

}  // namespace mqlab::scripting
