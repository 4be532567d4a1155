// SPDX-License-Identifier: MIT
// The exact functions of Lua's mathematics, portable ones in place of the C library's, and random
// numbers from the run's own stream.
#include <cmath>
#include <cstdint>

#include "scripting/sandbox/core.hpp"
#include "scripting/sandbox/libraries.hpp"
#include "sim/base/math.hpp"

namespace mqlab::scripting {
namespace {

int exp(lua_State* L) {
  lua_pushnumber(L, portable::exp(luaL_checknumber(L, 1)));
  return 1;
}

double log_to_base(double x, double base) {
  const double result = portable::log(x) / portable::log(base);
  const double whole = std::floor(result + 0.5);
  // The quotient of two rounded logarithms misses whole results by a hair.
  return portable::pow(base, whole) == x ? whole : result;
}

int log(lua_State* L) {
  const double x = luaL_checknumber(L, 1);
  const bool natural = lua_isnoneornil(L, 2);
  lua_pushnumber(L, natural ? portable::log(x) : log_to_base(x, luaL_checknumber(L, 2)));
  return 1;
}

Outcome draw(lua_State* L, Reply& reply) {
  const auto& random = core_of(L).random;
  if (!random) return reply.fail("there is no randomness here");
  reply.integer(static_cast<std::int64_t>(random()));
  return reply.done();
}

// The high half of the product of two 64-bit numbers.
std::uint64_t high_product(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t kLow = 0xffffffff;
  const std::uint64_t middle = (a >> 32) * (b & kLow) + (((a & kLow) * (b & kLow)) >> 32);
  const std::uint64_t other = (a & kLow) * (b >> 32) + (middle & kLow);
  return (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
}

// One draw for each number, whatever the range, so that the n-th number of a run is its n-th draw.
int random(lua_State* L) {
  const int arguments = lua_gettop(L);
  if (arguments > 2) return luaL_error(L, "wrong number of arguments");
  lua_Integer low = 1;
  lua_Integer high = 0;
  if (arguments > 0) high = luaL_checkinteger(L, arguments);
  if (arguments == 2) low = luaL_checkinteger(L, 1);
  const bool all_bits = arguments == 1 && high == 0;
  luaL_argcheck(L, arguments == 0 || all_bits || low <= high, arguments, "interval is empty");
  lua_pushcfunction(L, bound<draw>);
  lua_call(L, 0, 1);
  const auto bits = static_cast<std::uint64_t>(lua_tointeger(L, -1));
  if (all_bits) return 1;
  if (arguments == 0) {
    constexpr double kUnit = 1.0 / 9007199254740992.0;  // 2^-53
    lua_pushnumber(L, static_cast<double>(bits >> 11) * kUnit);
    return 1;
  }
  const std::uint64_t count =
      static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  const std::uint64_t offset = count == 0 ? bits : high_product(bits, count);
  const std::uint64_t drawn = static_cast<std::uint64_t>(low) + offset;
  lua_pushinteger(L, static_cast<lua_Integer>(drawn));
  return 1;
}

int randomseed(lua_State* L) {
  return luaL_error(L, "math.randomseed is not available: a run has one seed, given from outside");
}

}  // namespace

void add_math_functions(lua_State* L) {
  pick(L, luaopen_math,
       {"abs", "ceil", "floor", "fmod", "huge", "max", "maxinteger", "min", "mininteger", "modf",
        "pi", "sqrt", "tointeger", "type", "ult"});
  constexpr luaL_Reg kFunctions[] = {{"exp", exp},
                                     {"log", log},
                                     {"random", random},
                                     {"randomseed", randomseed},
                                     {nullptr, nullptr}};
  luaL_setfuncs(L, kFunctions, 0);
}

}  // namespace mqlab::scripting
