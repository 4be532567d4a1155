// SPDX-License-Identifier: MIT
// Coroutines whose errors cannot hide that the budget is used up.
#include "scripting/sandbox/core.hpp"
#include "scripting/sandbox/libraries.hpp"

namespace mqlab::scripting {
namespace {

constexpr lua_Integer kCreateCost = 50;
constexpr lua_Integer kResumeCost = 20;

// Resumes `thread` with the topmost `arguments` values. Returns how many results it pushed, or -1
// and the error on top.
int resume_thread(lua_State* L, lua_State* thread, int arguments) {
  charge(L, kResumeCost);
  if (lua_checkstack(thread, arguments) == 0) {
    lua_pushliteral(L, "too many arguments to resume");
    return -1;
  }
  lua_xmove(L, thread, arguments);
  int results = 0;
  const int status = lua_resume(thread, L, arguments, &results);
  if (status == LUA_OK || status == LUA_YIELD) {
    if (lua_checkstack(L, results + 1) == 0) {
      lua_pop(thread, results);
      lua_pushliteral(L, "too many results to resume");
      return -1;
    }
    lua_xmove(thread, L, results);
    return results;
  }
  lua_xmove(thread, L, 1);
  rethrow_if_exhausted(L, status, thread);
  return -1;
}

int create(lua_State* L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  charge(L, kCreateCost);
  lua_State* thread = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, thread, 1);
  return 1;
}

int resume(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTHREAD);
  const int results = resume_thread(L, lua_tothread(L, 1), lua_gettop(L) - 1);
  lua_pushboolean(L, results >= 0 ? 1 : 0);
  const int count = results >= 0 ? results : 1;
  lua_insert(L, -1 - count);
  return count + 1;
}

// Upvalue: the coroutine.
int step_wrapped(lua_State* L) {
  const int results = resume_thread(L, lua_tothread(L, lua_upvalueindex(1)), lua_gettop(L));
  return results >= 0 ? results : lua_error(L);
}

int wrap(lua_State* L) {
  create(L);
  lua_pushcclosure(L, step_wrapped, 1);
  return 1;
}

}  // namespace

void add_coroutine_functions(lua_State* L) {
  pick(L, luaopen_coroutine, {"isyieldable", "running", "status", "yield"});
  constexpr luaL_Reg kFunctions[] = {
      {"create", create}, {"resume", resume}, {"wrap", wrap}, {nullptr, nullptr}};
  luaL_setfuncs(L, kFunctions, 0);
}

}  // namespace mqlab::scripting
