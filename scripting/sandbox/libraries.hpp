// SPDX-License-Identifier: MIT
// The functions a script starts with. For this folder only.
#pragma once

#include <initializer_list>

#include <lua.hpp>

namespace mqlab::scripting {

// Builds all libraries, once per state. What scripts get of them is copied to each environment.
void open_libraries(lua_State* L);

// Makes a new table of globals the one that chunks loaded from now on see, and lets tostring number
// from 1.
void new_globals(lua_State* L);

// Each adds its functions to the table on top of the stack.
void add_base_functions(lua_State* L);
void add_load(lua_State* L);
void add_order_functions(lua_State* L);
void add_coroutine_functions(lua_State* L);
void add_math_functions(lua_State* L);
void add_pattern_functions(lua_State* L);
void add_string_functions(lua_State* L);
void add_table_functions(lua_State* L);
void add_utf8_functions(lua_State* L);

// Runs one of Lua's own openers and copies the named entries of its library to the table on top.
void pick(lua_State* L, lua_CFunction open, std::initializer_list<const char*> names);

// string.format; on its own because it is long.
int format_text(lua_State* L);

// Pushes the value at `index` as tostring shows it: metamethods obeyed, objects by the number of
// their first printing instead of their address. May raise.
const char* push_text_of(lua_State* L, int index, std::size_t* size);

// Numbers of printed objects from 1 on.
void restart_serials(lua_State* L);

// Replaces the table on top by a read-only view of it that scripts cannot get behind.
void freeze(lua_State* L, const char* name);

// If the table at `index` is such a view, pushes the table behind it and returns true.
bool push_frozen(lua_State* L, int index);

// A chunk's text is charged and checked for what could only be found out too late; on a mistake
// pushes the message and returns false. May raise.
bool check_chunk(lua_State* L, const char* text, std::size_t size, const char* shown);

// Where a position counted from the end (negative) or beyond the beginning of a text lies.
std::size_t first_position(lua_Integer position, std::size_t size);
std::size_t last_position(lua_Integer position, std::size_t size);

}  // namespace mqlab::scripting
