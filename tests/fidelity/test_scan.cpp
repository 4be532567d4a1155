// SPDX-License-Identifier: MIT
// Ids are found where they speak of rules, and only there.
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/fidelity/scan.hpp"

namespace mqlab::fidelity {
namespace {

using Words = std::vector<std::string>;

Words words(const std::vector<Mention>& mentions) {
  Words all;
  for (const Mention& one : mentions) all.push_back(std::to_string(one.line) + " " + one.id);
  return all;
}

}  // namespace

TEST_CASE("an id is capitals, a hyphen and a number, whole words only") {
  CHECK(words(ids_in("AB-1, (AB-12).\nAB-3's")) == Words{"1 AB-1", "1 AB-12", "2 AB-3"});
  CHECK(words(ids_in("A-1 AB-x AB-* AB- AB-1b xAB-1 AB_1 AB-1-2 ab-1")).empty());
  CHECK(family_of("QUEUE-2") == "QUEUE");
}

TEST_CASE("in source text, only comments count") {
  CHECK(words(ids_in_comments("f();  // AB-1\n/* AB-2\n AB-3 */ g(\"AB-4 // AB-5\");\n")) ==
        Words{"1 AB-1", "2 AB-2", "3 AB-3"});
  CHECK(words(ids_in_comments("n = 1'000;  // AB-1\nc = '\"';  // AB-2\n")) ==
        Words{"1 AB-1", "2 AB-2"});
  CHECK(words(ids_in_comments("g(R\"x(// AB-1 \")x\");  // AB-2")) == Words{"1 AB-2"});
}

TEST_CASE("a test case has the ids of its tags, of the comment above and of those inside") {
  const TestFile file = test_cases_in(
      "// AB-1\n"
      "\n"
      "// AB-2\n"
      "TEST_CASE(\"one\"\n"
      "          \" sentence\", \"[x][AB-3]\") {\n"
      "  if (a) { b(\"AB-9\"); }  // AB-4\n"
      "}\n"
      "// AB-5\n"
      "int helper();\n"
      "TEST_CASE(\"another\", \"[AB-6]\") {}\n"
      "TEST_CASE(\"no tags\") {}\n");
  REQUIRE(file.cases.size() == 3);
  CHECK(file.cases[0].name == "one sentence");
  CHECK(file.cases[0].line == 4);
  CHECK(file.cases[0].ids == Words{"AB-3", "AB-2", "AB-4"});
  CHECK(file.cases[1].ids == Words{"AB-6"});
  CHECK(file.cases[2].ids.empty());
  CHECK(words(file.others) == Words{"1 AB-1", "8 AB-5"});
}

TEST_CASE("literals are what stands between the quotes") {
  CHECK(literals_in("f(\"a\", R\"(b\"c)\", 'd'); // \"e\"") == Words{"a", "b\"c"});
}

}  // namespace mqlab::fidelity
