// SPDX-License-Identifier: MIT
// The three phases of a call.
#include "scripting/call.hpp"

#include <exception>
#include <new>

#include "scripting/host.hpp"
#include "scripting/sandbox/core.hpp"
#include "sim/base/assert.hpp"

namespace mqlab::scripting {
namespace {

// The place of the innermost Lua line that led here.
Place place_of(lua_State* L) {
  lua_Debug frame;
  for (int level = 1; lua_getstack(L, level, &frame) != 0; ++level) {
    lua_getinfo(L, "Sl", &frame);
    if (frame.currentline <= 0) continue;
    const bool named = *frame.source == '@' || *frame.source == '=';
    return Place{named ? frame.source + 1 : frame.short_src, frame.currentline};
  }
  return Place{};
}

enum class Next { reply, yield, error };

Next work(lua_State* L, CallSlot& slot, Callable function) noexcept {
  const Trusted trusted(core_of(L));
  try {
    Call call{host_of(L), L, place_of(L), std::move(slot.args), {}};
    const Result<Then> then = function(call);
    slot.results = std::move(call.results);
    if (then.ok()) return *then == Then::yield ? Next::yield : Next::reply;
    slot.problem = host_of(L).raise(then.error());
  } catch (const std::bad_alloc&) {
    host_of(L).note_no_memory();
    slot.problem = kNoMemory;
  } catch (const std::exception& failure) {
    slot.problem = failure.what();
  }
  return Next::error;
}

}  // namespace

const Value& Call::arg(std::size_t position) const {
  static const Value nil;
  return position < args.size() ? args[position] : nil;
}

Error Call::error(std::string what, std::string hint) const {
  return Error{place, std::move(what), std::move(hint)};
}

int run_callable(lua_State* L, Callable function) {
  CallSlot& slot = host_of(L).take_slot();
  const int count = lua_gettop(L);
  slot.args.resize(static_cast<std::size_t>(count));
  for (int i = 1; i <= count; ++i) {
    if (!read_value(L, i, slot.args[static_cast<std::size_t>(i - 1)], slot.problem)) {
      luaL_where(L, 1);
      lua_pushlstring(L, slot.problem.data(), slot.problem.size());
      host_of(L).give_back(slot);
      lua_concat(L, 2);
      return lua_error(L);
    }
  }
  host_of(L).start_paying();
  const Next next = work(L, slot, function);
  const auto cost = static_cast<lua_Integer>(host_of(L).take_cost());
  if (next == Next::error) {
    luaL_where(L, 1);
    lua_pushlstring(L, slot.problem.data(), slot.problem.size());
    host_of(L).give_back(slot);
    lua_concat(L, 2);
    return lua_error(L);
  }
  luaL_checkstack(L, static_cast<int>(slot.results.size()) + 4, "too many results");
  const int results = static_cast<int>(slot.results.size());
  for (const Value& value : slot.results) push_value(L, value);
  host_of(L).give_back(slot);
  charge(L, cost);
  if (next == Next::reply) return results;
  if (lua_isyieldable(L) == 0) return luaL_error(L, "this can only be done inside a process");
  return lua_yield(L, results);
}

void set_host(lua_State* L, Host* host) {
  core_of(L).host = host;
}

Host& host_of(lua_State* L) {
  return *static_cast<Host*>(core_of(L).host);
}

}  // namespace mqlab::scripting
