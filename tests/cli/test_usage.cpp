// SPDX-License-Identifier: MIT
// What the command says to a wrong command line, and to a question for help.
#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

using Words = std::vector<std::string>;

struct Mistake {
  Words words;
  std::string message;  // a part of it
};

}  // namespace

TEST_CASE("A wrong command line is told in one line, with exit code 64") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  const std::vector<Mistake> mistakes{
      {{"nonsense"}, "there is no command 'nonsense' (see mqlab --help)"},
      {{"rnu", "ok.lua"}, "there is no command 'rnu' (did you mean 'run'?)"},
      {{"--nonsense"}, "(see mqlab --help)"},
      {{"run"}, "SCENARIO is required (see mqlab run --help)"},
      {{"run", "ok.lua", "--sed", "3"}, "run takes no option '--sed' (did you mean '--seed'?)"},
      {{"run", "ok.lua", "--nonsense"}, "run takes no option '--nonsense'"},
      {{"why", "ok.lua", "shop.1", "shop.2"}, "why takes no argument 'shop.2'"},
      {{"why", "ok.lua"}, "MESSAGE is required"},
      {{"run", "ok.lua", "--set"}, "--set"},
      {{"run", "ok.lua", "--set", "count"}, "--set count: not NAME=VALUE (--set count=100)"},
      {{"run", "ok.lua", "--set", "=5"}, "--set =5: not NAME=VALUE"},
      {{"run", "ok.lua", "--set", "a=1", "--set", "a=2"}, "--set a: given twice"},
      {{"run", "ok.lua", "ok.lua", "--record", "r"}, "--record takes one scenario"},
      {{"draw", "ok.lua", "--at", "#9999"}, "--at #9999: the run has"},
      {{"draw", "ok.lua", "--at", "soon"}, "--at soon: "},
      {{"matrix", "ok.lua"}, "--vary is required (see mqlab matrix --help)"},
      {{"matrix", "ok.lua", "--vary", "count"}, "--vary count: not NAME=VALUE,VALUE"},
      {{"matrix", "ok.lua", "--vary", "count=1,,2"}, "--vary count=1,,2: a value is missing"},
      {{"matrix", "ok.lua", "--vary", "count=1,1"}, "a value stands there twice"},
      {{"matrix", "ok.lua", "--vary", "a=1", "--vary", "a=2"}, "--vary a=2: given twice"},
      {{"matrix", "ok.lua", "--vary", "a=1..101", "--vary", "b=1..100"}, "more than 10000"},
      {{"matrix", "ok.lua", "--vary", "a=0..18446744073709551615"}, "more than 10000"},
      {{"matrix", "ok.lua", "--vary", "seed=x"}, "--vary seed x: "},
      {{"diff", "ok.lua"}, "OTHER is required (see mqlab diff --help)"},
      {{"completion"}, "SHELL is required (see mqlab completion --help)"},
      {{"completion", "csh"}, "csh"},
      {{"watch"}, "SCENARIO is required (see mqlab watch --help)"},
      {{"watch", "ok.lua", "--times", "-1"}, "--times"},
      {{"conform"}, "conform needs transcripts"},
      {{"conform", "--record"}, "--broker"},
      {{"conform", "--broker", "amqp://localhost", "--seed", "-1"}, "--seed -1: "},
  };
  for (const Mistake& mistake : mistakes) {
    const Ran ran = folder.mqlab(mistake.words);
    INFO(ran.err);
    CHECK(ran.code == 64);
    CHECK(is_one_line(ran.err));
    CHECK(contains(ran.err, mistake.message));
    CHECK(ran.out == "");
  }
}

TEST_CASE("Numbers and times are read strictly: negative, too large, empty, or no number") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  const std::vector<Mistake> mistakes{
      {{"--seed", "-1"}, "--seed -1: \"-1\" is not a whole number"},
      {{"--seed", "18446744073709551616"}, "does not fit 64 bits"},
      {{"--seed", "1.5"}, "--seed 1.5: "},
      {{"--seed", "0x10"}, "--seed 0x10: "},
      {{"--seed", ""}, "--seed: "},
      {{"--max-events", "-1"}, "--max-events -1: "},
      {{"--max-events", "99999999999999999999"}, "does not fit 64 bits"},
      {{"--max-events", "many"}, "--max-events many: "},
      {{"--until", "-1s"}, "--until -1s: "},
      {{"--until", "10"}, "the unit is missing"},
      {{"--until", "10 s"}, "--until 10 s: "},
      {{"--until", "1e3s"}, "there is no unit \"e3s\""},
      {{"--until", "9999999999h"}, "longer than 292 years"},
      {{"--until", "#"}, "--until #: "},
      {{"--until", "#-1"}, "--until #-1: "},
      {{"--until", "#18446744073709551616"}, "does not fit 64 bits"},
      {{"--until", ""}, "--until: "},
      {{"--record", ""}, "--record: "},
  };
  for (const Mistake& mistake : mistakes) {
    Words words{"run", "ok.lua"};
    words.insert(words.end(), mistake.words.begin(), mistake.words.end());
    const Ran ran = folder.mqlab(words);
    INFO(ran.err);
    CHECK(ran.code == 64);
    CHECK(is_one_line(ran.err));
    CHECK(contains(ran.err, mistake.message));
  }
  CHECK(folder.mqlab({"run", "ok.lua", "--seed", "18446744073709551615"}).code == 0);
}

TEST_CASE("Help at each level goes to standard output and shows an example first") {
  const Folder folder;
  const Ran top = folder.mqlab({"--help"});
  CHECK(top.code == 0);
  CHECK(top.err == "");
  CHECK(contains(top.out, "130 interrupted"));
  CHECK(top.out.find("  mqlab run scenarios/") < top.out.find("Usage:"));
  for (const std::string command :
       {"run", "why", "draw", "replay", "diff", "matrix", "import", "export", "lint", "watch",
        "completion", "manual", "conform", "version"}) {
    const Ran help = folder.mqlab({command, "--help"});
    INFO(help.out);
    CHECK(contains(top.out, "\n  " + command));
    CHECK(help.code == 0);
    CHECK(help.err == "");
    CHECK(help.out.find("  mqlab " + command) < help.out.find("Usage:"));
  }
}

TEST_CASE("Without arguments there is help, and exit code 64") {
  const Ran ran = Folder().mqlab({});
  CHECK(ran.code == 64);
  CHECK(contains(ran.out, "mqlab run"));
}

TEST_CASE("The version is a command and an option") {
  const Folder folder;
  const Ran command = folder.mqlab({"version"});
  CHECK(command.code == 0);
  CHECK(command.out.rfind("mqlab ", 0) == 0);
  CHECK(folder.mqlab({"--version"}).out == command.out);
}

}  // namespace mqlab::cli::test
