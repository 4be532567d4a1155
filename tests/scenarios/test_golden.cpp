// SPDX-License-Identifier: MIT
// What every scenario does is written down, and stays so.
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/scenarios/scenario_runs.hpp"

namespace mqlab::scenarios::test {
namespace {

constexpr const char* kHowToUpdate =
    "if the change is meant: MQLAB_UPDATE_GOLDEN=1 build/release/tests/test_scenarios";

// One run as a line of JSON.
std::string line_of(const scripting::Report& report) {
  const ledger::Digest& digest = report.ledger->digest();
  return fmt::format(
      R"({{"verdict": "{}", "fingerprint": "{}", "times": "{:016x}", "routing": "{:016x}", )"
      R"("fates": "{:016x}", "events": {}, "checks": {}}})",
      word(report.verdict), digest.fingerprint(), digest.times(), digest.routing(), digest.fates(),
      report.events, report.checks.size());
}

std::string golden_text() {
  std::string text = "{\n";
  for (const Outcome& run : outcomes()) {
    text +=
        fmt::format("{}\"{}\": {}", text.size() > 2 ? ",\n" : "", run.name, line_of(run.report));
  }
  return text + "\n}\n";
}

nlohmann::json golden() {
  static const bool updated = updating() && (write_data("golden.json", golden_text()), true);
  static_cast<void>(updated);
  return nlohmann::json::parse(read_data("golden.json"));
}

std::string failures(const scripting::Report& report) {
  if (report.error) return report.error->text();
  std::string text = report.bug + report.verdict_why.in(observe::Language::english);
  for (const scripting::Check& check : report.checks) {
    if (check.verdict == scripting::Verdict::pass) continue;
    text += fmt::format("\n{}:{}: {}: {}", check.place.file, check.place.line, check.text,
                        check.why.in(observe::Language::english));
  }
  return text;
}

}  // namespace

TEST_CASE("Every variant of every scenario passes") {
  REQUIRE(!outcomes().empty());
  for (const Outcome& run : outcomes()) {
    INFO(run.name << ": " << failures(run.report));
    CHECK(!run.report.error.has_value());
    CHECK(run.report.verdict == scripting::Verdict::pass);
    CHECK(!run.report.checks.empty());
  }
}

TEST_CASE("At the end of every run the fold of the ledger is the world, and the books balance") {
  for (const Outcome& run : outcomes()) {
    INFO(run.name);
    CHECK(run.report.bug == "");
  }
}

// Most scenarios are shorter than that; the others would take minutes.
TEST_CASE("The same holds after each of the first thousand events") {
  for (const Outcome& run : outcomes()) {
    INFO(run.name);
    scripting::Request request = request_for(run.scenario, run.report.variant);
    request.verify_each_event = true;
    if (run.report.events > 1'000) request.until_event = 1'000;
    CHECK(scripting::run_scenario(request).bug == "");
  }
}

TEST_CASE("Every scenario does what its line in the golden file says") {
  const nlohmann::json lines = golden();
  for (const Outcome& run : outcomes()) {
    INFO(run.name << "; " << kHowToUpdate);
    REQUIRE(lines.contains(run.name));
    CHECK(nlohmann::json::parse(line_of(run.report)) == lines[run.name]);
  }
}

TEST_CASE("The golden file has a line for every run, and no other") {
  std::map<std::string, int> runs;
  for (const Outcome& run : outcomes()) ++runs[run.name];
  const nlohmann::json lines = golden();
  for (const auto& [name, line] : lines.items()) {
    INFO(name << "; " << kHowToUpdate);
    CHECK(runs.count(name) == 1);
  }
  for (const auto& [name, count] : runs) {
    INFO(name);
    CHECK(count == 1);
  }
  CHECK(lines.size() == runs.size());
}

TEST_CASE("A scenario that is run again, after others and in another order, is the same run") {
  const std::vector<Outcome>& first = outcomes();
  for (auto run = first.rbegin(); run != first.rend(); ++run) {
    INFO(run->name);
    const scripting::Report again =
        scripting::run_scenario(request_for(run->scenario, run->report.variant));
    CHECK(again.ledger->digest() == run->report.ledger->digest());
    CHECK(again.events == run->report.events);
  }
}

TEST_CASE("Every scenario says what it shows and what happens in it") {
  for (const Outcome& run : outcomes()) {
    INFO(run.name);
    CHECK(!run.report.title.empty());
    CHECK(!run.report.claim.empty());
    CHECK(!run.report.story.empty());
    CHECK(run.report.variants.size() != 1);
    for (const scripting::Variant& variant : run.report.variants) {
      INFO(variant.name);
      CHECK(!variant.description.empty());
    }
  }
}

TEST_CASE("No scenario needs more than a moment") {
  for (const Outcome& run : outcomes()) {
    INFO(run.name);
    CHECK(run.report.events < 100'000);
  }
}

}  // namespace mqlab::scenarios::test
