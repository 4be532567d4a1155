// SPDX-License-Identifier: MIT
// The window as it is used: widgets found by name, keys and mouse, no screen.
#include <fmt/format.h>

#include "gui/tour.hpp"
#include "sim/ledger/recording.hpp"
#include "tests/catch.hpp"
#include "tests/gui/fixture.hpp"

using namespace mqlab;
using namespace mqlab::gui;
using test::scenario;
using test::seen;

namespace {

const char* const kAutoAck = "3-not-losing/auto_ack_loss";
constexpr Time kBeforeTheKill{1'400'000'000};

void click(Headless& window, std::string_view id, int button = 0) {
  const Result<void> done = window.click(id, button);
  if (!done.ok()) FAIL(done.error().text());
}

void key(Headless& window, std::string_view name) {
  const KeyPress press = key_press(name);
  REQUIRE(press.key != Key::none);
  window.press(press);
}

}  // namespace

TEST_CASE("just before the kill the worker holds four messages that the broker has forgotten") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  CHECK(window.value("outline.orders") == "orders  0|0");
  for (const char* message : {"shop.2@orders/1", "shop.3@orders/1", "shop.4@orders/1"}) {
    INFO(message);
    CHECK(window.ui().find(fmt::format("world.message.{}", message)) != nullptr);
  }
  click(window, "outline.worker");
  CHECK(window.value("inspector.in_hand") == "in hand 1");
  CHECK(window.value("inspector.buffered") == "buffered 3");
}

TEST_CASE("the variant beside it holds the same four as unacked, and they survive") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  click(window, "variant.beside");
  REQUIRE(window.wait());
  CHECK(window.value("compare.unacked.0") == "0");
  CHECK(window.value("compare.unacked.1") == "4");
  CHECK(window.value("compare.lost.0") == "4");
  CHECK(window.value("compare.lost.1") == "0");
  CHECK(window.value("compare.pending.1") == "4");
  CHECK(window.value("compare.differences") == "4 messages fare differently");
  CHECK(window.value("compare.fate.shop.2.0") == "lost: auto-acked-then-crashed");
  CHECK(window.value("compare.fate.shop.2.1") == "pending");
  CHECK(window.ui().find("beside.message.shop.2@orders/1") != nullptr);
}

TEST_CASE("seeking away and back shows the same again") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  const std::string before = seen(window);
  key(window, "end");
  REQUIRE(window.wait());
  CHECK(seen(window) != before);
  key(window, "home");
  window.app().session().seek(kBeforeTheKill);
  REQUIRE(window.wait());
  CHECK(seen(window) == before);
}

TEST_CASE("keys step, play, go to faults, and do nothing while one types") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck));
  Session& session = window.app().session();
  key(window, "right");
  const RowNo first = session.position().row;
  CHECK(first > 0);
  key(window, "left");
  CHECK(session.position().row < first);
  key(window, "shift+right");
  CHECK(session.position().now == Time{1'500'000'000});
  key(window, "home");
  key(window, "space");
  CHECK(session.playing());
  window.frames(30);
  CHECK(session.position().now > Time{});
  key(window, "space");
  CHECK_FALSE(session.playing());
  key(window, "ctrl+f");
  window.frames(2);
  window.type("shop.2");
  REQUIRE(window.wait());
  CHECK(window.value("ledger.query") == "shop.2");
  const Position at = session.position();
  key(window, "space");
  CHECK_FALSE(session.playing());
  CHECK(session.position() == at);
}

TEST_CASE("a bookmark is a stop, and a right click on a row makes its reason one") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), Time{1'000'000'000});
  Session& session = window.app().session();
  const Position marked = session.position();
  key(window, "ctrl+b");
  REQUIRE(session.bookmarks.size() == 1);
  key(window, "home");
  key(window, "shift+right");
  CHECK(session.position().row == marked.row);
  key(window, "shift+right");
  CHECK(session.position().now == Time{1'500'000'000});
  key(window, "shift+left");
  CHECK(session.position().row == marked.row);
  key(window, "3");
  key(window, "ctrl+f");
  window.type("died-with-client");
  REQUIRE(window.wait());
  std::string row;
  for (const Widget& widget : window.ui().widgets()) {
    if (widget.id.starts_with("ledger.#") && widget.visible && row.empty()) row = widget.id;
  }
  REQUIRE_FALSE(row.empty());
  click(window, row, 1);
  click(window, "ledger.breakpoint");
  REQUIRE(session.breakpoints.size() == 1);
  CHECK(session.breakpoints[0].reason == ledger::Reason::died_with_client);
}

TEST_CASE("the scrubber seeks both ways") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck));
  const Widget* bar = window.ui().find("scrubber");
  REQUIRE(bar != nullptr);
  const float y = (bar->from.y + bar->to.y) / 2;
  const ImVec2 left{bar->from.x + 50, y};
  const ImVec2 right{bar->to.x - 50, y};
  window.drag(left, right);
  const Time late = window.app().session().position().now;
  CHECK(late > Time{1'300'000'000});
  window.drag(right, left);
  CHECK(window.app().session().position().now < Time{100'000'000});
}

TEST_CASE("a right click kills the worker in a fork, and the fork can be kept as Lua") {
  const RunPtr original = test::opened(scenario(kAutoAck));
  const test::TemporaryFile file("mine.lua", original->report.sources.front().text);
  Headless window(1280, 800);
  test::open(window, file.path(), Time{500'000'000});
  click(window, "world.consumer.worker", 1);
  click(window, "menu.kill");
  REQUIRE(window.wait());
  Session& session = window.app().session();
  REQUIRE(session.branch_count() == 2);
  CHECK(window.value("compare.lost.0") == "4");
  CHECK(window.value("compare.lost.1") == "5");
  const std::string fork = session.run().fingerprint;
  key(window, "8");
  click(window, "editor.keep_fork");
  CHECK(window.value("editor.text").find("after(\"#") != std::string::npos);
  click(window, "editor.save");
  REQUIRE(window.wait());
  CHECK(file.read().find("\"kill worker\")\nrun()") != std::string::npos);
  const RunPtr kept = test::opened(file.path());
  CHECK(kept->books.business().count(observe::Outcome::lost) == 5);
}

TEST_CASE("each tab draws in both languages, and the language changes in the middle of a run") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  const bool chinese = window.ui().fonts.chinese;
  for (const Language language : {Language::chinese, Language::english}) {
    if (language == Language::chinese && !chinese) continue;
    window.app().set_language(language);
    for (int tab = 0; tab < kTabCount; ++tab) {
      key(window, std::to_string(tab + 1));
      CHECK(window.app().tab() == tab);
      CHECK(window.value(fmt::format("tab.{}", tab + 1)) == "on");
      for (const Widget& widget : window.ui().widgets()) {
        INFO(widget.id << ": " << widget.value);
        CHECK(can_show(*window.ui().fonts.words, widget.value));
      }
    }
    key(window, "l");
    CHECK(window.ui().find("legend.unacked") != nullptr);
    key(window, "escape");
    key(window, "?");
    CHECK(window.ui().find("keys.Space") != nullptr);
    key(window, "escape");
    CHECK(window.app().session().position().now == kBeforeTheKill);
  }
}

TEST_CASE("without Chinese fonts the window says which package to install") {
  Headless window(640, 400);
  window.ui().fonts.chinese = false;
  window.app().set_language(Language::chinese);
  window.frames(2);
  CHECK(window.ui().language == Language::english);
  CHECK(window.value("notice").find("fonts-wqy-microhei") != std::string::npos);
}

TEST_CASE("a script error shows its line, and saving the mended script runs it") {
  const RunPtr original = test::opened(scenario(kAutoAck));
  const std::string good = original->report.sources.front().text;
  const test::TemporaryFile file("mine.lua", good);
  Headless window(1280, 800);
  test::open(window, file.path());
  file.write("lab { title = \"broken\" }\nlocal rabbit = brokr \"rabbit\"\nrun()\n");
  key(window, "f5");
  REQUIRE(window.wait());
  key(window, "8");
  CHECK(window.value("notice.error").find(":2:") != std::string::npos);
  CHECK(window.value("editor.error_line") == "2");
  CHECK(window.value("transport.title").find("Automatic ack") != std::string::npos);
  key(window, "ctrl+s");
  REQUIRE(window.wait());
  CHECK(window.ui().find("notice.error") == nullptr);
  CHECK(file.read() == good);
}

TEST_CASE("a script that is wrong from the start is shown with its mistake and runs when mended") {
  const RunPtr original = test::opened(scenario(kAutoAck));
  const test::TemporaryFile file("mine.lua", "lab { title = \"x\" }\n\nbrokr \"rabbit\"\n");
  Headless window(1280, 800);
  window.app().session().open(file.path());
  REQUIRE(window.wait());
  window.frames(2);
  CHECK_FALSE(window.app().session().is_open());
  CHECK(window.value("editor.error_line") == "3");
  CHECK(window.value("editor.text").find("brokr") != std::string::npos);
  file.write(original->report.sources.front().text);
  key(window, "f5");
  REQUIRE(window.wait());
  CHECK(window.app().session().is_open());
  CHECK(window.ui().find("notice.error") == nullptr);
}

TEST_CASE("an empty scenario and a missing file are told, and nothing else happens") {
  const test::TemporaryFile file("empty.lua", "");
  Headless window(640, 400);
  CHECK(window.ui().find("transport.empty") != nullptr);
  window.app().session().open(file.path());
  REQUIRE(window.wait());
  CHECK(window.ui().find("notice.error") != nullptr);
  window.app().session().open("/nowhere/at/all.lua");
  REQUIRE(window.wait());
  CHECK(window.value("notice.error").find("/nowhere/at/all.lua") != std::string::npos);
  for (const char* name : {"space", "right", "end", "3", "8", "b", "ctrl+b"}) key(window, name);
  CHECK_FALSE(window.app().session().is_open());
}

TEST_CASE("a window of 640 by 400 keeps its transport, its world and its tabs in sight") {
  Headless window(640, 400);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  for (const char* id : {"transport.play", "world", "scrubber", "tab.1"}) {
    INFO(id);
    const Widget* widget = window.ui().find(id);
    REQUIRE(widget != nullptr);
    CHECK(widget->visible);
    CHECK(widget->to.y - widget->from.y > 10);
  }
  window.app().set_scale(2);
  window.resize(1280, 800);
  window.frames(4);
  CHECK(window.ui().find("transport.play")->visible);
}

TEST_CASE("plots and diagrams show the run that is open, and a click in them goes there") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  key(window, "4");
  REQUIRE(window.ui().find("plot.backlog-orders") != nullptr);
  click(window, "plots.rates");
  CHECK(window.ui().find("plot.backlog-orders") == nullptr);
  const Widget* plot = window.ui().find("plot.rates");
  REQUIRE(plot != nullptr);
  window.drag({plot->from.x + 90, plot->from.y + 80}, {plot->from.x + 91, plot->from.y + 80});
  CHECK(window.app().session().position().now < Time{100'000'000});
  for (const char* mode : {"axis: events", "axis: compressed", "axis: time"}) {
    click(window, "plots.axis");
    CHECK(window.value("plots.axis") == mode);
  }
  key(window, "2");
  CHECK(window.value("sequence.picture").empty());  // all messages
  window.app().session().seek(kBeforeTheKill);
  REQUIRE(window.wait());
  click(window, "world.message.shop.3@orders/1");
  click(window, "sequence.only");
  window.frames(2);
  CHECK(window.value("sequence.picture") == "shop.3");
}

TEST_CASE("a thing that is selected in one world is selected in the other") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  click(window, "variant.beside");
  REQUIRE(window.wait());
  click(window, "beside.message.shop.4@orders/1");
  CHECK(window.value("inspector.name") == "shop.4");
  click(window, "branch.1");
  CHECK(window.value("branch.1") == "on");
  CHECK(window.value("inspector.name") == "shop.4");
  CHECK(window.value("inspector.where") == "unacked in orders; in the buffer of worker");
  CHECK(window.value("compare.lost.0") == "4");  // the tables keep their order
  // A right click acts on the world that it points at.
  click(window, "beside.consumer.worker", 1);
  window.frames(2);
  CHECK(window.value("branch.0") == "on");
  CHECK(window.value("menu.title") == "worker");
}

TEST_CASE("of several variants it is asked which is to be compared") {
  Headless window(1280, 800);
  test::open(window, scenario("9-whole-systems/order_system"));
  click(window, "variant.beside");
  window.frames(2);
  CHECK(window.app().session().beside() == nullptr);
  CHECK(window.ui().find("variant.beside.mall") != nullptr);
  click(window, "variant.beside.broker_killed");
  REQUIRE(window.wait());
  REQUIRE(window.app().session().beside() != nullptr);
  CHECK(window.app().session().beside()->name() == "broker_killed");
}

TEST_CASE("a scenario is run once when it is opened") {
  Headless window(640, 400);
  test::open(window, scenario(kAutoAck));
  const std::uint64_t generation = window.app().session().generation();
  window.frames(240);  // longer than from one look at its file to the next
  CHECK(window.app().session().generation() == generation);
  CHECK_FALSE(window.app().session().busy());
}

TEST_CASE("a recording of another version is looked at in all tabs; acting on it is not offered") {
  const RunPtr run = test::opened(scenario(kAutoAck));
  ledger::Identity identity;
  identity.version = "0.0.1";
  for (const scripting::Source& source : run->report.sources) {
    identity.files.push_back({source.name, source.text});
  }
  const test::TemporaryFile file("old.mqrun",
                                 ledger::save_recording(identity, *run->report.ledger));
  Headless window(1280, 800);
  test::open(window, file.path(), kBeforeTheKill);
  for (int tab = 0; tab < kTabCount; ++tab) {
    window.app().show_tab(tab);
    window.frames(2);
    CHECK(window.value(fmt::format("tab.{}", tab + 1)) == "on");
  }
  CHECK(window.value("next.fixed").find("0.0.1") != std::string::npos);
  window.app().show_tab(7);
  window.frames(2);
  CHECK_FALSE(window.ui().find("editor.save")->enabled);
  click(window, "world.consumer.worker", 1);
  CHECK(window.value("menu.fixed").find("0.0.1") != std::string::npos);
  REQUIRE(window.ui().find("menu.kill") != nullptr);
  CHECK_FALSE(window.ui().find("menu.kill")->enabled);
}

TEST_CASE("a window that is closed while it runs, forks or searches closes at once") {
  const test::TemporaryFile file("endless.lua",
                                 "lab { title = \"endless\" }\n"
                                 "local r = broker \"r\"\nlocal q = r:queue { \"q\" }\n"
                                 "publisher { \"p\", to = q, every = 1*ms }\n"
                                 "consumer { \"c\", from = q, ack = \"auto\" }\n"
                                 "run(1000*h)\n");
  Headless window(640, 400);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  window.app().session().open(file.path());
  window.frames(3);
  CHECK(window.app().session().busy());
  CHECK(window.value("notice").find("endless.lua") != std::string::npos);
  CHECK(window.ui().find("notice.stop") != nullptr);
}

TEST_CASE("at twice the size the window keeps what it has in sight, in both languages") {
  Headless window(1280, 800);
  window.app().set_scale(2);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  for (const Language language : {Language::english, Language::chinese}) {
    if (language == Language::chinese && !window.ui().fonts.chinese) continue;
    window.app().set_language(language);
    for (int tab = 0; tab < kTabCount; ++tab) {
      window.app().show_tab(tab);
      window.frames(3);
      for (const Widget& widget : window.ui().widgets()) {
        if (!widget.id.starts_with("transport.") && !widget.id.starts_with("tab.")) continue;
        INFO(widget.id);
        CHECK(widget.visible);
        CHECK(widget.to.x <= 1281);
      }
    }
  }
}

TEST_CASE("without motion the same facts are shown") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), Time{10'500'000});
  const std::string moving = seen(window);
  key(window, "v");
  window.frames(2);
  CHECK(seen(window) == moving);
}

TEST_CASE("a tour stops at the first thing that is not as it says") {
  Headless window(640, 400);
  const test::TemporaryFile good("good.lua", "expect(\"transport.empty\", \"nothing is open\")");
  CHECK(run_tour(window, good.path(), "/tmp").ok());
  const test::TemporaryFile bad("bad.lua", "\nclick(\"transport.play\")");
  const Result<void> done = run_tour(window, bad.path(), "/tmp");
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().text().find("bad.lua:2") != std::string::npos);
  CHECK(done.error().text().find("transport.play") != std::string::npos);
}
