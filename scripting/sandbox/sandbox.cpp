// SPDX-License-Identifier: MIT
// The ways into a sandboxed state: load, call, resume.
#include "scripting/sandbox/sandbox.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "scripting/sandbox/core.hpp"
#include "scripting/sandbox/error_report.hpp"
#include "scripting/sandbox/libraries.hpp"
#include "scripting/sandbox/portable_lua.hpp"
#include "sim/base/assert.hpp"

namespace mqlab::scripting {
namespace {

constexpr std::int64_t kResumeCost = 20;

// While it lives, a script runs on `thread` and the limits hold.
class Entry {
 public:
  Entry(Core& core, lua_State* thread) : core_(core), outer_(std::exchange(core.running, thread)) {
    ++core_.depth;
    core_.trace.clear();
  }
  ~Entry() {
    --core_.depth;
    core_.running = outer_;
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  lua_State* outer() const { return outer_; }

 private:
  Core& core_;
  lua_State* outer_;
};

// A coroutine for one call from C++. One that failed keeps its stack, so its place can be told even
// when memory is used up, where Lua calls no message handler. The others are used again.
class Borrowed {
 public:
  explicit Borrowed(Core& core) : core_(core) {
    if (!core.idle.empty()) {
      thread_ = core.idle.back();
      core.idle.pop_back();
      return;
    }
    const Trusted trusted(core);
    thread_ = lua_newthread(core.main);
    lua_rawsetp(core.main, LUA_REGISTRYINDEX, thread_);
  }
  ~Borrowed() {
    if (lua_status(thread_) == LUA_OK) {
      lua_settop(thread_, 0);
      core_.idle.push_back(thread_);
      return;
    }
    lua_pushnil(core_.main);
    lua_rawsetp(core_.main, LUA_REGISTRYINDEX, thread_);
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

  lua_State* thread() const { return thread_; }

 private:
  Core& core_;
  lua_State* thread_ = nullptr;
};

int to_text(lua_State* L) {
  push_text_of(L, 1, nullptr);
  return 1;
}

std::string kind_of_error(lua_State* L) {
  return std::string("the error is a ") + luaL_typename(L, -1) + ", not a text";
}

// Pops the error value of `on`, whatever its type, and gives its text.
std::string take_message(Core& core, lua_State* on) {
  if (const auto text = text_at(on, -1)) {
    std::string message(*text);
    lua_pop(on, 1);
    return message;
  }
  // The thread may be dead; the main thread is not.
  lua_State* L = core.main;
  std::string message = kind_of_error(on);
  if (lua_checkstack(L, 4) == 0) {
    lua_pop(on, 1);
    return message;
  }
  if (on != L) lua_xmove(on, L, 1);
  if (luaL_getmetafield(L, -1, "__tostring") != LUA_TNIL) {
    lua_pop(L, 1);
    const auto trace = core.trace;
    const Entry entry(core, L);
    lua_pushcfunction(L, to_text);
    lua_insert(L, -2);
    const int status = lua_pcall(L, 1, 1, 0);
    if (status == LUA_ERRMEM) core.exhausted = Exhaustion::memory;
    if (status == LUA_OK) message = *text_at(L, -1);
    core.trace = trace;
  }
  lua_pop(L, 1);
  return message;
}

// The report of the error on top of `on`, which it pops.
Error take_error(Core& core, lua_State* on, int status) {
  if (status == LUA_ERRMEM) core.exhausted = Exhaustion::memory;
  std::string message = take_message(core, on);
  if (core.exhausted == Exhaustion::none) return report_error(core, std::move(message));
  if (!core.exhaustion) core.exhaustion = report_exhaustion(core);
  return *core.exhaustion;
}

// What an exhausted sandbox answers to every entry.
std::optional<Error> refusal(Core& core) {
  if (core.exhausted == Exhaustion::none && core.steps < 0) core.exhausted = Exhaustion::steps;
  if (core.exhausted == Exhaustion::none) return std::nullopt;
  if (!core.exhaustion) core.exhaustion = report_exhaustion(core);
  return core.exhaustion;
}

struct Chunk {
  std::string name;  // as Lua wants it: '@' and the file
  std::string_view text;
};

// As Lua's own loader has it: without a byte order mark, and without a first line that begins with
// '#' (its line feed stays, so lines keep their numbers).
std::string_view script_in(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (text.starts_with('#')) text.remove_prefix(std::min(text.find('\n'), text.size()));
  return text;
}

// Argument: a Chunk. Gives its function, or raises.
int load_chunk(lua_State* L) {
  const auto* chunk = static_cast<const Chunk*>(lua_touserdata(L, 1));
  const char* name = chunk->name.c_str();
  if (!check_chunk(L, chunk->text.data(), chunk->text.size(), name + 1)) return lua_error(L);
  const int status = luaL_loadbufferx(L, chunk->text.data(), chunk->text.size(), name, "t");
  if (status != LUA_OK) return lua_error(L);
  return 1;
}

// Where a coroutine failed: before its first line, where its function begins.
void note_failure(Core& core, lua_State* thread) {
  note_trace(thread);
  if (!core.trace.empty() || !lua_isfunction(thread, 1)) return;
  lua_Debug info{};
  lua_pushvalue(thread, 1);
  lua_getinfo(thread, ">S", &info);
  if (info.linedefined > 0) core.trace.push_back({info.source, info.short_src, info.linedefined});
}

Result<Resumed> enter(Core& core, lua_State* thread, int arguments) {
  if (auto error = refusal(core)) return *error;
  int status = LUA_OK;
  int values = 0;
  {
    const Entry entry(core, thread);
    status = lua_resume(thread, entry.outer(), arguments, &values);
  }
  if (status == LUA_OK || status == LUA_YIELD) return Resumed{status == LUA_OK, values};
  note_failure(core, thread);
  return take_error(core, thread, status);
}

}  // namespace

Sandbox::Sandbox(const Limits& limits, RandomBits random) : core_(std::make_unique<Core>()) {
  core_->limits = limits;
  core_->random = std::move(random);
  core_->main = open_portable_state(*core_);
  MQLAB_ASSERT(core_->main != nullptr);
  core_->steps = limits.steps;
  open_libraries(core_->main);
  new_globals(core_->main);
  watch_budget(core_->main);
  fresh_ = snapshot();
  MQLAB_ASSERT(fresh_ != nullptr);
}

Sandbox::Sandbox(Sandbox&&) noexcept = default;

Sandbox& Sandbox::operator=(Sandbox&& other) noexcept {
  std::swap(core_, other.core_);
  std::swap(fresh_, other.fresh_);
  return *this;
}

Sandbox::~Sandbox() {
  if (core_) lua_close(core_->main);
}

lua_State* Sandbox::state() const {
  return core_->main;
}

Result<void> Sandbox::load(lua_State* on, const std::string& file, std::string_view text) {
  if (auto error = refusal(*core_)) return *error;
  core_->chunks.push_back(file);
  Chunk chunk{"@" + file, script_in(text)};
  lua_pushcfunction(on, load_chunk);
  lua_pushlightuserdata(on, &chunk);
  return call(on, 1, 1);
}

Result<void> Sandbox::run(const std::string& file, std::string_view text) {
  lua_State* L = core_->main;
  const Result<void> loaded = load(L, file, text);
  return loaded.ok() ? call(L, 0, 0) : loaded;
}

Result<void> Sandbox::call(lua_State* on, int arguments, int results) {
  const Borrowed borrowed(*core_);
  lua_State* thread = borrowed.thread();
  const Trusted trusted(*core_);
  MQLAB_ASSERT(lua_checkstack(thread, arguments + 1) != 0);
  lua_xmove(on, thread, arguments + 1);
  const Result<Resumed> resumed = enter(*core_, thread, arguments);
  if (!resumed.ok()) return resumed.error();
  if (!resumed->finished) {
    note_trace(thread);
    return report_error(*core_, "attempt to yield outside of a process");
  }
  if (results != LUA_MULTRET) lua_settop(thread, results);
  const int count = lua_gettop(thread);
  MQLAB_ASSERT(lua_checkstack(on, count) != 0);
  lua_xmove(thread, on, count);
  return {};
}

Result<Resumed> Sandbox::resume(lua_State* thread, int arguments) {
  core_->steps -= kResumeCost;
  return enter(*core_, thread, arguments);
}

std::shared_ptr<const Snapshot> Sandbox::snapshot() {
  MQLAB_ASSERT(core_->depth == 0 && core_->exhausted == Exhaustion::none);
  lua_gc(core_->main, LUA_GCCOLLECT);
  std::optional<Arena::Image> lua = core_->arena.image();
  if (!lua) return nullptr;
  return std::make_shared<const Snapshot>(Snapshot{std::move(*lua), core_->steps, core_->memory,
                                                   core_->chunks, core_->names, core_->serials,
                                                   core_->idle});
}

void Sandbox::return_to(const Snapshot& snapshot) {
  MQLAB_ASSERT(core_->depth == 0);
  core_->arena.put_back(snapshot.lua);
  core_->steps = snapshot.steps;
  core_->memory = snapshot.memory;
  core_->chunks = snapshot.chunks;
  core_->names = snapshot.names;
  core_->serials = snapshot.serials;
  core_->idle = snapshot.idle;
  core_->exhausted = Exhaustion::none;
  core_->exhaustion.reset();
  core_->refusal = Refusal::none;
  core_->trace.clear();
}

void Sandbox::fresh_environment() {
  return_to(*fresh_);
}

void Sandbox::freeze(const char* name) {
  scripting::freeze(core_->main, name);
}

void Sandbox::add_names(std::span<const std::string> names) {
  core_->names.insert(core_->names.end(), names.begin(), names.end());
}

void Sandbox::set_random(RandomBits random) {
  core_->random = std::move(random);
}

std::int64_t Sandbox::steps_left() const {
  return core_->steps < 0 ? 0 : core_->steps;
}

void Sandbox::refill(std::int64_t steps) {
  core_->steps = steps;
}

std::size_t Sandbox::memory_used() const {
  return core_->memory;
}

Exhaustion Sandbox::exhausted() const {
  return core_->exhausted;
}

}  // namespace mqlab::scripting
