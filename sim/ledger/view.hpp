// SPDX-License-Identifier: MIT
// What readers see of a ledger: the same for a running world and for an opened recording.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "sim/ledger/ledger.hpp"

namespace mqlab::ledger {

// The tables and the first rows of a ledger with Sink::full, read-only. It points into the ledger:
// after rows or entities were added, make a new one.
class LedgerView {
 public:
  LedgerView() = default;
  explicit LedgerView(const Ledger& ledger)
      : names_(&ledger.names()),
        entities_(&ledger.entity(EntityId{}), ledger.entity_count() + std::size_t{1}),
        messages_(&ledger.message(MessageId{}),
                  (ledger.sink() == Sink::full ? ledger.message_count() : 0) + std::size_t{1}),
        rows_(ledger.rows()) {}

  std::string_view text(NameId id) const { return names_->text(id); }
  const Names& names() const { return *names_; }

  const Entity& entity(EntityId id) const { return entities_[id.value]; }
  std::string_view name(EntityId id) const { return text(entity(id).name); }
  std::uint32_t entity_count() const { return static_cast<std::uint32_t>(entities_.size() - 1); }

  const MessageName& message(MessageId id) const { return messages_[id.value]; }
  std::uint32_t message_count() const { return static_cast<std::uint32_t>(messages_.size() - 1); }

  // Rows are counted from 1.
  const Row& row(RowNo number) const { return rows_[number - 1]; }
  std::span<const Row> rows() const { return rows_; }
  RowNo row_count() const { return rows_.size(); }

  // The number of the last row that is not later than `at`; 0 if all are.
  RowNo row_at(Time at) const {
    const auto after = std::upper_bound(rows_.begin(), rows_.end(), at,
                                        [](Time time, const Row& row) { return time < row.at; });
    return static_cast<RowNo>(after - rows_.begin());
  }

 private:
  const Names* names_ = nullptr;
  std::span<const Entity> entities_;
  std::span<const MessageName> messages_;
  std::span<const Row> rows_;
};

}  // namespace mqlab::ledger
