// SPDX-License-Identifier: MIT
// Reading transcripts: what is refused, and where the mistake is placed.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "cli/conform/transcript.hpp"
#include "tests/catch.hpp"

namespace mqlab::conform {
namespace {

constexpr const char* kHead =
    "{\n"
    " \"format\": \"mqlab-transcript/1\",\n"
    " \"name\": \"t\",\n"
    " \"rules\": [],\n"
    " \"title\": \"\",\n"
    " \"broker\": {\"product\": \"RabbitMQ\", \"version\": \"3.10.8\"},\n"
    " \"settle_ms\": 60,\n"
    " \"steps\": [\n"
    "  {\"op\": \"wait\", \"ms\": 1, \"observed\": {}},\n";

std::string with_step(const std::string& step) {
  return std::string(kHead) + "  " + step + "\n ]\n}\n";
}

std::string refusal(const std::string& text) {
  const auto read = read_transcript(text, "f.json");
  return read.ok() ? "accepted" : read.error().text();
}

std::string refused_step(const std::string& step) {
  return refusal(with_step(step));
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST_CASE("every recorded transcript is written again byte by byte as it was read") {
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(MQLAB_CONFORM_DATA)) {
    if (entry.path().extension() != ".json") continue;
    const auto read = load_transcript(entry.path());
    INFO(entry.path());
    REQUIRE(read.ok());
    CHECK(write_transcript(*read) == file_text(entry.path()));
    ++files;
  }
  CHECK(files == 1042);
}

TEST_CASE("a step knows the line it stands on") {
  const auto read = read_transcript(with_step(R"({"op": "inspect", "observed": {}})"), "f.json");
  REQUIRE(read.ok());
  CHECK(read->steps[0].line == 9);
  CHECK(read->steps[1].line == 10);
}

TEST_CASE("an unknown operation is refused at its line") {
  CHECK(refused_step(R"({"op": "queue.explode", "observed": {}})") ==
        "f.json:10: step 2: there is no operation \"queue.explode\"");
}

TEST_CASE("a step without what it needs is refused") {
  CHECK(refused_step(R"({"observed": {}})") == "f.json:10: step 2: a step needs an \"op\"");
  CHECK(refused_step(R"({"op": "queue.declare", "ch": 1, "observed": {}})") ==
        "f.json:10: step 2: queue.declare needs a member \"conn\"");
  CHECK(refused_step(R"({"op": "wait", "observed": {}})") ==
        "f.json:10: step 2: wait needs a member \"ms\"");
  CHECK(refused_step(R"({"op": "wait", "ms": 5})") ==
        "f.json:10: step 2: a step of a transcript needs \"observed\"");
  CHECK(refused_step(R"({"op": "burst", "observed": {}})") ==
        "f.json:10: step 2: a burst needs \"steps\"");
}

TEST_CASE("members of the wrong type or range, and unknown ones, are refused") {
  CHECK(refused_step(R"({"op": "wait", "ms": "5", "observed": {}})") ==
        "f.json:10: step 2: wait, ms: expected a number from 0 to 4294967295, found \"5\"");
  CHECK(refused_step(R"({"op": "channel.open", "conn": "A", "ch": 0, "observed": {}})") ==
        "f.json:10: step 2: channel.open, ch: expected a channel number (1 to 65535), found 0");
  CHECK(refused_step(R"({"op": "queue.declare", "conn": "A", "ch": 1, "durabel": true,
                         "observed": {}})") ==
        "f.json:10: step 2: queue.declare has no member \"durabel\"");
  CHECK(refused_step(R"({"op": "basic.ack", "conn": "A", "ch": 1, "delivery_tag": "oldest",
                         "observed": {}})") ==
        "f.json:10: step 2: basic.ack, delivery_tag: expected a delivery tag, found \"oldest\"");
  CHECK(refused_step(R"({"op": "broker.alarm", "resource": "patience", "observed": {}})") ==
        "f.json:10: step 2: resource: expected \"memory\" or \"disk\"");
}

TEST_CASE("typed values are refused if the letter is unknown or does not fit") {
  const auto declare = [](const std::string& value) {
    return refused_step(R"({"op": "queue.declare", "conn": "A", "ch": 1, "arguments": {"x": )" +
                        value + R"(}, "observed": {}})");
  };
  const std::string at = "f.json:10: step 2: queue.declare, arguments: x: ";
  CHECK(declare(R"(["Q", 1])") ==
        at + "\"Q\" is no type letter (the letters are t b B s u I i l f d D S x T V A F)");
  CHECK(declare("[\"I\", \"1\"]") == at + "\"1\" does not fit the type letter I");
  CHECK(declare(R"(["b", 128])") == at + "128 does not fit the type letter b");
  CHECK(declare(R"(["B", -1])") == at + "-1 does not fit the type letter B");
  CHECK(declare("5") == at + "5 is no typed value (a value is a pair like [\"S\", \"text\"])");
  CHECK(declare(R"(["I", -2147483648])") == "accepted");
}

TEST_CASE("what was observed must have the shape of an observation") {
  CHECK(refused_step(R"({"op": "wait", "ms": 1, "observed": []})") ==
        "f.json:10: step 2: \"observed\" is an object");
  CHECK(refused_step(R"({"op": "wait", "ms": 1, "observed": {"A/1": {"mail": []}}})") ==
        "f.json:10: step 2: observed, A/1: there is no \"mail\"");
  CHECK(refused_step(R"({"op": "wait", "ms": 1, "observed": {"A/1": {"acks": ["1"]}}})") ==
        "f.json:10: step 2: observed, A/1, acks: [\"1\"] is ill-formed");
}

TEST_CASE("a file that is cut off is refused at its last line") {
  const std::string whole = with_step(R"({"op": "inspect", "observed": {}})");
  for (std::size_t size = 1; size + 1 < whole.size(); ++size) {
    const auto read = read_transcript(whole.substr(0, size), "f.json");
    INFO(whole.substr(0, size));
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().place.line > 0);
  }
  CHECK(refusal(whole.substr(0, whole.size() - 3)) ==
        "f.json:11: the JSON text ends too early (is it cut off?)");
}

TEST_CASE("binary files, broken and ambiguous JSON are refused") {
  CHECK(refusal(std::string("{\n\"a\": \0}", 9)) ==
        "f.json:2: this is not UTF-8 text (is it a binary file?)");
  CHECK(refusal("{\n \"name\": \"\xff\"}") ==
        "f.json:2: this is not UTF-8 text (is it a binary file?)");
  CHECK(refusal("{\n\n \"name\" 1}").substr(0, 22) == "f.json:3: broken JSON:");
  CHECK(refusal(R"({"name": "a", "name": "b"})") ==
        "f.json: broken JSON: the member \"name\" stands twice in one object");
  CHECK(refusal(std::string(100'000, '[')) == "f.json: broken JSON: nested deeper than 64 levels");
}

TEST_CASE("another format or version of the format is refused") {
  CHECK(refusal(R"({"format": "mqlab-transcript/2", "name": "t", "steps": []})") ==
        "f.json:1: the format \"mqlab-transcript/2\" is not known (this program reads "
        "\"mqlab-transcript/1\" and \"mqlab-case/1\")");
  CHECK(refusal(R"({"name": "t", "steps": []})") ==
        "f.json:1: \"format\" is missing (expected \"mqlab-transcript/1\")");
  CHECK(refusal("[]") == "f.json:1: a transcript is an object");
}

TEST_CASE("a case may use plain JSON for typed values, and is written with pairs") {
  const auto read = read_transcript(
      R"({"format": "mqlab-case/1", "name": "c", "rules": [], "title": "", "steps": [
  {"op": "queue.declare", "conn": "A", "ch": 1, "queue": "q",
   "arguments": {"a": 1, "b": 4294967296, "c": 1.5, "d": "x", "e": true, "f": null,
                 "g": {"h": ["b", 1]}}}]})",
      "f.json");
  REQUIRE(read.ok());
  CHECK(to_line(read->steps[0].members["arguments"]) ==
        R"({"a": ["I", 1], "b": ["l", 4294967296], "c": ["d", 1.5], "d": ["S", "x"], )"
        R"("e": ["t", true], "f": ["V", null], "g": ["F", {"h": ["b", 1]}]})");
}

}  // namespace
}  // namespace mqlab::conform
