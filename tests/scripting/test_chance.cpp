// SPDX-License-Identifier: MIT
// Chance in a script comes from the run's seed alone, through one stream of its own.
#include <set>

#include "tests/catch.hpp"
#include "tests/scripting/script.hpp"

namespace mqlab::scripting::test {
namespace {

const char* const kDraws = R"(
local draws = {}
for i = 1, 20 do
  draws[#draws + 1] = random(6) .. ' ' .. random(-5, 5) .. ' ' .. tostring(chance(1, 3))
  draws[#draws + 1] = math.random(100) .. ' ' .. math.random()
end
print(table.concat(draws, ', '))
)";

std::string draws(std::uint64_t seed, const std::string& before = "") {
  Request request = request_for(before + kDraws);
  request.seed = seed;
  const Report report = run_scenario(request);
  INFO(error_of(report));
  REQUIRE(report.printed.size() == 1);
  return report.printed[0];
}

}  // namespace

TEST_CASE("The same seed gives the same numbers, another seed others") {
  CHECK(draws(1) == draws(1));
  std::set<std::string> different;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) different.insert(draws(seed));
  CHECK(different.size() == 10);
}

TEST_CASE("Another actor does not move the numbers of the script") {
  CHECK(draws(3) == draws(3,
                          "publisher { 'p', to = q, count = 9, every = exponential(1*ms) } "
                          "consumer { 'w', from = q, work = uniform(0, 1*s) } run()"));
}

TEST_CASE("random keeps within its bounds, both included") {
  CHECK(outcome("local seen = {}\nfor i = 1, 300 do seen[random(3, 5)] = true end\n"
                "for i = 1, 300 do assert(random(2) >= 1 and random(2) <= 2) end\n"
                "expect.equal({ seen[2] or false, seen[3], seen[4], seen[5], seen[6] or false }, "
                "{ false, true, true, true, false })\n"
                "expect.equal(random(7, 7), 7) expect.is_true(random(math.mininteger, 0) <= 0)\n"
                "expect.is_true(chance(1, 1)) expect.is_true(not chance(0, 1)) run()") == "pass");
}

TEST_CASE("decide makes one choice of a stream another one, and no other") {
  const std::string actors =
      "publisher { 'p', to = q, count = 5, every = 10*ms, latency = uniform(1*ms, 9*ms) } ";
  const auto arrivals = [&](const std::string& before) {
    const Report report = run_scenario(request_for(actors + before + " run()"));
    INFO(error_of(report));
    CHECK(report.warnings.empty());
    std::vector<std::int64_t> times;
    for (const ledger::Row& row : ledger::LedgerView(*report.ledger).rows()) {
      if (row.fact == ledger::Fact::published) times.push_back(row.at.ns);
    }
    return times;
  };
  const std::vector<std::int64_t> plain = arrivals("");
  const std::vector<std::int64_t> least = arrivals("decide('p.latency', 2, 0)");
  const std::vector<std::int64_t> most = arrivals("decide('p.latency', 2, -1)");
  REQUIRE(plain.size() == 5);
  REQUIRE(least.size() == 5);
  CHECK(least[2] == 21'000'000);
  CHECK(most[2] > 28'999'000);
  CHECK(most[2] <= 29'000'000);
  for (const std::size_t i : {0U, 1U, 3U, 4U}) {
    CHECK(least[i] == plain[i]);
    CHECK(most[i] == plain[i]);
  }
}

TEST_CASE("What decide said and nobody asked is told, and so are its mistakes") {
  const Report report = run_scenario(request_for("decide('nobody.latency', 0, 1) run()"));
  REQUIRE(report.warnings.size() == 1);
  CHECK(report.warnings[0].find("1 of the choices was never made") != std::string::npos);
  for (const char* call : {"decide()", "decide('', 0, 0)", "decide('a', -1, 0)",
                           "decide('a', 0.5, 0)", "decide('a', 0)", "decide('a', 0, 'b')"}) {
    INFO(call);
    CHECK(error(call).rfind("lab.lua:2: decide takes a stream", 0) == 0);
  }
}

TEST_CASE("Mistakes about chance are told") {
  CHECK(error("random(0)") == "lab.lua:2: random: 1 is above 0");
  CHECK(error("random(5, 4)") == "lab.lua:2: random: 5 is above 4");
  CHECK(error("random(math.mininteger, math.maxinteger)") ==
        "lab.lua:2: random: the range is too wide");
  CHECK(error("random(1.5)").rfind("lab.lua:2: random takes one or two whole numbers", 0) == 0);
  CHECK(error("random()").rfind("lab.lua:2: random takes one or two whole numbers", 0) == 0);
  for (const char* call : {"chance(2, 1)", "chance(-1, 2)", "chance(1, 0)", "chance(0.5)"}) {
    CHECK(error(call).rfind("lab.lua:2: chance takes two whole numbers", 0) == 0);
  }
  CHECK(error("math.randomseed(1)") != "");
}

TEST_CASE("A run of all distributions is the same run again") {
  const std::string body =
      "for i, d in ipairs { uniform(0, 2*ms), exponential(1*ms), normal(1*ms, 1*ms), "
      "pareto(10*us, 1.5), empirical { { 1*ms, 3 }, { 2*ms, 1 } }, empirical { 1*us, 2*us } } do\n"
      "publisher { 'p' .. i, to = q, count = 20, every = d, latency = d } end\n"
      "consumer { 'w', from = q, ack = 'manual', prefetch = 3, work = normal(1*ms, 5*ms) }\nrun()\n"
      "expect.handled(nil, 120)";
  const Report first = run(body);
  CHECK(outcome_of(first) == "pass");
  CHECK(first.ledger->digest() == run(body).ledger->digest());
  Request request = request_for(body);
  request.seed = 2;
  CHECK(!(run_scenario(request).ledger->digest() == first.ledger->digest()));
}

TEST_CASE("Distributions that make no sense are told") {
  for (const char* call : {"uniform(2, 1)", "pareto(1, 0)", "pareto(1, -1)", "pareto(1, 0/0)",
                           "empirical {}", "empirical { { 1, -1 } }", "empirical { { 1, 0 } }",
                           "empirical { { 1, 1, 1 } }", "pareto(1, 'x')", "empirical(5)"}) {
    INFO(call);
    CHECK(error(call).rfind("lab.lua:2: ", 0) == 0);
  }
}

}  // namespace mqlab::scripting::test
