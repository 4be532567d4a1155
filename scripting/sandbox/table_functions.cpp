// SPDX-License-Identifier: MIT
// The table functions: every element they touch is charged, and sort is stable.
#include <limits>
#include <utility>

#include "scripting/sandbox/core.hpp"
#include "scripting/sandbox/libraries.hpp"

namespace mqlab::scripting {
namespace {

constexpr lua_Unsigned positive(lua_Integer value) {
  return static_cast<lua_Unsigned>(value);
}

lua_Integer length_of_table(lua_State* L, int index) {
  luaL_checktype(L, index, LUA_TTABLE);
  return luaL_len(L, index);
}

// Charges the elements first to last, however far apart they are.
void charge_range(lua_State* L, lua_Integer first, lua_Integer last) {
  if (first > last) return;
  const lua_Unsigned count = positive(last) - positive(first);
  constexpr auto kMost = positive(std::numeric_limits<lua_Integer>::max() - 1);
  charge(L, static_cast<lua_Integer>(count > kMost ? kMost : count) + 1);
}

// to[at] = from[index].
void copy_element(lua_State* L, int from, lua_Integer index, int to, lua_Integer at) {
  lua_geti(L, from, index);
  lua_seti(L, to, at);
}

int insert(lua_State* L) {
  const lua_Integer end =
      static_cast<lua_Integer>(positive(length_of_table(L, 1)) + 1);  // the first empty place
  lua_Integer at = end;
  switch (lua_gettop(L)) {
    case 2:
      break;
    case 3:
      at = luaL_checkinteger(L, 2);
      luaL_argcheck(L, positive(at) - 1 < positive(end), 2, "position out of bounds");
      charge_range(L, at, end);
      for (lua_Integer i = end; i > at; --i) copy_element(L, 1, i - 1, 1, i);
      break;
    default:  // not an enum
      return luaL_error(L, "wrong number of arguments to 'insert'");
  }
  lua_seti(L, 1, at);
  return 0;
}

int remove(lua_State* L) {
  const lua_Integer size = length_of_table(L, 1);
  lua_Integer at = luaL_optinteger(L, 2, size);
  if (at != size) {
    luaL_argcheck(L, positive(at) - 1 <= positive(size), 2, "position out of bounds");
  }
  charge_range(L, at, size);
  lua_geti(L, 1, at);
  for (; at < size; ++at) copy_element(L, 1, at + 1, 1, at);
  lua_pushnil(L);
  lua_seti(L, 1, at);
  return 1;
}

int move(lua_State* L) {
  const lua_Integer first = luaL_checkinteger(L, 2);
  const lua_Integer last = luaL_checkinteger(L, 3);
  const lua_Integer to = luaL_checkinteger(L, 4);
  const int target = lua_isnoneornil(L, 5) ? 1 : 5;
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, target, LUA_TTABLE);
  if (first <= last) {
    constexpr lua_Integer kMax = std::numeric_limits<lua_Integer>::max();
    luaL_argcheck(L, first > 0 || last < kMax + first, 3, "too many elements to move");
    const lua_Integer count = last - first + 1;
    luaL_argcheck(L, to <= kMax - count + 1, 4, "destination wrap around");
    charge(L, count);
    const bool same = target == 1 || lua_compare(L, 1, target, LUA_OPEQ) != 0;
    if (to > last || to <= first || !same) {
      for (lua_Integer i = 0; i < count; ++i) copy_element(L, 1, first + i, target, to + i);
    } else {
      for (lua_Integer i = count - 1; i >= 0; --i) copy_element(L, 1, first + i, target, to + i);
    }
  }
  lua_pushvalue(L, target);
  return 1;
}

int concat(lua_State* L) {
  const lua_Integer size = length_of_table(L, 1);
  std::size_t gap_size = 0;
  const char* gap = luaL_optlstring(L, 2, "", &gap_size);
  const lua_Integer first = luaL_optinteger(L, 3, 1);
  const lua_Integer last = luaL_optinteger(L, 4, size);
  charge_range(L, first, last);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (lua_Integer i = first; i <= last; ++i) {
    lua_geti(L, 1, i);
    if (lua_isstring(L, -1) == 0) {
      return luaL_error(L, "invalid value (%s) at index %I in table for 'concat'",
                        luaL_typename(L, -1), i);
    }
    luaL_addvalue(&buffer);
    if (i != last) luaL_addlstring(&buffer, gap, gap_size);
    check_string_size(L, luaL_bufflen(&buffer));
    if (i == std::numeric_limits<lua_Integer>::max()) break;
  }
  luaL_pushresult(&buffer);
  return 1;
}

int unpack(lua_State* L) {
  const lua_Integer first = luaL_optinteger(L, 2, 1);
  const lua_Integer last = lua_isnoneornil(L, 3) ? luaL_len(L, 1) : luaL_checkinteger(L, 3);
  if (first > last) return 0;
  const lua_Unsigned count = positive(last) - positive(first);
  if (count >= kMaxValues) {
    return luaL_error(L, "too many results to unpack (at most %d)", kMaxValues);
  }
  charge_range(L, first, last);
  luaL_checkstack(L, static_cast<int>(count) + 1, "too many results to unpack");
  for (lua_Unsigned i = 0; i <= count; ++i) {
    lua_geti(L, 1, static_cast<lua_Integer>(positive(first) + i));
  }
  return static_cast<int>(count) + 1;
}

// Is the element at `a` of the table at `index` to come before that at `b`?
bool before(lua_State* L, int index, lua_Integer a, lua_Integer b) {
  constexpr int kComparator = 2;
  const bool custom = !lua_isnil(L, kComparator);
  if (custom) lua_pushvalue(L, kComparator);
  lua_rawgeti(L, index, a);
  lua_rawgeti(L, index, b);
  bool result = false;
  if (custom) {
    lua_call(L, 2, 1);
    result = lua_toboolean(L, -1) != 0;
    lua_pop(L, 1);
  } else {
    result = lua_compare(L, -2, -1, LUA_OPLT) != 0;
    lua_pop(L, 2);
  }
  return result;
}

// Merges [low, middle) and [middle, high) of `from` into `to`.
void merge(lua_State* L, int from, int to, lua_Integer low, lua_Integer middle, lua_Integer high) {
  lua_Integer left = low;
  lua_Integer right = middle;
  for (lua_Integer i = low; i < high; ++i) {
    const bool take_right = left >= middle || (right < high && before(L, from, right, left));
    lua_rawgeti(L, from, take_right ? right++ : left++);
    lua_rawseti(L, to, i);
  }
}

// A merge sort: stable, so the result does not depend on how ties fall, and at its end after a
// bounded number of comparisons, whatever the comparator says. The table changes only at the end.
int sort(lua_State* L) {
  const lua_Integer size = length_of_table(L, 1);
  if (size < 2) return 0;
  luaL_argcheck(L, size < std::numeric_limits<int>::max(), 1, "array too big");
  if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  charge(L, size * 2);
  lua_createtable(L, static_cast<int>(size), 0);
  lua_createtable(L, static_cast<int>(size), 0);
  int from = 3;
  int to = 4;
  for (lua_Integer i = 1; i <= size; ++i) {
    lua_geti(L, 1, i);
    lua_rawseti(L, from, i);
  }
  for (lua_Integer width = 1; width < size; width *= 2) {
    charge(L, size * 2);
    for (lua_Integer low = 1; low <= size; low += 2 * width) {
      const lua_Integer middle = low + width < size + 1 ? low + width : size + 1;
      const lua_Integer high = middle + width < size + 1 ? middle + width : size + 1;
      merge(L, from, to, low, middle, high);
    }
    std::swap(from, to);
  }
  for (lua_Integer i = 1; i <= size; ++i) {
    lua_rawgeti(L, from, i);
    lua_seti(L, 1, i);
  }
  return 0;
}

}  // namespace

void add_table_functions(lua_State* L) {
  pick(L, luaopen_table, {"pack"});
  constexpr luaL_Reg kFunctions[] = {{"concat", concat}, {"insert", insert}, {"move", move},
                                     {"remove", remove}, {"sort", sort},     {"unpack", unpack},
                                     {nullptr, nullptr}};
  luaL_setfuncs(L, kFunctions, 0);
}

}  // namespace mqlab::scripting
