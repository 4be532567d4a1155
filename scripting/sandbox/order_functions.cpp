// SPDX-License-Identifier: MIT
// pairs and next in an order of their own: numbers, then texts, then booleans, each ascending. The
// order of Lua's tables depends on when the garbage collector ran.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "scripting/sandbox/core.hpp"
#include "scripting/sandbox/libraries.hpp"

namespace mqlab::scripting {
namespace {

enum class Kind : std::uint8_t { integer, number, text, boolean };

// A key outside Lua. A text lives as long as the table that holds it.
struct Key {
  Kind kind;
  std::uint32_t index;  // of the key in the list of all keys
  union {
    lua_Integer integer;
    lua_Number number;
    bool boolean;
    struct {
      const char* data;
      std::size_t size;
    } text;
  } value;
};

// A float key is never a whole number: Lua makes it an integer. But it may be beyond all integers.
bool less_mixed(lua_Integer a, lua_Number b) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  if (b >= kLimit) return true;
  return b > -kLimit && a < static_cast<lua_Integer>(std::ceil(b));
}

bool less_number(const Key& a, const Key& b) {
  if (a.kind == b.kind) {
    return a.kind == Kind::integer ? a.value.integer < b.value.integer
                                   : a.value.number < b.value.number;
  }
  if (a.kind == Kind::integer) return less_mixed(a.value.integer, b.value.number);
  return !less_mixed(b.value.integer, a.value.number);
}

bool less_text(const Key& a, const Key& b) {
  const std::size_t common = std::min(a.value.text.size, b.value.text.size);
  const int order = std::memcmp(a.value.text.data, b.value.text.data, common);
  return order != 0 ? order < 0 : a.value.text.size < b.value.text.size;
}

bool less(const Key& a, const Key& b) {
  const bool a_is_number = a.kind <= Kind::number;
  const bool b_is_number = b.kind <= Kind::number;
  if (a_is_number && b_is_number) return less_number(a, b);
  if (a.kind != b.kind) return a.kind < b.kind;
  if (a.kind == Kind::text) return less_text(a, b);
  return !a.value.boolean && b.value.boolean;
}

// The key on the stack at `stack_index`; raises if it has no order.
Key read_key(lua_State* L, int stack_index, std::uint32_t index) {
  Key key{};
  key.index = index;
  switch (lua_type(L, stack_index)) {
    case LUA_TNUMBER:
      if (lua_isinteger(L, stack_index) != 0) {
        key.kind = Kind::integer;
        key.value.integer = lua_tointeger(L, stack_index);
      } else {
        key.kind = Kind::number;
        key.value.number = lua_tonumber(L, stack_index);
      }
      break;
    case LUA_TSTRING:
      key.kind = Kind::text;
      key.value.text.data = lua_tolstring(L, stack_index, &key.value.text.size);
      break;
    case LUA_TBOOLEAN:
      key.kind = Kind::boolean;
      key.value.boolean = lua_toboolean(L, stack_index) != 0;
      break;
    default:  // not an enum
      luaL_error(L,
                 "this table has a %s as a key, and such keys have no order that is the same in "
                 "every run: keep a list of them too and walk that with ipairs",
                 luaL_typename(L, stack_index));
  }
  return key;
}

// What pairs walks along. The keys follow it in memory, unless they came in order.
struct alignas(Key) Walk {
  std::uint32_t next;
  std::uint32_t count;
  bool in_order;

  Key* keys() { return reinterpret_cast<Key*>(this + 1); }
};

// Counts the keys of the table at `table`; are they in order already?
std::uint32_t count_keys(lua_State* L, int table, bool* in_order) {
  std::uint32_t count = 0;
  Key last{};
  *in_order = true;
  for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
    const Key key = read_key(L, -2, count);
    if (count > 0 && *in_order) *in_order = less(last, key);
    last = key;
    ++count;
  }
  return count;
}

lua_Integer cost_of_sorting(std::uint32_t count) {
  lua_Integer rounds = 1;
  for (std::uint32_t n = count; n > 1; n /= 2) ++rounds;
  return rounds * count / 4;
}

// Upvalues: the keys, the walk, the table.
int pairs_step(lua_State* L) {
  auto* walk = static_cast<Walk*>(lua_touserdata(L, lua_upvalueindex(2)));
  while (walk->next < walk->count) {
    const std::uint32_t i = walk->next++;
    const std::uint32_t index = walk->in_order ? i : walk->keys()[i].index;
    lua_rawgeti(L, lua_upvalueindex(1), static_cast<lua_Integer>(index) + 1);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, lua_upvalueindex(3)) != LUA_TNIL) return 2;
    lua_pop(L, 2);
  }
  lua_pushnil(L);
  return 1;
}

// Replaces the table on top by the iterator over it.
void push_iterator(lua_State* L) {
  const int table = lua_gettop(L);
  bool in_order = true;
  const std::uint32_t count = count_keys(L, table, &in_order);
  charge(L, count);
  lua_createtable(L, static_cast<int>(count), 0);
  const std::size_t keys_size = in_order ? 0 : count * sizeof(Key);
  auto* walk = static_cast<Walk*>(lua_newuserdatauv(L, sizeof(Walk) + keys_size, 0));
  walk->next = 0;
  walk->count = count;
  walk->in_order = in_order;
  std::uint32_t index = 0;
  for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
    if (!in_order) walk->keys()[index] = read_key(L, -2, index);
    ++index;
    lua_pushvalue(L, -2);
    lua_rawseti(L, table + 1, index);
  }
  if (!in_order) {
    charge(L, cost_of_sorting(count));
    std::sort(walk->keys(), walk->keys() + count, less);  // total order: keys of a table differ
  }
  lua_pushvalue(L, table);
  lua_pushcclosure(L, pairs_step, 3);
  lua_replace(L, table);
}

int pairs_from_metamethod(lua_State*, int, lua_KContext) {
  return 3;
}

int pairs(lua_State* L) {
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(L, 1);
    lua_callk(L, 1, 3, 0, pairs_from_metamethod);
    return 3;
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  if (!push_frozen(L, 1)) lua_pushvalue(L, 1);
  push_iterator(L);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

// The smallest key above the one given. Takes time in proportion to the table.
int next(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  const bool from_start = lua_isnil(L, 2);
  const Key from = from_start ? Key{} : read_key(L, 2, 0);
  if (!push_frozen(L, 1)) lua_pushvalue(L, 1);
  const int table = 3;
  const int best_index = 4;
  lua_pushnil(L);
  Key best{};
  bool found = false;
  lua_Integer looked_at = 0;
  for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
    if (++looked_at % 64 == 0) charge(L, 64);
    const Key key = read_key(L, -2, 0);
    if ((!from_start && !less(from, key)) || (found && !less(key, best))) continue;
    best = key;
    found = true;
    lua_pushvalue(L, -2);
    lua_replace(L, best_index);
  }
  if (!found) return 1;  // the nil at best_index
  lua_pushvalue(L, best_index);
  lua_rawget(L, table);
  return 2;
}

}  // namespace

void add_order_functions(lua_State* L) {
  constexpr luaL_Reg kFunctions[] = {{"pairs", pairs}, {"next", next}, {nullptr, nullptr}};
  luaL_setfuncs(L, kFunctions, 0);
}

}  // namespace mqlab::scripting
