// SPDX-License-Identifier: MIT
// mqlab lint: each rule is shown by a scenario of the repository, and not by what is well made.
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/definitions/cycles.hpp"
#include "cli/definitions/lint.hpp"
#include "cli/definitions/routes.hpp"
#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

using Json = nlohmann::json;

const std::string kSource = MQLAB_SOURCE_DIR;

const char* const kWellMade = R"(lab { title = "Nothing to complain of" }
local rabbit = broker "rabbit"
local dead = rabbit:exchange { "dead", type = "fanout", durable = true }
local grave = rabbit:queue { "grave", durable = true }
grave:bind(dead)
local orders = rabbit:exchange { "orders", type = "topic", durable = true, alternate = dead }
local new = rabbit:queue { "new", durable = true, dead_letter = dead, ttl = 60*s }
new:bind(orders, "order.*")
rabbit:policy { "long", pattern = "^new", definition = { ["max-length"] = 1000 } }
rabbit:user { "app", password = "x", configure = "", write = ".*", read = ".*" }
publisher { "shop", to = orders, key = { "order.new", "order.old" }, count = 4,
  persistent = true, confirm = "stream" }
consumer { "worker", from = new, ack = "manual", prefetch = 10, work = 5*ms,
  on_failure = "reject", fail = function(m) return false end }
run()
expect.lost(0)
)";

std::set<std::string> rules_in(const Json& findings) {
  std::set<std::string> out;
  for (const Json& finding : findings) out.insert(finding["rule"].get<std::string>());
  return out;
}

}  // namespace

TEST_CASE("Every rule of lint is shown by the scenario that it names") {
  const Folder folder;
  CHECK(lint_rules().size() == kLintRuleCount);
  std::string before;
  for (const LintRuleText& rule : lint_rules()) {
    INFO(rule.id);
    CHECK(before < rule.id);
    before = rule.id;
    CHECK(&text_of(rule.rule) == &rule);
    const Ran ran = folder.mqlab({"lint", kSource + "/" + scenario_of(rule), "--json"});
    CHECK(ran.code == 1);
    bool found = false;
    for (const Json& finding : Json::parse(ran.out)) {
      if (finding["rule"] != rule.id) continue;
      found = true;
      CHECK(finding["file"] == kSource + "/" + scenario_of(rule));
      CHECK(finding["line"] > 0);
      CHECK(finding["scenario"] == scenario_of(rule));
    }
    CHECK(found);
  }
}

TEST_CASE("What is well made has no findings, and exit code 0") {
  const Folder folder;
  folder.write("good.lua", kWellMade);
  const Ran ran = folder.mqlab({"lint", "good.lua"});
  INFO(ran.out);
  CHECK(ran.code == 0);
  CHECK(ran.out == "CLEAN nothing was found.\n");
  CHECK(folder.mqlab({"run", "good.lua"}).code == 0);
  REQUIRE(folder.mqlab({"export", "good.lua", "-o", "good.json"}).code == 0);
  CHECK(folder.mqlab({"lint", "good.json"}).code == 0);
}

TEST_CASE("Each fault put into what is well made is found, and nothing else") {
  struct Change {
    std::string from;
    std::string to;
    std::set<std::string> rules;
  };
  const std::vector<Change> changes{
      {"grave:bind(dead)", "", {"dead-letter-nowhere", "unbound-exchange", "unreachable-queue"}},
      {"new:bind(orders, \"order.*\")", "", {"unreachable-queue"}},
      {"ack = \"manual\"", "ack = \"auto\"", {"auto-ack"}},
      {"prefetch = 10", "prefetch = 0", {"no-prefetch-limit"}},
      {"on_failure = \"reject\"", "on_failure = \"requeue\"", {"requeue-without-limit"}},
      {"persistent = true", "persistent = false", {"transient-in-durable"}},
      {"confirm = \"stream\"", "confirm = \"none\"", {"no-confirms"}},
      {"\"^new\"", "\"^old\"", {"policy-matches-nothing"}},
      {"{ \"new\", durable = true, dead_letter = dead",
       "{ \"new\", durable = true",
       {"silent-drop", "unreachable-queue"}},
      {"{ \"new\", durable = true", "{ \"new\"", {"persistent-in-transient"}},
      {", alternate = dead }", " }", {}},
      {"{ \"order.new\", \"order.old\" }", "\"other\"", {"unreachable-queue"}},
      {"{ \"order.new\", \"order.old\" }", "function(i) return \"order.\" .. i end", {}},
  };
  const Folder folder;
  for (const Change& change : changes) {
    std::string text = kWellMade;
    const std::size_t at = text.find(change.from);
    REQUIRE(at != std::string::npos);
    text.replace(at, change.from.size(), change.to);
    folder.write("bad.lua", text);
    const Ran ran = folder.mqlab({"lint", "bad.lua", "--json"});
    INFO(change.from << " => " << change.to << "\n" << ran.out << ran.err);
    CHECK(rules_in(Json::parse(ran.out)) == change.rules);
    CHECK(ran.code == (change.rules.empty() ? 0 : 1));
  }
}

TEST_CASE("Findings in definitions stand at their lines") {
  const Folder folder;
  folder.write("d.json",
               "{\"queues\": [\n{\"name\": \"a\", \"arguments\": {\"x-dead-letter-exchange\": "
               "\"\",\n\"x-dead-letter-routing-key\": \"b\"}},\n{\"name\": \"b\", \"arguments\": "
               "{\"x-dead-letter-exchange\": \"\", \"x-dead-letter-routing-key\": \"a\"}}],\n"
               "\"exchanges\": [\n{\"name\": \"alone\", \"type\": \"direct\"}],\n\"bindings\": [\n"
               "{\"source\": \"nowhere\", \"destination\": \"a\"}]}");
  const Ran ran = folder.mqlab({"lint", "d.json"});
  CHECK(ran.code == 1);
  CHECK(contains(ran.out, "d.json:2: [dead-letter-cycle] dead letters go round: queues a -> b"));
  CHECK(contains(ran.out, "d.json:6: [unbound-exchange] nothing is bound to exchange alone"));
  CHECK(contains(ran.out, "d.json:8: [binding-to-nothing] exchange nowhere is not there"));
  CHECK(contains(ran.out, "FOUND 3 findings of 3 rules.\n"));
  const Ran less = folder.mqlab({"lint", "d.json", "--ignore", "dead-letter-cycle", "--ignore",
                                 "unbound-exchange", "--json"});
  CHECK(rules_in(Json::parse(less.out)) == std::set<std::string>{"binding-to-nothing"});
}

TEST_CASE("A circle of a hundred thousand queues is one finding") {
  const Folder folder;
  std::string text = "{\"queues\": [";
  constexpr int kCount = 100'000;
  for (int i = 0; i < kCount; ++i) {
    text += fmt::format(
        "{}\n{{\"name\": \"q{}\", \"arguments\": {{\"x-dead-letter-exchange\": \"\", "
        "\"x-dead-letter-routing-key\": \"q{}\"}}}}",
        i == 0 ? "" : ",", i, (i + 1) % kCount);
  }
  folder.write("many.json", text + "]}");
  const Ran ran = folder.mqlab({"lint", "many.json", "--json"});
  CHECK(ran.code == 1);
  const Json findings = Json::parse(ran.out);
  REQUIRE(findings.size() == 1);
  CHECK(contains(findings[0]["what"], "q0 -> q1 -> q2"));
  CHECK(contains(findings[0]["what"], " -> … (100001)"));
}

TEST_CASE("A handler that requeues for ever is found by what it did") {
  const Folder folder;
  const auto rules_of = [&](const std::string& queue, const std::string& handler) {
    folder.write("handler.lua",
                 "lab { title = \"x\" }\nlocal rabbit = broker \"rabbit\"\n"
                 "local orders = rabbit:queue { \"orders\", durable = true" +
                     queue +
                     " }\npublisher { \"shop\", to = orders, count = 3, confirm = \"stream\", "
                     "persistent = true }\nlocal seen = 0\nconsumer { \"worker\", from = orders, "
                     "ack = \"manual\", prefetch = 2, handler = function(m) " +
                     handler + " end }\nrun(10*s)\nexpect.pending(0)\n");
    const Ran ran = folder.mqlab({"lint", "handler.lua", "--json"});
    INFO(ran.out << ran.err);
    return rules_in(Json::parse(ran.out));
  };
  const std::set<std::string> found{"requeue-without-limit"};
  CHECK(rules_of("", "return \"requeue\"") == found);
  CHECK(rules_of("", "return \"nack\"") == rules_of("", "return \"reject\""));
  CHECK(rules_of("", "").empty());
  // It comes back now and then, but not for ever.
  CHECK(rules_of("", "seen = seen + 1 if seen < 50 then return \"requeue\" end").empty());
  // A quorum queue of 4.0 counts, and lets go.
  CHECK(rules_of(", type = \"quorum\"", "return \"requeue\"").count("requeue-without-limit") == 0);
  CHECK(contains(folder.mqlab({"lint", "handler.lua"}).out, "handler.lua") == false);
}

TEST_CASE("SARIF has a rule and a place for each result") {
  const Folder folder;
  const Ran ran = folder.mqlab(
      {"lint", kSource + "/scenarios/2-routing/topology_faults", "--sarif", "lint.sarif"});
  CHECK(ran.code == 1);
  const Json sarif = Json::parse(folder.read("lint.sarif"));
  CHECK(sarif["version"] == "2.1.0");
  const Json& run = sarif["runs"][0];
  const Json& rules = run["tool"]["driver"]["rules"];
  CHECK(rules.size() == kLintRuleCount);
  REQUIRE(!run["results"].empty());
  for (const Json& result : run["results"]) {
    CHECK(rules[result["ruleIndex"].get<std::size_t>()]["id"] == result["ruleId"]);
    const Json& place = result["locations"][0]["physicalLocation"];
    CHECK(place["region"]["startLine"] > 0);
    CHECK(!place["artifactLocation"]["uri"].get<std::string>().empty());
  }
}

TEST_CASE("What lint cannot read is told, and does not hide what it found elsewhere") {
  const Folder folder;
  folder.write("bad.json", "{");
  folder.write("auto.lua", kPasses);
  const Ran ran = folder.mqlab({"lint", "bad.json", "missing.lua", "auto.lua"});
  CHECK(ran.code == 65);
  CHECK(contains(ran.err, "mqlab: bad.json:1: the JSON text ends too early"));
  CHECK(contains(ran.err, "mqlab: missing.lua: no such file"));
  CHECK(contains(ran.out, "auto.lua:5: [auto-ack] worker works on messages of queue orders"));
  const Ran rule = folder.mqlab({"lint", "auto.lua", "--ignore", "auto-ak"});
  CHECK(rule.code == 64);
  CHECK(rule.err == "mqlab: --ignore auto-ak: there is no such rule (did you mean 'auto-ack'?)\n");
  CHECK(folder.mqlab({"lint"}).code == 64);
  CHECK(folder.mqlab({"lint", "--rules"}).code == 0);
}

TEST_CASE("Topic patterns match as the broker's do") {
  struct Case {
    const char* pattern;
    const char* key;
    bool matches;
  };
  for (const Case& one :
       {Case{"a.*", "a.b", true}, Case{"a.*", "a", false}, Case{"a.*", "a.b.c", false},
        Case{"a.#", "a", true}, Case{"#", "", true}, Case{"*", "", false},
        Case{"#.b", "a.c.b", true}, Case{"a.#.b.#", "a.b", true}, Case{"#.#", "x", true},
        Case{"a..b", "a..b", true}, Case{"a.*.b", "a..b", true}}) {
    INFO(one.pattern << " " << one.key);
    CHECK(topic_matches(one.pattern, one.key) == one.matches);
  }
}

TEST_CASE("Circles of a graph are found each once, also one of a single node") {
  using Parts = std::vector<std::vector<std::size_t>>;
  CHECK(cycles_of({}) == Parts{});
  CHECK(cycles_of({{1}, {2}, {}}) == Parts{});
  CHECK(cycles_of({{0}, {}}) == Parts{{0}});
  CHECK(cycles_of({{1}, {2}, {0}, {2, 4}, {3}}) == Parts{{0, 1, 2}, {3, 4}});
}

}  // namespace mqlab::cli::test
