// SPDX-License-Identifier: MIT
// string.find, match, gmatch and gsub on the matcher that keeps to a budget.
#include <cstring>

#include "scripting/sandbox/core.hpp"
#include "scripting/sandbox/libraries.hpp"
#include "scripting/sandbox/matcher.hpp"

namespace mqlab::scripting {
namespace {

struct Text {
  const char* data;
  std::size_t size;
  const char* end() const { return data + size; }
};

Text text_argument(lua_State* L, int index) {
  Text text{};
  text.data = luaL_checklstring(L, index, &text.size);
  return text;
}

Matcher matcher_for(lua_State* L, const Text& text, const Text& pattern) {
  return {text.data, text.size, pattern.end(), &core_of(L).steps};
}

// Raises what stopped the matcher, if anything did.
void check(lua_State* L, const Matcher& matcher) {
  if (matcher.out_of_steps()) exhaust(L, Exhaustion::steps);
  if (matcher.problem() != nullptr) luaL_error(L, matcher.problem(), matcher.problem_number());
}

// Pushes a capture; number 0 of a pattern without captures is the whole match.
void push_capture(lua_State* L, const Matcher& matcher, int index, const char* start,
                  const char* end) {
  if (index >= matcher.captures()) {
    if (index != 0) luaL_error(L, "invalid capture index %%%d", index + 1);
    lua_pushlstring(L, start, static_cast<std::size_t>(end - start));
    return;
  }
  const Matcher::Capture& capture = matcher.capture(index);
  if (capture.length == Matcher::kOpen) luaL_error(L, "unfinished capture");
  if (capture.length == Matcher::kPosition) {
    lua_pushinteger(L, capture.start - matcher.text() + 1);
  } else {
    lua_pushlstring(L, capture.start, static_cast<std::size_t>(capture.length));
  }
}

// Pushes all captures, or the whole match if there are none and it is wanted.
int push_captures(lua_State* L, const Matcher& matcher, const char* start, const char* end,
                  bool or_whole) {
  const int count = matcher.captures() == 0 && or_whole ? 1 : matcher.captures();
  luaL_checkstack(L, count, "too many captures");
  for (int i = 0; i < count; ++i) push_capture(L, matcher, i, start, end);
  return count;
}

// Where `wanted` stands in `text` from `from` on, or null.
const char* find_plain(lua_State* L, const Text& text, const char* from, const Text& wanted) {
  if (wanted.size == 0) return from;
  const char* s = from;
  while (static_cast<std::size_t>(text.end() - s) >= wanted.size) {
    const auto room = static_cast<std::size_t>(text.end() - s) - wanted.size + 1;
    const auto* found = static_cast<const char*>(std::memchr(s, *wanted.data, room));
    const char* stop = found == nullptr ? s + room : found;
    charge(L, 1 + (stop - s) / 16 + static_cast<lua_Integer>(wanted.size / 16));
    if (found == nullptr) return nullptr;
    if (std::memcmp(found, wanted.data, wanted.size) == 0) return found;
    s = found + 1;
  }
  return nullptr;
}

bool has_specials(const Text& pattern) {
  constexpr const char* kSpecials = "^$*+?.([%-";
  for (const char* p = pattern.data; p != pattern.end(); ++p) {
    if (*p != '\0' && std::strchr(kSpecials, *p) != nullptr) return true;
  }
  return false;
}

int find_or_match(lua_State* L, bool find) {
  const Text text = text_argument(L, 1);
  const Text pattern = text_argument(L, 2);
  const std::size_t skipped = first_position(luaL_optinteger(L, 3, 1), text.size) - 1;
  if (skipped > text.size) {
    luaL_pushfail(L);
    return 1;
  }
  const char* s = text.data + skipped;
  charge(L, static_cast<lua_Integer>(pattern.size / 16));
  if (find && (lua_toboolean(L, 4) != 0 || !has_specials(pattern))) {
    const char* found = find_plain(L, text, s, pattern);
    if (found == nullptr) {
      luaL_pushfail(L);
      return 1;
    }
    lua_pushinteger(L, found - text.data + 1);
    lua_pushinteger(L, found - text.data + static_cast<lua_Integer>(pattern.size));
    return 2;
  }
  Matcher matcher = matcher_for(L, text, pattern);
  const bool anchored = pattern.size > 0 && *pattern.data == '^';
  const char* p = pattern.data + (anchored ? 1 : 0);
  do {
    const char* end = matcher.match(s, p);
    check(L, matcher);
    if (end == nullptr) continue;
    if (!find) return push_captures(L, matcher, s, end, true);
    lua_pushinteger(L, s - text.data + 1);
    lua_pushinteger(L, end - text.data);
    return 2 + push_captures(L, matcher, s, end, false);
  } while (s++ < text.end() && !anchored);
  luaL_pushfail(L);
  return 1;
}

int find(lua_State* L) {
  return find_or_match(L, true);
}
int match(lua_State* L) {
  return find_or_match(L, false);
}

// Upvalues: the text, the pattern, where to go on, where the last match ended (-1: nowhere).
int gmatch_step(lua_State* L) {
  Text text{};
  text.data = lua_tolstring(L, lua_upvalueindex(1), &text.size);
  Text pattern{};
  pattern.data = lua_tolstring(L, lua_upvalueindex(2), &pattern.size);
  lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));
  const lua_Integer last_end = lua_tointeger(L, lua_upvalueindex(4));
  Matcher matcher = matcher_for(L, text, pattern);
  for (; at <= static_cast<lua_Integer>(text.size); ++at) {
    const char* s = text.data + at;
    const char* end = matcher.match(s, pattern.data);
    check(L, matcher);
    if (end == nullptr || end - text.data == last_end) continue;
    lua_pushinteger(L, end - text.data);
    lua_copy(L, -1, lua_upvalueindex(3));
    lua_replace(L, lua_upvalueindex(4));
    return push_captures(L, matcher, s, end, true);
  }
  lua_pushinteger(L, at);
  lua_replace(L, lua_upvalueindex(3));
  return 0;
}

int gmatch(lua_State* L) {
  const Text text = text_argument(L, 1);
  text_argument(L, 2);
  std::size_t skipped = first_position(luaL_optinteger(L, 3, 1), text.size) - 1;
  if (skipped > text.size) skipped = text.size + 1;
  lua_settop(L, 2);
  lua_pushinteger(L, static_cast<lua_Integer>(skipped));
  lua_pushinteger(L, -1);
  lua_pushcclosure(L, gmatch_step, 4);
  return 1;
}

// Pushes what the replacement text gives for this match, with its %0 to %9 filled in.
void push_filled_in(lua_State* L, const Matcher& matcher, const char* start, const char* end) {
  Text form{};
  form.data = lua_tolstring(L, 3, &form.size);
  charge(L, static_cast<lua_Integer>(form.size / 16));
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  std::size_t size = 0;
  for (const char* p = form.data; p < form.end(); ++p) {
    const auto* percent = static_cast<const char*>(std::memchr(p, '%', form.end() - p));
    const char* plain_end = percent == nullptr ? form.end() : percent;
    luaL_addlstring(&buffer, p, static_cast<std::size_t>(plain_end - p));
    if (percent == nullptr) break;
    p = percent + 1;
    if (*p == '%') {
      luaL_addchar(&buffer, '%');
    } else if (*p >= '0' && *p <= '9') {
      const int index = *p - '1';
      if (index < 0) {
        lua_pushlstring(L, start, static_cast<std::size_t>(end - start));
      } else {
        push_capture(L, matcher, index, start, end);
      }
      size += lua_type(L, -1) == LUA_TSTRING ? lua_rawlen(L, -1) : 20;
      check_string_size(L, size);
      luaL_addvalue(&buffer);
    } else {
      luaL_error(L, "invalid use of '%%' in replacement string");
    }
  }
  luaL_pushresult(&buffer);
}

// Pushes what stands for this match: a text, or false or nil to keep it.
void push_replacement(lua_State* L, const Matcher& matcher, const char* start, const char* end) {
  switch (lua_type(L, 3)) {
    case LUA_TFUNCTION:
      lua_pushvalue(L, 3);
      lua_call(L, push_captures(L, matcher, start, end, true), 1);
      break;
    case LUA_TTABLE:
      push_capture(L, matcher, 0, start, end);
      lua_gettable(L, 3);
      break;
    default:  // not an enum
      push_filled_in(L, matcher, start, end);
      break;
  }
  if (lua_toboolean(L, -1) != 0 && lua_isstring(L, -1) == 0) {
    luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  }
}

int gsub(lua_State* L) {
  const Text text = text_argument(L, 1);
  const Text pattern = text_argument(L, 2);
  const int type = lua_type(L, 3);
  luaL_argexpected(
      L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE,
      3, "string/function/table");
  const lua_Integer most = luaL_optinteger(L, 4, static_cast<lua_Integer>(text.size) + 1);
  const bool anchored = pattern.size > 0 && *pattern.data == '^';
  const char* p = pattern.data + (anchored ? 1 : 0);
  Matcher matcher = matcher_for(L, text, pattern);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  std::size_t size = 0;
  lua_Integer count = 0;
  const char* s = text.data;
  const char* last_end = nullptr;
  while (count < most) {
    const char* end = matcher.match(s, p);
    check(L, matcher);
    if (end != nullptr && end != last_end) {
      ++count;
      push_replacement(L, matcher, s, end);
      if (lua_toboolean(L, -1) == 0) {
        lua_pop(L, 1);
        lua_pushlstring(L, s, static_cast<std::size_t>(end - s));
      }
      lua_tolstring(L, -1, nullptr);
      size += lua_rawlen(L, -1);
      check_string_size(L, size);
      luaL_addvalue(&buffer);
      s = last_end = end;
    } else if (s < text.end()) {
      luaL_addchar(&buffer, *s++);
      ++size;
    } else {
      break;
    }
    if (anchored) break;
  }
  check_string_size(L, size + static_cast<std::size_t>(text.end() - s));
  luaL_addlstring(&buffer, s, static_cast<std::size_t>(text.end() - s));
  luaL_pushresult(&buffer);
  lua_pushinteger(L, count);
  return 2;
}

}  // namespace

void add_pattern_functions(lua_State* L) {
  constexpr luaL_Reg kFunctions[] = {
      {"find", find}, {"match", match}, {"gmatch", gmatch}, {"gsub", gsub}, {nullptr, nullptr}};
  luaL_setfuncs(L, kFunctions, 0);
}

}  // namespace mqlab::scripting
