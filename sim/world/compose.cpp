// SPDX-License-Identifier: MIT
// Rows of the business: messages, effects, lives.
#include "sim/world/compose.hpp"

#include <string>
#include <utility>

#include "sim/base/inline.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Row;

namespace {

MQLAB_ALWAYS_INLINE Composed compose(Core& core, EntityId author, broker::Message&& message,
                                     const Business& about) {
  const MessageId identity{core.ledger.message_count() + 1};
  core.businesses.push_back(about);
  // A name is made for whoever reads it: the rows, or those who ask Core::business().
  const NameId business = core.is_watched() ? core.business(identity) : about.name;
  message.identity = core.ledger.new_message(author, business);
  const ledger::RowNo written = core.tell([&] {
    Row row;
    row.fact = Fact::composed;
    row.message = message.identity;
    row.subject = author;
    row.text = business;
    row.value = message.body.size();
    return row;
  });
  return Composed{core.messages.make(std::move(message)), written};
}

}  // namespace

Composed compose_message(Core& core, EntityId author, const Content& content) {
  Names& names = core.ledger.names();
  broker::Message message;
  message.exchange = names.intern(content.exchange);
  message.routing_key = names.intern(content.routing_key);
  message.body = content.body;
  message.properties = content.properties;
  const std::uint32_t ordinal = ++core.things[author.value].composed;
  const NameId own = content.business.empty() ? NameId{} : names.intern(content.business);
  return compose(core, author, std::move(message), {own, author, ordinal});
}

Composed compose_message(Core& core, EntityId author, broker::Message&& message) {
  const std::uint32_t ordinal = ++core.things[author.value].composed;
  return compose(core, author, std::move(message), {{}, author, ordinal});
}

Composed compose_again(Core& core, EntityId author, const broker::Message& earlier) {
  ++core.things[author.value].composed;
  broker::Message message;
  message.exchange = earlier.exchange;
  message.routing_key = earlier.routing_key;
  message.body = earlier.body;
  message.properties = earlier.properties;
  return compose(core, author, std::move(message), {core.business(earlier.identity), author, 0});
}

ledger::RowNo mark(Core& core, Fact fact, ledger::Reason reason, EntityId who) {
  Row row;
  row.fact = fact;
  row.reason = reason;
  row.subject = who;
  return core.row(row);
}

void write_effect(Core& core, EntityId actor, std::string_view effect, NameId business,
                  MessageId message) {
  if (!core.is_watched()) return;
  write_effect(core, actor, core.ledger.names().intern(effect), business, message);
}

void write_effect(Core& core, EntityId actor, NameId effect, NameId business, MessageId message) {
  core.tell([&] {
    Row row;
    row.fact = Fact::effect;
    row.subject = actor;
    row.message = message;
    row.text = business;
    row.extra = effect.value;
    return row;
  });
}

}  // namespace mqlab::world
