// SPDX-License-Identifier: MIT
// The one way in for chance: streams that do not disturb each other, replay, overrides, the log.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/choices.hpp"
#include "sim/base/random.hpp"
#include "tests/catch.hpp"

using namespace mqlab;

namespace {

// A small run: latencies, a lossy link and a choice among consumers.
std::vector<std::uint64_t> small_run(Choices& choices) {
  const StreamId latency = choices.stream("latency");
  const StreamId loss = choices.stream("loss");
  const StreamId turn = choices.stream("turn");
  std::vector<std::uint64_t> answers;
  for (int i = 0; i < 5; ++i) {
    answers.push_back(choices.bits(latency));
    answers.push_back(choices.chance(loss, {1, 3}) ? 1 : 0);
    answers.push_back(choices.below(turn, 7));
  }
  return answers;
}

ChoiceLog log_of_small_run(std::uint64_t seed) {
  Choices choices = Choices::seeded(seed);
  choices.keep_log();
  small_run(choices);
  return choices.log();
}

std::string flaw(ChoiceLog log) {
  return Choices::replay(std::move(log)).error().text();
}

}  // namespace

TEST_CASE("a seeded stream of choices is the random stream of its name") {
  Choices choices = Choices::seeded(42);
  RandomStream random(42, "latency");
  const StreamId latency = choices.stream("latency");
  CHECK(choices.name(latency) == "latency");
  CHECK(choices.bits(latency) == random.next());
  CHECK(choices.below(latency, 1'000) == random.below(1'000));
  CHECK(choices.chance(latency, {1, 2}) == random.chance({1, 2}));
  CHECK(choices.asked(latency) == 3);
}

TEST_CASE("the same name is the same stream") {
  Choices choices = Choices::seeded(42);
  const StreamId first = choices.stream("a");
  CHECK(choices.stream("b") != first);
  CHECK(choices.stream("a") == first);
}

TEST_CASE("asking one stream does not move another") {
  Choices quiet = Choices::seeded(42);
  Choices busy = Choices::seeded(42);
  const StreamId other = busy.stream("other");
  for (int i = 0; i < 10; ++i) {
    busy.bits(other);
    REQUIRE(busy.bits(busy.stream("loss")) == quiet.bits(quiet.stream("loss")));
  }
}

TEST_CASE("what is certain is not a choice") {
  Choices choices = Choices::seeded(42);
  choices.keep_log();
  const StreamId loss = choices.stream("loss");
  CHECK_FALSE(choices.chance(loss, {0, 1}));
  CHECK(choices.chance(loss, {3, 3}));
  CHECK(choices.below(loss, 1) == 0);
  CHECK(choices.asked(loss) == 0);
  CHECK(choices.log().choices.empty());
}

TEST_CASE("keeping the log changes no answer") {
  Choices plain = Choices::seeded(42);
  Choices logged = Choices::seeded(42);
  logged.keep_log();
  CHECK(small_run(plain) == small_run(logged));
  CHECK(plain.log().choices.empty());
}

TEST_CASE("the log tells every choice in order") {
  const ChoiceLog log = log_of_small_run(42);
  CHECK(log.streams == std::vector<std::string>{"latency", "loss", "turn"});
  REQUIRE(log.choices.size() == 15);
  RandomStream latency(42, "latency");
  CHECK(log.choices[0] == Choice{StreamId{1}, ChoiceKind::kBits, 0, 0, latency.next()});
  CHECK(log.choices[4].stream == StreamId{2});
  CHECK(log.choices[4].kind == ChoiceKind::kChance);
  CHECK(log.choices[4].nth == 1);
  CHECK(log.choices[4].n == 2);
  CHECK(log.choices[5].kind == ChoiceKind::kBelow);
  CHECK(log.choices[5].n == 7);
}

TEST_CASE("a replay gives the recorded answers and the same log") {
  Choices original = Choices::seeded(42);
  original.keep_log();
  const std::vector<std::uint64_t> answers = small_run(original);
  Choices replay = std::move(*Choices::replay(original.log()));
  replay.keep_log();
  CHECK(replay.unused() == 15);
  CHECK(small_run(replay) == answers);
  CHECK(replay.log() == original.log());
  CHECK_FALSE(replay.divergence());
  CHECK(replay.unused() == 0);
}

TEST_CASE("a replay finds its streams by name, in whatever order they are opened") {
  const ChoiceLog log = log_of_small_run(42);
  Choices replay = std::move(*Choices::replay(log));
  replay.stream("turn");
  small_run(replay);
  CHECK_FALSE(replay.divergence());
}

TEST_CASE("a run that asks for more than was recorded diverges, and gets zeros") {
  Choices replay = std::move(*Choices::replay(log_of_small_run(42)));
  small_run(replay);
  const StreamId turn = replay.stream("turn");
  CHECK(replay.below(turn, 7) == 0);
  REQUIRE(replay.divergence());
  CHECK(replay.divergence()->kind == Divergence::Kind::kNotRecorded);
  CHECK(replay.divergence()->text() ==
        "choice 5 of stream \"turn\" asks for one of 7, but the recording ends before it");
  replay.bits(replay.stream("new"));
  CHECK(replay.divergence()->stream == "turn");
}

TEST_CASE("a run that asks another question than was recorded diverges") {
  Choices replay = std::move(*Choices::replay(log_of_small_run(42)));
  CHECK(replay.below(replay.stream("latency"), 10) == 0);
  CHECK(replay.divergence()->text() ==
        "choice 0 of stream \"latency\" asks for one of 10, but the recording has 64 bits");
}

TEST_CASE("a run that ends early leaves recorded answers unused") {
  Choices replay = std::move(*Choices::replay(log_of_small_run(42)));
  replay.bits(replay.stream("latency"));
  CHECK_FALSE(replay.divergence());
  CHECK(replay.unused() == 14);
}

TEST_CASE("an override replaces one answer and moves no other") {
  Choices plain = Choices::seeded(42);
  std::vector<std::uint64_t> expected = small_run(plain);
  Choices steered = Choices::seeded(42);
  steered.stream("turn");
  steered.set_override({"turn", 2, 5});
  steered.set_override({"turn", 2, 6});
  steered.set_override({"loss", 4, 1});
  steered.set_override({"loss", 0, 1});
  CHECK(steered.unused() == 3);
  expected[1] = 1;
  expected[2 * 3 + 2] = 6;
  expected[4 * 3 + 1] = 1;
  CHECK(small_run(steered) == expected);
  CHECK_FALSE(steered.divergence());
  CHECK(steered.unused() == 0);
}

TEST_CASE("an override answers where a replay has no answer") {
  Choices replay = std::move(*Choices::replay(log_of_small_run(42)));
  replay.set_override({"turn", 5, 3});
  small_run(replay);
  CHECK(replay.below(replay.stream("turn"), 7) == 3);
  CHECK_FALSE(replay.divergence());
}

TEST_CASE("an override that is not a possible answer is left out and reported") {
  Choices plain = Choices::seeded(42);
  Choices steered = Choices::seeded(42);
  steered.set_override({"turn", 1, 7});
  CHECK(small_run(steered) == small_run(plain));
  CHECK(steered.divergence()->text() ==
        "choice 1 of stream \"turn\" asks for one of 7, but is overridden with 7");
}

TEST_CASE("damaged recordings are refused") {
  const ChoiceLog good = log_of_small_run(42);
  ChoiceLog log = good;
  log.streams[1] = "latency";
  CHECK(flaw(log) == "the recorded choices are damaged: stream \"latency\" is there twice");
  log = good;
  log.streams[1].clear();
  CHECK(flaw(log) == "the recorded choices are damaged: a stream has no name");
  log = good;
  log.choices[3].stream = StreamId{9};
  CHECK(flaw(log) == "the recorded choices are damaged: there is no stream number 9");
  log = good;
  log.choices[3].stream = StreamId{};
  CHECK(flaw(log) == "the recorded choices are damaged: there is no stream number 0");
  log = good;
  log.choices.erase(log.choices.begin());
  CHECK(flaw(log) ==
        "the recorded choices are damaged: choice 1 of stream \"latency\" is out of place");
  log = good;
  log.choices[2].value = 7;
  CHECK(flaw(log) ==
        "the recorded choices are damaged: choice 0 of stream \"turn\": its value is out of range");
  log = good;
  log.choices[2].n = 1;
  CHECK_FALSE(Choices::replay(log));
  log = good;
  log.choices[1].n = 3;
  CHECK_FALSE(Choices::replay(log));
  log = good;
  log.choices[0].n = 3;
  CHECK_FALSE(Choices::replay(log));
}
