// SPDX-License-Identifier: MIT
// include: another file of the scenario, which runs once.
#include <algorithm>

#include <fmt/format.h>

#include "scripting/host.hpp"
#include "scripting/vocabulary.hpp"

namespace mqlab::scripting {
namespace {

constexpr std::size_t kMaxIncludes = 16;

// Key of the registry: what each included file returned, a list by its name.
const char kReturned = 0;

// Gives the file as a function, or nothing if it was asked for before.
Result<Then> open_file(Call& call) {
  const std::string* name = call.arg(0).text();
  Host& host = call.host;
  if (name == nullptr) return call.error("include takes a file's name", "include \"world.lua\"");
  if (!host.request().include) return call.error("nothing can be included here");
  std::vector<Source>& sources = host.report().sources;
  // The first one is the scenario.
  if (std::any_of(sources.begin() + 1, sources.end(),
                  [&](const Source& source) { return source.name == *name; })) {
    return Then::reply;
  }
  if (sources.size() > kMaxIncludes) {
    return call.error(fmt::format("more than {} files are included", kMaxIncludes));
  }
  Result<std::string> text = host.request().include(*name);
  if (!text.ok()) return call.error(text.error().text());
  const Result<Function> function = host.load(*name, *text);
  if (!function.ok()) return function.error();
  sources.push_back(Source{*name, std::move(*text)});
  call.results.emplace_back(*function);
  return Then::reply;
}

// stack: the file's name, and what it returned
int keep_returned(lua_State* L, int, lua_KContext) {
  const int count = lua_gettop(L) - 1;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kReturned);
  lua_pushvalue(L, 1);
  lua_createtable(L, count, 1);
  for (int i = 1; i <= count; ++i) {
    lua_pushvalue(L, 1 + i);
    lua_rawseti(L, -2, i);
  }
  lua_pushinteger(L, count);
  lua_rawseti(L, -2, 0);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  return count;
}

// stack: the file's name
int returned_before(lua_State* L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kReturned);
  lua_pushvalue(L, 1);
  if (lua_rawget(L, -2) != LUA_TTABLE) {
    return luaL_error(L, "'%s' has not returned: it includes itself, or failed before",
                      lua_tostring(L, 1));
  }
  lua_rawgeti(L, -1, 0);
  const auto count = static_cast<int>(lua_tointeger(L, -1));
  lua_pop(L, 1);
  luaL_checkstack(L, count, "too many results");
  const int list = lua_gettop(L);
  for (int i = 1; i <= count; ++i) lua_rawgeti(L, list, i);
  return count;
}

// No C++ object is alive here, so that the file may wait and fail. Its values are not copied: a
// table that it returns is the one that its functions know.
int include(lua_State* L) {
  lua_settop(L, 1);
  lua_pushcfunction(L, callable<open_file>);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  if (lua_isnil(L, 2)) return returned_before(L);
  lua_callk(L, 0, LUA_MULTRET, 0, keep_returned);
  return keep_returned(L, LUA_OK, 0);
}

}  // namespace

void add_include_word(lua_State* L) {
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kReturned);
  lua_register(L, "include", include);
}

}  // namespace mqlab::scripting
