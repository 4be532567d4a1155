// SPDX-License-Identifier: MIT
// The window without a mouse.
#include <set>

#include <fmt/format.h>

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
