// SPDX-License-Identifier: MIT
// Lua's basic functions, without those that reach outside, or that could catch what must end a run.
#include "scripting/sandbox/core.hpp"
#include "scripting/sandbox/libraries.hpp"

namespace mqlab::scripting {
namespace {

// Marks the metatable of a read-only view and holds the table behind it.
const char kBehind = 0;

int refuse_assignment(lua_State* L) {
  return luaL_error(L,
                    "'%s' is shared by all scripts and cannot be changed: use a name of your own",
                    lua_tostring(L, lua_upvalueindex(1)));
}

// Runs after the function that pcall called, whether or not it yielded.
int end_pcall(lua_State* L, int status, lua_KContext) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L);
  rethrow_if_exhausted(L, status, L);
  lua_pushboolean(L, 0);
  lua_insert(L, -2);
  return 2;
}

int pcall(lua_State* L) {
  constexpr lua_Integer kCost = 10;
  luaL_checkany(L, 1);
  charge(L, kCost);
  lua_pushboolean(L, 1);
  lua_insert(L, 1);
  return end_pcall(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, end_pcall), 0);
}

int tostring(lua_State* L) {
  luaL_checkany(L, 1);
  push_text_of(L, 1, nullptr);
  return 1;
}

int rawget(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  const int table = push_frozen(L, 1) ? 3 : 1;
  lua_pushvalue(L, 2);
  lua_rawget(L, table);
  return 1;
}

int rawset(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  luaL_checkany(L, 3);
  lua_settop(L, 3);
  if (push_frozen(L, 1)) return luaL_error(L, "this table is shared by all scripts");
  lua_rawset(L, 1);
  return 1;
}

void refuse_field(lua_State* L, int table, const char* field, const char* why) {
  lua_pushstring(L, field);
  if (lua_rawget(L, table) != LUA_TNIL) luaL_error(L, "'%s' is not available: %s", field, why);
  lua_pop(L, 1);
}

int setmetatable(lua_State* L) {
  const int type = lua_type(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) {
    return luaL_error(L, "cannot change a protected metatable");
  }
  if (type == LUA_TTABLE) {
    const char* why = "what it does depends on when memory is tidied up";
    refuse_field(L, 2, "__gc", why);
    refuse_field(L, 2, "__mode", why);
  }
  lua_settop(L, 2);
  lua_setmetatable(L, 1);
  return 1;
}

// Upvalue: one of Lua's own functions that works through a text.
int charge_text(lua_State* L) {
  if (lua_type(L, 1) == LUA_TSTRING) charge(L, static_cast<lua_Integer>(lua_rawlen(L, 1) / 4));
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

// Puts the charge before the function `name` of the table on top.
void charge_function(lua_State* L, const char* name) {
  lua_getfield(L, -1, name);
  lua_pushcclosure(L, charge_text, 1);
  lua_setfield(L, -2, name);
}

// utf8.codepoint gives a value for each character.
int codepoint(lua_State* L) {
  std::size_t size = 0;
  luaL_checklstring(L, 1, &size);
  const std::size_t first = first_position(luaL_optinteger(L, 2, 1), size);
  const auto end = luaL_optinteger(L, 3, static_cast<lua_Integer>(first));
  const std::size_t last = last_position(end, size);
  if (last > first && last - first >= kMaxValues) {
    return luaL_error(L, "utf8.codepoint looks at most at %d bytes at once", kMaxValues);
  }
  return charge_text(L);
}

}  // namespace

bool push_frozen(lua_State* L, int index) {
  if (lua_type(L, index) != LUA_TTABLE || lua_getmetatable(L, index) == 0) return false;
  if (lua_rawgetp(L, -1, &kBehind) == LUA_TTABLE) {
    lua_remove(L, -2);
    return true;
  }
  lua_pop(L, 2);
  return false;
}

void freeze(lua_State* L, const char* name) {
  lua_newtable(L);  // the view: it stays empty, so that every access asks its metatable
  lua_createtable(L, 0, 4);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushstring(L, name);
  lua_pushcclosure(L, refuse_assignment, 1);
  lua_setfield(L, -2, "__newindex");
  lua_pushliteral(L, "locked");
  lua_setfield(L, -2, "__metatable");
  lua_pushvalue(L, -3);
  lua_rawsetp(L, -2, &kBehind);
  lua_setmetatable(L, -2);
  lua_remove(L, -2);
}

void add_base_functions(lua_State* L) {
  pick(L, luaopen_base,
       {"assert", "error", "getmetatable", "ipairs", "rawequal", "rawlen", "select", "tonumber",
        "type"});
  charge_function(L, "tonumber");
  constexpr luaL_Reg kFunctions[] = {{"pcall", pcall},       {"rawget", rawget},
                                     {"rawset", rawset},     {"setmetatable", setmetatable},
                                     {"tostring", tostring}, {nullptr, nullptr}};
  luaL_setfuncs(L, kFunctions, 0);
  add_load(L);
  add_order_functions(L);
}

void add_utf8_functions(lua_State* L) {
  pick(L, luaopen_utf8, {"char", "charpattern", "codepoint", "codes", "len", "offset"});
  charge_function(L, "len");
  charge_function(L, "offset");
  lua_getfield(L, -1, "codepoint");
  lua_pushcclosure(L, codepoint, 1);
  lua_setfield(L, -2, "codepoint");
}

}  // namespace mqlab::scripting
