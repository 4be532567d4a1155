# Checks that every C++ file is as clang-format 14 would write it: `cmake -P cmake/format.cmake`.
# Other versions format differently, so without version 14 this says "skipped" and does nothing.

cmake_minimum_required(VERSION 3.25)

get_filename_component(top ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
find_program(clang_format NAMES clang-format-14 clang-format)
set(version "none")
if(clang_format)
  execute_process(COMMAND ${clang_format} --version OUTPUT_VARIABLE words)
  string(REGEX MATCH "version ([0-9]+)" unused "${words}")
  set(version "${CMAKE_MATCH_1}")
endif()
if(NOT version STREQUAL "14")
  message("skipped: the format is checked by clang-format 14 (Debian 12); here is ${version}")
  return()
endif()

set(files)
foreach(folder sim scripting cli gui tests)
  file(GLOB_RECURSE found RELATIVE ${top} ${top}/${folder}/*.hpp ${top}/${folder}/*.cpp)
  list(APPEND files ${found})
endforeach()
execute_process(COMMAND ${clang_format} --dry-run -Werror ${files}
                WORKING_DIRECTORY ${top} RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "not formatted: run clang-format -i on the files named above")
endif()
list(LENGTH files count)
message("${count} files are formatted")
