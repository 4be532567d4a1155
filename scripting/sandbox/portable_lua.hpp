// SPDX-License-Identifier: MIT
// A Lua state that behaves the same on every machine. For this folder only.
#pragma once

#include <lua.hpp>

#include "scripting/sandbox/core.hpp"

namespace mqlab::scripting {

// A state without libraries that allocates through `core`; null if there is no memory.
lua_State* open_portable_state(Core& core);

}  // namespace mqlab::scripting
