// SPDX-License-Identifier: MIT
// The window without a mouse.
#include <set>

#include <fmt/format.h>

#include "cli/files.hpp"
#include "tests/catch.hpp"
#include "tests/gui/fixture.hpp"

using namespace mqlab;
using namespace mqlab::gui;
using test::scenario;

namespace {

const char* const kAutoAck = "3-not-losing/auto_ack_loss";
constexpr Time kBeforeTheKill{1'400'000'000};

void key(Headless& window, std::string_view name) {
  window.press(key_press(name));
  REQUIRE(window.wait());
}

// Tab, until it comes to this widget.
void go_to(Headless& window, const std::string& id) {
  for (int i = 0; i < 200; ++i) {
    if (window.ui().focus() == id) return;
    window.press(key_press("tab"));
  }
  FAIL("Tab does not come to " << id);
}

}  // namespace

TEST_CASE("Tab comes to everything that can be pressed, and Shift and Tab go back") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  for (int tab = 0; tab < kTabCount; ++tab) {
    window.app().show_tab(tab);
    key(window, "escape");
    window.press(key_press("tab"));
    const std::string first = window.ui().focus();
    std::set<std::string> reached;
    do {
      reached.insert(window.ui().focus());
      // Of the script's text Tab is a part.
      window.press(key_press(window.ui().focus() == "editor.text" ? "f6" : "tab"));
    } while (window.ui().focus() != first && reached.size() < 300);
    for (const Widget& widget : window.ui().widgets()) {
      if (!widget.acts || !widget.enabled) continue;
      INFO(widget.id);
      CHECK(reached.contains(widget.id));
    }
    for (const char* id : {"transport.play", "outline.worker", "world.consumer.worker",
                           "world.message.shop.3@orders/1", "tab.9", "settings.export"}) {
      INFO(id);
      CHECK(reached.contains(id));
    }
    const std::string second = [&] {
      window.press(key_press("tab"));
      return window.ui().focus();
    }();
    CHECK(second != first);
    window.press(key_press("shift+tab"));
    CHECK(window.ui().focus() == first);
  }
}

TEST_CASE("a variant is compared, a message selected and a worker killed without a mouse") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  Session& session = window.app().session();
  go_to(window, "variant.beside");
  key(window, "enter");
  CHECK(window.value("compare.pending.1") == "4");
  go_to(window, "world.message.shop.3@orders/1");
  key(window, "enter");
  CHECK(window.value("inspector.name") == "shop.3");
  go_to(window, "world.consumer.worker");
  key(window, "shift+f10");
  CHECK(window.value("menu.title") == "worker");
  window.press(key_press("tab"));
  CHECK(window.ui().focus() == "menu.kill");
  key(window, "enter");
  CHECK(session.branch_count() == 3);
  CHECK(session.shown().request.interventions.size() == 1);
  CHECK(window.ui().find("menu.kill") == nullptr);
}

TEST_CASE("F6 goes from panel to panel, and a dialog or a menu keeps the keyboard until Esc") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  REQUIRE(window.click("outline.worker").ok());
  const auto part = [&] {
    const std::string& focus = window.ui().focus();
    return focus.substr(0, focus.find('.'));
  };
  std::vector<std::string> parts;
  for (int i = 0; i < 6; ++i) {
    window.press(key_press("f6"));
    parts.push_back(part());
  }
  CHECK(parts == std::vector<std::string>{"settings", "transport", "variant", "outline", "world",
                                          "inspector"});
  window.press(key_press("shift+f6"));
  CHECK(part() == "world");
  key(window, "ctrl+e");
  for (int i = 0; i < 40; ++i) {
    window.press(key_press("tab"));
    CHECK(part() == "export");
  }
  key(window, "escape");
  CHECK(window.ui().find("export.folder") == nullptr);
  go_to(window, "world.queue.orders");
  key(window, "shift+f10");
  CHECK(window.ui().find("menu.title") != nullptr);
  key(window, "escape");
  CHECK(window.ui().find("menu.title") == nullptr);
  CHECK(window.ui().focus().empty());
}

TEST_CASE("Esc leaves the script without taking back what was written") {
  const RunPtr original = test::opened(scenario(kAutoAck));
  const test::TemporaryFile file("mine.lua", original->report.sources.front().text);
  Headless window(1280, 800);
  test::open(window, file.path());
  key(window, "8");
  go_to(window, "editor.text");
  window.type("-- mine ");
  CHECK(window.value("editor.text").find("-- mine ") != std::string::npos);
  const Time before = window.app().session().position().now;
  window.press(key_press("space"));
  CHECK_FALSE(window.app().session().playing());
  key(window, "escape");
  CHECK(window.value("editor.text").find("-- mine ") != std::string::npos);
  key(window, "space");
  CHECK(window.app().session().playing());
  CHECK(window.app().session().position().now >= before);
}

TEST_CASE("rows of the ledger are gone to, and made breakpoints, without a mouse") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck));
  key(window, "ctrl+f");
  window.frames(2);
  window.type("died-with-client");
  REQUIRE(window.wait());
  std::string row;
  for (const Widget& widget : window.ui().widgets()) {
    if (widget.id.starts_with("ledger.#") && row.empty()) row = widget.id;
  }
  REQUIRE_FALSE(row.empty());
  go_to(window, row);
  key(window, "enter");
  Session& session = window.app().session();
  CHECK(fmt::format("ledger.#{}", session.position().row) == row);
  key(window, "shift+f10");
  window.press(key_press("tab"));
  CHECK(window.ui().focus() == "ledger.breakpoint");
  key(window, "enter");
  REQUIRE(session.breakpoints.size() == 1);
  CHECK(session.breakpoints[0].reason == ledger::Reason::died_with_client);
}

TEST_CASE("splitters are moved without a mouse, and stay within the window") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  const auto edge = [&](const char* id) {
    const Widget* widget = window.ui().find(id);
    REQUIRE(widget != nullptr);
    return widget->from;
  };
  go_to(window, "splitter.left");
  const float left = edge("splitter.left").x;
  window.press(key_press("ctrl+right"));
  CHECK(edge("splitter.left").x == left + 10);
  window.press(key_press("ctrl+shift+left"));
  CHECK(edge("splitter.left").x == left - 40);
  go_to(window, "splitter.right");
  const float right = edge("splitter.right").x;
  window.press(key_press("ctrl+left"));
  CHECK(edge("splitter.right").x == right - 10);
  go_to(window, "splitter.below");
  const float below = edge("splitter.below").y;
  window.press(key_press("ctrl+shift+up"));
  CHECK(edge("splitter.below").y == below - 50);
  for (int i = 0; i < 40; ++i) window.press(key_press("ctrl+shift+up"));
  CHECK(edge("splitter.below").y > edge("world").y);
  CHECK(window.ui().find("tab.1")->visible);
  for (int i = 0; i < 40; ++i) window.press(key_press("ctrl+shift+down"));
  CHECK(window.ui().find("tab.1")->visible);
  // None of that moved the scrubber.
  CHECK(window.app().session().position().now == kBeforeTheKill);
}

TEST_CASE("the scrubber is moved by hundredths of the run without a mouse") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck));
  Session& session = window.app().session();
  const std::int64_t end = session.run().end().ns;
  for (int i = 0; i < 50; ++i) key(window, "ctrl+right");
  CHECK(std::abs(session.position().now.ns - end / 2) < end / 200);
  key(window, "ctrl+shift+left");
  CHECK(std::abs(session.position().now.ns - end * 45 / 100) < end / 200);
  for (int i = 0; i < 12; ++i) key(window, "ctrl+shift+left");
  CHECK(session.position().now == Time{});
  go_to(window, "scrubber");
  for (int i = 0; i < 30; ++i) key(window, "ctrl+shift+right");
  CHECK(session.position().now == session.run().end());
}

TEST_CASE("the world is zoomed and moved, and its things are, without a mouse") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  const auto place = [&](const char* id) {
    const Widget* widget = window.ui().find(id);
    REQUIRE(widget != nullptr);
    return *widget;
  };
  const auto width = [&](const char* id) { return place(id).to.x - place(id).from.x; };
  const char* const kQueue = "world.queue.orders";
  const Widget before = place(kQueue);
  go_to(window, "world");
  window.press(key_press("ctrl+left"));
  CHECK(std::abs(place(kQueue).from.x - before.from.x + 40) < 1);
  window.press(key_press("z"));
  CHECK(width(kQueue) > 1.25F * (before.to.x - before.from.x));
  window.press(key_press("shift+z"));
  CHECK(std::abs(width(kQueue) - (before.to.x - before.from.x)) < 1);
  window.press(key_press("0"));
  CHECK(std::abs(place(kQueue).from.x - before.from.x) < 1);
  // What is marked stays in sight while the picture grows.
  go_to(window, kQueue);
  for (int i = 0; i < 4; ++i) window.press(key_press("z"));
  CHECK(place(kQueue).visible);
  window.press(key_press("0"));
  window.press(key_press("ctrl+shift+down"));
  CHECK(place(kQueue).from.y > before.from.y + 30);
  CHECK(window.app().session().places.any(window.app().session().run()));
}

TEST_CASE("timeline, sequence and plots are zoomed around the instant, and go on with it") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  const auto shown = [&] {
    return std::make_pair(window.value("timeline.picture"), window.value("plots.picture"));
  };
  key(window, "1");
  const auto all = shown();
  CHECK(all.first == "0 s to 1.5 s");
  for (int i = 0; i < 6; ++i) window.press(key_press("z"));
  const auto near = shown();
  CHECK(near.first != all.first);
  CHECK(near.first.find(" to 1.4") != std::string::npos);
  key(window, "home");
  window.frames(2);
  CHECK(shown().first.starts_with("0 s to"));
  go_to(window, "timeline.picture");
  window.press(key_press("ctrl+right"));
  CHECK_FALSE(shown().first.starts_with("0 s to"));
  CHECK(window.app().session().position().now == Time{});
  window.press(key_press("0"));
  window.frames(2);
  CHECK(shown() == all);
  key(window, "4");
  const auto whole = shown();
  window.press(key_press("z"));
  CHECK(shown().second != whole.second);
  window.press(key_press("shift+z"));
  window.press(key_press("shift+z"));
  CHECK(shown().second == whole.second);
  key(window, "2");
  const std::string before = png_of(window.picture());
  window.press(key_press("z"));
  const std::string after = png_of(window.picture());
  CHECK(before != after);
}

TEST_CASE("long lists are scrolled without a mouse: the tab, a marked panel, a dialog") {
  Headless window(640, 400);
  test::open(window, scenario(kAutoAck));
  key(window, "3");
  key(window, "home");
  const auto first_row = [&] {
    for (const Widget& widget : window.ui().widgets()) {
      if (widget.id.starts_with("ledger.#") && widget.visible) return widget.id;
    }
    return std::string();
  };
  CHECK(first_row() == "ledger.#1");
  window.press(key_press("pagedown"));
  window.frames(2);
  const std::string second = first_row();
  CHECK(second != "ledger.#1");
  window.press(key_press("pageup"));
  window.frames(2);
  CHECK(first_row() == "ledger.#1");
  for (int i = 0; i < 4; ++i) window.press(key_press("down"));
  window.frames(2);
  CHECK(first_row() != "ledger.#1");
  key(window, "?");
  CHECK_FALSE(window.ui().find("keys.9")->visible);
  for (int i = 0; i < 6; ++i) window.press(key_press("pagedown"));
  window.frames(2);
  CHECK(window.ui().find("keys.9")->visible);
}

TEST_CASE("the page about the window tells of every key") {
  const Result<std::string> page = cli::read_file(MQLAB_SOURCE_DIR "/docs/gui.md");
  REQUIRE(page.ok());
  for (const KeyBinding& one : key_bindings()) {
    INFO(one.shown);
    CHECK(page->find(one.shown) != std::string::npos);
  }
}
