// SPDX-License-Identifier: MIT
// C++ functions that a script may call, with no C++ object alive when Lua raises an error or
// yields.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <lua.hpp>

namespace mqlab::scripting {

// How a binding ends. Lua leaves a C function by longjmp, past every destructor, so a binding says
// what it wants and `bound` does it when the binding's own scope is closed.
struct Outcome {
  enum class Kind : std::uint8_t { reply, on_stack, error, yield };
  Kind kind = Kind::reply;
  int count = 0;  // of on_stack

  // The results are the topmost `count` values that the binding has pushed itself.
  static Outcome on_stack(int count) { return {Kind::on_stack, count}; }
};

// What a binding gives back. It is kept by the sandbox, so nothing leaks when pushing it fails.
// There is one per sandbox: fill it after the last call into Lua, not before.
class Reply {
 public:
  void nil() { values_.emplace_back(std::monostate{}); }
  void boolean(bool value) { values_.emplace_back(value); }
  void integer(std::int64_t value) { values_.emplace_back(value); }
  void number(double value) { values_.emplace_back(value); }
  void text(std::string value) { values_.emplace_back(std::move(value)); }

  // The script gets the values given so far.
  Outcome done() { return {Outcome::Kind::reply, 0}; }

  // The coroutine yields the values given so far; what it is resumed with are its results.
  Outcome yield() { return {Outcome::Kind::yield, 0}; }

  // The script gets an error with the place of its call.
  Outcome fail(std::string what) {
    problem_ = std::move(what);
    return {Outcome::Kind::error, 0};
  }

  void clear();

  // Pushes the values; may raise.
  int push(lua_State* L) const;
  const std::string& problem() const { return problem_; }

 private:
  using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string>;
  std::vector<Value> values_;
  std::string problem_;
};

// Inside a binding, while C++ objects live, only functions of Lua that cannot raise may be called:
// lua_type, lua_to…, lua_raw… and those below, not luaL_check… or luaL_error.
using Binding = Outcome (*)(lua_State* L, Reply& reply);

// Runs a binding; a C++ exception becomes an error outcome.
Outcome run_binding(lua_State* L, Binding binding) noexcept;

// Does what the outcome says.
int finish_binding(lua_State* L, Outcome outcome);

// The lua_CFunction of a binding: `lua_pushcfunction(L, bound<publish>)`.
template <Binding F>
int bound(lua_State* L) {
  return finish_binding(L, run_binding(L, F));
}

// The argument at `index` if it is of that type, without conversion between text and numbers. The
// text lives as long as the value stays on the stack.
std::optional<std::string_view> text_at(lua_State* L, int index);
std::optional<std::int64_t> integer_at(lua_State* L, int index);  // 3.0 is an integer too
std::optional<double> number_at(lua_State* L, int index);

// The nearest integer towards zero; beyond the range its end; NaN is 0.
std::int64_t saturate(double value);

}  // namespace mqlab::scripting
