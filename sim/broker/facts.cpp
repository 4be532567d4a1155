// SPDX-License-Identifier: MIT
// Rows about things.
#include "sim/broker/facts.hpp"

namespace mqlab::broker::facts {

ledger::RowNo created(Node& node, ledger::EntityId thing, ledger::EntityId parent,
                      ledger::Reason reason, std::uint32_t flags) {
  ledger::Row row;
  row.fact = ledger::Fact::created;
  row.reason = reason;
  row.subject = thing;
  row.object = parent;
  row.flags = flags;
  return node.ledger.append(row);
}

ledger::RowNo ended(Node& node, ledger::EntityId thing, ledger::Reason reason) {
  ledger::Row row;
  row.fact = ledger::Fact::ended;
  row.reason = reason;
  row.subject = thing;
  return node.ledger.append(row);
}

ledger::RowNo failed(Node& node, ledger::EntityId thing, const AmqpError& error) {
  if (!watched(node)) return 0;
  ledger::Row row;
  row.fact = ledger::Fact::failed;
  row.subject = thing;
  row.value = error.code;
  row.text = node.intern(error.text);
  return node.ledger.append(row);
}

}  // namespace mqlab::broker::facts
