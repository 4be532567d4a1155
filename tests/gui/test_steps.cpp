// SPDX-License-Identifier: MIT
// What could happen next, and making it happen: frames, work, clocks, chance.
#include <chrono>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "cli/request.hpp"
#include "gui/model/steps.hpp"
#include "tests/catch.hpp"
#include "tests/gui/fixture.hpp"

using namespace mqlab;
using namespace mqlab::gui;

namespace {

// The first consumer works 5 ms; meanwhile b's message is on its way for 20 ms.
const char* const kRace =
    "lab { title = \"a race\" }\n"
    "local r = broker \"r\"\n"
    "local q = r:queue { \"q\" }\n"
    "publisher { \"a\", to = q, count = 3, every = 30*ms, latency = 1*ms }\n"
    "publisher { \"b\", to = q, count = 1, latency = 8*ms }\n"
    "consumer { \"c\", from = q, ack = \"manual\", prefetch = 1, work = 20*ms }\n"
    "run()\n";

const char* const kChance =
    "lab { title = \"chance\" }\n"
    "local r = broker \"r\"\n"
    "local q = r:queue { \"q\" }\n"
    "publisher { \"a\", to = q, count = 5, every = 10*ms, latency = uniform(1*ms, 9*ms) }\n"
    "run()\n";

bool has(const std::vector<Step>& steps, Step::Kind kind) {
  for (const Step& step : steps) {
    if (step.kind == kind) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("work in hand and the next message of a publisher stand among the next steps") {
  const test::TemporaryFile file("race.lua", kRace);
  Headless window(1280, 800);
  test::open(window, file.path());
  Session& session = window.app().session();
  const Run& run = session.run();
  bool all_three = false;
  for (RowNo row = 1; row <= run.view.row_count() && !all_three; ++row) {
    session.seek_row(row);
    REQUIRE(window.wait());
    const auto steps = possible_steps(run, session.shown().timeline.state(), session.position());
    for (const Step& step : steps) {
      CHECK(step.arrives >= session.position().now);
      if (step.kind != Step::Kind::frame) CHECK(run.view.row(step.row).at == step.arrives);
    }
    all_three = has(steps, Step::Kind::frame) && has(steps, Step::Kind::work) &&
                has(steps, Step::Kind::clock);
    if (!all_three) continue;
    // What each button promises is what happens: work after which no frame has to wait is gone to,
    // and a frame that comes before work is held back until it is done.
    for (std::size_t i = 0; i < steps.size(); ++i) {
      for (const world::Intervention& what : forced(run, steps, i)) {
        CHECK(what.kind == world::Intervention::Kind::delay);
      }
      if (steps[i].kind != Step::Kind::work) continue;
      const bool earlier_frame = steps.front().kind == Step::Kind::frame;
      CHECK(forced(run, steps, i).empty() != earlier_frame);
    }
  }
  REQUIRE(all_three);
  window.app().show_tab(8);
  window.frames(2);
  CHECK(window.ui().find("next.2") != nullptr);
}

TEST_CASE("work is done before a frame arrives if that is wanted") {
  const test::TemporaryFile file("race.lua", kRace);
  Headless window(1280, 800);
  test::open(window, file.path());
  Session& session = window.app().session();
  const auto arrived_before_done = [](const Run& run) {
    RowNo published = 0;
    RowNo done = 0;
    for (RowNo row = 1; row <= run.view.row_count(); ++row) {
      const ledger::Row& one = run.view.row(row);
      if (one.fact == ledger::Fact::published && run.names.name(one.message) == "b.1") {
        published = row;
      }
      if (one.fact == ledger::Fact::finished && one.copy && done == 0) done = row;
    }
    return published < done;
  };
  REQUIRE(arrived_before_done(session.run()));
  session.seek(Time{5'000'000});
  REQUIRE(window.wait());
  window.app().show_tab(8);
  window.frames(2);
  const auto steps =
      possible_steps(session.run(), session.shown().timeline.state(), session.position());
  std::size_t work = steps.size();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].kind == Step::Kind::work) work = i;
  }
  REQUIRE(work < steps.size());
  REQUIRE(window.click(fmt::format("next.{}", work)).ok());
  REQUIRE(window.wait());
  REQUIRE(session.branch_count() == 2);
  CHECK_FALSE(arrived_before_done(session.run()));
}

TEST_CASE("a choice of chance is shown with what it is, and made otherwise in a fork") {
  const test::TemporaryFile file("chance.lua", kChance);
  Headless window(1280, 800);
  test::open(window, file.path());
  Session& session = window.app().session();
  const std::vector<PendingChoice> all = pending_choices(session.run(), {}, 100);
  REQUIRE(all.size() >= 5);
  for (const PendingChoice& pending : all) {
    CHECK_FALSE(pending.others.empty());
    for (const std::uint64_t other : pending.others) CHECK(other != pending.choice.value);
  }
  window.app().show_tab(8);
  window.frames(2);
  REQUIRE(window.ui().find("choice.0") != nullptr);
  const std::string id = fmt::format("choice.0.{}", all[0].others.back());
  const Result<void> done = window.click(id);
  if (!done.ok()) FAIL(done.error().text());
  REQUIRE(window.wait());
  REQUIRE(session.branch_count() == 2);
  REQUIRE(session.shown().request.overrides.size() == 1);
  CHECK(session.run().fingerprint != session.branch(0).run->fingerprint);
  // Only that one is another: whatever else is asked again has the same answer.
  const ChoiceLog& before = session.branch(0).run->report.choices;
  const ChoiceLog& after = session.run().report.choices;
  std::map<std::pair<std::string, std::uint64_t>, std::uint64_t> known;
  for (const Choice& one : before.choices) {
    known[{before.streams[one.stream.value - 1], one.nth}] = one.value;
  }
  std::size_t different = 0;
  for (const Choice& one : after.choices) {
    const auto same = known.find({after.streams[one.stream.value - 1], one.nth});
    if (same != known.end() && same->second != one.value) ++different;
  }
  CHECK(different == 1);
  // A recording of it is the same run again.
  const cli::Finished finished = cli::finish(file.path(), session.run().report);
  const test::TemporaryFile recording("fork.mqrun",
                                      cli::recording_of(finished, *session.run().request));
  const RunPtr again = test::opened(recording.path());
  CHECK(again->why_fixed.empty());
  CHECK(again->fingerprint == session.run().fingerprint);
  // And so is the script in which it is kept.
  const std::string forked = session.run().fingerprint;
  window.app().show_tab(7);
  window.frames(2);
  REQUIRE(window.click("editor.keep_fork").ok());
  window.frames(2);
  const std::string line = fmt::format("decide(\"{}\", ", all[0].stream);
  CHECK(window.value("editor.text").find(line) != std::string::npos);
  REQUIRE(window.click("editor.save").ok());
  REQUIRE(window.wait());
  CHECK(file.read().find("decide(") != std::string::npos);
  CHECK(session.branch_count() == 1);
  CHECK(session.run().fingerprint == forked);
}

TEST_CASE("a step that is made the first, an accident and names with quotes are kept as Lua, too") {
  const test::TemporaryFile file(
      "kept.lua",
      "lab { title = \"kept\" }\n"
      "local r = broker \"r\"\n"
      "local q = r:queue { \"q\" }\n"
      "publisher { 'a \"b\" \\\\', to = q, count = 5, every = 10*ms, latency = 5*ms }\n"
      "run()\n");
  const auto kept = [&](Session& session) {
    for (int i = 0; i < 60'000 && session.busy(); ++i) {
      session.frame(0);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    REQUIRE(session.branch_count() == 2);
    const std::string script = with_lines(session.branch(0).run->report.sources.front().text,
                                          lua_lines(session.shown().request));
    const test::TemporaryFile copy("copy.lua", script);
    CHECK(test::opened(copy.path())->fingerprint == session.run().fingerprint);
    CHECK(session.run().fingerprint != session.branch(0).run->fingerprint);
  };
  const auto open = [&](Session& session) {
    session.open(file.path(), {}, Time{22'000'000});
    for (int i = 0; i < 60'000 && session.busy(); ++i) {
      session.frame(0);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    REQUIRE(session.is_open());
  };
  {
    Session session;
    open(session);
    world::Intervention kill;
    kill.name = "a \"b\" \\";
    REQUIRE(session.fork({kill}).ok());
    kept(session);
  }
  Session session;
  open(session);
  const std::vector<PendingChoice> all = pending_choices(session.run(), session.position(), 10);
  REQUIRE_FALSE(all.empty());
  CHECK(all[0].stream.find(".fault.") != std::string::npos);
  REQUIRE(session.decide({all[0].stream, all[0].choice.nth, all[0].others.front()}).ok());
  kept(session);
}

TEST_CASE("in a low window both worlds of a comparison are in sight, with their queues") {
  for (const float scale : {1.0F, 2.0F}) {
    Headless window(static_cast<int>(640 * scale), static_cast<int>(400 * scale));
    window.app().set_scale(scale);
    test::open(window, test::scenario("3-not-losing/auto_ack_loss"), Time{1'400'000'000});
    REQUIRE(window.click("variant.beside").ok());
    REQUIRE(window.wait());
    for (const char* id : {"world", "beside"}) {
      const Widget* world = window.ui().find(id);
      REQUIRE(world != nullptr);
      for (const char* part : {".queue.orders", ".consumer.worker"}) {
        INFO(id << part);
        const Widget* thing = window.ui().find(std::string(id) + part);
        REQUIRE(thing != nullptr);
        CHECK(thing->from.x >= world->from.x - 1);
        CHECK(thing->to.x <= world->to.x + 1);
        CHECK(thing->from.y >= world->from.y);
        CHECK(thing->to.y <= world->to.y + 1);
      }
    }
  }
}

TEST_CASE("in a crowded diagram no words lie on others, and no line crosses them") {
  const test::TemporaryFile file(
      "dense.lua",
      "lab { title = \"dense\" }\n"
      "local r = broker \"r\"\n"
      "local q = r:queue { \"orders\" }\n"
      "publisher { \"p\", to = q, count = 100, every = 1*ms }\n"
      "consumer { \"c\", from = q, ack = \"manual\", prefetch = 10, work = 2*ms }\n"
      "run()\n");
  const RunPtr run = test::opened(file.path());
  const observe::Sequence sequence = observe::sequence_of(run->names, {});
  for (const auto mode :
       {observe::AxisMode::linear, observe::AxisMode::by_event, observe::AxisMode::compressed}) {
    const observe::TimeScale scale = sequence.scale(run->view, mode);
    const double height = observe::sequence_height(sequence, 1000, observe::Language::english);
    const observe::Rect rect{0, 0, 1000, height};
    const observe::Rect area = observe::sequence_area(sequence, rect, run->names);
    const auto axis = observe::PlotAxis::whole(scale, area.x, area.right());
    observe::Canvas canvas(1000, height);
    observe::draw_sequence(canvas, rect, sequence, axis, run->names, {});
    std::vector<observe::Rect> words;
    std::size_t last_arrow = 0;
    std::size_t first_word = canvas.shapes().size();
    for (std::size_t i = 0; i < canvas.shapes().size(); ++i) {
      const auto* text = std::get_if<observe::TextShape>(&canvas.shapes()[i]);
      const auto* line = std::get_if<observe::LineShape>(&canvas.shapes()[i]);
      const bool slanted = line != nullptr && line->from.x != line->to.x &&
                           line->from.y != line->to.y && line->to.y < area.bottom();
      if (slanted) last_arrow = i;
      if (text == nullptr || !text->text.starts_with("p.")) continue;
      first_word = std::min(first_word, i);
      const observe::Rect place{text->at.x, text->at.y - text->size,
                                observe::text_width(text->text, text->size), text->size};
      for (const observe::Rect& other : words) {
        CHECK_FALSE((place.x < other.right() && other.x < place.right() &&
                     place.y < other.bottom() && other.y < place.bottom()));
      }
      words.push_back(place);
    }
    CHECK(words.size() > 5);
    CHECK(last_arrow < first_word);
  }
}
