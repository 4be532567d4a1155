// SPDX-License-Identifier: MIT
// What a configuration promises holds in ten thousand random worlds; MQLAB_WORLDS=1000000 asks for
// more, MQLAB_FIRST_WORLD=42 for others.
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>

#include "tests/worlds/random_world.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Tally {
  std::uint64_t worlds = 0;
  std::uint64_t broken = 0;
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t events = 0;
};

// Every third world from the first on keeps (or breaks) this claim. Each hundredth of them is
// looked at after every event, and lived through twice.
Tally live_all(Claim claim) {
  const std::uint64_t first = from_environment("MQLAB_FIRST_WORLD", 1);
  const std::uint64_t count = from_environment("MQLAB_WORLDS", 10'000);
  Tally tally;
  std::string first_broken;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    if (seed % 3 != static_cast<std::uint64_t>(claim)) continue;
    const bool is_sample = seed % 100 == 0;
    RandomWorld world(seed, claim, is_sample);
    const std::string wrong = world.live();
    if (!wrong.empty()) {
      if (++tally.broken <= 5) first_broken += fmt::format("world {}: {}\n", seed, wrong);
    }
    if (is_sample) {
      RandomWorld again(seed, claim, false);
      CHECK(again.live() == wrong);
      CHECK(again.story.world.ledger().digest() == world.story.world.ledger().digest());
    }
    ++tally.worlds;
    tally.lost += world.story.business(observe::Outcome::lost);
    tally.duplicated += world.story.business(observe::Outcome::duplicated);
    tally.events += world.story.world.event_count();
  }
  INFO(first_broken);
  CHECK(tally.broken == 0);
  return tally;
}

// Things that happen in a world, by name.
std::set<std::string> seen_in(const Story& story) {
  std::set<std::string> seen;
  const ledger::Ledger& ledger = story.world.ledger();
  for (const ledger::Row& row : ledger.rows()) {
    const std::string_view who = ledger.name(row.subject);
    if (row.fact == Fact::effect && who == "reader") seen.insert("a process works");
    if (row.fact == Fact::written && who == "db") seen.insert("a store commits");
    if (row.fact == Fact::composed && who == "writer") seen.insert("a process publishes");
    if (row.fact == Fact::composed && who.starts_with("worker"))
      seen.insert("a consumer publishes");
    if (row.fact == Fact::down && who == "db") seen.insert("a store dies");
    if (row.fact == Fact::down && who == "reader") seen.insert("a process dies");
    if (row.fact == Fact::down && who == "rabbit") seen.insert("a broker dies");
    if (row.fact == Fact::blocked) seen.insert("a broker does not read");
    if (row.fact == Fact::delayed) seen.insert("a frame is late");
    if (row.fact == Fact::network) seen.insert(std::string(ledger::word(row.reason)));
    if (row.fact == Fact::noted) seen.insert("an attempt fails");
    if (row.reason == Reason::not_synced) seen.insert("the disk forgets");
    if (row.reason == Reason::lost_in_flight) seen.insert("a frame is lost");
    if (row.reason == Reason::died_with_client) seen.insert("work dies with a client");
  }
  for (const broker::QueueView& queue : story.world.broker(story.rabbit).view().queues) {
    if (queue.type == "quorum") seen.insert("a quorum queue");
  }
  return seen;
}

}  // namespace

TEST_CASE("Persistent messages, confirms with retries and manual acks lose nothing in any world") {
  const Tally tally = live_all(Claim::at_least_once);
  // It did go wrong: what was done twice is the price.
  CHECK(tally.duplicated > tally.worlds / 20);
}

TEST_CASE("Automatic acks without retries do nothing twice in any world") {
  const Tally tally = live_all(Claim::at_most_once);
  CHECK(tally.lost > tally.worlds / 20);
}

TEST_CASE("An outbox and idempotent consumers bring about every effect exactly once in any world") {
  const Tally tally = live_all(Claim::effectively_once);
  CHECK(tally.events > tally.worlds * 100);
}

TEST_CASE("What the claims are about does happen in the worlds") {
  std::map<std::string, int> worlds;
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    RandomWorld world(seed, static_cast<Claim>(seed % 3), false);
    CHECK(world.live().empty());
    for (const std::string& one : seen_in(world.story)) ++worlds[one];
  }
  for (const char* what :
       {"a process works", "a consumer publishes", "a store commits", "a process publishes",
        "a store dies", "a process dies", "a broker dies", "a broker does not read",
        "a frame is late", "heartbeat-missed", "timed-out", "partitioned", "held", "clogged",
        "an attempt fails", "the disk forgets", "a frame is lost", "work dies with a client",
        "a quorum queue"}) {
    CAPTURE(what);
    CHECK(worlds[what] >= 5);
  }
}

TEST_CASE("Each claim is broken in some world if what it rests on is taken away") {
  for (const Claim claim : {Claim::at_least_once, Claim::at_most_once, Claim::effectively_once}) {
    std::uint64_t broken = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      RandomWorld world(seed, claim, false, Cure::missing);
      if (!world.live().empty()) ++broken;
    }
    CAPTURE(static_cast<int>(claim));
    CHECK(broken > 5);
  }
}

}  // namespace mqlab::world
