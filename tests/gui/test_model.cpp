// SPDX-License-Identifier: MIT
// The window without its pictures: moving through a run, forks, queries.
#include <thread>

#include "cli/version.hpp"
#include "gui/model/query.hpp"
#include "gui/model/session.hpp"
#include "sim/ledger/recording.hpp"
#include "tests/catch.hpp"
#include "tests/gui/fixture.hpp"

using namespace mqlab;
using namespace mqlab::gui;

namespace {

const char* const kAutoAck = "3-not-losing/auto_ack_loss";

void settle(Session& session) {
  for (int i = 0; i < 60'000; ++i) {
    session.frame(0);
    if (!session.busy() && (!session.is_open() || session.shown().settled)) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  FAIL("work does not come to an end");
}

void open(Session& session, const std::string& path, Time at = {}) {
  session.open(path, {}, at);
  settle(session);
  REQUIRE(session.is_open());
}

std::vector<RowNo> query(const Run& run, const std::string& words) {
  const std::atomic<bool> interrupt{false};
  return find_rows(run, words, interrupt).rows;
}

}  // namespace

TEST_CASE("stepping forward over all events and back again leads through the same positions") {
  const RunPtr run = test::opened(test::scenario(kAutoAck));
  std::vector<Position> forward{Position{}};
  while (next_event(*run, forward.back()) != forward.back()) {
    forward.push_back(next_event(*run, forward.back()));
  }
  CHECK(forward.back().row == run->view.row_count());
  CHECK(forward.size() > run->event_count() / 2);
  Position at = forward.back();
  for (std::size_t i = forward.size() - 1; i > 0; --i) {
    at = previous_event(*run, at);
    CHECK(at == forward[i - 1]);
  }
}

TEST_CASE("each row belongs to the event in which it was written") {
  const RunPtr run = test::opened(test::scenario(kAutoAck));
  REQUIRE(run->knows_events());
  std::uint64_t before = 0;
  for (RowNo row = 1; row <= run->view.row_count(); ++row) {
    const std::uint64_t event = run->event_of(row);
    CHECK(event >= before);
    CHECK(event <= run->event_count());
    before = event;
  }
  CHECK(run->event_of(1) == 0);
}

TEST_CASE("what is worth a stop in auto_ack_loss begins with the kill") {
  const RunPtr run = test::opened(test::scenario(kAutoAck));
  const Position at = next_interesting(*run, {});
  REQUIRE(at.row > 0);
  CHECK(run->view.row(at.row).fact == ledger::Fact::down);
  CHECK(at.now == Time{1'500'000'000});
  CHECK(previous_interesting(*run, next_interesting(*run, at)) == at);
}

TEST_CASE("playing reaches the end at every pace and never goes beyond it") {
  const RunPtr run = test::opened(test::scenario(kAutoAck));
  for (const Pace pace : {Pace::even, Pace::real}) {
    Position at;
    int frames = 0;
    while (at.now < run->end() && frames < 100'000) {
      const Position next = played(*run, at, 1.0 / 60, pace, 1);
      REQUIRE(next.now > at.now);
      REQUIRE(next.row >= at.row);
      at = next;
      ++frames;
    }
    CHECK(at.now == run->end());
    CHECK(at.row == run->view.row_count());
  }
}

TEST_CASE("at the even pace a message is to be seen on its way, though that takes a millisecond") {
  const RunPtr run = test::opened(test::scenario(kAutoAck));
  const Position sent = at_time(*run, Time{10'000'000});
  int between = 0;
  for (Position at = sent; at.now < Time{11'000'000}; ++between) {
    at = played(*run, at, 1.0 / 60, Pace::even, 1);
  }
  CHECK(between > 10);
}

TEST_CASE("a breakpoint stops a playing run at the first row that it waits for") {
  Session session;
  open(session, test::scenario(kAutoAck));
  session.breakpoints.push_back({{}, {}, ledger::Reason::died_with_client});
  session.speed = 1000;
  session.play(true);
  for (int i = 0; i < 1000 && session.playing(); ++i) session.frame(0.1);
  REQUIRE(session.stopped_by() != 0);
  CHECK(session.position().row == session.stopped_by());
  CHECK(session.run().view.row(session.stopped_by()).reason == ledger::Reason::died_with_client);
}

TEST_CASE("a seek to any row shows the state that folding from the start gives") {
  Session session;
  open(session, test::scenario("4-duplicates/redelivery"));
  const RowNo last = session.run().view.row_count();
  for (const RowNo row : {last, last / 2, RowNo{1}, last - 1, RowNo{0}, last / 3}) {
    session.seek_row(row);
    settle(session);
    CHECK(session.shown().timeline.state() == observe::state_after(session.run().view, row));
  }
}

TEST_CASE("a fork shares the rows up to the event shown and differs after it") {
  Session session;
  open(session, test::scenario(kAutoAck), Time{500'000'000});
  world::Intervention kill;
  kill.kind = world::Intervention::Kind::kill;
  kill.name = "worker";
  const RowNo here = session.position().row;
  REQUIRE(session.fork({kill}).ok());
  settle(session);
  REQUIRE(session.branch_count() == 2);
  CHECK(session.shown_index() == 1);
  CHECK(session.shown().common >= here);
  // What was done is seen at once, at the instant of the event before it.
  CHECK(session.position().row > here);
  CHECK(session.position().now == session.run().view.row(here).at);
  const RowNo done = session.shown().common + 1;
  CHECK(session.run().view.row(done).fact == ledger::Fact::down);
  CHECK(session.position().row >= done);
  CHECK(session.beside() == &session.branch(0));
  CHECK(session.run().books.business().count(observe::Outcome::lost) == 5);
  CHECK(session.branch(0).run->books.business().count(observe::Outcome::lost) == 4);
}

TEST_CASE("a fork kept as Lua is the same run as the fork itself") {
  Session session;
  open(session, test::scenario(kAutoAck), Time{500'000'000});
  world::Intervention drop;
  drop.kind = world::Intervention::Kind::drop_connection;
  drop.name = "worker";
  REQUIRE(session.fork({drop}).ok());
  settle(session);
  const std::string line = lua_line(session.shown().request.interventions.front());
  const std::string script = with_lines(session.run().report.sources.front().text, {line});
  const test::TemporaryFile file("kept.lua", script);
  const RunPtr kept = test::opened(file.path());
  REQUIRE(kept->view.row_count() == session.run().view.row_count());
  CHECK(common_rows(kept->view, session.run().view) == kept->view.row_count());
}

TEST_CASE("closing a branch leaves the others and what they came from") {
  Session session;
  open(session, test::scenario(kAutoAck), Time{500'000'000});
  world::Intervention kill;
  kill.name = "worker";
  REQUIRE(session.fork({kill}).ok());
  settle(session);
  kill.kind = world::Intervention::Kind::restart;
  REQUIRE(session.fork({kill}).ok());
  settle(session);
  REQUIRE(session.branch_count() == 3);
  CHECK(session.branch(2).request.interventions.size() == 2);
  session.close_branch(1);
  REQUIRE(session.branch_count() == 2);
  CHECK(session.shown_index() == 1);
  CHECK_FALSE(session.branch(1).parent);
  CHECK(session.beside() == nullptr);
  session.close_branch(1);
  CHECK(session.shown_index() == 0);
}

TEST_CASE("a script that is wrong leaves what is open and says where it is wrong") {
  const test::TemporaryFile file("wrong.lua", "lab { title = \"x\" }\n\nrun(\n");
  Session session;
  open(session, test::scenario(kAutoAck));
  session.open(file.path());
  settle(session);
  REQUIRE(session.error());
  CHECK(session.error()->place.line >= 3);
  CHECK(session.run().path == test::scenario(kAutoAck));
}

TEST_CASE("a recording of this version can be forked, one of another can only be looked at") {
  const RunPtr run = test::opened(test::scenario(kAutoAck));
  for (const bool same : {true, false}) {
    ledger::Identity identity;
    identity.version = same ? cli::version() : "0.0.1";
    for (const scripting::Source& source : run->report.sources) {
      identity.files.push_back({source.name, source.text});
    }
    identity.variant = run->report.variant;
    identity.seed = run->report.seed;
    const test::TemporaryFile file("run.mqrun",
                                   ledger::save_recording(identity, *run->report.ledger));
    Session session;
    open(session, file.path(), Time{500'000'000});
    CHECK(session.run().recording);
    CHECK(session.run().fingerprint == run->fingerprint);
    CHECK(session.run().verdicts.size() == run->verdicts.size());
    CHECK(session.run().knows_events() == same);
    world::Intervention kill;
    kill.name = "worker";
    const Result<void> forked = session.fork({kill});
    CHECK(forked.ok() == same);
    if (!same) CHECK(forked.error().text().find("0.0.1") != std::string::npos);
    settle(session);
    CHECK(session.branch_count() == (same ? 2 : 1));
    if (same) CHECK(session.run().books.business().count(observe::Outcome::lost) == 5);
  }
}

TEST_CASE("a folder stands for the scenario in it") {
  const std::string path = test::scenario(kAutoAck);
  Session session;
  open(session, path.substr(0, path.rfind('/')), Time{500'000'000});
  CHECK(session.run().path == path);
  CHECK(session.run().fingerprint == test::opened(test::scenario(kAutoAck))->fingerprint);
}

TEST_CASE("a session that ends while it runs something ends at once") {
  const test::TemporaryFile file("endless.lua",
                                 "lab { title = \"endless\" }\n"
                                 "local r = broker \"r\"\nlocal q = r:queue { \"q\" }\n"
                                 "publisher { \"p\", to = q, every = 1*ms }\n"
                                 "consumer { \"c\", from = q, ack = \"auto\" }\n"
                                 "run(1000*h)\n");
  auto session = std::make_unique<Session>();
  session->open(file.path());
  session->frame(0);
  CHECK(session->busy());
  session.reset();
}

TEST_CASE("a message's name finds its life, words find rows, a minus leaves rows out") {
  const RunPtr run = test::opened(test::scenario(kAutoAck));
  const std::vector<RowNo> life = query(*run, "shop.2");
  REQUIRE_FALSE(life.empty());
  const std::vector<RowNo> delivered = query(*run, "Delivered orders");
  CHECK(delivered.size() == 5);
  for (const RowNo row : delivered) CHECK(run->view.row(row).fact == ledger::Fact::delivered);
  CHECK(query(*run, "delivered orders -shop.2").size() == 4);
  CHECK(query(*run, "nothing of the kind").empty());
}

TEST_CASE("the selection's history goes back and on, and a new selection ends what lay ahead") {
  SelectionHistory history;
  history.select({EntityId{1}, {}});
  history.select({EntityId{2}, {}});
  history.back();
  CHECK(history.now() == Selection{EntityId{1}, {}});
  history.on();
  CHECK(history.now() == Selection{EntityId{2}, {}});
  history.back();
  history.select({EntityId{3}, {}});
  CHECK_FALSE(history.can_go_on());
  history.back();
  history.back();
  CHECK(history.now().empty());
}
