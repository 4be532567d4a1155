// SPDX-License-Identifier: MIT
// Routing: how fast keys find their queues, and what it costs to bind meanwhile.
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/bench/keys.hpp"
#include "cli/bench/workload.hpp"
#include "sim/base/random.hpp"
#include "sim/broker/routing.hpp"

namespace mqlab::bench {
namespace {

using broker::Destination;
using broker::ExchangeRef;
using broker::ExchangeType;
using broker::QueueRef;

constexpr std::uint64_t kKeys = 200'000;
constexpr std::uint64_t kHotKeys = 512;

// A virtual host with one exchange; binding number i leads to a queue of its own.
class Site {
 public:
  Site(ExchangeType type, const std::vector<std::string>& patterns, ledger::Sink sink)
      : ledger_(sink),
        vhost_(ledger_.new_entity(ledger::EntityKind::vhost, "/", {})),
        routing_(ledger_, broker::Version::v4_0, "/", vhost_),
        exchange_(routing_.declare(ledger_.names().intern("bench"), type, {}, {})) {
    for (const std::string& pattern : patterns) patterns_.push_back(name(pattern));
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      const std::string queue = fmt::format("queue{:07}", i);
      routing_.add_queue(static_cast<QueueRef>(i), name(queue), false,
                         ledger_.new_entity(ledger::EntityKind::queue, queue, vhost_));
    }
  }

  void bind_all() {
    const std::uint64_t before = heap_bytes();
    for (std::size_t i = 0; i < patterns_.size(); ++i) bind(i);
    bytes_ = heap_bytes() - before;
  }
  void bind(std::size_t i) {
    routing_.bind(exchange_, Destination::queue(static_cast<QueueRef>(i)), patterns_[i], {});
  }
  void unbind(std::size_t i) {
    routing_.unbind(exchange_, Destination::queue(static_cast<QueueRef>(i)), patterns_[i], {});
  }

  // As a publish does with the key that its client interned.
  void route(NameId key) {
    const std::array<NameId, 1> keys{key};
    routing_.route(exchange_, keys, nullptr, queues_);
    note(key);
  }

  NameId name(std::string_view text) { return ledger_.names().intern(text); }
  std::vector<NameId> names(const std::vector<std::string>& texts) {
    std::vector<NameId> ids;
    for (const std::string& text : texts) ids.push_back(name(text));
    return ids;
  }

  std::size_t bindings() const { return patterns_.size(); }
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t copies() const { return copies_; }

  Outcome outcome(std::uint64_t operations) const {
    Outcome outcome;
    outcome.operations = operations;
    outcome.output = checksum_.value();
    outcome.fingerprint = ledger_.digest().fingerprint();
    outcome.bytes_per_object =
        static_cast<double>(bytes_) / static_cast<double>(std::max<std::size_t>(1, bindings()));
    return outcome;
  }

 private:
  // The whole list of queues, in its order, is in the ledger of a pass that is watched.
  void note(NameId key) {
    copies_ += queues_.size();
    checksum_.add(queues_.size());
    if (!queues_.empty()) checksum_.add(queues_.back());
    if (ledger_.sink() == ledger::Sink::none) return;
    Checksum all;
    for (const QueueRef queue : queues_) all.add(queue);
    ledger::Row row;
    row.fact = ledger::Fact::routed;
    row.text = key;
    row.value = all.value();
    ledger_.append(row);
  }

  ledger::Ledger ledger_;
  ledger::EntityId vhost_;
  broker::Routing routing_;
  ExchangeRef exchange_;
  std::vector<NameId> patterns_;
  std::vector<QueueRef> queues_;
  Checksum checksum_;
  std::uint64_t copies_ = 0;
  std::uint64_t bytes_ = 0;
};

enum class Texts : std::uint8_t { interned, looked_up };

Outcome route(const Setting& setting, Meter& meter, ExchangeType type, Shape shape,
              std::uint64_t different, Texts texts = Texts::interned) {
  KeySet set = make_keys(shape, setting.size, setting.small ? 2000 : kKeys);
  if (set.keys.size() > different) set.keys.resize(different);
  Site site(type, set.patterns, setting.sink);
  site.bind_all();
  const std::vector<NameId> keys = site.names(set.keys);
  const std::uint64_t rounds = (setting.small               ? 4000
                                : setting.size >= 1'000'000 ? 1'000'000
                                                            : 2'000'000) /
                               keys.size();
  for (const NameId key : keys) site.route(key);
  const std::uint64_t copies_before = site.copies();
  meter.measure([&] {
    for (std::uint64_t round = 0; round < rounds; ++round) {
      if (texts == Texts::interned) {
        for (const NameId key : keys) site.route(key);
      } else {
        for (const std::string& key : set.keys) site.route(site.name(key));
      }
    }
  });
  const std::uint64_t routed = rounds * keys.size();
  Outcome outcome = site.outcome(routed);
  outcome.extra.emplace_back("queues_per_op", static_cast<double>(site.copies() - copies_before) /
                                                  static_cast<double>(routed));
  return outcome;
}

Outcome route_exact(const Setting& setting, Meter& meter) {
  return route(setting, meter, ExchangeType::topic, Shape::exact, kKeys);
}
Outcome route_mix(const Setting& setting, Meter& meter) {
  return route(setting, meter, ExchangeType::topic, Shape::mix, kKeys);
}
Outcome route_fan(const Setting& setting, Meter& meter) {
  return route(setting, meter, ExchangeType::topic, Shape::fan, kKeys);
}
Outcome route_hot(const Setting& setting, Meter& meter) {
  return route(setting, meter, ExchangeType::topic, Shape::exact, kHotKeys);
}
Outcome route_direct(const Setting& setting, Meter& meter) {
  return route(setting, meter, ExchangeType::direct, Shape::exact, kKeys);
}
Outcome route_text(const Setting& setting, Meter& meter) {
  return route(setting, meter, ExchangeType::topic, Shape::exact, kKeys, Texts::looked_up);
}

// All is bound; then one binding goes, one comes and one key is routed, again and again; then all
// bindings go.
Outcome churn(const Setting& setting, Meter& meter) {
  KeySet set = make_keys(Shape::mix, setting.size, setting.small ? 2000 : kKeys);
  const std::uint64_t steps = setting.small ? 1000 : 200'000;
  Site site(ExchangeType::topic, set.patterns, setting.sink);
  const std::vector<NameId> keys = site.names(set.keys);
  site.bind_all();
  for (const NameId key : keys) site.route(key);
  SplitMix random(5);
  std::vector<std::size_t> gone;
  std::vector<bool> away(site.bindings());
  const auto step = [&](std::uint64_t i) {
    const std::size_t leaves = multiply_high(random.next(), site.bindings());
    if (!away[leaves]) {
      site.unbind(leaves);
      away[leaves] = true;
      gone.push_back(leaves);
    }
    const std::size_t index = multiply_high(random.next(), gone.size());
    const std::size_t comes = gone[index];
    gone[index] = gone.back();
    gone.pop_back();
    site.bind(comes);
    away[comes] = false;
    site.route(keys[i % keys.size()]);
  };
  for (std::uint64_t i = 0; i < steps / 10; ++i) step(i);
  meter.measure([&] {
    for (std::uint64_t i = 0; i < steps; ++i) step(i);
  });
  Outcome outcome = site.outcome(2 * steps);
  if (setting.sink == ledger::Sink::none) {
    const std::uint64_t before = heap_bytes();
    for (std::size_t i = 0; i < site.bindings(); ++i) {
      if (!away[i]) site.unbind(i);
    }
    const auto returned = static_cast<double>(before) - static_cast<double>(heap_bytes());
    outcome.extra.emplace_back("bytes_returned_per_object",
                               returned / static_cast<double>(site.bindings()));
  }
  return outcome;
}

Workload topic(std::string_view name, std::string_view what,
               Outcome (*run)(const Setting&, Meter&)) {
  Workload one;
  one.name = name;
  one.size_unit = "bindings";
  one.operation = "keys";
  one.object = "binding";
  one.what = what;
  one.sizes = {100, 10'000, 1'000'000};
  one.small = 1000;
  one.repeats = 3;
  one.run = run;
  return one;
}

}  // namespace

void add_route_workloads(std::vector<Workload>& all) {
  all.push_back(topic("route-exact", "topic exchange, patterns without wildcards", route_exact));
  all.push_back(
      topic("route-mix", "topic exchange, a quarter of the patterns with wildcards", route_mix));
  all.push_back(topic("route-fan", "topic exchange, every key matches 100 patterns", route_fan));
  all.push_back(topic("route-hot", "as route-exact, 512 keys in turn", route_hot));
  all.push_back(topic("route-direct", "direct exchange, the keys of route-exact", route_direct));
  all.push_back(
      topic("route-text", "as route-exact, each key looked up by its text first", route_text));
  Workload one = topic("churn", "one binding goes, one comes, one key is routed", churn);
  one.operation = "binds and unbinds";
  one.sizes = {10'000, 1'000'000};
  all.push_back(one);
}

}  // namespace mqlab::bench
