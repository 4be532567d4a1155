// SPDX-License-Identifier: MIT
// Who waits for an answer: a process, a thread of a consumer, or a publisher.
#pragma once

#include "sim/world/core.hpp"
#include "sim/world/store_port.hpp"

namespace mqlab::world {

// The answer of a store. A caller that died since, or waits for something else, does not hear it.
void answer_caller(Core& core, const Caller& caller, StoreReply reply);

// The message that a row of this publisher promises; it comes into being now.
MessageId promised_message(Core& core, const Caller& caller);
// Somebody wrote a row, which may be a promise to a publisher other than the author.
void row_written(Core& core, const Caller& author, EntityId store, const std::string& table);
// Who gave up asking a store that was down may ask again.
void store_is_back(Core& core, EntityId store);

// Stores that crash and restart with this actor.
void crash_stores_of(Core& core, EntityId actor);
void restart_stores_of(Core& core, EntityId actor);

}  // namespace mqlab::world
