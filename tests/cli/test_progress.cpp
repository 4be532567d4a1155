// SPDX-License-Identifier: MIT
// Progress: silent at first, then now and then, with a clock that the test moves.
#include "cli/progress.hpp"
#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

struct Stage {
  double clock = 100;
  std::vector<std::string> said;
  Progress::Ports ports() {
    return {[this] { return clock; }, [this](const std::string& text) { said.push_back(text); }};
  }
};

}  // namespace

TEST_CASE("Nothing is said about what is quick") {
  for (const auto style : {Progress::Style::bar, Progress::Style::lines, Progress::Style::silent}) {
    Stage stage;
    Progress progress(style, stage.ports());
    progress.begin("shop.lua", 1);
    stage.clock += 0.9;
    progress.at(4096, Time{});
    progress.end();
    CHECK(stage.said.empty());
  }
}

TEST_CASE("Where no terminal is, a line is said after five seconds and then every ten") {
  Stage stage;
  Progress progress(Progress::Style::lines, stage.ports());
  progress.begin("shop.lua", 1, [](std::uint64_t events, Time) {
    return static_cast<double>(events) / 4'000'000;
  });
  for (int second = 1; second <= 20; ++second) {
    stage.clock += 1;
    progress.at(static_cast<std::uint64_t>(second) * 100'000, Time{second * 1'000'000'000LL});
  }
  progress.end();
  REQUIRE(stage.said.size() == 2);
  CHECK(stage.said[0] ==
        "mqlab: shop.lua: 500,000 events, 100 k events/s, at 5.000000s, 12 %, about 35 s left\n");
  CHECK(contains(stage.said[1], "1,500,000 events, 100 k events/s, at 15.000000s, 38 %"));
}

TEST_CASE("On a terminal a bar shows how many runs are done, and is taken away") {
  Stage stage;
  Progress progress(Progress::Style::bar, stage.ports());
  progress.begin("a.lua", 4);
  progress.begin("b.lua", 4);
  progress.begin("c.lua", 4);
  stage.clock += 2;
  progress.at(2'000'000, Time{1});
  progress.at(2'000'001, Time{1});
  progress.end();
  REQUIRE(stage.said.size() == 2);
  CHECK(stage.said[0] ==
        "\r\x1b[K[##########..........] 3 of 4, c.lua: 2,000,000 events, 1.0 M events/s, "
        "at 0.000000s, 50 %, about 2 s left");
  CHECK(stage.said[1] == "\r\x1b[K");
}

TEST_CASE("What comes after a run has a bar of its own, with how much of it is done") {
  Stage stage;
  Progress progress(Progress::Style::bar, stage.ports());
  progress.begin("shop.lua", 1);
  progress.step("shop", "writing run.mqr", 1, 4);
  CHECK(stage.said.empty());
  stage.clock += 2;
  progress.step("shop", "writing run.mqr", 1, 4);
  progress.step("shop", "writing run.mqr", 1, 4);
  progress.step("shop.lua", "reading its rows");
  progress.end();
  REQUIRE(stage.said.size() == 3);
  CHECK(stage.said[0] == "\r\x1b[K[#####...............] shop: writing run.mqr, 25 %");
  CHECK(stage.said[1] == "\r\x1b[K[....................] shop.lua: reading its rows");
  CHECK(stage.said[2] == "\r\x1b[K");
}

}  // namespace mqlab::cli::test
