// SPDX-License-Identifier: MIT
// The routing core through its public interface: the whole life of messages, and many that wait.
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/bench/broker_drive.hpp"
#include "cli/bench/workload.hpp"

namespace mqlab::bench {
namespace {

Outcome lifecycle(const Setting& setting, Meter& meter) {
  const std::uint64_t messages = setting.small ? 4000 : 1'000'000;
  BrokerDrive drive(static_cast<std::uint32_t>(setting.size), setting.sink);
  drive.subscribe(100);
  drive.carry(messages / 10);
  meter.measure([&] { drive.carry(messages); });
  Outcome outcome;
  outcome.operations = messages;
  outcome.output = drive.output();
  outcome.fingerprint = drive.ledger().digest().fingerprint();
  return outcome;
}

Outcome fill(const Setting& setting, Meter& meter) {
  const std::uint64_t messages = setting.size;
  BrokerDrive drive(1, setting.sink);
  const std::uint64_t before = heap_bytes();
  meter.measure([&] { drive.publish(messages); });
  Outcome outcome;
  outcome.operations = messages;
  outcome.output = drive.output();
  outcome.fingerprint = drive.ledger().digest().fingerprint();
  if (setting.sink == ledger::Sink::none) {
    outcome.bytes_per_object =
        static_cast<double>(heap_bytes() - before) / static_cast<double>(messages);
  }
  return outcome;
}

}  // namespace

void add_broker_workloads(std::vector<Workload>& all) {
  Workload one;
  one.name = "lifecycle";
  one.size_unit = "queues";
  one.operation = "messages";
  one.what = "publish, direct route, queue, deliver, ack through the broker's interface";
  one.sizes = {1, 1000};
  one.small = 10;
  one.run = lifecycle;
  all.push_back(one);

  one = {};
  one.name = "fill";
  one.size_unit = "messages";
  one.operation = "messages";
  one.object = "queued message, without its body";
  one.what = "messages that are published and wait";
  one.sizes = {1'000'000, 10'000'000};
  one.small = 4000;
  one.repeats = 1;
  one.run = fill;
  all.push_back(one);
}

}  // namespace mqlab::bench
