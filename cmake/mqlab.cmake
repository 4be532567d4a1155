# How a floor of the house is built: one static library per folder, warnings on, the same arithmetic
# on every compiler.

find_program(MQLAB_CCACHE ccache)
if(MQLAB_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${MQLAB_CCACHE})
endif()

find_package(fmt REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)

add_library(mqlab_options INTERFACE)
target_include_directories(mqlab_options INTERFACE ${CMAKE_SOURCE_DIR})
# No fused multiply-add: the bits of every sample are the same on every processor.
target_compile_options(mqlab_options INTERFACE -ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow
                                               -Wconversion -Wno-sign-conversion)
# gcc 12 to 14 find uninitialised members of variants and strings that are moved, and gcc 12 an
# overlap in "literal" + std::string (its bug 105651), where there is none. Clang and the sanitizers
# look for the real ones.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(mqlab_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(MQLAB_WERROR)
  target_compile_options(mqlab_options INTERFACE -Werror)
endif()
if(MQLAB_SANITIZE)
  target_compile_options(mqlab_options INTERFACE -fsanitize=${MQLAB_SANITIZE}
                                                 -fno-sanitize-recover=all
                                                 -fno-omit-frame-pointer)
  target_link_options(mqlab_options INTERFACE -fsanitize=${MQLAB_SANITIZE})
endif()
target_link_libraries(mqlab_options INTERFACE fmt::fmt PkgConfig::XXHASH)

# mqlab_floor(NAME FOLDER [FLOORS_BELOW...]): all sources of FOLDER become the library mqlab_NAME.
function(mqlab_floor name folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  if(name STREQUAL "scripting")
    list(FILTER sources EXCLUDE REGEX "/scripting/sandbox/")  # a library of its own
  endif()
  list(TRANSFORM ARGN PREPEND mqlab_ OUTPUT_VARIABLE below)
  if(sources)
    add_library(mqlab_${name} STATIC ${sources})
    target_link_libraries(mqlab_${name} PUBLIC mqlab_options ${below})
  else()
    add_library(mqlab_${name} INTERFACE)
    target_link_libraries(mqlab_${name} INTERFACE mqlab_options ${below})
  endif()
endfunction()

# mqlab_together(NAME FOLDER FILES...): these files of the floor are compiled as one, so that what
# they call of each other for every message can be inlined.
function(mqlab_together name folder)
  if(NOT MQLAB_TOGETHER)
    return()
  endif()
  list(TRANSFORM ARGN REPLACE "(.+)" "${CMAKE_SOURCE_DIR}/${folder}/\\1.cpp" OUTPUT_VARIABLE files)
  set_target_properties(mqlab_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  set_source_files_properties(${files} PROPERTIES UNITY_GROUP together)
  # gcc stops inlining too early in files of this size; measured, see docs/speed.md.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(
      mqlab_${name} PRIVATE --param=max-inline-insns-auto=120 --param=inline-unit-growth=300
      --param=large-function-growth=1000 --param=large-unit-insns=100000)
  endif()
endfunction()
