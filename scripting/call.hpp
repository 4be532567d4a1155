// SPDX-License-Identifier: MIT
// A call from the script into C++ in three phases: the arguments are copied out, C++ works on the
// copies, the results are copied in. Lua's errors and yields happen only in the first and the last,
// when no C++ object lives in the frame.
#pragma once

#include <string>
#include <vector>

#include <lua.hpp>

#include "scripting/value.hpp"
#include "sim/base/result.hpp"

namespace mqlab::scripting {

class Host;

// What is told when the machine, not the script's budget, has no more memory.
inline constexpr const char* kNoMemory =
    "this machine has not enough memory for the run: end it earlier, with --until 10s or "
    "--max-events 1000000";

struct Call {
  Host& host;
  lua_State* thread;        // the main chunk's thread, or a process's coroutine
  Place place;              // the line of the call
  std::vector<Value> args;  // copied
  std::vector<Value> results;

  // The argument at this position, counted from 0; nil if there are fewer.
  const Value& arg(std::size_t position) const;
  Error error(std::string what, std::string hint = {}) const;
};

// What Lua does when the C++ part is over.
enum class Then : std::uint8_t {
  reply,  // return the results
  yield,  // suspend the process; what it is resumed with are the results
};

using Callable = Result<Then> (*)(Call& call);

// One call's storage outside of C++ frames; kept by the host in a pool.
struct CallSlot {
  std::vector<Value> args;
  std::vector<Value> results;
  std::string problem;
};

int run_callable(lua_State* L, Callable callable);

// The lua_CFunction of a callable.
template <Callable F>
int callable(lua_State* L) {
  return run_callable(L, F);
}

// Ties a host to a Lua state and its coroutines.
void set_host(lua_State* L, Host* host);
Host& host_of(lua_State* L);

}  // namespace mqlab::scripting
