// SPDX-License-Identifier: MIT
// Appending rows and growing the side tables.
#include "sim/ledger/ledger.hpp"

#include "sim/base/assert.hpp"

namespace mqlab::ledger {

std::string_view word(EntityKind kind) {
  switch (kind) {
    case EntityKind::node:
      return "node";
    case EntityKind::vhost:
      return "vhost";
    case EntityKind::exchange:
      return "exchange";
    case EntityKind::queue:
      return "queue";
    case EntityKind::connection:
      return "connection";
    case EntityKind::channel:
      return "channel";
    case EntityKind::subscription:
      return "subscription";
    case EntityKind::actor:
      return "actor";
    case EntityKind::link:
      return "link";
    case EntityKind::store:
      return "store";
  }
  MQLAB_ASSERT(false && "every kind of entity has a word");
}

EntityId Ledger::new_entity(EntityKind kind, std::string_view name, EntityId parent) {
  entities_.push_back(Entity{kind, names_.intern(name), parent});
  name_hashes_.push_back(names_.hash(entities_.back().name));
  authored_.push_back(0);
  return EntityId{entity_count()};
}

MessageId Ledger::new_message(EntityId author, NameId business) {
  const std::uint32_t ordinal = ++authored_[author.value];
  ++message_count_;
  if (sink_ == Sink::full || keeps_messages_) {
    messages_.push_back(MessageName{author, ordinal, business});
  }
  return MessageId{message_count_};
}

RowNo Ledger::record(const Row& row) {
  return put(row);
}

}  // namespace mqlab::ledger
