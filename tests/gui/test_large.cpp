// SPDX-License-Identifier: MIT
// Much of everything: hundreds of queues, a hundred thousand messages, a million rows.
#include <fmt/format.h>

#include "gui/model/steps.hpp"
#include "tests/catch.hpp"
#include "tests/gui/fixture.hpp"

using namespace mqlab;
using namespace mqlab::gui;

namespace {

const char* const kBacklog =
    "lab { title = \"a backlog\" }\n"
    "local r = broker \"r\"\n"
    "local q = r:queue { \"orders\", durable = true }\n"
    "publisher { \"p\", to = q, count = 100000, every = 10*us }\n"
    "consumer { \"c\", from = q, ack = \"manual\", prefetch = 3, start = 2*s, work = 1*ms }\n"
    "run(3*s)\n";

}  // namespace

TEST_CASE("two hundred queues have a place each, and those in sight are drawn") {
  const test::TemporaryFile file("queues.lua",
                                 "lab { title = \"many queues\" }\n"
                                 "local r = broker \"r\"\n"
                                 "local x = r:exchange { \"x\", type = \"fanout\" }\n"
                                 "for i = 1, 200 do\n"
                                 "  local q = r:queue { \"q\" .. i }\n"
                                 "  q:bind(x)\n"
                                 "end\n"
                                 "publisher { \"p\", to = x, count = 3, every = 1*ms }\n"
                                 "run()\n");
  Headless window(1280, 800);
  window.app().session().open(file.path());
  REQUIRE(window.wait());
  REQUIRE(window.app().session().is_open());
  window.press(key_press("end"));
  REQUIRE(window.wait());
  const Run& run = window.app().session().run();
  CHECK(run.topology.layout().boxes.size() >= 202);
  CHECK(window.ui().find("world.queue.q1") != nullptr);
  CHECK(window.ui().find("world.queue.q200") != nullptr);
  CHECK(window.value("outline.q1") == "q1  3|0");
  const std::string before = png_of(window.picture());
  window.wheel("world", 3);
  CHECK(png_of(window.picture()) != before);
}

TEST_CASE("a backlog of a hundred thousand messages is counted exactly and seeks in slices") {
  const test::TemporaryFile file("backlog.lua", kBacklog);
  Headless window(1280, 800);
  window.app().session().open(file.path());
  REQUIRE(window.wait());
  Session& session = window.app().session();
  REQUIRE(session.is_open());
  CHECK(session.run().view.row_count() > 600'000);
  session.seek(Time{1'900'000'000});
  REQUIRE(window.wait());
  CHECK(window.value("outline.orders") == "orders  100000|0");
  REQUIRE(window.click("outline.orders").ok());
  CHECK(window.value("inspector.ready") == "ready 100,000");
  // To the start and far ahead again: no frame folds more than its share.
  for (const std::int64_t ms : {1, 700, 2500, 300}) {
    session.seek(Time{ms * 1'000'000});
    int slices = 0;
    do {
      const RowNo before = session.shown().timeline.state().row_count();
      session.frame(0);
      const RowNo after = session.shown().timeline.state().row_count();
      if (after > before && slices > 0) CHECK(after - before <= Session::kRowsPerFrame);
      ++slices;
    } while (!session.shown().settled && slices < 1000);
    CHECK(session.shown().settled);
    CHECK(session.shown().timeline.state().row_count() == session.position().row);
  }
  for (int tab = 0; tab < kTabCount; ++tab) {
    window.app().show_tab(tab);
    window.frames(2);
  }
}

TEST_CASE("of two frames on their way the later can be made to come first") {
  const test::TemporaryFile file("race.lua",
                                 "lab { title = \"a race\" }\n"
                                 "local r = broker \"r\"\n"
                                 "local q = r:queue { \"q\" }\n"
                                 "publisher { \"a\", to = q, count = 1, latency = 5*ms }\n"
                                 "publisher { \"b\", to = q, count = 1, latency = 9*ms }\n"
                                 "run()\n");
  Headless window(1280, 800);
  window.app().session().open(file.path());
  REQUIRE(window.wait());
  Session& session = window.app().session();
  REQUIRE(session.is_open());
  const auto first_in_queue = [](const Run& run) {
    for (const ledger::Row& row : run.view.rows()) {
      if (row.fact == ledger::Fact::enqueued) return run.names.name(row.message);
    }
    return std::string();
  };
  CHECK(first_in_queue(session.run()) == "a.1");
  std::vector<std::size_t> frames;  // among the steps
  for (RowNo row = 1; row <= session.run().view.row_count() && frames.size() < 2; ++row) {
    session.seek_row(row);
    REQUIRE(window.wait());
    frames.clear();
    const auto steps =
        possible_steps(session.run(), session.shown().timeline.state(), session.position());
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (steps[i].kind == Step::Kind::frame) frames.push_back(i);
    }
  }
  REQUIRE(frames.size() == 2);
  window.app().show_tab(8);
  window.frames(2);
  CHECK(window.value(fmt::format("next.{}", frames[0])) == "go on");
  REQUIRE(window.click(fmt::format("next.{}", frames[1])).ok());
  REQUIRE(window.wait());
  REQUIRE(session.branch_count() == 2);
  CHECK(first_in_queue(session.run()) == "b.1");
}

TEST_CASE("a long run's diagrams and comparisons are gathered beside the frames, and then shown") {
  const test::TemporaryFile file("backlog.lua", kBacklog);
  Headless window(1280, 800);
  window.app().session().open(file.path());
  REQUIRE(window.wait());
  Session& session = window.app().session();
  session.seek(Time{1'900'000'000});
  REQUIRE(window.wait());
  window.app().show_tab(1);
  window.frames(1);
  CHECK(window.ui().find("sequence.waiting") != nullptr);
  CHECK(window.app().busy());
  REQUIRE(window.wait());
  CHECK(window.ui().find("sequence.waiting") == nullptr);
  REQUIRE(window.ui().find("sequence.picture") != nullptr);
  window.app().show_tab(3);
  window.frames(2);
  for (const char* mode : {"axis: events", "axis: compressed", "axis: time"}) {
    REQUIRE(window.click("plots.axis").ok());
    REQUIRE(window.wait());
    CHECK(window.value("plots.axis") == mode);
    CHECK(window.ui().find("plot.backlog-orders") != nullptr);
  }
  // A hundred thousand messages that lie in a queue are as many lines as it has tracks.
  const observe::Sequence sequence = observe::sequence_of(
      session.run().names, {.from = Time{1'800'000'000}, .to = Time{1'810'000'000}});
  CHECK(sequence.spans.size() <= observe::Sequence::kMostTracks);
}
