// SPDX-License-Identifier: MIT
// The budget of a script: memory by the allocator, steps by a hook and by charges.
#include "scripting/sandbox/core.hpp"

#include "scripting/sandbox/error_report.hpp"
#include "sim/base/assert.hpp"

namespace mqlab::scripting {
namespace {

// Strings at least this long are paid for by their length. Shorter ones are not: whether they are
// made or found among those that exist depends on the garbage collector.
constexpr std::size_t kPaidString = 4096;
constexpr std::size_t kBytesPerStep = 32;

constexpr std::size_t kStringHeader = 32;

// How deep a trace is kept.
constexpr std::size_t kMaxFrames = 20;

Refusal refusal_of(const Core& core, std::size_t grown_by, std::size_t size, bool new_string) {
  if (new_string && size > core.limits.string_bytes + kStringHeader) return Refusal::string;
  if (size > core.limits.block_bytes) return Refusal::block;
  if (grown_by > core.limits.memory_bytes) return Refusal::total;
  if (core.memory > core.limits.memory_bytes - grown_by) return Refusal::total;
  return Refusal::none;
}

// About how many values `...` holds in the running function: a call of f(1, ...) is one instruction
// however long its arguments are.
int varargs_of(lua_State* L, lua_Debug* frame) {
  constexpr std::array<int, 4> kRungs{16, 64, 256, kMaxVarargs + 1};
  int count = 0;
  for (const int rung : kRungs) {
    if (lua_getlocal(L, frame, -rung) == nullptr) break;
    lua_pop(L, 1);
    count = rung;
  }
  return count;
}

// The first report of what is used up names the place where it was.
void note_exhaustion(lua_State* L, Exhaustion what) noexcept {
  Core& core = core_of(L);
  if (core.exhausted != Exhaustion::none) return;
  core.exhausted = what;
  note_trace(L);
  core.exhaustion = report_exhaustion(core);
}

void count_hook(lua_State* L, lua_Debug* frame) {
  Core& core = core_of(L);
  core.steps -= kHookInterval;
  if (core.exhausted != Exhaustion::none) exhaust(L, core.exhausted);
  const int varargs = varargs_of(L, frame);
  if (varargs > kMaxVarargs) {
    luaL_error(L, "too many values in '...' (at most %d): pass a table", kMaxVarargs);
  }
  core.steps -= std::int64_t{varargs} * (kHookInterval / 16);
  if (core.steps < 0) exhaust(L, Exhaustion::steps);
}

}  // namespace

Core& core_of(lua_State* L) {
  void* core = nullptr;
  lua_getallocf(L, &core);
  return *static_cast<Core*>(core);
}

void* allocate(void* core_pointer, void* block, std::size_t old_size, std::size_t new_size) {
  Core& core = *static_cast<Core*>(core_pointer);
  const std::size_t held = block == nullptr ? 0 : old_size;
  if (new_size == 0) {
    core.arena.release(block, held);
    core.memory -= held;
    return nullptr;
  }
  // For a new block Lua passes the type of the object in place of its size.
  const bool new_string = block == nullptr && old_size == LUA_TSTRING;
  if (core.depth > 0 && new_size > held) {
    const Refusal refusal = refusal_of(core, new_size - held, new_size, new_string);
    if (refusal != Refusal::none) {
      core.refusal = refusal;
      return nullptr;
    }
  }
  void* const result =
      block == nullptr ? core.arena.allocate(new_size) : core.arena.resize(block, held, new_size);
  if (result == nullptr) {
    core.refusal = Refusal::total;
    return nullptr;
  }
  core.memory += new_size - held;
  if (new_string && new_size >= kPaidString && core.depth > 0) {
    core.steps -= static_cast<std::int64_t>(new_size / kBytesPerStep);
  }
  return result;
}

void watch_budget(lua_State* L) {
  lua_sethook(L, count_hook, LUA_MASKCOUNT, kHookInterval);
}

void charge(lua_State* L, lua_Integer steps) {
  Core& core = core_of(L);
  if (core.exhausted != Exhaustion::none) exhaust(L, core.exhausted);
  if (steps > core.steps) {
    core.steps = 0;
    exhaust(L, Exhaustion::steps);
  }
  core.steps -= steps;
}

void exhaust(lua_State* L, Exhaustion what) {
  note_exhaustion(L, what);
  if (what == Exhaustion::memory) {
    lua_pushliteral(L, "out of memory");
  } else {
    lua_pushliteral(L, "out of steps");
  }
  lua_error(L);
  assertion_failed("lua_error does not return", __FILE__, __LINE__);
}

void check_string_size(lua_State* L, std::size_t bytes) {
  Core& core = core_of(L);
  if (bytes <= core.limits.string_bytes) return;
  core.refusal = Refusal::string;
  exhaust(L, Exhaustion::memory);
}

void rethrow_if_exhausted(lua_State* L, int status, lua_State* where) {
  const Core& core = core_of(L);
  if (status == LUA_ERRMEM) note_exhaustion(where, Exhaustion::memory);
  if (core.exhausted != Exhaustion::none) lua_error(L);
}

void note_trace(lua_State* L) noexcept {
  Core& core = core_of(L);
  core.trace.clear();
  lua_Debug frame{};
  for (int level = 0; core.trace.size() < kMaxFrames && lua_getstack(L, level, &frame); ++level) {
    lua_getinfo(L, "Sl", &frame);
    if (frame.currentline > 0) {
      core.trace.push_back({frame.source, frame.short_src, frame.currentline});
    }
  }
}

}  // namespace mqlab::scripting
