// SPDX-License-Identifier: MIT
// The string functions without patterns.
#include <algorithm>
#include <cstring>

#include "scripting/sandbox/core.hpp"
#include "scripting/sandbox/libraries.hpp"

namespace mqlab::scripting {

std::size_t first_position(lua_Integer position, std::size_t size) {
  if (position > 0) return static_cast<std::size_t>(position);
  if (position == 0 || position < -static_cast<lua_Integer>(size)) return 1;
  return size + static_cast<std::size_t>(position) + 1;
}

std::size_t last_position(lua_Integer position, std::size_t size) {
  if (position > static_cast<lua_Integer>(size)) return size;
  if (position >= 0) return static_cast<std::size_t>(position);
  if (position < -static_cast<lua_Integer>(size)) return 0;
  return size + static_cast<std::size_t>(position) + 1;
}

namespace {

int byte(lua_State* L) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(L, 1, &size);
  const lua_Integer start = luaL_optinteger(L, 2, 1);
  const std::size_t first = first_position(start, size);
  const std::size_t last = last_position(luaL_optinteger(L, 3, start), size);
  if (first > last) return 0;
  const std::size_t count = last - first + 1;
  if (count > kMaxValues) {
    return luaL_error(L, "string.byte gives at most %d bytes at once", kMaxValues);
  }
  luaL_checkstack(L, static_cast<int>(count), "too many bytes");
  for (std::size_t i = first; i <= last; ++i) {
    lua_pushinteger(L, static_cast<unsigned char>(text[i - 1]));
  }
  return static_cast<int>(count);
}

template <char From, char To>
int change_case(lua_State* L) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(L, 1, &size);
  charge(L, static_cast<lua_Integer>(size / 4));
  luaL_Buffer buffer;
  char* out = luaL_buffinitsize(L, &buffer, size);
  for (std::size_t i = 0; i < size; ++i) {
    const bool letter = From <= text[i] && text[i] <= From + 25;
    out[i] = letter ? static_cast<char>(text[i] - From + To) : text[i];
  }
  luaL_pushresultsize(&buffer, size);
  return 1;
}

int rep(lua_State* L) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(L, 1, &size);
  const lua_Integer wanted = luaL_checkinteger(L, 2);
  std::size_t gap_size = 0;
  const char* gap = luaL_optlstring(L, 3, "", &gap_size);
  if (wanted <= 0 || size + gap_size == 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  const auto count = static_cast<std::size_t>(wanted);
  const std::size_t most = core_of(L).limits.string_bytes;
  if (count - 1 > most / (size + gap_size)) check_string_size(L, most + 1);
  const std::size_t total = count * size + (count - 1) * gap_size;
  check_string_size(L, total);
  charge(L, static_cast<lua_Integer>(count / 4));
  luaL_Buffer buffer;
  char* out = luaL_buffinitsize(L, &buffer, total);
  for (std::size_t i = 0; i < count; ++i) {
    out = std::copy_n(text, size, out);
    if (i + 1 < count) out = std::copy_n(gap, gap_size, out);
  }
  luaL_pushresultsize(&buffer, total);
  return 1;
}

int reverse(lua_State* L) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(L, 1, &size);
  charge(L, static_cast<lua_Integer>(size / 4));
  luaL_Buffer buffer;
  std::reverse_copy(text, text + size, luaL_buffinitsize(L, &buffer, size));
  luaL_pushresultsize(&buffer, size);
  return 1;
}

}  // namespace

void add_string_functions(lua_State* L) {
  // Lua's opener also gives texts their metatable, with the arithmetic of "10" + 1.
  pick(L, luaopen_string, {"char", "len", "sub"});
  constexpr luaL_Reg kFunctions[] = {
      {"byte", byte},    {"format", format_text}, {"lower", change_case<'A', 'a'>},
      {"rep", rep},      {"reverse", reverse},    {"upper", change_case<'a', 'A'>},
      {nullptr, nullptr}};
  luaL_setfuncs(L, kFunctions, 0);
  add_pattern_functions(L);
}

}  // namespace mqlab::scripting
