// SPDX-License-Identifier: MIT
// What leaves the window: files, the clipboard; and things that are moved on the picture.
#include <filesystem>

#include <fmt/format.h>

#include "cli/files.hpp"
#include "tests/catch.hpp"
#include "tests/gui/fixture.hpp"

using namespace mqlab;
using namespace mqlab::gui;
using test::scenario;

namespace {

namespace fs = std::filesystem;

const char* const kAutoAck = "3-not-losing/auto_ack_loss";
constexpr Time kBeforeTheKill{1'400'000'000};

void click(Headless& window, std::string_view id, int button = 0) {
  const Result<void> done = window.click(id, button);
  if (!done.ok()) FAIL(done.error().text());
  REQUIRE(window.wait());
}

// A window just before the kill, whose exports go to a folder of their own.
struct Exporting {
  test::TemporaryFile place{"here", ""};
  fs::path folder = fs::path(place.path()).parent_path();
  Headless window{1280, 800};

  Exporting() {
    test::open(window, scenario(kAutoAck), kBeforeTheKill);
    window.app().set_export_folder(folder.string());
  }
  void take(const std::string& id) {
    window.press(key_press("ctrl+e"));
    click(window, id);
  }
  std::string read(const std::string& name) const {
    const Result<std::string> text = cli::read_file((folder / name).string());
    return text.ok() ? *text : std::string{};
  }
};

}  // namespace

TEST_CASE("an export goes into a file of its own, and says where; it never replaces one") {
  Exporting at;
  at.take("export.world.svg");
  const std::string name = "auto_ack_loss-auto-world-1.4s";
  const std::string first = at.read(name + ".svg");
  CHECK(first.starts_with("<svg"));
  CHECK(first.find("orders") != std::string::npos);
  CHECK(at.window.value("notice").find(name + ".svg") != std::string::npos);
  CHECK(at.window.ui().find("export.folder") == nullptr);
  at.window.app().session().seek(Time{1'400'000'000});
  at.take("export.world.svg");
  CHECK(at.window.value("notice").find(name + "-2.svg") != std::string::npos);
  CHECK(at.read(name + "-2.svg") == first);
  // Something else of that name is not touched either.
  fs::create_directory(at.folder / (name + ".txt"));
  at.take("export.world.text");
  CHECK(fs::is_directory(at.folder / (name + ".txt")));
  CHECK(at.read(name + "-2.txt").find("orders") != std::string::npos);
}

TEST_CASE("every tab leaves the window in each of its forms") {
  Exporting at;
  click(at.window, "variant.beside");
  const auto count_of = [&](const std::string& ending) {
    std::ptrdiff_t count = 0;
    for (const auto& entry : fs::directory_iterator(at.folder)) {
      if (entry.path().extension() == ending && entry.file_size() > 20) ++count;
    }
    return count;
  };
  for (int tab = 0; tab < kTabCount; ++tab) {
    at.window.app().show_tab(tab);
    for (const char* form : {"svg", "text", "csv", "lua"}) {
      at.window.press(key_press("ctrl+e"));
      const std::string id = fmt::format("export.tab.{}", form);
      if (at.window.ui().find(id) != nullptr) click(at.window, id);
      at.window.press(key_press("escape"));
    }
  }
  CHECK(count_of(".svg") == 2);
  CHECK(count_of(".txt") == 8);
  CHECK(count_of(".csv") == 5);
  CHECK(count_of(".lua") == 1);
  CHECK(at.read("auto_ack_loss-auto-ledger-1.4s.csv").starts_with("row,time_ns,actor"));
  CHECK(at.read("auto_ack_loss-auto-compare-1.4s.csv").find('4') != std::string::npos);
}

TEST_CASE("the picture of the window is what is seen, without the dialog that asked for it") {
  Exporting at;
  at.window.frames(3);
  at.take("export.window.png");
  const std::string png = at.read("auto_ack_loss-auto-window-1.4s.png");
  REQUIRE(png.size() > 10'000);
  CHECK(png.substr(1, 3) == "PNG");
}

TEST_CASE("a folder that is not there is told, and nothing is written") {
  Exporting at;
  at.window.app().set_export_folder((at.folder / "nowhere").string());
  at.take("export.world.text");
  CHECK(at.window.value("notice").find("no such folder") != std::string::npos);
  CHECK_FALSE(fs::exists(at.folder / "nowhere"));
}

TEST_CASE("all that a run leaves is written as mqlab run --out writes it") {
  Exporting at;
  at.take("export.run.files");
  const fs::path run = at.folder / "auto_ack_loss-auto" / "1";
  for (const char* name : {"summary.json", "ledger.jsonl", "run.mqr", "report.html"}) {
    INFO(name);
    CHECK(fs::file_size(run / name) > 100);
  }
}

TEST_CASE("the lines of a fork can be taken out alone") {
  Exporting at;
  click(at.window, "world.consumer.worker", 1);
  click(at.window, "menu.drop");
  at.take("export.fork.copy");
  CHECK(std::string(ImGui::GetClipboardText()).starts_with("after(\"#"));
  CHECK(std::string(ImGui::GetClipboardText()).find("drop-connection worker") != std::string::npos);
}

TEST_CASE("Ctrl+C copies the panel under the mouse as text") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  const auto copied = [&](const char* over) {
    REQUIRE(window.hover(over).ok());
    window.press(key_press("ctrl+c"));
    return std::string(ImGui::GetClipboardText());
  };
  CHECK(copied("outline.worker").find("worker") != std::string::npos);
  CHECK(copied("outline.worker").find("Consumers") == copied("outline.worker").rfind("Consumers"));
  CHECK(copied("world.queue.orders").find("shop.2@orders/1") != std::string::npos);
  click(window, "world.message.shop.3@orders/1");
  const std::string life = copied("inspector.name");
  CHECK(life.starts_with("shop.3\n"));
  CHECK(life.find("auto-acked-then-crashed") != std::string::npos);
  window.app().show_tab(2);
  const std::string ledger = copied("tab.3");
  const auto lines = std::count(ledger.begin(), ledger.end(), '\n');
  CHECK(static_cast<RowNo>(lines) == window.app().session().run().view.row_count() + 1);
  window.app().show_tab(4);
  CHECK(copied("tab.5").find("not yet") != std::string::npos);
  // While one types, the key is the text field's.
  window.press(key_press("ctrl+f"));
  window.frames(2);
  ImGui::SetClipboardText("mine");
  window.press(key_press("ctrl+c"));
  CHECK(std::string(ImGui::GetClipboardText()) == "mine");
}

TEST_CASE("a thing that is dragged stays there in all variants until it is put back") {
  Headless window(1280, 800);
  test::open(window, scenario(kAutoAck), kBeforeTheKill);
  const auto corner = [&](const char* id) {
    const Widget* widget = window.ui().find(id);
    REQUIRE(widget != nullptr);
    return widget->from;
  };
  const char* const kQueue = "world.queue.orders";
  const ImVec2 before = corner(kQueue);
  const ImVec2 shop = corner("world.publisher.shop");
  window.drag({before.x + 8, before.y + 8}, {before.x + 8, before.y + 68});
  const ImVec2 after = corner(kQueue);
  CHECK(after.y - before.y > 45);
  CHECK(std::abs(after.x - before.x) < 8);
  CHECK(corner("world.publisher.shop").y == shop.y);
  click(window, "variant.beside");
  window.press(key_press("end"));
  REQUIRE(window.wait());
  Session& session = window.app().session();
  CHECK(session.places.any(session.run()));
  const double moved =
      session.places.layout(*session.beside()->run)
          .find(session.beside()->run->topology.cast().queues.front(), observe::Layout::Part::queue)
          ->rect.y;
  CHECK(moved >
        session.run()
                .topology.layout()
                .find(session.run().topology.cast().queues.front(), observe::Layout::Part::queue)
                ->rect.y +
            20);
  window.press(key_press("ctrl+0"));
  window.frames(2);
  CHECK_FALSE(session.places.any(session.run()));
  session.put_beside(std::nullopt);
  window.frames(3);
  CHECK(std::abs(corner(kQueue).y - before.y) < 2);
  // Where nothing is, the whole picture moves.
  window.drag({before.x, before.y - 12}, {before.x + 30, before.y - 12});
  CHECK(corner(kQueue).x - before.x > 20);
}
