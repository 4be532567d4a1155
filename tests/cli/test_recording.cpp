// SPDX-License-Identifier: MIT
// Recordings: written whole or not at all, the same as their scenario, and safe to open damaged.
#include <nlohmann/json.hpp>

#include "cli/request.hpp"
#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {

TEST_CASE("A recording replays as the same run, and answers as its scenario does") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  REQUIRE(folder
              .mqlab({"run", "variants.lua", "--variant", "cure", "--set", "count=3", "--seed", "9",
                      "--record", "run.mqrun"})
              .code == 0);
  const Ran replay = folder.mqlab({"replay", "run.mqrun"});
  CHECK(replay.code == 0);
  CHECK(contains(replay.out, "\nSAME the replay agrees with the recording, row by row: "));
  const Ran json = folder.mqlab({"replay", "run.mqrun", "--json"});
  CHECK(json.code == 0);
  CHECK(nlohmann::json::parse(json.out)["agreed"] == true);
  CHECK(nlohmann::json::parse(json.out)["run"]["parameters"]["count"] == "3");
}

TEST_CASE("why and draw say the same of a recording and of its scenario") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  REQUIRE(folder.mqlab({"run", "ok.lua", "--record", "run.mqrun"}).code == 0);
  for (const char* message : {"shop.2", "shop.2@orders", "shop.2@orders/1"}) {
    const Ran of_recording = folder.mqlab({"why", "run.mqrun", message});
    CHECK(of_recording.code == 0);
    CHECK(of_recording.out == folder.mqlab({"why", "ok.lua", message}).out);
  }
  for (const char* instant : {"0s", "11ms", "#40"}) {
    const Ran of_recording = folder.mqlab({"draw", "run.mqrun", "--text", "--at", instant});
    CHECK(of_recording.code == 0);
    CHECK(of_recording.out == folder.mqlab({"draw", "ok.lua", "--text", "--at", instant}).out);
    const Ran picture =
        folder.mqlab({"draw", "run.mqrun", "--at", instant, "-o", "a.svg", "--force"});
    CHECK(picture.code == 0);
    CHECK(picture.out == "");
    CHECK(folder.read("a.svg") == folder.mqlab({"draw", "ok.lua", "--at", instant}).out);
  }
}

TEST_CASE("A recording needs neither its scenario nor what that includes") {
  const Folder folder;
  folder.write("world.lua", "return broker \"rabbit\"");
  folder.write("main.lua",
               "lab { title = \"x\" }\nlocal rabbit = include \"world.lua\"\n"
               "publisher { \"shop\", to = rabbit:queue \"q\" }\nrun()\nexpect.pending(1)\n");
  REQUIRE(folder.mqlab({"run", "main.lua", "--record", "run.mqrun"}).code == 0);
  folder.write("world.lua", "error \"changed\"");
  folder.write("main.lua", "");
  CHECK(folder.mqlab({"replay", "run.mqrun"}).code == 0);
  CHECK(folder.mqlab({"why", "run.mqrun", "shop.1"}).code == 0);
}

TEST_CASE("A run that was cut is replayed as far as it went") {
  const Folder folder;
  folder.write("endless.lua", kEndless);
  for (const char* until : {"#500", "300us"}) {
    CHECK(folder.mqlab({"run", "endless.lua", "--until", until, "--record", "run.mqrun", "--force"})
              .code == 2);
    const Ran replay = folder.mqlab({"replay", "run.mqrun"});
    CHECK(replay.code == 0);
    CHECK(contains(replay.out, "\nSAME "));
  }
}

TEST_CASE("Only one variant is recorded, and the command says so") {
  const Folder folder;
  folder.write("variants.lua", kVariants);
  const Ran ran = folder.mqlab({"run", "variants.lua", "--record", "run.mqrun"});
  CHECK(is_one_line(ran.err));
  CHECK(contains(ran.err, "only the variant 'fault' was run and recorded"));
}

TEST_CASE("A message that is not in the run is told with the nearest that is") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  const std::vector<std::pair<std::string, std::string>> questions{
      {"shpo.1", "no message is called 'shpo.1' (did you mean shop.1?)"},
      {"shop.9", "no message is called 'shop.9' (shop has 5 messages: shop.1 to shop.5)"},
      {"shop.1@order", "shop.1 has no copy 'order' (did you mean shop.1@orders?)"},
      {"shop.1@orders/7", "shop.1@orders"},
      {"", "messages are called by author and number"},
      {"shop.99999999999999999999", "no message is called"},
  };
  for (const auto& [message, answer] : questions) {
    const Ran ran = folder.mqlab({"why", "ok.lua", message});
    INFO(ran.err);
    CHECK(ran.code == 65);
    CHECK(is_one_line(ran.err));
    CHECK(contains(ran.err, answer));
    CHECK(ran.out == "");
  }
}

TEST_CASE("What cannot be written is told in one line, and leaves nothing half-written") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  folder.make_folder("folder");
  for (const std::string target : {"missing/run.mqrun", "folder", "ok.lua/run.mqrun"}) {
    const Ran recorded = folder.mqlab({"run", "ok.lua", "--record", target});
    INFO(recorded.err);
    CHECK(recorded.code == 65);
    CHECK(is_one_line(recorded.err));
    CHECK(contains(recorded.err, "mqlab: " + target + ": cannot be "));
    const Ran drawn = folder.mqlab({"draw", "ok.lua", "-o", target});
    CHECK(drawn.code == 65);
    CHECK(is_one_line(drawn.err));
  }
  CHECK(folder.names() == std::vector<std::string>{"folder", "ok.lua"});
}

TEST_CASE("What is no recording is told in one line, with exit code 65") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  REQUIRE(folder.mqlab({"run", "ok.lua", "--record", "run.mqrun"}).code == 0);
  const std::string good = folder.read("run.mqrun");
  folder.write("text", kPasses);
  folder.write("empty", "");
  folder.write("cut", good.substr(0, good.size() / 2));
  folder.write("longer", good + "x");
  std::string flipped = good;
  flipped[flipped.size() * 2 / 3] ^= 0x10;
  folder.write("flipped", flipped);
  folder.make_folder("folder");
  for (const std::string name :
       {"text", "empty", "cut", "longer", "flipped", "folder", "missing"}) {
    const std::vector<std::vector<std::string>> calls{
        {"replay", name}, {"why", name, "shop.1"}, {"draw", name}};
    for (const auto& call : calls) {
      const Ran ran = folder.mqlab(call);
      INFO(ran.err);
      CHECK(ran.code == 65);
      CHECK(is_one_line(ran.err));
      CHECK(ran.err.rfind("mqlab: " + name + ": ", 0) == 0);
      CHECK(ran.out == "");
    }
  }
  const Ran script = folder.mqlab({"replay", "ok.lua"});
  CHECK(script.code == 65);
  CHECK(script.err == "mqlab: ok.lua: is a scenario, not a recording (mqlab run runs it)\n");
}

TEST_CASE("A recording that is cut or damaged anywhere is refused") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  REQUIRE(folder.mqlab({"run", "ok.lua", "--record", "run.mqrun"}).code == 0);
  const std::string good = folder.read("run.mqrun");
  REQUIRE(load_run(folder.path("run.mqrun"), "").ok());
  const auto refused = [&](const std::string& bytes) {
    folder.write("bad", bytes);
    const Result<Loaded> loaded = load_run(folder.path("bad"), "");
    return !loaded.ok() && loaded.error().place.file == folder.path("bad") &&
           loaded.error().text().find('\n') == std::string::npos;
  };
  for (std::size_t length = 0; length < good.size(); length += length < 100 ? 1 : 97) {
    INFO("cut at " << length);
    CHECK(refused(good.substr(0, length)));
  }
  for (std::size_t at = 0; at < good.size(); at += at < 100 ? 1 : 31) {
    INFO("damaged at " << at);
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    CHECK(refused(bad));
  }
}

TEST_CASE("A recording of another version of mqlab opens, and is not replayed") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  const Result<scripting::Request> request = request_for(folder.path("ok.lua"));
  REQUIRE(request.ok());
  const Result<Finished> run = run_one("ok.lua", *request);
  REQUIRE(run.ok());
  ledger::Identity identity;
  identity.version = "0.0.1";
  identity.files.push_back({"ok.lua", kPasses});
  folder.write("old.mqrun", ledger::save_recording(identity, *run->report.ledger));
  CHECK(folder.mqlab({"why", "old.mqrun", "shop.1"}).code == 0);
  const Ran replay = folder.mqlab({"replay", "old.mqrun"});
  CHECK(replay.code == 65);
  CHECK(is_one_line(replay.err));
  CHECK(contains(replay.err, "old.mqrun: was recorded by mqlab 0.0.1, this is "));
}

TEST_CASE("A replay that differs says where, with exit code 3") {
  const Folder folder;
  folder.write("ok.lua", kPasses);
  Result<scripting::Request> request = request_for(folder.path("ok.lua"));
  REQUIRE(request.ok());
  const Result<Finished> run = run_one("ok.lua", *request);
  REQUIRE(run.ok());
  // The rows of one scenario with the text of another.
  request->main.text.replace(request->main.text.find("count = 5"), 9, "count = 4");
  Finished other = finish("ok.lua", run->report);
  other.report.sources.front().text = request->main.text;
  folder.write("mixed.mqrun", recording_of(other, *request));
  const Ran replay = folder.mqlab({"replay", "mixed.mqrun"});
  CHECK(replay.code == 3);
  CHECK(contains(replay.out, "\nDIFFERENT the replay differs from the recording: "));
  CHECK(is_one_line(replay.err));
  CHECK(contains(replay.err, "they part at row "));
}

}  // namespace mqlab::cli::test
