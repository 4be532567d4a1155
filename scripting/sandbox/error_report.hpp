// SPDX-License-Identifier: MIT
// From what Lua says to what a person needs: the place, what is wrong, how to mend it. For this
// folder only.
#pragma once

#include <string>

#include "scripting/sandbox/core.hpp"
#include "sim/base/result.hpp"

namespace mqlab::scripting {

// The error with this message, raised where core.trace says. The places that Lua writes in front of
// a message are taken off; the innermost one that is known is the place of the error.
Error report_error(const Core& core, std::string message);

// What the script ran out of.
Error report_exhaustion(const Core& core);

}  // namespace mqlab::scripting
