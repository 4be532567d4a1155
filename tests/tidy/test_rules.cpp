// SPDX-License-Identifier: MIT
// Each rule of the house finds what breaks it, and nothing else.
#include <string>

#include "tests/catch.hpp"
#include "tests/tidy/rules.hpp"
#include "tests/tidy/text.hpp"

namespace mqlab::tidy {
namespace {

// What one rule says of a file with this text, one line each: "3 what".
std::string said(Findings (*rule)(const File&), std::string path, std::string text) {
  std::string all;
  for (const Finding& finding : rule({std::move(path), std::move(text)})) {
    all += std::to_string(finding.line) + " " + finding.what + "\n";
  }
  return all;
}

std::string said_of_includes(const std::string& path, const std::string& included) {
  return said(check_includes, path, "#include \"" + included + "\"\n");
}

// The lines on which the bans find something.
std::vector<int> banned_lines(const std::string& path, const std::string& text) {
  std::vector<int> lines;
  for (const Finding& finding : check_bans({path, text})) lines.push_back(finding.line);
  return lines;
}

bool is_banned(const std::string& path, const std::string& line) {
  return !check_bans({path, line + "\n"}).empty();
}

}  // namespace

TEST_CASE("comments and literals are not code") {
  CHECK(code_of("a // b\nc") == "a     \nc");
  CHECK(code_of("a /* b\n d */ c") == "a     \n      c");
  CHECK(code_of("f(\"x\\\"y\", 'z')") == "f(      ,    )");
  CHECK(code_of("g(R\"q(a)\" b)q\")") == "g(            )");
  CHECK(code_of("n = 1'000'000; // m") == "n = 1'000'000;     ");
  CHECK(code_of("#include <random>") == "#include <random>");
}

TEST_CASE("a word is found whole, also where it holds punctuation") {
  CHECK(find_word("operand rand rands", "rand") == 8);
  CHECK(find_word("std::sort_heap(x)", "std::sort") == std::string_view::npos);
  CHECK(find_word("(std::sort)(x)", "std::sort") == 1);
}

TEST_CASE("a floor may include itself and what is below it") {
  CHECK(said_of_includes("sim/ledger/row.cpp", "sim/ledger/row.hpp").empty());
  CHECK(said_of_includes("sim/broker/queue.cpp", "sim/ledger/row.hpp").empty());
  CHECK(said_of_includes("gui/window.cpp", "cli/arguments.hpp").empty());
  CHECK(said_of_includes("tests/world/test_link.cpp", "sim/world/link.hpp").empty());
  CHECK(said_of_includes("tests/world/test_link.cpp", "tests/catch.hpp").empty());
}

TEST_CASE("a floor may not include what is above or beside it") {
  CHECK(said_of_includes("sim/base/time.hpp", "sim/ledger/row.hpp") ==
        "1 sim/base must not include sim/ledger\n");
  CHECK(said_of_includes("sim/broker/queue.cpp", "sim/engine/engine.hpp") ==
        "1 sim/broker must not include sim/engine\n");
  CHECK(said_of_includes("sim/observe/books.cpp", "sim/world/world.hpp") ==
        "1 sim/observe must not include sim/world\n");
  CHECK(said_of_includes("cli/main.cpp", "gui/window.hpp") == "1 cli must not include gui\n");
  CHECK_FALSE(said_of_includes("sim/base/time.hpp", "tests/catch.hpp").empty());
}

TEST_CASE("an include is a path from the root, and a file stands on a floor") {
  CHECK_FALSE(said_of_includes("sim/base/time.cpp", "time.hpp").empty());
  CHECK_FALSE(said_of_includes("tests/base/test_time.cpp", "helpers.hpp").empty());
  CHECK(said(check_includes, "sim/cellar/a.cpp", "") ==
        "0 stands on no floor that tests/tidy/floors.cpp knows\n");
}

TEST_CASE("sources of chance, clocks and surroundings are banned in a run") {
  for (const char* line :
       {"#include <random>", "#include <chrono>", "std::hash<int> h;", "int i = rand();",
        "return rand() % 2;", "auto t = std::time(nullptr);", "const char* s = getenv(\"HOME\");",
        "std::locale l;\n#include <locale>", "double d = std::stod(s);", "long double d = 0;",
        "std::cout << 1;", "fmt::print(\"hello\");", "assert(x);"}) {
    CAPTURE(line);
    CHECK(is_banned("sim/world/a.cpp", line));
    CHECK(is_banned("scripting/a.cpp", line));
    CHECK_FALSE(is_banned("cli/a.cpp", line));
    CHECK_FALSE(is_banned("tests/world/a.cpp", line));
  }
}

TEST_CASE("a banned header's name may be a template's argument") {
  CHECK_FALSE(is_banned("scripting/a.cpp", "bind(callable<random>);"));
}

TEST_CASE("inexact arithmetic is banned by the library's name only") {
  for (const char* line : {"double y = std::log(x);", "y = exp(x);", "return pow(x, 2);",
                           "y = 1 + ::sin(x);", "auto f = &std::cos;", "if (a && exp(x) > 1) {}"}) {
    CAPTURE(line);
    CHECK(is_banned("sim/base/a.cpp", line));
  }
  for (const char* line :
       {"double log(double x);", "y = portable::exp(x);", "y = table.pow(2);", "y = std::sqrt(x);",
        "// like std::log(x)", "catalog(x);", "int exp = 2;", "y = p->sin(x);"}) {
    CAPTURE(line);
    CHECK_FALSE(is_banned("sim/base/a.cpp", line));
  }
}

TEST_CASE("a ban with an excuse is lifted by it, on its line or the one above") {
  const std::string sort = "std::sort(a.begin(), a.end());";
  CHECK(banned_lines("sim/a/a.cpp", "int a;\n" + sort + "\n") == std::vector<int>{2});
  CHECK_FALSE(is_banned("sim/a/a.cpp", sort + "  // total order: ids are unique"));
  CHECK_FALSE(is_banned("sim/a/a.cpp", "// total order: ids are unique\n" + sort));
  CHECK(is_banned("sim/a/a.cpp", "// total order: ids are unique\n\n" + sort));
  CHECK(is_banned("sim/a/a.cpp", "std::unordered_map<int, int> m;"));
  CHECK_FALSE(is_banned("sim/a/a.cpp", "std::unordered_map<int, int> m;  // never iterated"));
  CHECK_FALSE(is_banned("sim/a/a.cpp", "std::stable_sort(a.begin(), a.end());"));
}

TEST_CASE("a switch over an enum has no default") {
  CHECK(is_banned("sim/a/a.cpp", "    default: return 1;"));
  CHECK_FALSE(is_banned("sim/a/a.cpp", "    default: return 1;  // not an enum"));
  CHECK_FALSE(is_banned("sim/a/a.cpp", "A() = default;"));
}

TEST_CASE("threads and files stand at the edge of the core") {
  CHECK(is_banned("sim/world/a.cpp", "#include <thread>"));
  CHECK_FALSE(is_banned("sim/explore/a.cpp", "#include <thread>"));
  CHECK(is_banned("sim/world/a.cpp", "#include <fstream>"));
  CHECK_FALSE(is_banned("sim/ledger/recording.cpp", "#include <fstream>"));
  CHECK(is_banned("sim/ledger/ledger.cpp", "#include <fstream>"));
  CHECK_FALSE(is_banned("scripting/a.cpp", "#include <filesystem>"));
}

TEST_CASE("a source file opens with its licence and its role") {
  const std::string opening = "// SPDX-License-Identifier: MIT\n// Time.\n";
  CHECK(said(check_opening, "sim/base/a.cpp", opening).empty());
  CHECK(said(check_opening, "sim/base/a.hpp", opening + "#pragma once\n").empty());
  CHECK(said(check_opening, "sim/base/a.hpp", opening) == "0 a header needs #pragma once\n");
  CHECK(said(check_opening, "sim/base/a.cpp", "// Time.\n" + opening) ==
        "1 the first line must be // SPDX-License-Identifier: MIT\n");
  CHECK(said(check_opening, "sim/base/a.cpp", "// SPDX-License-Identifier: MIT\nint a;\n") ==
        "2 the second line must say in a comment what the file is for\n");
}

TEST_CASE("lines and files keep their size") {
  CHECK(said(check_shape, "a.cpp", std::string(100, 'x') + "\n").empty());
  CHECK(said(check_shape, "a.cpp", std::string(101, 'x') + "\n") ==
        "1 is longer than 100 columns\n");
  std::string sharp_s;
  for (int i = 0; i < 100; ++i) sharp_s += "\xC3\x9F";
  CHECK(said(check_shape, "a.lua", sharp_s + "\n").empty());
  CHECK(said(check_shape, "a.md", std::string(200, 'x') + "\n").empty());
  CHECK(said(check_shape, "a.cpp", "a\n\tb\nc \nd") ==
        "2 has a tab\n3 ends in white space\n4 does not end in a line feed\n");
  CHECK(said(check_shape, "a.cpp", std::string(500, '\n')).empty());
  CHECK(said(check_shape, "a.cpp", std::string(501, '\n')) == "0 is longer than 500 lines\n");
}

TEST_CASE("notes to self are found") {
  const std::string mark = std::string("TO") + "DO";
  CHECK(check_marks({"a.cpp", "int a;  // " + mark + ": more\n"}).size() == 1);
  CHECK(check_marks({"a.cpp", "int a;  // all done\n"}).empty());
  CHECK(check_all({"scenarios/1/scenario.lua", "-- " + mark + " change this\n"}).empty());
}

TEST_CASE("a page has one title, and code in it has none") {
  CHECK(said(check_title, "a.md", "# A\n## B\n```sh\n# comment\n```\n").empty());
  CHECK(said(check_title, "a.md", "## B\n") == "0 has 0 titles (# ...) and needs one\n");
  CHECK(said(check_title, "a.md", "# A\n# B\n") == "0 has 2 titles (# ...) and needs one\n");
}

TEST_CASE("links are taken from the page's own folder; other sites are left alone") {
  const std::vector<Link> links =
      links_of({"docs/a.md", "x\n[b](b.md#part) ![c](../c.svg)\n[d](https://d.org) [e](#e)\n"});
  REQUIRE(links.size() == 2);
  CHECK(links[0].target == "docs/b.md");
  CHECK(links[0].line == 2);
  CHECK(links[1].target == "docs/../c.svg");
}

}  // namespace mqlab::tidy
