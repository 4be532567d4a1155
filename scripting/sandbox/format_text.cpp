// SPDX-License-Identifier: MIT
// string.format, without %p, and with the same digits everywhere.
#include <cstdio>
#include <cstring>
#include <limits>

#include "scripting/sandbox/core.hpp"
#include "scripting/sandbox/libraries.hpp"

namespace mqlab::scripting {
namespace {

// The longest result of one number: %.99f of the largest double.
constexpr std::size_t kMaxItem = 110 + std::numeric_limits<double>::max_exponent10;
constexpr std::size_t kMaxSpec = 24;
constexpr const char* kFlagsAndDigits = "-+ #0.123456789";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// One conversion of the format: "%-5.2f". `text` has room for the length that C wants added.
struct Spec {
  char text[kMaxSpec + 8];
  std::size_t size;
  char letter;
};

int invalid(lua_State* L, const Spec& spec) {
  return luaL_error(L, "invalid conversion '%s' to 'format'", spec.text);
}

// Reads the conversion behind the '%' at p - 1; returns what follows it.
const char* read_spec(lua_State* L, const char* p, Spec* spec) {
  const std::size_t size = std::strspn(p, kFlagsAndDigits);
  if (size >= kMaxSpec - 2) luaL_error(L, "invalid format string to 'format'");
  spec->text[0] = '%';
  std::memcpy(spec->text + 1, p, size + 1);
  spec->size = size + 2;
  spec->text[spec->size] = '\0';
  spec->letter = p[size];
  return p + size + 1;
}

// Only these flags, then up to two digits of width, then perhaps up to two of precision.
void check_spec(lua_State* L, const Spec& spec, const char* flags, bool precision) {
  const char* p = spec.text + 1;
  p += std::strspn(p, flags);
  if (*p != '0') {
    for (int i = 0; i < 2 && is_digit(*p); ++i) ++p;
    if (*p == '.' && precision) {
      ++p;
      for (int i = 0; i < 2 && is_digit(*p); ++i) ++p;
    }
  }
  if (p != spec.text + spec.size - 1) invalid(L, spec);
}

// The conversion was checked to fit the type of the value.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
template <typename Value>
void add_number(luaL_Buffer* buffer, const Spec& spec, Value value) {
  char* room = luaL_prepbuffsize(buffer, kMaxItem);
  luaL_addsize(buffer, static_cast<std::size_t>(std::snprintf(room, kMaxItem, spec.text, value)));
}

int cut_text(char* room, std::size_t size, const Spec& spec, const char* text) {
  return std::snprintf(room, size, spec.text, text);
}
#pragma GCC diagnostic pop

void add_integer(lua_State* L, luaL_Buffer* buffer, Spec spec, int argument, const char* flags) {
  const lua_Integer value = luaL_checkinteger(L, argument);
  check_spec(L, spec, flags, true);
  std::strcpy(spec.text + spec.size - 1, LUA_INTEGER_FRMLEN);
  const std::size_t end = std::strlen(spec.text);
  spec.text[end] = spec.letter;
  spec.text[end + 1] = '\0';
  add_number(buffer, spec, value);
}

void add_float(lua_State* L, luaL_Buffer* buffer, const Spec& spec, int argument) {
  double value = luaL_checknumber(L, argument);
  // C prints the sign of a NaN, and processors differ in it.
  if (value != value) value = std::numeric_limits<double>::quiet_NaN();
  check_spec(L, spec, "-+ #0", true);
  add_number(buffer, spec, value);
}

void add_text(lua_State* L, luaL_Buffer* buffer, const Spec& spec, int argument) {
  std::size_t size = 0;
  const char* text = push_text_of(L, argument, &size);
  if (std::strcmp(spec.text, "%s") == 0) {
    luaL_addvalue(buffer);
    return;
  }
  luaL_argcheck(L, std::strlen(text) == size, argument, "string contains zeros");
  check_spec(L, spec, "-", true);
  if (std::strchr(spec.text, '.') == nullptr && size >= 100) {
    luaL_addvalue(buffer);
    return;
  }
  // Now the width, the precision or else the text is below 100.
  char room[128];
  const int written = cut_text(room, sizeof room, spec, text);
  lua_pop(L, 1);
  luaL_addlstring(buffer, room, static_cast<std::size_t>(written));
}

void add_quoted_text(luaL_Buffer* buffer, const char* text, std::size_t size) {
  luaL_addchar(buffer, '"');
  for (std::size_t i = 0; i < size; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '"' || c == '\\' || c == '\n') {
      luaL_addchar(buffer, '\\');
      luaL_addchar(buffer, text[i]);
    } else if (c < 32 || c == 127) {
      char code[8];
      const bool digit_follows = i + 1 < size && is_digit(text[i + 1]);
      std::snprintf(code, sizeof code, digit_follows ? "\\%03d" : "\\%d", c);
      luaL_addstring(buffer, code);
    } else {
      luaL_addchar(buffer, text[i]);
    }
  }
  luaL_addchar(buffer, '"');
}

void add_quoted_float(luaL_Buffer* buffer, double value) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (value != value) {
    luaL_addstring(buffer, "(0/0)");
  } else if (value == kInfinity || value == -kInfinity) {
    luaL_addstring(buffer, value > 0 ? "1e9999" : "-1e9999");
  } else {
    char text[64];
    std::snprintf(text, sizeof text, "%a", value);
    luaL_addstring(buffer, text);
  }
}

// A literal that reads back as the same value.
void add_literal(lua_State* L, luaL_Buffer* buffer, int argument) {
  switch (lua_type(L, argument)) {
    case LUA_TSTRING: {
      std::size_t size = 0;
      const char* text = lua_tolstring(L, argument, &size);
      charge(L, static_cast<lua_Integer>(size / 4));
      check_string_size(L, size);
      add_quoted_text(buffer, text, size);
      break;
    }
    case LUA_TNUMBER:
      if (lua_isinteger(L, argument) == 0) {
        add_quoted_float(buffer, lua_tonumber(L, argument));
      } else if (lua_tointeger(L, argument) == std::numeric_limits<lua_Integer>::min()) {
        luaL_addstring(buffer, "0x8000000000000000");
      } else {
        push_text_of(L, argument, nullptr);
        luaL_addvalue(buffer);
      }
      break;
    case LUA_TNIL:
    case LUA_TBOOLEAN:
      push_text_of(L, argument, nullptr);
      luaL_addvalue(buffer);
      break;
    default:  // not an enum
      luaL_argerror(L, argument, "value has no literal form");
  }
}

void add_item(lua_State* L, luaL_Buffer* buffer, Spec& spec, int argument) {
  switch (spec.letter) {
    case 'c':
      check_spec(L, spec, "-", false);
      add_number(buffer, spec, static_cast<int>(luaL_checkinteger(L, argument)));
      break;
    case 'd':
    case 'i':
      add_integer(L, buffer, spec, argument, "-+0 ");
      break;
    case 'u':
      add_integer(L, buffer, spec, argument, "-0");
      break;
    case 'o':
    case 'x':
    case 'X':
      add_integer(L, buffer, spec, argument, "-#0");
      break;
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G':
      add_float(L, buffer, spec, argument);
      break;
    case 'q':
      if (spec.size != 2) luaL_error(L, "specifier '%%q' cannot have modifiers");
      add_literal(L, buffer, argument);
      break;
    case 's':
      add_text(L, buffer, spec, argument);
      break;
    case 'p':
      luaL_error(L, "'%%p' is not available: addresses differ from run to run");
      break;
    default:  // not an enum
      invalid(L, spec);
  }
}

}  // namespace

int format_text(lua_State* L) {
  const int arguments = lua_gettop(L);
  std::size_t size = 0;
  const char* p = luaL_checklstring(L, 1, &size);
  const char* end = p + size;
  charge(L, static_cast<lua_Integer>(size / 16));
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  int argument = 1;
  while (p < end) {
    if (*p != '%') {
      luaL_addchar(&buffer, *p++);
      continue;
    }
    ++p;
    if (*p == '%') {
      luaL_addchar(&buffer, *p++);
      continue;
    }
    if (++argument > arguments) return luaL_argerror(L, argument, "no value");
    Spec spec{};
    p = read_spec(L, p, &spec);
    add_item(L, &buffer, spec, argument);
    check_string_size(L, luaL_bufflen(&buffer));
  }
  luaL_pushresult(&buffer);
  return 1;
}

}  // namespace mqlab::scripting
