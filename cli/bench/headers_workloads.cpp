// SPDX-License-Identifier: MIT
// Routing by headers: bindings that ask for three fields, messages that have four.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/bench/workload.hpp"
#include "sim/base/random.hpp"
#include "sim/broker/routing.hpp"

namespace mqlab::bench {
namespace {

using broker::FieldTable;
using broker::FieldValue;
using broker::QueueRef;

constexpr std::array<std::string_view, 6> kNames{"customer", "kind",   "origin",
                                                 "region",   "tariff", "urgency"};

// One of as many values as there are bindings for each of them.
FieldValue value_of(RandomStream& random, std::uint64_t bindings) {
  return FieldValue::of(fmt::format("value {}", random.below(4 + bindings / 10)));
}

FieldTable fields_of(RandomStream& random, std::uint64_t bindings, std::size_t count) {
  FieldTable table;
  const std::size_t first = random.below(kNames.size());
  for (std::size_t i = 0; i < count; ++i) {
    table.emplace_back(kNames[(first + i) % kNames.size()], value_of(random, bindings));
  }
  return table;
}

// A message for this binding: its fields and one more.
FieldTable headers_for(const FieldTable& fields, RandomStream& random, std::uint64_t bindings) {
  FieldTable headers = fields;
  headers.emplace_back("comment", value_of(random, bindings));
  return headers;
}

Outcome headers(const Setting& setting, Meter& meter) {
  const std::uint64_t bindings = setting.size;
  const std::uint64_t routed = setting.small ? 2000 : 1'000'000;
  RandomStream random(bindings, "headers");
  ledger::Ledger ledger(setting.sink);
  const ledger::EntityId vhost = ledger.new_entity(ledger::EntityKind::vhost, "/", {});
  broker::Routing routing(ledger, broker::Version::v4_0, "/", vhost);
  const broker::ExchangeRef exchange =
      routing.declare(ledger.names().intern("bench"), broker::ExchangeType::headers, {}, {});
  std::vector<FieldTable> wanted;
  const std::uint64_t before = heap_bytes();
  for (std::uint64_t i = 0; i < bindings; ++i) {
    const std::string name = fmt::format("queue{:07}", i);
    const auto queue = static_cast<QueueRef>(i);
    routing.add_queue(queue, ledger.names().intern(name), false,
                      ledger.new_entity(ledger::EntityKind::queue, name, vhost));
    wanted.push_back(fields_of(random, bindings, 3));
    routing.bind(exchange, broker::Destination::queue(queue), {}, wanted.back());
  }
  const std::uint64_t bytes = heap_bytes() - before;
  std::vector<FieldTable> messages;
  for (int i = 0; i < 2000; ++i) {
    const bool made = random.below(10) < 9;
    messages.push_back(made ? headers_for(wanted[random.below(bindings)], random, bindings)
                            : fields_of(random, bindings, 4));
  }

  const std::array<NameId, 1> keys{};
  std::vector<QueueRef> queues;
  Checksum checksum;
  std::uint64_t copies = 0;
  const auto route = [&](std::uint64_t i) {
    routing.route(exchange, keys, &messages[i % messages.size()], queues);
    copies += queues.size();
    checksum.add(queues.size());
    if (!queues.empty()) checksum.add(queues.back());
    if (ledger.sink() == ledger::Sink::none) return;
    ledger::Row row;
    row.fact = ledger::Fact::routed;
    row.value = checksum.value();
    ledger.append(row);
  };
  for (std::uint64_t i = 0; i < messages.size(); ++i) route(i);
  copies = 0;
  meter.measure([&] {
    for (std::uint64_t i = 0; i < routed; ++i) route(i);
  });

  Outcome outcome;
  outcome.operations = routed;
  outcome.output = checksum.value();
  outcome.fingerprint = ledger.digest().fingerprint();
  outcome.bytes_per_object = static_cast<double>(bytes) / static_cast<double>(bindings);
  outcome.extra.emplace_back("queues_per_op",
                             static_cast<double>(copies) / static_cast<double>(routed));
  return outcome;
}

}  // namespace

void add_headers_workloads(std::vector<Workload>& all) {
  Workload one;
  one.name = "route-headers";
  one.size_unit = "bindings";
  one.operation = "messages";
  one.object = "binding with its queue";
  one.what = "headers exchange, bindings of 3 fields, messages of 4";
  one.sizes = {10, 100, 1000};
  one.small = 100;
  one.run = headers;
  all.push_back(one);
}

}  // namespace mqlab::bench
