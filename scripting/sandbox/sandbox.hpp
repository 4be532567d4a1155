// SPDX-License-Identifier: MIT
// A Lua state in which a script can do nothing that differs between two runs, and cannot use more
// than it was given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <lua.hpp>

#include "scripting/sandbox/limits.hpp"
#include "sim/base/result.hpp"

namespace mqlab::scripting {

struct Core;
struct Snapshot;

// Gives the bits of math.random. It may throw: the script then gets an error.
using RandomBits = std::function<std::uint64_t()>;

// How a coroutine came back: at its end, or by a yield. Its stack ends with that many values.
struct Resumed {
  bool finished = false;
  int values = 0;
};

// A script gets an allow-list of Lua's libraries (libraries.cpp), without files, clocks, addresses,
// bytecode, finalizers or weak tables. pairs and next go through keys in ascending order.
//
// When the steps or the memory are used up, the script gets an error that it cannot catch, and the
// sandbox stays exhausted: every further entry gives the same error, until return_to().
//
// The limits hold while a script is loaded or runs. What C++ does with state() in between is
// trusted, not limited, and never fails.
class Sandbox {
 public:
  // Without random bits, math.random is an error.
  explicit Sandbox(const Limits& limits = {}, RandomBits random = {});
  Sandbox(Sandbox&&) noexcept;
  Sandbox& operator=(Sandbox&&) noexcept;
  ~Sandbox();

  // The main thread. Bindings are added with bound<> of binding.hpp.
  lua_State* state() const;

  // Compiles text (never bytecode) to a function on top of the stack of `on`; nothing is pushed on
  // an error. `file` is the place named in errors.
  Result<void> load(lua_State* on, const std::string& file, std::string_view text);

  // Loads a script and calls it.
  Result<void> run(const std::string& file, std::string_view text);

  // Calls the function below the topmost `arguments` values of `on`, in a coroutine that must not
  // yield: they are replaced by the results, or by nothing on an error.
  Result<void> call(lua_State* on, int arguments, int results);

  // Starts or goes on with a coroutine that has a function, or what yield shall return, and
  // `arguments` values on its stack. The caller pops the values that come back. After an error the
  // coroutine is dead.
  Result<Resumed> resume(lua_State* thread, int arguments);

  // All that this sandbox is now: globals, the values on state()'s stack, what is left of the
  // budget, how far objects are numbered. Nothing if Lua holds so much that not all of it is in the
  // arena. Not to be called while a script runs, or when the sandbox is exhausted.
  std::shared_ptr<const Snapshot> snapshot();
  // Makes it again what it was then: what runs next cannot tell whether something ran in between.
  // All values that came later are gone. Not to be called while a script runs.
  void return_to(const Snapshot& snapshot);
  // What it was when it was made. Bindings, and words from add_names, must be given again.
  void fresh_environment();

  // Replaces the table on top of state()'s stack by a read-only view, for bindings that scripts
  // share. `name` is used in the error.
  void freeze(const char* name);

  // Words that a mistyped field or method may have meant.
  void add_names(std::span<const std::string> names);

  void set_random(RandomBits random);

  std::int64_t steps_left() const;
  // Makes it `steps` that are left. Does not end an exhaustion.
  void refill(std::int64_t steps);
  std::size_t memory_used() const;
  Exhaustion exhausted() const;

 private:
  std::unique_ptr<Core> core_;
  std::shared_ptr<const Snapshot> fresh_;
};

}  // namespace mqlab::scripting
