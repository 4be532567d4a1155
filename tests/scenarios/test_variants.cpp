// SPDX-License-Identifier: MIT
// Fault and cure: with a variant's world and another one's expectations, a check fails. So each
// check that differs between variants can fail, and breaking a cure is noticed.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/scenarios/scenario_runs.hpp"

namespace mqlab::scenarios::test {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// The end of the call whose opening parenthesis is the first after `start`.
std::size_t end_of_call(const std::string& text, std::size_t start) {
  int depth = 0;
  for (std::size_t i = start; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return i + 1;
  }
  return text.size();
}

// The script with what stands in its expectations, and what follows its last run(), meant for
// another variant. Lines stay where they are.
std::string expecting(std::string text, const std::string& other) {
  for (std::size_t at = text.find("expect."); at != text.npos; at = text.find("expect.", at + 1)) {
    const std::size_t end = end_of_call(text, at);
    std::string call = text.substr(at, end - at);
    replace_all(call, "pick {", "expected_of {");
    replace_all(call, "variant ==", fmt::format("\"{}\" ==", other));
    text.replace(at, end - at, call);
  }
  const std::size_t last_run = text.rfind("\nrun(");
  REQUIRE(last_run != text.npos);
  text.insert(end_of_call(text, last_run),
              fmt::format(" pick = expected_of variant = \"{}\"", other));
  return fmt::format("local function expected_of(t) return t[\"{}\"] end ", other) + text;
}

}  // namespace

// Scenarios whose variants stand for ways to do or to break one thing, with one expectation that
// holds for all: what breaks them is a parameter (order_and_stock), or each asserts its own figures
// by arithmetic on the variant's numbers.
constexpr const char* kOneExpectation[] = {"2-routing/channels", "6-delays/order_and_stock",
                                           "9-whole-systems/order_system"};

bool has_one_expectation(const std::string& scenario) {
  return std::find(std::begin(kOneExpectation), std::end(kOneExpectation), scenario) !=
         std::end(kOneExpectation);
}

// Variants may differ only in where a fault strikes, and then expect the same. But each must be
// told from at least one other, or its checks would pass whatever happened.
TEST_CASE("Breaking any cure makes its check fail") {
  for (const Outcome& run : outcomes()) {
    if (run.report.variants.size() < 2) continue;
    INFO(run.name << " meets the expectations of every other variant");
    const bool one_expectation = has_one_expectation(run.scenario.name);
    bool told_apart = false;
    bool compared = false;
    for (const scripting::Variant& other : run.report.variants) {
      // One that differs is enough; where none should, one is looked at.
      if (other.name == run.report.variant || told_apart || compared) continue;
      scripting::Request request = request_for(run.scenario, run.report.variant);
      request.main.text = expecting(std::move(request.main.text), other.name);
      const scripting::Report report = scripting::run_scenario(request);
      told_apart = report.verdict == scripting::Verdict::fail;
      compared = one_expectation;
    }
    CHECK(told_apart != one_expectation);
  }
}

TEST_CASE("The expectations of a variant are told from those of another by their text alone") {
  const std::string script =
      "variants { \"a\", \"b\" }\nlocal n = pick { a = 1, b = 2 }\nrun()\n"
      "expect.equal(n, pick { a = 1, b = 2 })\n";
  CHECK(expecting(script, "b") ==
        "local function expected_of(t) return t[\"b\"] end variants { \"a\", \"b\" }\n"
        "local n = pick { a = 1, b = 2 }\nrun() pick = expected_of variant = \"b\"\n"
        "expect.equal(n, expected_of { a = 1, b = 2 })\n");
}

}  // namespace mqlab::scenarios::test
