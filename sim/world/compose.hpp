// SPDX-License-Identifier: MIT
// Messages coming into being, and the marks of an actor's life.
#pragma once

#include <string_view>

#include "sim/broker/message.hpp"
#include "sim/world/core.hpp"

namespace mqlab::world {

struct Composed {
  broker::MessagePtr message;
  ledger::RowNo row = 0;
};

// A new message of `author`, with its row. Without a business id, its own name is its business.
Composed compose_message(Core& core, EntityId author, const Content& content);

// The same of a message that says all but its identity; its own name is its business.
Composed compose_message(Core& core, EntityId author, broker::Message&& message);

// The same content and business id in a new message.
Composed compose_again(Core& core, EntityId author, const broker::Message& earlier);

// A row of fact down or up.
ledger::RowNo mark(Core& core, ledger::Fact fact, ledger::Reason reason, EntityId who);

// The row of a business effect.
void write_effect(Core& core, EntityId actor, std::string_view effect, NameId business,
                  MessageId message);
void write_effect(Core& core, EntityId actor, NameId effect, NameId business, MessageId message);

}  // namespace mqlab::world
