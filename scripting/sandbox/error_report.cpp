// SPDX-License-Identifier: MIT
// Finds the place of a Lua error, and a hint for the mistakes that are common.
#include "scripting/sandbox/error_report.hpp"

#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "scripting/sandbox/libraries.hpp"
#include "sim/base/suggest.hpp"

namespace mqlab::scripting {
namespace {

// The name to show for a chunk.
std::string file_of(const Frame& frame) {
  const bool named = frame.source.starts_with('@') || frame.source.starts_with('=');
  return named ? frame.source.substr(1) : frame.shown;
}

// If the message begins with "SHOWN:LINE: ", takes that off and returns the line.
std::optional<int> take_line(std::string& message, std::string_view shown) {
  if (!message.starts_with(shown)) return std::nullopt;
  const char* begin = message.data() + shown.size();
  const char* end = message.data() + message.size();
  if (begin == end || *begin != ':') return std::nullopt;
  int line = 0;
  const auto [stop, failure] = std::from_chars(begin + 1, end, line);
  if (failure != std::errc() || !std::string_view(stop, end).starts_with(": ")) return std::nullopt;
  message.erase(0, static_cast<std::size_t>(stop + 2 - message.data()));
  return line;
}

// As Lua shortens the name of a chunk.
std::string shown_as(const std::string& chunk) {
  constexpr std::size_t kMost = LUA_IDSIZE - 1;
  if (chunk.size() <= kMost) return chunk;
  return "..." + chunk.substr(chunk.size() - (kMost - 3));
}

std::optional<Place> take_place(const Core& core, std::string& message) {
  for (const Frame& frame : core.trace) {
    if (const auto line = take_line(message, frame.shown)) return Place{file_of(frame), *line};
  }
  for (const std::string& chunk : core.chunks) {
    if (const auto line = take_line(message, shown_as(chunk))) return Place{chunk, *line};
  }
  return std::nullopt;
}

Place innermost(const Core& core) {
  if (core.trace.empty()) return {core.chunks.empty() ? "" : core.chunks.back(), 0};
  return {file_of(core.trace.front()), core.trace.front().line};
}

struct Absent {
  std::string_view name;
  std::string_view why;
};

constexpr std::string_view kNoFiles = "a scenario opens no files";
constexpr std::string_view kNoLibm = "its last digits differ between processors";

constexpr Absent kAbsentGlobals[] = {
    {"io", kNoFiles},
    {"os", "a scenario does not see the machine's clock, environment or programs"},
    {"debug", "a scenario cannot look behind its own language"},
    {"package", "a scenario loads no modules"},
    {"require", "a scenario loads no modules"},
    {"dofile", kNoFiles},
    {"loadfile", kNoFiles},
    {"collectgarbage", "memory is tidied up by itself, and a run must not depend on when"},
    {"xpcall", "use pcall"},
    {"warn", "use error or print"},
    {"unpack", "it is called table.unpack"},
    {"loadstring", "it is called load"},
};

constexpr Absent kAbsentFields[] = {
    {"sin", kNoLibm},
    {"cos", kNoLibm},
    {"tan", kNoLibm},
    {"asin", kNoLibm},
    {"acos", kNoLibm},
    {"atan", kNoLibm},
    {"pow", "use the operator ^"},
    {"dump", "only text can be loaded"},
    {"pack", "texts hold no binary numbers here"},
    {"packsize", "texts hold no binary numbers here"},
    {"close", "a coroutine that nobody resumes simply stays where it is"},
    {"getn", "use the operator #"},
};

template <std::size_t N>
std::string_view why_absent(const Absent (&list)[N], std::string_view name) {
  for (const Absent& absent : list) {
    if (absent.name == name) return absent.why;
  }
  return {};
}

// Adds the names in the table on top of the stack, which it pops.
void take_names(lua_State* L, std::vector<std::string>* names) {
  if (lua_istable(L, -1)) {
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
      if (const auto name = text_at(L, -2)) names->emplace_back(*name);
    }
  }
  lua_pop(L, 1);
}

constexpr const char* kLibraries[] = {"coroutine", "math", "string", "table", "utf8"};

// Lua's functions are called raw: no metamethod of a script runs here.
std::vector<std::string> known_names(const Core& core, bool globals) {
  std::vector<std::string> names = core.names;
  lua_State* L = core.main;
  if (lua_checkstack(L, 6) == 0) return names;
  lua_pushglobaltable(L);
  if (globals) {
    take_names(L, &names);
    return names;
  }
  for (const char* library : kLibraries) {
    lua_pushstring(L, library);
    lua_rawget(L, -2);
    if (push_frozen(L, -1)) take_names(L, &names);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return names;
}

// The name in a message like "attempt to call a nil value (global 'name')".
std::string_view name_after(std::string_view message, std::string_view opening) {
  const std::size_t at = message.find(opening);
  if (at == std::string_view::npos) return {};
  message.remove_prefix(at + opening.size());
  return message.substr(0, message.find('\''));
}

std::string hint_for_name(const Core& core, std::string_view name, bool global) {
  const std::string_view why =
      global ? why_absent(kAbsentGlobals, name) : why_absent(kAbsentFields, name);
  if (!why.empty()) return fmt::format("'{}' is not available in a scenario: {}", name, why);
  const std::string near = suggest(name, known_names(core, global));
  if (!near.empty()) return fmt::format("did you mean '{}'?", near);
  return global ? fmt::format("nothing is called '{}' here", name) : std::string();
}

std::string hint_for(const Core& core, std::string_view message) {
  const std::string_view global = name_after(message, "a nil value (global '");
  if (!global.empty()) return hint_for_name(core, global, true);
  for (const std::string_view opening : {"a nil value (field '", "a nil value (method '"}) {
    const std::string_view name = name_after(message, opening);
    if (!name.empty()) return hint_for_name(core, name, false);
  }
  if (message.find("stack overflow") != std::string_view::npos) {
    return core.trace.empty() ? "brackets, tables or blocks are nested too deep"
                              : "does a function call itself without end?";
  }
  if (message.find("attempt to yield") != std::string_view::npos) {
    return "only a process can wait, and not inside table.sort, gsub or a metamethod";
  }
  return {};
}

std::string size_text(std::size_t bytes) {
  constexpr std::size_t kKib = 1024;
  if (bytes % (kKib * kKib) == 0) return fmt::format("{} MiB", bytes / (kKib * kKib));
  if (bytes % kKib == 0) return fmt::format("{} KiB", bytes / kKib);
  return fmt::format("{} bytes", bytes);
}

std::string memory_text(const Core& core) {
  switch (core.refusal) {
    case Refusal::string:
      return "a text of more than " + size_text(core.limits.string_bytes);
    case Refusal::block:
      return "a table or stack of more than " + size_text(core.limits.block_bytes);
    case Refusal::none:
    case Refusal::total:
      break;
  }
  return "the script used up its " + size_text(core.limits.memory_bytes) + " of memory";
}

}  // namespace

Error report_error(const Core& core, std::string message) {
  Place place = innermost(core);
  while (const std::optional<Place> written = take_place(core, message)) place = *written;
  // The rest of Lua's message is a list of calls.
  const std::size_t calls = message.find("\nstack traceback:");
  if (calls != std::string_view::npos) message.erase(calls);
  std::string hint = hint_for(core, message);
  return {std::move(place), std::move(message), std::move(hint)};
}

Error report_exhaustion(const Core& core) {
  if (core.exhausted == Exhaustion::steps) {
    return {innermost(core), fmt::format("the script used up its {} steps", core.limits.steps),
            "is there a loop that does not end, or one that makes very many actors or queues?"};
  }
  return {innermost(core), memory_text(core), "does something grow or call itself without end?"};
}

}  // namespace mqlab::scripting
