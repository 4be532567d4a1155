// SPDX-License-Identifier: MIT
// What `mqlab conform` says, and with which exit code.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/conform/conform.hpp"
#include "cli/conform/json.hpp"
#include "tests/catch.hpp"

namespace mqlab::conform {
namespace {

namespace fs = std::filesystem;

// A folder that is gone at the end of the test.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / "mqlab-test-conform") {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    const fs::path path = path_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

std::string transcript(const std::string& name, const std::string& steps) {
  return "{\n \"format\": \"mqlab-transcript/1\",\n \"name\": \"" + name +
         "\",\n \"rules\": [],\n \"title\": \"\",\n"
         " \"broker\": {\"product\": \"RabbitMQ\", \"version\": \"4.0.5\"},\n"
         " \"settle_ms\": 60,\n \"steps\": [\n" +
         steps + "\n ]\n}\n";
}

constexpr const char* kOpen =
    R"(  {"op": "connection.open", "conn": "A", "observed": {"A": {"replies": )"
    R"([{"m": "connection.open-ok"}]}}})";

struct Said {
  int code = 0;
  std::string out;
  std::string err;
};

Said conform(const std::vector<std::string>& paths, bool json = false) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = conform_files(paths, FileOptions{json}, out, err);
  return {code, out.str(), err.str()};
}

TEST_CASE("transcripts that agree are named, counted, and the exit code is 0") {
  const Folder folder;
  folder.write("b.json", transcript("b", kOpen));
  folder.write("a.json", transcript("a", kOpen));
  const Said said = conform({folder.path()});
  CHECK(said.out == "agreed a\nagreed b\nagreed 2 of 2\n");
  CHECK(said.err.empty());
  CHECK(said.code == 0);
}

TEST_CASE("the first difference is told with step, line and both answers, and the exit code is 1") {
  const Folder folder;
  const std::string file = folder.write(
      "d.json", transcript("d", std::string(kOpen) +
                                    ",\n  {\"op\": \"channel.open\", \"conn\": \"A\", \"ch\": 1, "
                                    "\"observed\": {\"A/1\": {\"replies\": "
                                    "[{\"m\": \"channel.closed\"}]}}}"));
  const Said said = conform({file});
  CHECK(said.code == 1);
  CHECK(said.out == "differs d: step 2, channel.open (" + file +
                        ":10)\n"
                        "  at       A/1.replies[0].m\n"
                        "  expected \"channel.closed\"\n"
                        "  got      \"channel.open-ok\"\n"
                        "  recorded for the whole step "
                        "{\"A/1\": {\"replies\": [{\"m\": \"channel.closed\"}]}}\n"
                        "  the core's answer           "
                        "{\"A/1\": {\"replies\": [{\"m\": \"channel.open-ok\"}]}}\n"
                        "agreed 0 of 1\n");
}

TEST_CASE("a step that was skipped in the recording is skipped") {
  const Folder folder;
  const std::string file = folder.write(
      "s.json", transcript("s", R"(  {"op": "channel.open", "conn": "Z", "ch": 1, "observed": )"
                                R"({"skipped": "no connection Z"}})"));
  CHECK(conform({file}).code == 0);
}

TEST_CASE("what the recorded broker could do and the client here cannot is a difference") {
  const Folder folder;
  const std::string file = folder.write(
      "s.json",
      transcript("s", R"(  {"op": "channel.open", "conn": "Z", "ch": 1, "observed": {}})"));
  const Said said = conform({file});
  CHECK(said.code == 1);
  CHECK(said.out.find("connection Z is not open") != std::string::npos);
}

TEST_CASE("broken files are named with their place, the others are played, the code is 65") {
  const Folder folder;
  const std::string whole = transcript("b", kOpen);
  const std::string broken = folder.write("a.json", whole.substr(0, whole.size() - 6));
  folder.write("b.json", whole);
  const Said said = conform({folder.path()});
  CHECK(said.code == 65);
  CHECK(said.err == "mqlab: " + broken + ":9: the JSON text ends too early (is it cut off?)\n");
  CHECK(said.out == "agreed b\nagreed 1 of 1\n");
}

TEST_CASE("a folder without transcripts, a missing file and a case are refused with 65") {
  const Folder folder;
  CHECK(conform({folder.path()}).code == 65);
  CHECK(conform({folder.path() + "/nothing.json"}).code == 65);
  const std::string of_case =
      folder.write("c.json", R"({"format": "mqlab-case/1", "name": "c", "steps": []})");
  CHECK(conform({of_case}).code == 65);
  CHECK(conform({of_case}).err.find("holds no observations") != std::string::npos);
}

TEST_CASE("a version that the core does not show is refused with 65") {
  const Folder folder;
  std::string text = transcript("v", kOpen);
  text.replace(text.find("4.0.5"), 5, "2.8.7");
  const Said said = conform({folder.write("v.json", text)});
  CHECK(said.code == 65);
  CHECK(said.err.find("recorded with RabbitMQ 2.8.7") != std::string::npos);
}

TEST_CASE("without paths it is a usage error") {
  CHECK(conform({}).code == 64);
}

TEST_CASE("as JSON the report holds the same") {
  const Folder folder;
  const std::string file = folder.write("a.json", transcript("a", kOpen));
  const auto report = parse_json(conform({file}, true).out, "out");
  REQUIRE(report.ok());
  CHECK(report.value()["agreed"] == 1);
  CHECK(report.value()["of"] == 1);
  CHECK(report.value()["transcripts"][0]["name"] == "a");
  CHECK(report.value()["transcripts"][0]["agreed"] == true);
  CHECK(report.value()["broken"].empty());
}

}  // namespace
}  // namespace mqlab::conform
