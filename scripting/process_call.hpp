// SPDX-License-Identifier: MIT
// What calls of a process have in common: whose call it is, and waiting for the answer.
#pragma once

#include <optional>

#include "scripting/host.hpp"

namespace mqlab::scripting {

// The process whose coroutine makes this call.
Result<ActorObject*> calling_process(Call& call);

// The process, or the work of a consumer, whose coroutine makes this call.
Result<ActorObject*> calling_coroutine(Call& call);

// The business id that an argument names, as a text or by a message; nullptr if it names none.
const std::string* business_at(const Call& call, std::size_t position);

// What follows for a coroutine that passed a point: if its actor crashed there, it never goes on.
Then reply_if_alive(Call& call, const ActorObject& coroutine);

// Either the answer is there, or the process sleeps until it is.
Then answer_or_wait(Call& call, ActorObject& process, const std::optional<world::Answer>& answer,
                    ActorObject::Receive receive);

}  // namespace mqlab::scripting
