// SPDX-License-Identifier: MIT
// tostring without addresses: objects are numbered in the order in which they are first printed.
#include "scripting/sandbox/core.hpp"
#include "scripting/sandbox/libraries.hpp"

namespace mqlab::scripting {
namespace {

// The registry's table from object to number.
const char kSerials = 0;

lua_Integer serial_of(lua_State* L, int index) {
  index = lua_absindex(L, index);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kSerials);
  lua_pushvalue(L, index);
  if (lua_rawget(L, -2) == LUA_TNIL) {
    lua_pop(L, 1);
    auto& counter = core_of(L).serials[static_cast<std::size_t>(lua_type(L, index))];
    lua_pushvalue(L, index);
    lua_pushinteger(L, counter + 1);
    lua_rawset(L, -3);
    ++counter;
    lua_pop(L, 1);
    return counter;
  }
  const lua_Integer serial = lua_tointeger(L, -1);
  lua_pop(L, 2);
  return serial;
}

void push_object(lua_State* L, int index) {
  index = lua_absindex(L, index);
  const int type = luaL_getmetafield(L, index, "__name");
  const char* kind = type == LUA_TSTRING ? lua_tostring(L, -1) : luaL_typename(L, index);
  lua_pushfstring(L, "%s: #%I", kind, serial_of(L, index));
  if (type != LUA_TNIL) lua_remove(L, -2);
}

}  // namespace

const char* push_text_of(lua_State* L, int index, std::size_t* size) {
  index = lua_absindex(L, index);
  if (luaL_callmeta(L, index, "__tostring") != 0) {
    if (lua_isstring(L, -1) == 0) luaL_error(L, "'__tostring' must return a string");
  } else {
    switch (lua_type(L, index)) {
      case LUA_TNIL:
        lua_pushliteral(L, "nil");
        break;
      case LUA_TBOOLEAN:
        lua_pushstring(L, lua_toboolean(L, index) != 0 ? "true" : "false");
        break;
      case LUA_TNUMBER:
      case LUA_TSTRING:
        lua_pushvalue(L, index);
        break;
      default:  // not an enum
        push_object(L, index);
        break;
    }
  }
  return lua_tolstring(L, -1, size);
}

void restart_serials(lua_State* L) {
  core_of(L).serials.fill(0);
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "k");  // a printed object may still be forgotten; its number is not reused
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kSerials);
}

}  // namespace mqlab::scripting
