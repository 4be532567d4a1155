// SPDX-License-Identifier: MIT
// Running small scripts in a sandbox.
#include "tests/sandbox/lab.hpp"

#include "scripting/sandbox/binding.hpp"

namespace mqlab::scripting::test {
namespace {

// print turns its arguments into texts with the script's own tostring.
constexpr std::string_view kPrint = R"(
function print(...)
  local line = {}
  for i = 1, select('#', ...) do line[i] = tostring((select(i, ...))) end
  emit(table.concat(line, ' '))
end)";

std::string* printed_of(lua_State* L) {
  lua_getfield(L, LUA_REGISTRYINDEX, "printed");
  auto* printed = static_cast<std::string*>(lua_touserdata(L, -1));
  lua_pop(L, 1);
  return printed;
}

Outcome emit(lua_State* L, Reply& reply) {
  const auto text = text_at(L, 1);
  if (!text) return reply.fail("emit takes a text");
  std::string* printed = printed_of(L);
  printed->append(*text);
  printed->push_back('\n');
  return reply.done();
}

}  // namespace

Limits small_limits() {
  Limits limits;
  limits.steps = 1'000'000;
  return limits;
}

Ran run_in(Sandbox& sandbox, std::string_view script) {
  Ran ran;
  lua_State* L = sandbox.state();
  lua_pushlightuserdata(L, &ran.printed);
  lua_setfield(L, LUA_REGISTRYINDEX, "printed");
  lua_pushcfunction(L, bound<emit>);
  lua_setglobal(L, "emit");
  Result<void> result = sandbox.run("print.lua", kPrint);
  const std::int64_t before = sandbox.steps_left();
  if (result.ok()) result = sandbox.run("lab.lua", script);
  ran.steps = before - sandbox.steps_left();
  if (!result.ok()) {
    const Error& error = result.error();
    ran.error = Error{error.place, error.what, ""}.text();
    ran.hint = error.hint;
  }
  return ran;
}

Ran run(std::string_view script, const Limits& limits) {
  Sandbox sandbox(limits);
  return run_in(sandbox, script);
}

}  // namespace mqlab::scripting::test
