// SPDX-License-Identifier: MIT
// Userdata for objects, and their metatables.
#include "scripting/object.hpp"

#include <new>
#include <string>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/base/suggest.hpp"

namespace mqlab::scripting {
namespace {

constexpr const char* kMetatables = "mqlab.kinds";
constexpr const char* kObjects = "mqlab.objects";

lua_Integer key_of(Object object) {
  return (static_cast<lua_Integer>(object.kind) << 32) | object.index;
}

// Names the method that was probably meant. The text is left on the Lua stack, so that no C++
// object is alive when the error is raised.
void push_suggestion(lua_State* L, const char* wanted) {
  std::vector<std::string> known;
  lua_pushnil(L);
  while (lua_next(L, lua_upvalueindex(1)) != 0) {
    known.emplace_back(lua_tostring(L, -2));
    lua_pop(L, 1);
  }
  const std::string near = suggest(wanted, known);
  if (near.empty()) {
    lua_pushliteral(L, "");
  } else {
    lua_pushfstring(L, " (did you mean '%s'?)", near.c_str());
  }
}

// upvalues: methods, kind's name
int index_object(lua_State* L) {
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  const char* wanted = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
  push_suggestion(L, wanted);
  return luaL_error(L, "a %s has no '%s'%s", lua_tostring(L, lua_upvalueindex(2)), wanted,
                    lua_tostring(L, -1));
}

int refuse_assignment(lua_State* L) {
  return luaL_error(L, "a %s cannot be changed by assignment",
                    lua_tostring(L, lua_upvalueindex(1)));
}

int object_text(lua_State* L) {
  const Object* object = object_at(L, 1);
  if (object == nullptr) return luaL_error(L, "not an object of a scenario");
  lua_pushfstring(L, "%s #%d", lua_tostring(L, lua_upvalueindex(1)),
                  static_cast<int>(object->index) + 1);
  return 1;
}

void subtable(lua_State* L, const char* name) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, name);
}

}  // namespace

std::string_view word(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::broker:
      return "broker";
    case ObjectKind::queue:
      return "queue";
    case ObjectKind::exchange:
      return "exchange";
    case ObjectKind::publisher:
      return "publisher";
    case ObjectKind::consumer:
      return "consumer";
    case ObjectKind::process:
      return "process";
    case ObjectKind::connection:
      return "connection";
    case ObjectKind::channel:
      return "channel";
    case ObjectKind::timer:
      return "timer";
    case ObjectKind::distribution:
      return "distribution";
    case ObjectKind::store:
      return "store";
    case ObjectKind::transaction:
      return "transaction";
  }
  MQLAB_ASSERT(false && "every kind of object has a word");
}

void register_kind(lua_State* L, ObjectKind kind, std::span<const Method> methods) {
  const std::string name(word(kind));
  subtable(L, kMetatables);
  lua_createtable(L, 0, 6);

  lua_createtable(L, 0, static_cast<int>(methods.size()));
  for (const Method& method : methods) {
    lua_pushcfunction(L, method.function);
    lua_setfield(L, -2, method.name);
  }
  lua_pushlstring(L, name.data(), name.size());
  lua_pushcclosure(L, index_object, 2);
  lua_setfield(L, -2, "__index");
  lua_pushlstring(L, name.data(), name.size());
  lua_pushcclosure(L, refuse_assignment, 1);
  lua_setfield(L, -2, "__newindex");
  lua_pushlstring(L, name.data(), name.size());
  lua_pushcclosure(L, object_text, 1);
  lua_setfield(L, -2, "__tostring");
  lua_pushlstring(L, name.data(), name.size());
  lua_setfield(L, -2, "__name");
  lua_pushliteral(L, "locked");
  lua_setfield(L, -2, "__metatable");

  lua_rawseti(L, -2, static_cast<lua_Integer>(kind) + 1);
  lua_pop(L, 1);
}

void extend_kind(lua_State* L, ObjectKind kind, std::span<const Method> methods) {
  subtable(L, kMetatables);
  lua_rawgeti(L, -1, static_cast<lua_Integer>(kind) + 1);
  lua_getfield(L, -1, "__index");
  lua_getupvalue(L, -1, 1);
  for (const Method& method : methods) {
    lua_pushcfunction(L, method.function);
    lua_setfield(L, -2, method.name);
  }
  lua_pop(L, 4);
}

void push_object(lua_State* L, Object object) {
  subtable(L, kObjects);
  if (lua_rawgeti(L, -1, key_of(object)) == LUA_TUSERDATA) {
    lua_remove(L, -2);
    return;
  }
  lua_pop(L, 1);
  new (lua_newuserdatauv(L, sizeof(Object), 0)) Object(object);
  subtable(L, kMetatables);
  lua_rawgeti(L, -1, static_cast<lua_Integer>(object.kind) + 1);
  lua_setmetatable(L, -3);
  lua_pop(L, 1);
  lua_pushvalue(L, -1);
  lua_rawseti(L, -3, key_of(object));
  lua_remove(L, -2);
}

const Object* object_at(lua_State* L, int index) {
  // Every userdata in a sandbox is one of ours: no library that makes others is open.
  if (lua_type(L, index) != LUA_TUSERDATA || lua_rawlen(L, index) != sizeof(Object)) return nullptr;
  return static_cast<const Object*>(lua_touserdata(L, index));
}

}  // namespace mqlab::scripting
