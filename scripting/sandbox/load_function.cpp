// SPDX-License-Identifier: MIT
// Loading text as code: the function `load`, and what is checked before any text is loaded.
#include <algorithm>
#include <cstring>
#include <string_view>

#include "scripting/sandbox/core.hpp"
#include "scripting/sandbox/libraries.hpp"

namespace mqlab::scripting {
namespace {

// What the compiler may spend on one byte at worst, in steps.
constexpr lua_Integer kStepsPerByte = 16;

bool is_name_char(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Where the name stands as a whole word.
std::size_t find_name(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || !is_name_char(text[at - 1]);
    if (begins && (end == text.size() || !is_name_char(text[end]))) return at;
  }
  return text.npos;
}

// Pushes the text that the function at 1 gives piece by piece.
void push_pieces(lua_State* L) {
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (;;) {
    lua_pushvalue(L, 1);
    lua_call(L, 0, 1);
    if (lua_isnil(L, -1) || (lua_type(L, -1) == LUA_TSTRING && lua_rawlen(L, -1) == 0)) break;
    if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "reader function must return a string");
    luaL_addvalue(&buffer);
    check_string_size(L, luaL_bufflen(&buffer));
  }
  lua_pop(L, 1);
  luaL_pushresult(&buffer);
}

int fail(lua_State* L) {  // with the message on top
  luaL_pushfail(L);
  lua_insert(L, -2);
  return 2;
}

int load(lua_State* L) {
  lua_settop(L, 4);
  const bool has_environment = !lua_isnil(L, 4);
  const bool is_text = lua_type(L, 1) == LUA_TSTRING;
  if (!is_text) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    push_pieces(L);
    lua_replace(L, 1);
  }
  std::size_t size = 0;
  const char* text = lua_tolstring(L, 1, &size);
  const char* name = luaL_optstring(L, 2, is_text ? text : "=(load)");
  const char* mode = luaL_optstring(L, 3, "t");
  if (std::strchr(mode, 't') == nullptr) {
    lua_pushliteral(L, "only text can be loaded");
    return fail(L);
  }
  const bool named = *name == '@' || *name == '=';
  if (!check_chunk(L, text, size, named ? name + 1 : "load")) return fail(L);
  const int status = luaL_loadbufferx(L, text, size, name, "t");
  if (status != LUA_OK) {
    rethrow_if_exhausted(L, status, L);
    return fail(L);
  }
  if (has_environment) {
    lua_pushvalue(L, 4);
    if (lua_setupvalue(L, -2, 1) == nullptr) lua_pop(L, 1);
  }
  return 1;
}

}  // namespace

// A metatable can get __gc or __mode after it was set, by an assignment that nothing can watch.
bool check_chunk(lua_State* L, const char* text, std::size_t size, const char* shown) {
  charge(L, static_cast<lua_Integer>(size) * kStepsPerByte);
  const std::string_view code(text, size);
  for (const char* name : {"__gc", "__mode"}) {
    const std::size_t at = find_name(code, name);
    if (at == code.npos) continue;
    const auto line =
        1 + std::count(code.begin(), code.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    lua_pushfstring(L,
                    "%s:%d: '%s' is not available: what it does depends on when memory is tidied "
                    "up",
                    shown, static_cast<int>(line), name);
    return false;
  }
  return true;
}

void add_load(lua_State* L) {
  lua_pushcfunction(L, load);
  lua_setfield(L, -2, "load");
}

}  // namespace mqlab::scripting
