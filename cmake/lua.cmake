# Lua 5.4 as the sandbox needs it: the static C library, because of what is replaced in it at link
# time (scripting/sandbox/portable_lua.cpp says why): the seed of its string hash, pow and strcoll
# of the C library, and how it prints a NaN.

pkg_check_modules(LUA REQUIRED lua5.4)
find_library(MQLAB_LUA_ARCHIVE NAMES liblua5.4.a HINTS ${LUA_LIBRARY_DIRS} REQUIRED)

add_library(mqlab_lua INTERFACE)
target_include_directories(mqlab_lua SYSTEM INTERFACE ${LUA_INCLUDE_DIRS})
target_link_libraries(mqlab_lua INTERFACE ${MQLAB_LUA_ARCHIVE} ${CMAKE_DL_LIBS} m)
foreach(symbol luaS_hash luaO_tostring pow strcoll)
  target_link_options(mqlab_lua INTERFACE LINKER:--wrap=${symbol})
endforeach()
