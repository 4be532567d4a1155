// SPDX-License-Identifier: MIT
// On a real terminal, and for a user who may not do everything.
#include <filesystem>

#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

bool has_colour(const std::string& text) {
  return contains(text, "\x1b[");
}

}  // namespace

TEST_CASE("A terminal gets colours, unless NO_COLOR or --no-color forbids them") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  folder.write("broken.lua", "x =");
  for (const Words& words : {Words{"run", "variants.lua"}, Words{"run", "variants.lua", "-v"}}) {
    const Ran plain = folder.on_terminal(words, {"NO_COLOR=1"});
    CHECK(plain.code == 1);
    CHECK(contains(plain.out, "FAIL  expect.lost(0)"));
    CHECK(!has_colour(plain.out));
    CHECK(!has_colour(folder.on_terminal(words, {"NO_COLOR=0"}).out));
    const Ran coloured = folder.on_terminal(words, {});
    CHECK(coloured.code == 1);
    CHECK(has_colour(coloured.out));
    CHECK(contains(coloured.out, "\x1b[31mFAIL\x1b[0m"));
    // no-color.org: an empty one forbids nothing.
    CHECK(folder.on_terminal(words, {"NO_COLOR="}).out == coloured.out);
    Words forbidden = words;
    forbidden.push_back("--no-color");
    CHECK(folder.on_terminal(forbidden, {}).out == plain.out);
  }
  const Ran broken = folder.on_terminal({"run", "broken.lua"}, {"NO_COLOR=1"});
  CHECK(broken.code == 65);
  CHECK(!has_colour(broken.out));
  CHECK(!has_colour(folder.on_terminal({"run", "variants.lua", "--json"}, {}).out));
}

TEST_CASE("A folder that may not be written takes nothing, and says so in one line") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  folder.make_folder("shut");
  fs::permissions(folder.path(""), fs::perms(0755));
  fs::permissions(folder.path("shut"), fs::perms(0555));
  const std::vector<Words> calls{{"run", "ok.lua", "--junit", "shut/x"},
                                 {"run", "ok.lua", "--csv", "shut/x.csv"},
                                 {"run", "ok.lua", "--csv", "shut/x"},
                                 {"run", "ok.lua", "--perfetto", "shut/x"},
                                 {"run", "ok.lua", "--out", "shut/x"},
                                 {"run", "ok.lua", "--out", "shut"},
                                 {"run", "ok.lua", "--out", "shut/x/y/z"},
                                 {"run", "ok.lua", "--record", "shut/x"},
                                 {"draw", "ok.lua", "-o", "shut/x"},
                                 {"plot", "ok.lua", "-o", "shut/x"},
                                 {"sequence", "ok.lua", "-o", "shut/x"},
                                 {"report", "ok.lua", "-o", "shut/x"},
                                 {"export", "ok.lua", "-o", "shut/x"},
                                 {"lint", "ok.lua", "--sarif", "shut/x"},
                                 {"matrix", "ok.lua", "--vary", "seed=1,2", "--csv", "shut/x"}};
  for (const Words& words : calls) {
    const Ran ran = folder.as_nobody(words);
    INFO(words[0] << " " << words[words.size() - 2] << ": " << ran.err);
    CHECK(ran.code == 65);
    CHECK(is_one_line(ran.err));
    CHECK(ran.err.rfind("mqlab: shut", 0) == 0);
    CHECK(contains(ran.err, "Permission denied"));
    CHECK(ran.out == "");  // it is told before anything is run
    CHECK(fs::is_empty(folder.path("shut")));
  }
  CHECK(folder.names() == Words{"ok.lua", "shut"});
}

TEST_CASE("What may not be read is told in one line, with the reason") {
  const Folder folder;
  folder.write("secret.lua", kPasses);
  folder.make_folder("hidden");
  folder.write("hidden/scenario.lua", kPasses);
  fs::permissions(folder.path(""), fs::perms(0755));
  fs::permissions(folder.path("secret.lua"), fs::perms(0));
  fs::permissions(folder.path("hidden"), fs::perms(0));
  for (const Words& words :
       {Words{"run", "secret.lua"}, Words{"why", "secret.lua", "shop.1"}, Words{"run", "hidden"},
        Words{"run", "hidden/scenario.lua"}, Words{"lint", "hidden/scenario.lua"},
        Words{"replay", "hidden/run.mqrun"}}) {
    const Ran ran = folder.as_nobody(words);
    INFO(words[0] << " " << words[1] << ": " << ran.err);
    CHECK(ran.code == 65);
    CHECK(is_one_line(ran.err));
    CHECK(contains(ran.err, "mqlab: " + words[1] + ": cannot be "));
    CHECK(contains(ran.err, ": Permission denied"));
  }
  fs::permissions(folder.path("hidden"), fs::perms(0755));
}

}  // namespace mqlab::cli::test
