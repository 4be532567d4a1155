// SPDX-License-Identifier: MIT
// The rules' page is read as it is meant, and what is missing is told.
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/fidelity/page.hpp"

namespace mqlab::fidelity {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kPage =
    "# Rules\n"
    "## AB: first things\n"
    "| rule | what the broker does | versions |\n"
    "|---|---|---|\n"
    "| AB-1 | One. | both, not recorded |\n"
    "| AB-2 | Two. | differ: much |\n"
    "## CD: further things\n"
    "| CD-1 | Three. | not simulated (both) |\n"
    "## Not simulated\n"
    "| what | here |\n"
    "|---|---|\n"
    "| Weather | None. |\n";

// All is well with the rules of kPage.
Findings full() {
  Findings findings;
  findings.rules["AB-1"].files = {"sim/a.cpp"};
  findings.rules["AB-1"].tests = {{"tests/t.cpp", "one | is one"}};
  findings.rules["AB-2"].files = {"sim/a.cpp", "sim/b.cpp"};
  findings.rules["AB-2"].transcripts["3.10"] = {{"some-3.10/x.json", "x"}};
  findings.rules["AB-2"].transcripts["4.0"] = {{"some-4.0/x.json", "x"}, {"some-4.0/y.json", "y"}};
  findings.rules["AB-2"].recorded = {"3.10.8", "4.0.5"};
  return findings;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the rules' page is families of rules, then what is not simulated") {
  const RuleBook book = read_rule_book(kPage);
  CHECK(book.mistakes.empty());
  REQUIRE(book.families.size() == 2);
  CHECK(book.families[0].title == "first things");
  CHECK(book.families[0].rules.size() == 2);
  REQUIRE(book.find("AB-2") != nullptr);
  CHECK(book.find("AB-2")->versions == "differ: much");
  CHECK(book.find("AB-2")->line == 6);
  CHECK_FALSE(book.find("CD-1")->simulated());
  CHECK(book.find("AB-3") == nullptr);
  REQUIRE(book.absences.size() == 1);
  CHECK(book.absences[0].here == "None.");
}

TEST_CASE("mistakes on the rules' page are named with their line") {
  CHECK(read_rule_book("## AB: x\n| CD-1 | a | both |\n").mistakes ==
        Words{"line 2: \"CD-1\" is no id of this section"});
  CHECK(read_rule_book("## AB: x\n| AB-1 | a | both |\n| AB-1 | b | both |\n").mistakes ==
        Words{"line 3: AB-1 is there twice"});
  CHECK(read_rule_book("## AB: x\n| AB-1 | a |\n").mistakes.size() == 1);
  CHECK(read_rule_book("## AB: x\n| AB-1 | | both |\n").mistakes.size() == 1);
  CHECK(read_rule_book("## More\n| a | b | c |\n").mistakes.size() == 1);
}

TEST_CASE("nothing is missing when every rule is implemented and proved") {
  CHECK(complaints(read_rule_book(kPage), full()).empty());
}

TEST_CASE("a rule that nothing implements or nothing proves is told") {
  const RuleBook book = read_rule_book(kPage);
  Findings findings = full();
  findings.rules["AB-1"].tests.clear();
  findings.rules["AB-2"].files.clear();
  CHECK(complaints(book, findings) ==
        Words{"docs/rules.md:5: AB-1 has neither a test nor a transcript",
              "docs/rules.md:6: no comment in sim/ or scripting/ names AB-2: "
              "name it where it is implemented"});
  findings.strays = {{"sim/c.cpp", 7, "AB-9"}};
  CHECK(complaints(book, findings)[0] == "sim/c.cpp:7: AB-9 is no rule of docs/rules.md");
}

TEST_CASE("a version is listed only where a transcript of that version names the rule") {
  const RuleBook book = read_rule_book(kPage);
  Findings findings = full();
  findings.rules["AB-2"].transcripts.erase("3.10");
  CHECK(complaints(book, findings) ==
        Words{"AB-2: 3.10.8 is listed, but no transcript of it names the rule",
              "docs/rules.md:6: no transcript of 3.10 names AB-2: record one, or say in its row "
              "that it cannot be recorded"});
  findings = full();
  findings.rules["AB-2"].transcripts["3.10"] = {{"some-4.0/x.json", "x"}};
  CHECK(complaints(book, findings) == Words{"AB-2: some-4.0/x.json was recorded from 3.10"});
}

TEST_CASE("only ids of known families can be strays") {
  const RuleBook book = read_rule_book(kPage);
  const std::vector<Stray> strays =
      strays_in("a.cpp", {{"AB-1", 1}, {"AB-7", 2}, {"UTF-8", 3}}, book);
  REQUIRE(strays.size() == 1);
  CHECK(strays[0].id == "AB-7");
}

TEST_CASE("the page shows for each rule what there is of it") {
  Findings findings = full();
  findings.ignored.of_queues = {"x-a", "x-b"};
  const std::string page = fidelity_page(read_rule_book(kPage), findings);
  CHECK(has(page,
            "| AB-1 | One. | [a.cpp](../sim/a.cpp) | [one \\| is one](../tests/t.cpp) | - |"
            " - | - |\n"));
  CHECK(has(page, "| 1 / 2, as [x](../some-4.0/x.json) | 3.10.8, 4.0.5 |\n"));
  CHECK(has(page, "| CD-1 | Three. | not simulated | | | | |\n"));
  CHECK(has(page, "| Weather | None. |\n"));
  CHECK(has(page, "| queues | `x-a`, `x-b` |\n"));
  CHECK(has(page, "| rules | 3 |\n| simulated | 2 |\n"));
}

}  // namespace mqlab::fidelity
