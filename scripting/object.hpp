// SPDX-License-Identifier: MIT
// The script's objects in Lua: small userdata that name a thing of the world, with methods.
#pragma once

#include <span>

#include <lua.hpp>

#include "scripting/value.hpp"

namespace mqlab::scripting {

struct Method {
  const char* name;
  lua_CFunction function;
};

// Makes the methods of a kind known. Once per kind and state, before the first object.
void register_kind(lua_State* L, ObjectKind kind, std::span<const Method> methods);

// Adds methods to a kind that is known.
void extend_kind(lua_State* L, ObjectKind kind, std::span<const Method> methods);

// Pushes the userdata of an object; the same object is the same userdata. May raise.
void push_object(lua_State* L, Object object);

// The object at `index`, or nullptr if it is something else. Never raises.
const Object* object_at(lua_State* L, int index);

}  // namespace mqlab::scripting
