// SPDX-License-Identifier: MIT
// What is said in Chinese has no English sentence in it; files stay as they are.
#include <sstream>

#include "cli/formats/text_forms.hpp"
#include "sim/observe/texts.hpp"
#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

using observe::Key;
using observe::Language;

// The parts of a text between its values.
std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  std::string part;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '{') {
      part += text[at];
      continue;
    }
    parts.push_back(part);
    part.clear();
    at += 2;
  }
  parts.push_back(part);
  return parts;
}

// One word may be a name of AMQP's, or a word of a script.
bool has_two_words(const std::string& part) {
  std::istringstream in(part);
  int words = 0;
  for (std::string word; in >> word;) {
    words += word.find_first_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos ? 1 : 0;
  }
  return words >= 2;
}

// English of the table that stands in the output, and is not part of the Chinese text either.
std::vector<std::string> english_in(const std::string& out) {
  std::vector<std::string> found;
  for (int i = 0; i < observe::kKeyCount; ++i) {
    const Key key = static_cast<Key>(i);
    for (const std::string& part : parts_of(text(Language::english, key))) {
      if (!has_two_words(part)) continue;
      if (contains(std::string(text(Language::chinese, key)), part)) continue;
      if (contains(out, part)) found.push_back(part);
    }
  }
  return found;
}

// Without the scripts of a page: they are English.
std::string without_scripts(std::string page) {
  for (std::size_t at = page.find("<script"); at != std::string::npos; at = page.find("<script")) {
    page.erase(at, page.find("</script>", at) + 9 - at);
  }
  return page;
}

// Its checks fail in every way that has words of its own, or its run has no verdict.
const char* const kFails = R"(lab { title = "标题" }
local rabbit = broker "rabbit"
local orders = rabbit:queue "orders"
local shop = publisher { "shop", to = orders, count = 30, every = 10*ms, confirm = "each" }
local worker = consumer { "worker", from = orders, ack = "manual", work = 50*ms, prefetch = 3 }
at(100*ms, function() worker:kill() end)
always("一", function() return false end)
eventually("二", function() return false end)
sometimes("三", function() return false end)
run(400*ms)
expect.handled(worker, 100)
expect.empty(orders)
expect.is_true(false)
expect.equal(1, 2)
expect.error(nil, 404)
expect.drained()
expect.time(1*s)
)";

}  // namespace

TEST_CASE("Every command that takes --lang says nothing of the English table in Chinese") {
  const Folder folder;
  folder.write("fails.lua", kFails);
  folder.write("variants.lua", kVariants);
  folder.write("silent.lua", "lab { title = \"x\" }\nbroker \"rabbit\"\nrun()\n");
  folder.write("unrun.lua", "lab { title = \"x\" }\nbroker \"rabbit\"\n");
  REQUIRE(folder.mqlab({"run", "fails.lua", "--record", "run.mqrun"}).code == 1);
  const std::vector<std::vector<std::string>> calls{
      {"run", "fails.lua", "-v"},
      {"run", "fails.lua", "--until", "1ms"},
      {"run", "fails.lua", "--max-events", "3"},
      {"run", "silent.lua"},
      {"run", "unrun.lua"},
      {"run", "variants.lua", "missing.lua"},
      {"watch", "variants.lua", "--times", "1"},
      {"why", "fails.lua", "shop.1"},
      {"why", "run.mqrun", "shop.20"},
      {"draw", "fails.lua", "--at", "90ms"},
      {"draw", "fails.lua", "--at", "90ms", "--text"},
      {"draw", "run.mqrun", "--text"},
      {"plot", "run.mqrun", "--text"},
      {"plot", "run.mqrun"},
      {"sequence", "run.mqrun"},
      {"sequence", "run.mqrun", "--text"},
      {"replay", "run.mqrun"},
      {"diff", "run.mqrun", "run.mqrun"},
      {"diff", "run.mqrun", "fails.lua"},
      {"diff", "variants.lua", "variants.lua", "--variant", "fault", "--other-variant", "cure"},
      {"diff", "variants.lua", "fails.lua"},
      {"report", "fails.lua"},
      {"report", "silent.lua"},
      {"matrix", "variants.lua", "--vary", "variant=fault,cure", "--vary", "count=2,3"},
      {"lint", "variants.lua"},
      {"lint", "silent.lua"},
      {"lint", std::string(MQLAB_SOURCE_DIR) + "/scenarios"},
      {"lint", "--rules"}};
  for (std::vector<std::string> call : calls) {
    const Ran english = folder.mqlab(call);
    call.insert(call.end(), {"--lang", "zh-CN"});
    const Ran chinese = folder.mqlab(call);
    const std::string said = without_scripts(chinese.out);
    CAPTURE(call, english_in(said));
    CHECK(chinese.code == english.code);
    CHECK(chinese.out != english.out);
    CHECK(english_in(said).empty());
  }
  CHECK_FALSE(english_in(folder.mqlab({"run", "fails.lua"}).out).empty());
}

TEST_CASE("The heat maps of a matrix have Chinese titles, its tables the same ones") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  const std::vector<std::string> call{"matrix", "variants.lua", "--vary", "count=2,3", "--force",
                                      "--csv",  "m.csv",        "--svg",  "m.svg"};
  REQUIRE(folder.mqlab(call).code == 0);
  const std::string table = folder.read("m.csv");
  CHECK(contains(folder.read("m.svg"), ">inversions<"));
  std::vector<std::string> chinese = call;
  chinese.insert(chinese.end(), {"--lang", "zh-CN"});
  REQUIRE(folder.mqlab(chinese).code == 0);
  CHECK(folder.read("m.csv") == table);
  CHECK(contains(folder.read("m.svg"), ">乱序<"));
  CHECK_FALSE(contains(folder.read("m.svg"), "inversions"));
}

TEST_CASE("Columns of a Chinese table stand below each other: a Chinese letter takes two") {
  CHECK(columns_of("") == 0);
  CHECK(columns_of("ab\xc3\xa4") == 3);
  CHECK(columns_of("结论 99 %") == 9);
  CHECK(columns_of("\xff\xfe") == 2);
  const Folder folder;
  folder.write("variants.lua", kVariants);
  std::istringstream lines(
      folder.mqlab({"matrix", "variants.lua", "--vary", "variant=fault,cure", "--lang", "zh-CN"})
          .out);
  std::vector<std::size_t> widths;
  for (std::string line; std::getline(lines, line);) widths.push_back(columns_of(line));
  REQUIRE(widths.size() == 5);
  CHECK(widths[2] == widths[3]);
  CHECK(widths[2] == widths[4]);
}

TEST_CASE("JSON and the files that machines read are the same in every language") {
  const Folder folder;
  folder.write("fails.lua", kFails);
  folder.write("variants.lua", kVariants);
  for (const std::string lang : {"en", "zh-CN"}) {
    REQUIRE(folder
                .mqlab({"run", "fails.lua", "--lang", lang, "--junit", lang + ".xml", "--csv", lang,
                        "--perfetto", lang + ".json"})
                .code == 1);
  }
  CHECK(folder.read("en.xml") == folder.read("zh-CN.xml"));
  CHECK(folder.read("en/checks.csv") == folder.read("zh-CN/checks.csv"));
  CHECK(folder.read("en.json") == folder.read("zh-CN.json"));
  CHECK(folder.mqlab({"run", "fails.lua", "--json"}).out ==
        folder.mqlab({"run", "fails.lua", "--json", "--lang", "zh-CN"}).out);
  CHECK(contains(folder.read("zh-CN.xml"), "expected 100, got "));
  CHECK(folder.mqlab({"lint", "variants.lua", "--json", "--sarif", "en.sarif"}).out ==
        folder.mqlab({"lint", "variants.lua", "--json", "--sarif", "zh.sarif", "--lang", "zh-CN"})
            .out);
  CHECK(folder.read("en.sarif") == folder.read("zh.sarif"));
  CHECK(contains(folder.read("zh.sarif"), "ruleId"));
}

}  // namespace mqlab::cli::test
