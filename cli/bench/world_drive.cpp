// SPDX-License-Identifier: MIT
// The script, and running it.
#include "cli/bench/world_drive.hpp"

#include <string>

#include <fmt/format.h>

#include "sim/base/assert.hpp"

namespace mqlab::bench {
namespace {

// Each message is five events: it is published, arrives at the broker, arrives at the consumer, is
// worked off, and its ack arrives. What includes "start" and "stop" is timed.
std::string script_of(std::uint64_t queues, std::uint64_t messages, std::string_view handler) {
  return fmt::format(R"(
lab {{ title = "Messages through a whole world" }}
local queues, messages = {}, {}
local rabbit = broker {{ "rabbit", latency = uniform(500 * ms, 567 * ms) }}
local workers = {{}}
for i = 1, queues do
  local orders = rabbit:queue {{ "orders.region" .. i }}
  workers[i] = consumer {{
    "worker" .. i, from = orders, ack = "manual", prefetch = 100, work = exponential(1 * s), {}
  }}
  publisher {{
    "shop" .. i, to = orders, body = "sixteen bytes...", count = messages // queues,
    every = exponential(1250 * ms),
  }}
end
include "start"
run()
include "stop"
local handled = 0
for i = 1, queues do handled = handled * 31 % 1000003 + workers[i]:handled() end
print(handled, now())
)",
                     queues, messages, handler);
}

}  // namespace

scripting::Report carry_through_world(std::uint64_t queues, std::uint64_t messages,
                                      std::string_view handler, ledger::Sink sink, Meter& meter) {
  scripting::Request request;
  request.main = {"bench.lua", script_of(queues, messages, handler)};
  request.sink = sink;
  request.limits.memory_bytes = std::size_t{1} << 30;
  request.limits.steps = std::int64_t{1} << 50;
  request.include = [&meter](const std::string& name) -> Result<std::string> {
    if (name == "start") {
      meter.start();
    } else {
      meter.stop();
    }
    return std::string();
  };
  scripting::Report report = scripting::run_scenario(request);
  MQLAB_ASSERT(!report.error && report.bug.empty());
  return report;
}

}  // namespace mqlab::bench
