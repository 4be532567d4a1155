// SPDX-License-Identifier: MIT
// Reports, plots and sequence diagrams as files: what is in them, and what cannot get into them.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/ledger/recording.hpp"
#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

// Everything that a script can name holds markup.
const char* const kHostile = R"(
local evil = [[</script><script>document.documentElement.dataset.xss=1</script>]]
local image = [["><img src=x onerror="document.documentElement.dataset.xss=2">]]
lab { title = evil, claim = image, story = evil }
local rabbit = broker "rabbit"
local orders = rabbit:queue("orders<b>&amp;" .. image)
publisher { "shop" .. evil, to = orders, count = 2 }
print(evil)
run()
expect.ready(orders, 2)
)";

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) {
    ++count;
  }
  return count;
}

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The content of the element that begins with `tag` and ends with </script>.
std::string script_of(const std::string& page, const std::string& tag) {
  const std::size_t start = page.find(tag);
  REQUIRE(start != std::string::npos);
  const std::size_t from = start + tag.size();
  return page.substr(from, page.find("</script>", from) - from);
}

}  // namespace

TEST_CASE("A report holds the whole run: checks, books, plots, stories, rows, and how to repeat") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  const Ran ran = folder.mqlab({"report", "variants.lua", "--variant", "fault", "--set", "count=3",
                                "--seed", "5", "-o", "run.html"});
  CHECK(ran.code == 0);
  CHECK(ran.out == "");
  CHECK(is_one_line(ran.err));
  const std::string page = folder.read("run.html");
  CHECK(page.rfind("<!doctype html>\n<html lang=\"en\">", 0) == 0);
  CHECK(contains(page, "<h1>A fault and its cure</h1>"));
  CHECK(contains(page, "<span class=\"fail\">FAIL</span>"));
  CHECK(contains(page, "<td>expect.lost(0)</td>"));
  CHECK(contains(page, "mqlab run variants.lua --variant fault --set count=3 --seed 5"));
  CHECK(contains(page, "auto-acked-then-crashed"));
  CHECK(contains(page, ">Queued messages: orders</text>"));
  CHECK(contains(page, ">Deliver (auto ack)</text>"));
  CHECK(contains(page, "shop.1: where it went"));
  const auto rows =
      nlohmann::json::parse(script_of(page, "<script type=\"application/json\" id=\"rows\">"));
  const auto summary =
      nlohmann::json::parse(folder
                                .mqlab({"run", "variants.lua", "--variant", "fault", "--set",
                                        "count=3", "--seed", "5", "--json"})
                                .out);
  CHECK(rows.size() == summary[0]["rows"]);
  CHECK(contains(page, summary[0]["fingerprint"].get<std::string>()));
  // Nothing is fetched.
  CHECK(count_of(page, "http") ==
        count_of(page, "http-equiv") + count_of(page, "http://www.w3.org/2000/svg"));
  CHECK(count_of(page, " src=") == 0);
}

TEST_CASE("A report of a recording is that of its scenario, and the same bytes each time") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  REQUIRE(folder.mqlab({"run", "ok.lua", "--record", "run.mqrun"}).code == 0);
  const Ran once = folder.mqlab({"report", "run.mqrun"});
  CHECK(once.code == 0);
  CHECK(once.out == folder.mqlab({"report", "run.mqrun"}).out);
  CHECK(contains(once.out, "<h1>Five orders</h1>"));
  CHECK(contains(once.out, "ok.lua:7"));
  CHECK(contains(once.out, "<pre>mqlab replay run.mqrun</pre>"));
}

TEST_CASE(
    "What a script names is text on the page, in pictures and in data, whatever it contains") {
  const Folder folder;
  folder.write("hostile.lua", kHostile);
  const Ran ran = folder.mqlab({"report", "hostile.lua"});
  REQUIRE(ran.code == 0);
  CHECK(contains(ran.out, "&lt;/script&gt;&lt;script&gt;document.documentElement.dataset.xss=1"));
  CHECK_FALSE(contains(ran.out, "<img"));
  CHECK_FALSE(contains(ran.out, "<b>"));
  CHECK_FALSE(contains(ran.out, "<script>"));
  // The page's own script is the only one that the page allows to run.
  CHECK(count_of(ran.out, "<script nonce=\"") == 1);
  CHECK(count_of(ran.out, "<script") == count_of(ran.out, "</script>"));
  CHECK(contains(ran.out, "default-src 'none'"));
  const auto rows =
      nlohmann::json::parse(script_of(ran.out, "<script type=\"application/json\" id=\"rows\">"));
  CHECK(contains(rows.dump(), "dataset.xss=1</script>"));
  const Ran plot = folder.mqlab({"plot", "hostile.lua"});
  CHECK(plot.code == 0);
  CHECK_FALSE(contains(plot.out, "<img"));
  const Ran sequence = folder.mqlab({"sequence", "hostile.lua"});
  CHECK(sequence.code == 0);
  CHECK_FALSE(contains(sequence.out, "<img"));
}

TEST_CASE("Reports, plots and summaries speak Chinese when asked, and refuse other languages") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  const Ran report = folder.mqlab({"report", "variants.lua", "--lang", "zh-CN"});
  CHECK(report.code == 0);
  CHECK(contains(report.out, "<html lang=\"zh-CN\">"));
  CHECK(contains(report.out, "<h2>账本</h2>"));
  CHECK(contains(report.out, "<span class=\"fail\">失败</span>"));
  CHECK(contains(report.out, ">queue（队列）：队首在右</text>"));
  CHECK(contains(report.out, "\"入队\""));
  CHECK(contains(report.out, "enqueued published"));  // found by the words of the command, too
  const Ran run = folder.mqlab({"run", "variants.lua", "--lang", "zh-CN"});
  CHECK(run.code == 1);
  CHECK(contains(run.out, "    业务        发送 2   处理 0   丢失 2   重复 0   待处理 0\n"));
  CHECK(contains(run.out, "丢失原因：2 自动确认后崩溃"));
  CHECK(contains(run.out, "\n失败 1 次失败"));
  const Ran why = folder.mqlab({"why", "variants.lua", "shop.1", "--lang", "zh-CN"});
  CHECK(why.code == 0);
  CHECK(contains(why.out, "shop.1 已丢失（自动确认后崩溃）：它在发出时就被确认"));
  CHECK(contains(folder.mqlab({"plot", "variants.lua", "--text", "--lang", "zh-CN"}).out,
                 "就绪 Ready"));
  for (const char* command : {"report", "run", "plot", "sequence"}) {
    const Ran refused = folder.mqlab({command, "variants.lua", "--lang", "fr"});
    CHECK(refused.code == 64);
    CHECK(is_one_line(refused.err));
  }
}

TEST_CASE("Plots and sequence diagrams are pictures, of what was asked") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  const Ran all = folder.mqlab({"plot", "ok.lua"});
  CHECK(all.code == 0);
  CHECK(contains(all.out, ">Queued messages: orders</text>"));
  CHECK(contains(all.out, ">Message rates</text>"));
  CHECK(contains(all.out, ">From publish to effect</text>"));
  const Ran rates = folder.mqlab({"plot", "ok.lua", "--what", "rates", "--axis", "event"});
  CHECK(contains(rates.out, ">Message rates</text>"));
  CHECK_FALSE(contains(rates.out, "Queued messages"));
  CHECK(contains(rates.out, "every event equally wide"));
  const Ran queue = folder.mqlab({"plot", "ok.lua", "--what", "rates", "--queue", "orders"});
  CHECK(contains(queue.out, ">Message rates: orders</text>"));
  const Ran none = folder.mqlab({"plot", "ok.lua", "--queue", "order"});
  CHECK(none.code == 65);
  CHECK(contains(none.err, "did you mean 'orders'?"));
  const Ran story = folder.mqlab({"sequence", "ok.lua", "--message", "shop.2"});
  CHECK(story.code == 0);
  CHECK(contains(story.out, ">shop.2: where it went</text>"));
  const Ran window =
      folder.mqlab({"sequence", "ok.lua", "--from", "10ms", "--to", "20ms", "--text"});
  CHECK(window.code == 0);
  CHECK(contains(window.out, "shop.2"));
  CHECK_FALSE(contains(window.out, "shop.5"));
  CHECK(folder.mqlab({"sequence", "ok.lua", "--message", "shop.9"}).code == 65);
  CHECK(folder.mqlab({"sequence", "ok.lua", "--from", "2s", "--to", "1s"}).code == 64);
}

TEST_CASE("Nothing is half written, and a file that exists is kept unless --force is given") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  folder.write("kept.html", "kept");
  for (const char* command : {"report", "plot", "sequence", "draw"}) {
    CAPTURE(command);
    const Ran exists = folder.mqlab({command, "ok.lua", "-o", "kept.html"});
    CHECK(exists.code == 65);
    CHECK(is_one_line(exists.err));
    CHECK(contains(exists.err, "--force"));
    CHECK(folder.read("kept.html") == "kept");
    const Ran nowhere = folder.mqlab({command, "ok.lua", "-o", "no/such/folder/a.html"});
    CHECK(nowhere.code == 65);
    CHECK(is_one_line(nowhere.err));
    const Ran full = folder.mqlab({command, "ok.lua", "-o", "/dev/full"});
    CHECK(full.code == 65);
    CHECK(contains(full.err, "No space left on device"));
    const Ran missing = folder.mqlab({command, "missing.mqrun"});
    CHECK(missing.code == 65);
    CHECK(is_one_line(missing.err));
    const Ran no_run = folder.mqlab({command, "kept.html"});
    CHECK(no_run.code == 65);
    CHECK(is_one_line(no_run.err));
  }
  CHECK(folder.names() == std::vector<std::string>{"kept.html", "ok.lua"});
  CHECK(folder.mqlab({"report", "ok.lua", "-o", "kept.html", "--force"}).code == 0);
  CHECK(contains(folder.read("kept.html"), "Five orders"));
}

TEST_CASE("A recording of another mqlab is reported from its rows, and says so") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  REQUIRE(folder.mqlab({"run", "ok.lua", "--record", "run.mqrun"}).code == 0);
  const std::string bytes = folder.read("run.mqrun");
  auto recording = ledger::open_recording(bytes);
  REQUIRE(recording.ok());
  recording->identity.version = "0.0.1";
  folder.write("old.mqrun", ledger::save_recording(recording->identity, recording->ledger));
  const Ran report = folder.mqlab({"report", "old.mqrun"});
  CHECK(report.code == 0);
  CHECK(contains(report.out, "A recording holds the rows, not the expectations"));
  CHECK(contains(report.out, "<td>expect.handled(worker, 5)</td>"));
  CHECK(contains(report.out, "<td>mqlab 0.0.1</td>"));
}

TEST_CASE("the pictures of the page on reports are those of its script") {
  const std::string docs = std::string(MQLAB_SOURCE_DIR) + "/docs/";
  const std::string page = file_text(docs + "reports.md");
  const std::size_t start = page.find("```lua\n") + 7;
  const Folder folder;
  folder.write("crash.lua", page.substr(start, page.find("```", start) - start));
  const std::vector<std::pair<std::string, std::vector<std::string>>> pictures{
      {"plot_backlog.svg", {"plot", "crash.lua", "--what", "backlog"}},
      {"sequence_story.svg", {"sequence", "crash.lua", "--message", "shop.11"}}};
  for (const auto& [name, arguments] : pictures) {
    CHECK(contains(page, std::string("(images/").append(name).append(")")));
    const Ran ran = folder.mqlab(arguments);
    CHECK(ran.code == 0);
    const std::string path = fmt::format("{}images/{}", docs, name);
    if (std::getenv("MQLAB_UPDATE_PAGES") != nullptr) {
      std::ofstream(path, std::ios::binary) << ran.out;
    }
    CHECK(file_text(path) == ran.out);
  }
}

}  // namespace mqlab::cli::test
