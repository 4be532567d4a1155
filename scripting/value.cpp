// SPDX-License-Identifier: MIT
// Copying values between Lua and C++.
#include "scripting/value.hpp"

#include <algorithm>

#include <lua.hpp>

#include "scripting/object.hpp"
#include "sim/base/assert.hpp"

namespace mqlab::scripting {
namespace {

constexpr int kMaxDepth = 32;

bool read_at_depth(lua_State* L, int index, Value& out, std::string& problem, int depth);

// The positions 1..n of a table, then its names. Lua keeps both in one structure.
bool read_table(lua_State* L, int index, Value& out, std::string& problem, int depth) {
  if (depth >= kMaxDepth) {
    problem = "a table is nested too deep, or contains itself";
    return false;
  }
  luaL_checkstack(L, 4, "tables nested too deep");
  auto table = std::make_shared<Table>();
  const Table* content = table.get();
  out.content = std::shared_ptr<const Table>(std::move(table));
  auto* writable = const_cast<Table*>(content);  // until this function returns it is ours alone

  const auto length = static_cast<lua_Integer>(lua_rawlen(L, index));
  writable->list.resize(static_cast<std::size_t>(length));
  for (lua_Integer i = 1; i <= length; ++i) {
    lua_rawgeti(L, index, i);
    const bool ok = read_at_depth(L, lua_gettop(L), writable->list[static_cast<std::size_t>(i - 1)],
                                  problem, depth + 1);
    lua_pop(L, 1);
    if (!ok) return false;
  }
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    const int type = lua_type(L, -2);
    if (type == LUA_TSTRING) {
      std::size_t size = 0;
      const char* name = lua_tolstring(L, -2, &size);
      constexpr std::size_t kUsual = 8;  // options of a call
      if (writable->fields.empty()) writable->fields.reserve(kUsual);
      writable->fields.emplace_back(std::string(name, size), Value{});
      if (!read_at_depth(L, lua_gettop(L), writable->fields.back().second, problem, depth + 1)) {
        lua_pop(L, 2);
        return false;
      }
    } else {
      const lua_Integer position = lua_isinteger(L, -2) != 0 ? lua_tointeger(L, -2) : 0;
      if (position < 1 || position > length) {
        problem = "the keys of a table here are positions 1, 2, 3… without gaps, or names";
        lua_pop(L, 2);
        return false;
      }
    }
    lua_pop(L, 1);
  }
  // total order: no name is there twice
  std::sort(writable->fields.begin(), writable->fields.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return true;
}

bool read_at_depth(lua_State* L, int index, Value& out, std::string& problem, int depth) {
  switch (lua_type(L, index)) {
    case LUA_TNONE:
    case LUA_TNIL:
      out = Value{};
      return true;
    case LUA_TBOOLEAN:
      out = Value{lua_toboolean(L, index) != 0};
      return true;
    case LUA_TNUMBER:
      if (lua_isinteger(L, index) != 0) {
        out = Value{static_cast<std::int64_t>(lua_tointeger(L, index))};
      } else {
        out = Value{static_cast<double>(lua_tonumber(L, index))};
      }
      return true;
    case LUA_TSTRING: {
      std::size_t size = 0;
      const char* text = lua_tolstring(L, index, &size);
      out = Value{std::string_view(text, size)};
      return true;
    }
    case LUA_TFUNCTION:
      lua_pushvalue(L, index);
      out = Value{Function{luaL_ref(L, LUA_REGISTRYINDEX)}};
      return true;
    case LUA_TUSERDATA:
      if (const Object* object = object_at(L, index)) {
        out = Value{*object};
        return true;
      }
      break;
    case LUA_TTABLE:
      return read_table(L, index, out, problem, depth);
    default:  // not an enum: Lua's types are numbers
      break;
  }
  problem = std::string("a ") + luaL_typename(L, index) + " is of no use here";
  return false;
}

}  // namespace

Value::Value(Table table) : content(std::make_shared<const Table>(std::move(table))) {}

const Table* Value::table() const {
  const auto* pointer = std::get_if<std::shared_ptr<const Table>>(&content);
  return pointer != nullptr ? pointer->get() : nullptr;
}

std::string Value::kind_text() const {
  if (is_nil()) return "nothing";
  if (boolean() != nullptr) return *boolean() ? "true" : "false";
  if (integer() != nullptr) return "the number " + std::to_string(*integer());
  if (number() != nullptr) return "a number with a fraction";
  if (text() != nullptr) return "the text '" + *text() + "'";
  if (function() != nullptr) return "a function";
  if (object() != nullptr) return "a " + std::string(word(object()->kind));
  return "a table";
}

const Value* Table::find(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (key == name) return &value;
  }
  return nullptr;
}

bool read_value(lua_State* L, int index, Value& out, std::string& problem) {
  return read_at_depth(L, lua_absindex(L, index), out, problem, 0);
}

void push_value(lua_State* L, const Value& value) {
  luaL_checkstack(L, 4, "a result is nested too deep");
  if (const bool* flag = value.boolean()) {
    lua_pushboolean(L, *flag ? 1 : 0);
  } else if (const std::int64_t* integer = value.integer()) {
    lua_pushinteger(L, *integer);
  } else if (const double* number = value.number()) {
    lua_pushnumber(L, *number);
  } else if (const std::string* text = value.text()) {
    lua_pushlstring(L, text->data(), text->size());
  } else if (const Function* function = value.function()) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, function->reference);
  } else if (const Object* object = value.object()) {
    push_object(L, *object);
  } else if (const Table* table = value.table()) {
    lua_createtable(L, static_cast<int>(table->list.size()),
                    static_cast<int>(table->fields.size()));
    for (std::size_t i = 0; i < table->list.size(); ++i) {
      push_value(L, table->list[i]);
      lua_rawseti(L, -2, static_cast<lua_Integer>(i) + 1);
    }
    for (const auto& [name, field] : table->fields) {
      lua_pushlstring(L, name.data(), name.size());
      push_value(L, field);
      lua_rawset(L, -3);
    }
  } else {
    lua_pushnil(L);
  }
}

}  // namespace mqlab::scripting
