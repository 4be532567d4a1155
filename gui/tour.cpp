// SPDX-License-Identifier: MIT
// The words of a tour.
#include "gui/tour.hpp"

#include <chrono>
#include <vector>

#include <fmt/format.h>
#include <lua.hpp>

#include "cli/files.hpp"
#include "scripting/sandbox/sandbox.hpp"
#include "sim/base/text.hpp"

namespace mqlab::gui {

namespace {

struct Tour {
  Headless& window;
  std::string shots;
  bool pointing = false;  // the mouse rests where it was told to
  std::function<void(const std::string&)> timed;
};

using Args = std::vector<std::string>;
using Verb = Result<void> (*)(Tour& tour, const Args& args);

std::string arg(const Args& args, std::size_t i) {
  return i < args.size() ? args[i] : std::string{};
}

// C++ objects are gone before Lua jumps out of this function.
template <Verb kVerb>
int said(lua_State* L) {
  bool failed = false;
  {
    Tour& tour = *static_cast<Tour*>(lua_touserdata(L, lua_upvalueindex(1)));
    Args args;
    for (int i = 1; i <= lua_gettop(L); ++i) {
      std::size_t size = 0;
      const char* text = lua_tolstring(L, i, &size);
      args.emplace_back(text == nullptr ? "" : text, size);
    }
    static_cast<void>(tour.window.take_frames());
    const auto begin = std::chrono::steady_clock::now();
    const Result<void> done = kVerb(tour, args);
    if (tour.timed) {
      const std::chrono::duration<double, std::milli> took =
          std::chrono::steady_clock::now() - begin;
      const Headless::Frames frames = tour.window.take_frames();
      tour.timed(fmt::format("{:>9.1f} ms {:>6} frames, longest {:>7.1f} ms  {} {}", took.count(),
                             frames.count, frames.longest_ms, lua_tostring(L, lua_upvalueindex(2)),
                             fmt::join(args, " ")));
    }
    if (!done.ok()) {
      luaL_where(L, 1);
      const std::string what = done.error().text();
      lua_pushlstring(L, what.data(), what.size());
      lua_concat(L, 2);
      failed = true;
    }
  }
  return failed ? lua_error(L) : 0;
}

Result<void> waited(Tour& tour) {
  if (tour.window.wait()) return {};
  return make_error("work does not come to an end");
}

Result<void> open(Tour& tour, const Args& args) {
  tour.window.app().session().open(arg(args, 0), arg(args, 1));
  const Result<void> done = waited(tour);
  const auto& error = tour.window.app().session().error();
  return done.ok() && error ? Result<void>(*error) : done;
}

Result<void> click(Tour& tour, const Args& args) {
  const Result<void> done = tour.window.click(arg(args, 0), arg(args, 1) == "right" ? 1 : 0);
  return done.ok() ? waited(tour) : done;
}

Result<void> hover(Tour& tour, const Args& args) {
  tour.pointing = true;
  return tour.window.hover(arg(args, 0));
}

Result<void> key(Tour& tour, const Args& args) {
  const KeyPress press = key_press(arg(args, 0));
  if (press.key == Key::none) return make_error(fmt::format("'{}' is no key", arg(args, 0)));
  tour.window.press(press);
  return waited(tour);
}

Result<void> type(Tour& tour, const Args& args) {
  tour.window.type(arg(args, 0));
  return waited(tour);
}

Result<void> seek(Tour& tour, const Args& args) {
  Session& session = tour.window.app().session();
  if (!session.is_open()) return make_error("nothing is open");
  const std::string where = arg(args, 0);
  if (where.starts_with('#')) {
    const Result<std::uint64_t> row = parse_count(std::string_view(where).substr(1));
    if (!row.ok()) return row.error();
    session.seek_row(*row);
  } else {
    const Result<Duration> time = parse_duration(where);
    if (!time.ok()) return time.error();
    session.seek(Time{time->ns});
  }
  return waited(tour);
}

Result<void> expect(Tour& tour, const Args& args) {
  if (tour.window.ui().find(arg(args, 0)) == nullptr) {
    return make_error(fmt::format("there is no '{}' to be seen", arg(args, 0)));
  }
  const std::string got = tour.window.value(arg(args, 0));
  if (args.size() < 2 || got.find(args[1]) != std::string::npos) return {};
  return make_error(fmt::format("'{}' shows '{}', not '{}'", args[0], got, args[1]));
}

Result<void> gone(Tour& tour, const Args& args) {
  if (tour.window.ui().find(arg(args, 0)) == nullptr) return {};
  return make_error(fmt::format("'{}' is still to be seen", arg(args, 0)));
}

Result<void> shot(Tour& tour, const Args& args) {
  // What was clicked does not cover the picture with its hint.
  if (!tour.pointing) compat::mouse_moved(-10, -10);
  tour.pointing = false;
  tour.window.frames(3);
  return cli::write_file(fmt::format("{}/{}.png", tour.shots, arg(args, 0)),
                         png_of(tour.window.picture()));
}

Result<void> size(Tour& tour, const Args& args) {
  const Result<std::uint64_t> width = parse_count(arg(args, 0));
  const Result<std::uint64_t> height = parse_count(arg(args, 1));
  if (!width.ok() || !height.ok() || *width > 8192 || *height > 8192) {
    return make_error("size takes width and height, at most 8192");
  }
  tour.window.resize(static_cast<int>(*width), static_cast<int>(*height));
  return waited(tour);
}

Result<void> scale(Tour& tour, const Args& args) {
  const Result<double> factor = parse_number(arg(args, 0));
  if (!factor.ok()) return factor.error();
  tour.window.app().set_scale(static_cast<float>(*factor));
  return waited(tour);
}

Result<void> language(Tour& tour, const Args& args) {
  tour.window.app().set_language(arg(args, 0) == "zh" ? Language::chinese : Language::english);
  return waited(tour);
}

Result<void> theme(Tour& tour, const Args& args) {
  tour.window.app().set_dark(arg(args, 0) == "dark");
  return waited(tour);
}

template <Verb kVerb>
void add(lua_State* L, Tour& tour, const char* name) {
  lua_pushlightuserdata(L, &tour);
  lua_pushstring(L, name);
  lua_pushcclosure(L, said<kVerb>, 2);
  lua_setglobal(L, name);
}

}  // namespace

Result<void> run_tour(Headless& window, const std::string& path, const std::string& shots,
                      const std::function<void(const std::string&)>& timed) {
  const Result<scripting::Source> source = cli::read_script(path);
  if (!source.ok()) return source.error();
  scripting::Sandbox sandbox;
  Tour tour{window, shots, false, timed};
  window.app().set_export_folder(shots);
  lua_State* L = sandbox.state();
  add<open>(L, tour, "open");
  add<click>(L, tour, "click");
  add<hover>(L, tour, "hover");
  add<key>(L, tour, "key");
  add<type>(L, tour, "type_text");
  add<seek>(L, tour, "seek");
  add<expect>(L, tour, "expect");
  add<gone>(L, tour, "gone");
  add<shot>(L, tour, "shot");
  add<size>(L, tour, "size");
  add<scale>(L, tour, "scale");
  add<language>(L, tour, "language");
  add<theme>(L, tour, "theme");
  return sandbox.run(source->name, source->text);
}

}  // namespace mqlab::gui
