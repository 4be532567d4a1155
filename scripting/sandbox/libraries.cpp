// SPDX-License-Identifier: MIT
// Puts the libraries together: an allow-list, shared by all environments and read-only.
#include "scripting/sandbox/libraries.hpp"

namespace mqlab::scripting {
namespace {

// The registry's table of what every environment begins with.
const char kBuiltins = 0;

struct Library {
  const char* name;
  void (*add)(lua_State*);
};

constexpr Library kLibraries[] = {
    {"coroutine", add_coroutine_functions}, {"math", add_math_functions},
    {"string", add_string_functions},       {"table", add_table_functions},
    {"utf8", add_utf8_functions},
};

// Lua looks in the table of loaded libraries for the name of a function to blame, as in "bad
// argument #1 to 'string.sub'". Here that is the table on top.
void name_functions(lua_State* L, const char* library) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_pushvalue(L, -2);
  lua_setfield(L, -2, library);
  lua_pop(L, 1);
}

// Methods of texts come from our library; scripts cannot get hold of the metatable.
void lock_text_metatable(lua_State* L) {
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kBuiltins);
  lua_getfield(L, -1, "string");
  push_frozen(L, -1);
  lua_setfield(L, -4, "__index");
  lua_pop(L, 2);
  lua_pushliteral(L, "locked");
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 2);
}

}  // namespace

void pick(lua_State* L, lua_CFunction open, std::initializer_list<const char*> names) {
  lua_pushcfunction(L, open);
  lua_call(L, 0, 1);
  for (const char* name : names) {
    lua_getfield(L, -1, name);
    lua_setfield(L, -3, name);
  }
  lua_pop(L, 1);
}

void open_libraries(lua_State* L) {
  lua_newtable(L);
  add_base_functions(L);
  lua_pushliteral(L, LUA_VERSION);
  lua_setfield(L, -2, "_VERSION");
  for (const Library& library : kLibraries) {
    lua_newtable(L);
    library.add(L);
    name_functions(L, library.name);
    freeze(L, library.name);
    lua_setfield(L, -2, library.name);
  }
  name_functions(L, "_G");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kBuiltins);
  lock_text_metatable(L);
}

void new_globals(lua_State* L) {
  lua_newtable(L);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kBuiltins);
  for (lua_pushnil(L); lua_next(L, -2) != 0;) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, -5);
  }
  lua_pop(L, 1);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "_G");
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  restart_serials(L);
}

}  // namespace mqlab::scripting
