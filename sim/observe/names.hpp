// SPDX-License-Identifier: MIT
// Stable names of messages, copies and deliveries, and finding them by name.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/observe/state.hpp"

namespace mqlab::observe {

// What a name stands for. A message has only `message`; a copy has `copy` too; a delivery has all.
struct Named {
  MessageId message;
  CopyId copy;
  TransmissionId transmission;

  bool operator==(const Named&) const = default;
};

// Names that are the same in every run, however the ids are numbered:
//   shop.3              the third message of shop
//   shop.3@orders       its copy in the queue orders
//   shop.3@orders/2     the second delivery of that copy
//   shop.3@orders#2/1   the first delivery of its second copy there (after a dead lettering…)
// A name with one of @ # / " or a blank in it is written in double quotes, with "" for ". A queue
// that shares its name with one elsewhere is written as node:queue or node/vhost:queue.
class NameIndex {
 public:
  explicit NameIndex(const LedgerView& view) { extend(view); }

  // Takes in the rows that the ledger has gained since.
  void extend(const LedgerView& view);

  std::string name(MessageId message) const;
  std::string name(CopyId copy) const;
  // Of a delivery or a get; of a publish, the message's name; empty for what carries no message.
  std::string name(TransmissionId transmission) const;
  // The most exact name of what the row is about; empty if it is about no message.
  std::string name(const Row& row) const;
  // A thing as it is called in names: unique among the things of its kind.
  std::string label(EntityId id) const;

  // The queue that held the copy, also when it is gone; none for an unknown copy.
  EntityId queue(CopyId copy) const {
    return copy.value < copies_.size() ? copies_[copy.value].queue : EntityId{};
  }

  // What `name` stands for. The error says what is not known and offers what is nearest.
  Result<Named> find(std::string_view name) const;

  const LedgerView& view() const { return view_; }

 private:
  struct CopyName {
    MessageId message;
    EntityId queue;
    std::uint32_t ordinal = 0;  // among the copies of this message in this queue
    std::uint32_t deliveries = 0;
    CopyId before;            // the copy of the same message that came before
    TransmissionId delivery;  // the last one
  };
  struct SentName {
    MessageId message;
    CopyId copy;               // none: a publish
    std::uint32_t number = 0;  // of the delivery
    TransmissionId before;     // the delivery of the same copy that came before
  };

  void take_in(const Row& row);
  void take_in(EntityId id);
  bool same_label(EntityId a, EntityId b) const;
  std::string place(CopyId copy) const;
  std::vector<CopyId> copies_of(MessageId message) const;
  Result<MessageId> find_message(std::string_view text) const;
  Result<Named> find_copy(MessageId message, std::string_view text) const;
  Error no_such_message(std::string_view text, EntityId author) const;

  LedgerView view_;
  RowNo rows_ = 0;
  std::uint32_t entities_ = 0;
  std::vector<CopyName> copies_;   // by copy
  std::vector<SentName> sent_;     // by transmission
  std::vector<CopyId> last_copy_;  // by message
  std::map<std::pair<ledger::EntityKind, NameId>, EntityId> first_called_;
  std::set<std::pair<ledger::EntityKind, NameId>> shared_;  // names that need more
};

}  // namespace mqlab::observe
