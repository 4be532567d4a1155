// SPDX-License-Identifier: MIT
// JUnit: the subset that CI servers read, whatever a scenario says.
#include <cstdlib>
#include <set>

#include "tests/catch.hpp"
#include "tests/cli/command.hpp"
#include "tests/cli/xml.hpp"

namespace mqlab::cli::test {
namespace {

const char* const kOdd =
    "lab { title = \"<&\\\"> \\xff\\0\\27[31m ]]> \\xef\\xbf\\xbe\" }\n"
    "local rabbit = broker \"r\"\nprint(\"<b>\\n&amp;\")\nrun()\n"
    "expect.equal(1, 2, \"<&\\\"'>\\1 \\xc3\\x28\")\nexpect.equal(1, 1, \"a\\nb\\tc\")\n";

// Children and attributes that GitLab, Jenkins and GitHub's actions read: nothing else is there.
void check_subset(const Element& root) {
  REQUIRE(root.name == "testsuites");
  int tests = 0;
  int failures = 0;
  int errors = 0;
  for (const Element& suite : root.children) {
    REQUIRE(suite.name == "testsuite");
    for (const char* key : {"name", "tests", "failures", "errors", "skipped", "time"}) {
      CHECK(suite.attributes.count(key) == 1);
    }
    const auto cases = suite.all("testcase");
    CHECK(suite.attributes.at("tests") == std::to_string(cases.size()));
    int failed = 0;
    int erred = 0;
    for (const Element* one : cases) {
      for (const char* key : {"name", "classname", "time", "file", "line"}) {
        CHECK(one->attributes.count(key) == 1);
      }
      CHECK(std::atoi(one->attributes.at("line").c_str()) >= 0);
      CHECK(one->children.size() <= 1);
      failed += static_cast<int>(one->all("failure").size());
      erred += static_cast<int>(one->all("error").size());
      for (const Element& problem : one->children) {
        CHECK((problem.name == "failure" || problem.name == "error"));
        CHECK(problem.attributes.count("message") == 1);
        CHECK(problem.attributes.count("type") == 1);
      }
    }
    for (const Element& child : suite.children) {
      CHECK(std::set<std::string>{"properties", "testcase", "system-out"}.count(child.name) == 1);
    }
    CHECK(suite.attributes.at("failures") == std::to_string(failed));
    CHECK(suite.attributes.at("errors") == std::to_string(erred));
    tests += static_cast<int>(cases.size());
    failures += failed;
    errors += erred;
  }
  CHECK(root.attributes.at("tests") == std::to_string(tests));
  CHECK(root.attributes.at("failures") == std::to_string(failures));
  CHECK(root.attributes.at("errors") == std::to_string(errors));
}

std::string property(const Element& suite, const std::string& name) {
  for (const Element* properties : suite.all("properties")) {
    for (const Element* one : properties->all("property")) {
      if (one->attributes.at("name") == name) return one->attributes.at("value");
    }
  }
  return "no such property";
}

}  // namespace

TEST_CASE("JUnit has a suite for each variant and a case for each check") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  const Ran ran = folder.mqlab({"run", "variants.lua", "--set", "count=3", "--seed", "9", "--junit",
                                "junit.xml", "--quiet"});
  CHECK(ran.code == 1);
  const Element root = parse_xml(folder.read("junit.xml"));
  check_subset(root);
  REQUIRE(root.children.size() == 2);
  const Element& fault = root.children[0];
  CHECK(fault.attributes.at("name") == "variants.lua [fault]");
  CHECK(property(fault, "seed") == "9");
  CHECK(property(fault, "parameter count") == "3");
  CHECK(property(fault, "fingerprint").size() == 16);
  CHECK(property(fault, "mqlab") != "no such property");
  const Element& check = *fault.all("testcase").at(0);
  CHECK(check.attributes.at("name") == "expect.lost(0)");
  CHECK(check.attributes.at("file") == "variants.lua");
  CHECK(check.attributes.at("line") == "10");
  REQUIRE(check.children.size() == 1);
  const Element& failure = check.children[0];
  CHECK(failure.attributes.at("message") == "expected 0, got 3");
  CHECK(contains(failure.text, "variants.lua:10"));
  CHECK(contains(failure.text, "seed 9"));
  CHECK(contains(failure.text, "mqlab run variants.lua --variant fault --set count=3 --seed 9\n"));
  CHECK(root.children[1].all("testcase").at(0)->children.empty());
}

TEST_CASE("The replay command of a JUnit failure runs the same again") {
  const Folder folder;
  folder.write("a b.lua", kVariants);
  REQUIRE(folder.mqlab({"run", "a b.lua", "--seed", "5", "--junit", "1.xml"}).code == 1);
  const Element root = parse_xml(folder.read("1.xml"));
  CHECK(property(root.children[0], "replay") ==
        "mqlab run 'a b.lua' --variant fault --set count=2 --seed 5");
  const Ran again = folder.mqlab({"run", "a b.lua", "--variant", "fault", "--set", "count=2",
                                  "--seed", "5", "--junit", "2.xml"});
  CHECK(again.code == 1);
  CHECK(property(parse_xml(folder.read("2.xml")).children[0], "fingerprint") ==
        property(root.children[0], "fingerprint"));
}

TEST_CASE("JUnit tells of runs without a verdict and of scripts that cannot be run") {
  const Folder folder;
  folder.write("broken.lua", "lab { title = \"x\" }\nlocal = 1\n");
  folder.write("idle.lua", "lab { title = \"nothing is checked\" }\nrun()\n");
  const Ran ran =
      folder.mqlab({"run", "idle.lua", "broken.lua", "missing.lua", "--junit", "j.xml"});
  CHECK(ran.code == 65);
  const Element root = parse_xml(folder.read("j.xml"));
  check_subset(root);
  REQUIRE(root.children.size() == 3);
  CHECK(root.attributes.at("errors") == "3");
  for (const Element& suite : root.children) {
    const Element& error = suite.all("testcase").at(0)->children.at(0);
    CHECK(error.name == "error");
    if (suite.attributes.at("name") == "broken.lua") {
      CHECK(suite.all("testcase").at(0)->attributes.at("line") == "2");
      CHECK(contains(error.attributes.at("message"), "expected near"));
    }
  }
}

TEST_CASE("JUnit is well-formed whatever a script calls its things") {
  const Folder folder;
  folder.write("odd.lua", kOdd);
  CHECK(folder.mqlab({"run", "odd.lua", "--junit", "odd.xml"}).code == 1);
  const std::string text = folder.read("odd.xml");
  const Element root = parse_xml(text);
  check_subset(root);
  const auto cases = root.children[0].all("testcase");
  CHECK(cases.at(0)->attributes.at("name") == "<&\"'>\xef\xbf\xbd \xef\xbf\xbd(");
  CHECK(cases.at(1)->attributes.at("name") == "a\nb\tc");
  if (std::system("command -v xmllint >/dev/null 2>&1") == 0) {
    CHECK(std::system(("xmllint --noout '" + folder.path("odd.xml") + "'").c_str()) == 0);
  }
}

}  // namespace mqlab::cli::test
