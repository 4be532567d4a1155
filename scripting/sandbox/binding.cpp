// SPDX-License-Identifier: MIT
// Running a binding, and ending it in Lua's way once its C++ objects are gone.
#include "scripting/sandbox/binding.hpp"

#include <exception>
#include <limits>

#include "scripting/sandbox/core.hpp"

namespace mqlab::scripting {

void Reply::clear() {
  values_.clear();
  problem_.clear();
}

int Reply::push(lua_State* L) const {
  luaL_checkstack(L, static_cast<int>(values_.size()), "too many results");
  for (const Value& value : values_) {
    if (const auto* flag = std::get_if<bool>(&value)) {
      lua_pushboolean(L, *flag ? 1 : 0);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      lua_pushinteger(L, *integer);
    } else if (const auto* number = std::get_if<double>(&value)) {
      lua_pushnumber(L, *number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      lua_pushlstring(L, text->data(), text->size());
    } else {
      lua_pushnil(L);
    }
  }
  return static_cast<int>(values_.size());
}

Outcome run_binding(lua_State* L, Binding binding) noexcept {
  Reply& reply = core_of(L).reply;
  reply.clear();
  try {
    return binding(L, reply);
  } catch (const std::exception& failure) {
    return reply.fail(failure.what());
  } catch (...) {
    return reply.fail("an unknown C++ exception");
  }
}

int finish_binding(lua_State* L, Outcome outcome) {
  const Reply& reply = core_of(L).reply;
  switch (outcome.kind) {
    case Outcome::Kind::reply:
      return reply.push(L);
    case Outcome::Kind::on_stack:
      return outcome.count;
    case Outcome::Kind::yield:
      if (!lua_isyieldable(L)) return luaL_error(L, "this can only be done inside a process");
      return lua_yield(L, reply.push(L));
    case Outcome::Kind::error:
      break;
  }
  luaL_where(L, 1);
  lua_pushlstring(L, reply.problem().data(), reply.problem().size());
  lua_concat(L, 2);
  return lua_error(L);
}

std::optional<std::string_view> text_at(lua_State* L, int index) {
  if (lua_type(L, index) != LUA_TSTRING) return std::nullopt;
  std::size_t size = 0;
  const char* text = lua_tolstring(L, index, &size);
  return std::string_view(text, size);
}

std::optional<std::int64_t> integer_at(lua_State* L, int index) {
  if (lua_type(L, index) != LUA_TNUMBER) return std::nullopt;
  int is_integer = 0;
  const lua_Integer value = lua_tointegerx(L, index, &is_integer);
  if (is_integer == 0) return std::nullopt;
  return value;
}

std::optional<double> number_at(lua_State* L, int index) {
  if (lua_type(L, index) != LUA_TNUMBER) return std::nullopt;
  return lua_tonumber(L, index);
}

std::int64_t saturate(double value) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  if (!(value == value)) return 0;
  if (value >= kLimit) return std::numeric_limits<std::int64_t>::max();
  if (value < -kLimit) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

}  // namespace mqlab::scripting
