// SPDX-License-Identifier: MIT
// The operations of transcripts: which there are, and which members each may have.
#pragma once

#include <string_view>

#include "cli/conform/json.hpp"

namespace mqlab::conform {

// What an operation is done on.
enum class Scope { channel, connection, broker };

// Whose rules a step follows: a case may leave choices open that a transcript has settled.
enum class Form { transcript, case_ };

// The scope of an operation; nothing if there is no such operation.
const Scope* scope_of(std::string_view op);

// Checks the members of one step but `observed` and `steps`. In a case, typed values in plain JSON
// are replaced by pairs. Error (without a place): an unknown operation or member, a missing member,
// a value of the wrong type or out of range.
Result<void> check_members(Json& step, Form form);

// Checks the shape of what was observed in a step.
Result<void> check_observed(const Json& observed);

}  // namespace mqlab::conform
