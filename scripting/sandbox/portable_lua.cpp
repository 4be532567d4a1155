// SPDX-License-Identifier: MIT
// What stands in for parts of Lua and the C library that differ from run to run or machine to
// machine. The linker's --wrap puts these functions in their place (cmake/lua.cmake).
#include "scripting/sandbox/portable_lua.hpp"

#include <cstddef>
#include <cstring>
#include <limits>

#include "sim/base/math.hpp"

// The linker gives the names.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {

void __real_luaO_tostring(lua_State* L, void* value);

// Lua calls luaS_hash across its files for one thing only: to make the seed of a new state's string
// hash from the clock and from addresses. A constant seed gives tables the same layout in every
// run.
unsigned int __wrap_luaS_hash(const char*, std::size_t, unsigned int) {
  return 0x5eed5eedU;
}

// The operator ^.
double __wrap_pow(double x, double y) {
  return mqlab::portable::pow(x, y);
}

// Lua compares strings with the order of the locale; here it is that of the bytes.
int __wrap_strcoll(const char* a, const char* b) {
  return std::strcmp(a, b);
}

// The sign of 0/0 differs between processors, and C prints it. `value` is Lua's TValue: a union of
// eight bytes, then the type, which is 19 for a float.
void __wrap_luaO_tostring(lua_State* L, void* value) {
  constexpr unsigned char kFloat = LUA_TNUMBER | (1 << 4);
  unsigned char type = 0;
  std::memcpy(&type, static_cast<const char*>(value) + sizeof(double), 1);
  if (type == kFloat) {
    double number = 0;
    std::memcpy(&number, value, sizeof number);
    if (number != number) {
      number = std::numeric_limits<double>::quiet_NaN();
      std::memcpy(value, &number, sizeof number);
    }
  }
  __real_luaO_tostring(L, value);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier)

namespace mqlab::scripting {

// In this file so that a linker that takes it gets the functions above with it.
lua_State* open_portable_state(Core& core) {
  return lua_newstate(allocate, &core);
}

}  // namespace mqlab::scripting
