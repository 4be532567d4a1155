# Runs the script that README.md shows, so that it stays true:
# `cmake -DMQLAB=path/to/mqlab -DOUT=folder -P cmake/readme_example.cmake`.

cmake_minimum_required(VERSION 3.25)

file(READ ${CMAKE_CURRENT_LIST_DIR}/../README.md page)
string(FIND "${page}" "```lua\n" start)
if(start EQUAL -1)
  message(FATAL_ERROR "README.md shows no Lua script")
endif()
math(EXPR start "${start} + 7")
string(SUBSTRING "${page}" ${start} -1 script)
string(FIND "${script}" "```" end)
string(SUBSTRING "${script}" 0 ${end} script)
file(WRITE ${OUT}/scenario.lua "${script}")

execute_process(COMMAND ${MQLAB} run ${OUT}/scenario.lua RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "README.md's script ends with exit code ${result}")
endif()
