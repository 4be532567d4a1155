// SPDX-License-Identifier: MIT
// The C++ side of a Lua state: its budget, and what outlives Lua's jumps. For this folder only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <lua.hpp>

#include "scripting/sandbox/arena.hpp"
#include "scripting/sandbox/binding.hpp"
#include "scripting/sandbox/limits.hpp"
#include "sim/base/result.hpp"

namespace mqlab::scripting {

// A running line of a script.
struct Frame {
  std::string source;  // as Lua keeps it: '@' and the file
  std::string shown;   // as Lua writes it before a message
  int line = 0;
};

// Invariant: `memory` is the sum of the sizes of all blocks Lua holds. Limits are enforced while
// `depth` is above zero, that is while a script is loaded or runs: what C++ itself sets up must not
// fail, because nobody is there to catch Lua's error.
struct Core {
  Arena arena;
  Limits limits;
  std::int64_t steps = 0;
  std::size_t memory = 0;
  int depth = 0;
  Exhaustion exhausted = Exhaustion::none;
  Refusal refusal = Refusal::none;  // the last one

  std::function<std::uint64_t()> random;
  Reply reply;
  std::vector<Frame> trace;         // where the last error was raised, innermost first
  std::vector<std::string> chunks;  // names of what was loaded from C++
  std::vector<std::string> names;   // words a script may use besides its globals
  std::array<lua_Integer, LUA_NUMTYPES> serials{};  // of objects that were printed, by type
  std::optional<Error> exhaustion;                  // the first report of it
  lua_State* main = nullptr;
  lua_State* running = nullptr;  // the thread that C++ has entered last
  std::vector<lua_State*> idle;  // coroutines for calls from C++, kept by the registry
  void* host = nullptr;          // whom bindings belong to
};

// What a sandbox that is not at work is made of: what Lua holds, and what it does not know.
struct Snapshot {
  Arena::Image lua;
  std::int64_t steps = 0;
  std::size_t memory = 0;
  std::vector<std::string> chunks;
  std::vector<std::string> names;
  std::array<lua_Integer, LUA_NUMTYPES> serials{};
  std::vector<lua_State*> idle;
};

// While it lives, C++ is at work, and no limit holds: nobody would catch Lua's error.
class Trusted {
 public:
  explicit Trusted(Core& core) : core_(core), outer_(std::exchange(core.depth, 0)) {}
  ~Trusted() { core_.depth = outer_; }
  Trusted(const Trusted&) = delete;
  Trusted& operator=(const Trusted&) = delete;

 private:
  Core& core_;
  int outer_;
};

// How many instructions the hook lets pass between two looks at the budget.
constexpr int kHookInterval = 100;

Core& core_of(lua_State* L);

// Lua's allocator (lua_Alloc) with a Core as its first argument.
void* allocate(void* core, void* block, std::size_t old_size, std::size_t new_size);

// Watches the budget from the first instruction on.
void watch_budget(lua_State* L);

// Takes `steps` from the budget; raises if there are not that many.
void charge(lua_State* L, lua_Integer steps);

// The script has used up something: raises now, and again wherever the script catches it.
[[noreturn]] void exhaust(lua_State* L, Exhaustion what);

// Raises if a string of `bytes` would be above the limit.
void check_string_size(lua_State* L, std::size_t bytes);

// After a protected call with this status: raises the error on top of the stack again if the script
// must not catch it, because it comes from the budget. `where` is the thread that was left by it.
void rethrow_if_exhausted(lua_State* L, int status, lua_State* where);

// Notes in core.trace where the error that is being raised in L comes from.
void note_trace(lua_State* L) noexcept;

}  // namespace mqlab::scripting
