// SPDX-License-Identifier: MIT
// Whole worlds, described by scripts as any scenario is: publishers, links, a broker, consumers.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/bench/workload.hpp"
#include "cli/bench/world_drive.hpp"
#include "scripting/scenario.hpp"
#include "sim/base/assert.hpp"
#include "sim/base/hash.hpp"

namespace mqlab::bench {
namespace {

constexpr std::string_view kHandler = "handler = function(m) return \"ack\" end";

Outcome run_world(const Setting& setting, Meter& meter, std::string_view handler) {
  const std::uint64_t messages = setting.small ? 2000 : 200'000;
  const scripting::Report report =
      carry_through_world(setting.size, messages, handler, setting.sink, meter);
  Outcome outcome;
  outcome.operations = messages / setting.size * setting.size;
  Checksum checksum;
  checksum.add(report.events);
  checksum.add(static_cast<std::uint64_t>(report.end.ns));
  for (const std::string& line : report.printed) checksum.add(hash_bytes(line));
  outcome.output = checksum.value();
  outcome.fingerprint = report.ledger->digest().fingerprint();
  const auto operations = static_cast<double>(outcome.operations);
  outcome.extra.emplace_back("events_per_op", static_cast<double>(report.events) / operations);
  if (setting.sink == ledger::Sink::full) {
    outcome.extra.emplace_back("rows_per_op",
                               static_cast<double>(report.ledger->row_count()) / operations);
  }
  return outcome;
}

Outcome world(const Setting& setting, Meter& meter) {
  return run_world(setting, meter, "");
}

// The same world with a Lua function as handler, and what each call of it adds.
Outcome script(const Setting& setting, Meter& meter) {
  Outcome outcome = run_world(setting, meter, kHandler);
  if (setting.sink == ledger::Sink::none) {
    Meter without(nullptr);
    run_world(setting, without, "");
    outcome.extra.emplace_back("ns_per_callback", (meter.cpu_s() - without.cpu_s()) * 1e9 /
                                                      static_cast<double>(outcome.operations));
  }
  return outcome;
}

// A lab of the usual size, from its text to its verdict.
std::string short_script(std::uint64_t events) {
  return fmt::format(R"(
lab {{ title = "A short run" }}
local rabbit = broker "rabbit"
local orders = rabbit:queue {{ "orders", durable = true }}
publisher {{ "shop", to = orders, count = {}, every = exponential(10 * ms) }}
local worker = consumer {{ "worker", from = orders, ack = "manual", work = exponential(5 * ms) }}
run()
expect.equal(worker:handled(), {})
)",
                     events / 5, events / 5);
}

Outcome runs(const Setting& setting, Meter& meter) {
  const std::uint64_t runs =
      setting.small ? 5 : std::max<std::uint64_t>(20, 1'000'000 / setting.size);
  scripting::Request request;
  request.main = {"bench.lua", short_script(setting.size)};
  request.sink = setting.sink;
  Checksum checksum;
  Checksum fingerprints;
  scripting::Stage stage;
  std::uint64_t events = 0;
  const auto run_one = [&](std::uint64_t seed) {
    request.seed = seed;
    const scripting::Report report = stage.run(request);
    MQLAB_ASSERT(report.verdict == scripting::Verdict::pass && report.bug.empty());
    checksum.add(report.events);
    checksum.add(static_cast<std::uint64_t>(report.end.ns));
    events += report.events;
    fingerprints.add(report.ledger->digest().all());
  };
  run_one(0);
  events = 0;
  meter.measure([&] {
    for (std::uint64_t i = 1; i <= runs; ++i) run_one(i);
  });
  Outcome outcome;
  outcome.operations = runs;
  outcome.output = checksum.value();
  outcome.fingerprint = fmt::format("{:016x}", fingerprints.value());
  outcome.extra.emplace_back("events_per_op",
                             static_cast<double>(events) / static_cast<double>(runs));
  return outcome;
}

}  // namespace

void add_world_workloads(std::vector<Workload>& all) {
  Workload one;
  one.name = "world";
  one.size_unit = "queues";
  one.operation = "messages";
  one.what = "the same as a scenario declares it: 5 events a message";
  one.sizes = {1, 1000};
  one.small = 10;
  one.run = world;
  all.push_back(one);

  one.name = "world-ledger";
  one.what = "the same with the full ledger";
  one.repeats = 3;
  one.timed = ledger::Sink::full;
  all.push_back(one);

  one.name = "script";
  one.what = "world with a Lua function as handler";
  one.timed = ledger::Sink::none;
  one.run = script;
  all.push_back(one);

  one = {};
  one.name = "runs";
  one.size_unit = "events";
  one.operation = "runs";
  one.what = "short runs one after the other, each from its script's text to its verdict";
  one.sizes = {100};
  one.small = 100;
  one.run = runs;
  all.push_back(one);
}

}  // namespace mqlab::bench
