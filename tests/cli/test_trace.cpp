// SPDX-License-Identifier: MIT
// The trace for Perfetto, held against the rules of the Trace Event Format.
#include <map>
#include <set>
#include <tuple>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

using Json = nlohmann::json;
using Track = std::pair<int, int>;  // pid, tid

const char* const kDeadLetters = R"(lab { title = "A burst, a worker that rejects, a dead letter" }
local rabbit = broker "rabbit"
local dead = rabbit:exchange { "dead", type = "fanout" }
local grave = rabbit:queue "grave"
grave:bind(dead)
local orders = rabbit:queue { "orders", dead_letter = dead }
publisher { "shop", to = orders, count = 40 }
local worker = consumer { "worker", from = orders, ack = "manual", prefetch = 2, work = 10*ms,
  threads = 2, on_failure = "reject", fail = function(m) return m.number % 3 == 0 end }
at(100*ms, function() worker:kill() end)
at(200*ms, function() worker:restart() end)
run()
expect.ready(grave, 13)
)";

struct Span {
  double begin = 0;
  double end = 0;
};

struct Events {
  std::map<Track, std::vector<Span>> slices;
  std::map<Track, std::string> tracks;
  std::map<int, std::string> processes;
  std::map<std::string, std::vector<std::string>> flow_phases;  // by id
  std::map<std::string, double> flow_last;
  std::set<std::string> counters;
  int instants = 0;
};

bool in_a_slice(const Events& events, const Track& track, double at) {
  const auto found = events.slices.find(track);
  if (found == events.slices.end()) return false;
  for (const Span& span : found->second) {
    if (span.begin <= at && at <= span.end) return true;
  }
  return false;
}

// Every event has what its phase asks for.
void take(const Json& event, Events& into) {
  const std::string phase = event.at("ph");
  const Track track{event.at("pid").get<int>(), event.at("tid").get<int>()};
  REQUIRE(event.at("name").is_string());
  if (phase == "M") {
    const std::string name = event.at("name");
    if (name == "process_name") into.processes[track.first] = event.at("args").at("name");
    if (name == "thread_name") into.tracks[track] = event.at("args").at("name");
    if (name == "thread_sort_index") CHECK(event.at("args").at("sort_index").is_number_integer());
    return;
  }
  const double at = event.at("ts").get<double>();
  CHECK(at >= 0);
  if (phase == "X") {
    const double length = event.at("dur").get<double>();
    CHECK(length >= 0);
    CHECK(event.at("cat").is_string());
    into.slices[track].push_back({at, at + length});
  } else if (phase == "s" || phase == "t" || phase == "f") {
    const std::string id = event.at("id");
    CHECK(event.at("cat") == "message");
    if (phase == "f") CHECK(event.at("bp") == "e");
    INFO(id << " " << phase << " at " << at);
    CHECK(in_a_slice(into, track, at));
    CHECK(at >= into.flow_last[id]);
    into.flow_last[id] = at;
    into.flow_phases[id].push_back(phase);
  } else if (phase == "C") {
    for (const auto& [key, value] : event.at("args").items()) CHECK(value.is_number());
    into.counters.insert(event.at("name"));
  } else {
    REQUIRE(phase == "i");
    CHECK(event.at("s") == "p");
    ++into.instants;
  }
}

Events read_trace(const std::string& text) {
  const Json trace = Json::parse(text);
  CHECK(trace.at("displayTimeUnit") == "ns");
  Events events;
  for (const Json& event : trace.at("traceEvents")) take(event, events);
  // Slices of a track come one after the other: none of them overlap.
  for (const auto& [track, spans] : events.slices) {
    CHECK(events.tracks.count(track) == 1);
    for (std::size_t i = 1; i < spans.size(); ++i) {
      CHECK(spans[i - 1].end <= spans[i].begin + 1e-6);
    }
  }
  for (const auto& [id, phases] : events.flow_phases) {
    INFO(id);
    REQUIRE(phases.size() >= 2);
    CHECK(phases.front() == "s");
    CHECK(phases.back() == "f");
    for (std::size_t i = 1; i + 1 < phases.size(); ++i) CHECK(phases[i] == "t");
  }
  return events;
}

}  // namespace

TEST_CASE("A trace follows the rules of its format") {
  const Folder folder;
  folder.write("dead.lua", kDeadLetters);
  folder.write("variants.lua", kVariants);
  const Ran ran =
      folder.mqlab({"run", "dead.lua", "variants.lua", "--perfetto", "trace.json", "--quiet"});
  CHECK(ran.code == 1);
  const Events events = read_trace(folder.read("trace.json"));
  CHECK(events.processes.at(1) == "dead.lua");
  CHECK(events.processes.at(2) == "variants.lua fault");
  CHECK(events.processes.at(3) == "variants.lua cure");
  std::set<std::string> names;
  for (const auto& [track, name] : events.tracks) names.insert(name);
  for (const char* name : {"queue orders", "queue grave", "actor shop", "actor worker"}) {
    INFO(name);
    CHECK(names.count(name) == 1);
  }
  CHECK(events.counters == std::set<std::string>{"backlog of orders", "backlog of grave"});
  CHECK(events.instants >= 2);  // the worker's death and return
  bool steps = false;
  for (const auto& [id, phases] : events.flow_phases) steps = steps || phases.size() > 2;
  CHECK(steps);
}

TEST_CASE("A queue with a long backlog has sixteen tracks at most") {
  const Folder folder;
  folder.write("dead.lua", kDeadLetters);
  REQUIRE(folder.mqlab({"run", "dead.lua", "--perfetto", "trace.json"}).code == 0);
  const Events events = read_trace(folder.read("trace.json"));
  int tracks = 0;
  for (const auto& [track, name] : events.tracks) tracks += contains(name, "queue orders") ? 1 : 0;
  CHECK(tracks == 16);
}

TEST_CASE("Times of a trace are exact to the nanosecond") {
  const Folder folder;
  folder.write("fine.lua",
               "lab { title = \"x\" }\nlocal rabbit = broker { \"r\", latency = 7*ns }\n"
               "local q = rabbit:queue \"q\"\npublisher { \"shop\", to = q, start = 1234567*ns }\n"
               "run()\nexpect.ready(q, 1)\n");
  REQUIRE(folder.mqlab({"run", "fine.lua", "--perfetto", "trace.json"}).code == 0);
  CHECK(contains(folder.read("trace.json"), "\"ts\":1234.567,\"dur\":0.000"));
  CHECK(contains(folder.read("trace.json"), "\"ts\":1234.574"));
}

}  // namespace mqlab::cli::test
