// SPDX-License-Identifier: MIT
// Running small scripts in a sandbox and looking at what they gave back.
#pragma once

#include <string>
#include <string_view>

#include "scripting/sandbox/sandbox.hpp"

namespace mqlab::scripting::test {

// Limits under which even an attack that uses them all up ends within milliseconds.
Limits small_limits();

// What a script printed and how it ended.
struct Ran {
  std::string printed;  // what the binding `print` was given, a line for each call
  std::string error;    // file:line: what, or empty
  std::string hint;
  std::int64_t steps = 0;
};

// Adds `print` and runs the script as lab.lua.
Ran run_in(Sandbox& sandbox, std::string_view script);

// The same in a sandbox of its own.
Ran run(std::string_view script, const Limits& limits = {});

}  // namespace mqlab::scripting::test
