// SPDX-License-Identifier: MIT
// What the window remembers from session to session, and files that cannot be used.
#include <filesystem>

#include <fmt/format.h>

#include "cli/files.hpp"
#include "gui/model/settings.hpp"
#include "tests/catch.hpp"
#include "tests/gui/fixture.hpp"

using namespace mqlab;
using namespace mqlab::gui;
using test::scenario;

namespace {

namespace fs = std::filesystem;

const char* const kAutoAck = "3-not-losing/auto_ack_loss";
const char* const kQueue = "world.queue.orders";

struct Folder {
  test::TemporaryFile place{"here", ""};
  fs::path path = fs::path(place.path()).parent_path();
  std::string file = (path / "config" / "window.json").string();
};

ImVec2 corner(Headless& window, const char* id) {
  const Widget* widget = window.ui().find(id);
  REQUIRE(widget != nullptr);
  return widget->from;
}

void press(Headless& window, const char* name, int times = 1) {
  for (int i = 0; i < times; ++i) window.press(key_press(name));
}

}  // namespace

TEST_CASE("looks, sizes and places of things are as the last session left them") {
  const Folder folder;
  ImVec2 queue;
  ImVec2 border;
  bool chinese = false;
  {
    Headless window(1280, 800);
    window.app().keep_settings(folder.file);
    test::open(window, scenario(kAutoAck));
    window.ui().set_focus(kQueue);
    press(window, "ctrl+shift+down");
    window.ui().set_focus("splitter.left");
    press(window, "ctrl+shift+right");
    press(window, "ctrl+t");
    press(window, "v");
    press(window, "ctrl+=");
    press(window, "ctrl+l");
    chinese = window.ui().language == Language::chinese;
    window.frames(3);
    queue = corner(window, kQueue);
    border = corner(window, "splitter.left");
    REQUIRE(window.app().save_settings().ok());
  }
  Headless window(1280, 800);
  window.app().keep_settings(folder.file);
  test::open(window, scenario(kAutoAck));
  CHECK(window.app().notice().empty());
  CHECK(corner(window, kQueue).y == queue.y);
  CHECK(corner(window, "splitter.left").x == border.x);
  CHECK(window.ui().theme.dark);
  CHECK(window.ui().reduced_motion);
  CHECK(window.ui().scale == 1.25F);
  CHECK((window.ui().language == Language::chinese) == chinese);
  // Put back is put back for good.
  press(window, "ctrl+0");
  window.frames(2);
  REQUIRE(window.app().save_settings().ok());
  const Result<Settings> kept = read_settings(folder.file);
  REQUIRE(kept.ok());
  CHECK(kept->things.empty());
}

TEST_CASE("settings are written while the window is open, not only at its end") {
  const Folder folder;
  Headless window(1280, 800);
  window.app().keep_settings(folder.file);
  press(window, "ctrl+t");
  for (int i = 0; i < 30'000; ++i) {
    window.frames(1);
    const Result<Settings> kept = read_settings(folder.file);
    if (kept.ok() && kept->dark) break;
  }
  const Result<Settings> kept = read_settings(folder.file);
  REQUIRE(kept.ok());
  CHECK(kept->dark);
}

TEST_CASE("what is written is read, and things of a scenario that is gone are forgotten") {
  const Folder folder;
  Settings settings;
  settings.chinese = settings.dark = true;
  settings.scale = 1.5F;
  settings.left = 200;
  settings.width = 1920;
  settings.things.push_back(
      {folder.place.path(), observe::Layout::Part::consumer, "工人 \"1\"", {40, 120}});
  const Settings all = settings;
  settings.things.push_back({"/nowhere/a.lua", observe::Layout::Part::queue, "q", {10, 10}});
  REQUIRE(write_settings(folder.file, settings).ok());
  const Result<Settings> again = read_settings(folder.file);
  REQUIRE(again.ok());
  CHECK(*again == all);
}

TEST_CASE(
    "a damaged file of settings is told in one line, left as it is, and nothing else happens") {
  const Folder folder;
  Settings good;
  good.dark = true;
  good.things.push_back({folder.place.path(), observe::Layout::Part::queue, "q", {10, 10}});
  REQUIRE(write_settings(folder.file, good).ok());
  const std::string whole = *cli::read_file(folder.file);
  for (const std::string& text :
       {std::string(), std::string("{"), whole.substr(0, whole.size() / 2), std::string("[1, 2]"),
        std::string("{\"dark\": 3}"), std::string("{\"scale\": \"large\"}"),
        std::string("{\"things\": 3}"), std::string("{\"things\": [{\"part\": \"wheel\"}]}"),
        std::string("\0\xff\xfe", 3), std::string(std::size_t{2} << 20, '[')}) {
    INFO(text.substr(0, 40));
    REQUIRE(cli::write_file(folder.file, text).ok());
    Headless window(1280, 800);
    window.app().keep_settings(folder.file);
    CHECK(window.app().notice().find("window.json") != std::string::npos);
    CHECK(window.app().notice().find('\n') == std::string::npos);
    test::open(window, scenario(kAutoAck));
    press(window, "ctrl+t");
    window.frames(150);
    CHECK(window.app().save_settings().ok());
    CHECK(*cli::read_file(folder.file) == text);
  }
}

TEST_CASE("numbers beyond all bounds in the settings leave a window that can be used") {
  const Folder folder;
  REQUIRE(cli::write_file(folder.place.path(),
                          "{\"left\": 1e300, \"right\": 3999, \"below\": 1e9, \"scale\": 99, "
                          "\"width\": -5, \"later\": {\"version\": 2}}")
              .ok());
  Headless window(1280, 800);
  window.app().keep_settings(folder.place.path());
  CHECK(window.app().notice().empty());
  window.app().set_scale(1);
  test::open(window, scenario(kAutoAck));
  for (const char* id : {"transport.play", "world", "scrubber", "tab.1"}) {
    INFO(id);
    const Widget* widget = window.ui().find(id);
    REQUIRE(widget != nullptr);
    CHECK(widget->visible);
    CHECK(widget->to.x - widget->from.x > 10);
    CHECK(widget->to.x < 1300);
  }
}

TEST_CASE("settings that cannot be written are told once, and the window goes on") {
  const Folder folder;
  Headless window(1280, 800);
  // Its folder would have to be where a file is.
  window.app().keep_settings(folder.place.path() + "/window.json");
  press(window, "ctrl+t");
  for (int i = 0; i < 30'000 && window.app().notice().empty(); ++i) window.frames(1);
  CHECK(window.app().notice().find("not kept") != std::string::npos);
  press(window, "escape");
  press(window, "ctrl+t");
  window.frames(300);
  CHECK(window.app().notice().empty());
  CHECK(window.app().save_settings().ok());
  CHECK(folder.place.read().empty());
}

TEST_CASE("a window that is told of no file keeps nothing") {
  Headless window(1280, 800);
  press(window, "ctrl+t");
  window.frames(300);
  CHECK(window.app().save_settings().ok());
  CHECK_FALSE(window.app().busy());
}
