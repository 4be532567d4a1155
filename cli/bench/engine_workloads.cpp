// SPDX-License-Identifier: MIT
// The engine alone: the hold model, and a queueing system of four events per customer.
#include <cstdint>

#include "cli/bench/workload.hpp"
#include "sim/base/assert.hpp"
#include "sim/base/distribution.hpp"
#include "sim/base/random.hpp"
#include "sim/broker/ring.hpp"
#include "sim/engine/engine.hpp"

namespace mqlab::bench {
namespace {

using engine::Engine;
using engine::Event;

// The fact of an event, for the fingerprint. Costs a branch if nobody watches.
void tell(ledger::Ledger& ledger, const Event& event) {
  if (ledger.sink() == ledger::Sink::none) return;
  ledger::Row row;
  row.fact = ledger::Fact::noted;
  row.value = event.sequence;
  row.extra = event.target;
  row.flags = event.op;
  ledger.set_now(event.at);
  ledger.append(row);
}

// Every event schedules its successor after an exponential time, so their number stays the same.
// All are timers, which can be cancelled, and go through a switch on what they are.
class Hold {
 public:
  Hold(std::uint64_t pending, ledger::Sink sink) : ledger_(sink) {
    const std::uint64_t before = heap_bytes();
    for (std::uint64_t i = 0; i < pending; ++i) schedule(static_cast<std::uint32_t>(i));
    bytes_ = heap_bytes() - before;
  }

  void run(std::uint64_t events) {
    Event event;
    for (std::uint64_t i = 0; i < events && engine_.next(event); ++i) {
      tell(ledger_, event);
      switch (event.op) {
        case 0:
        case 1:
        case 2:
        case 3:
          ++counts_[event.op];
          checksum_.add(event.target);
          schedule(event.target);
          break;
      }
    }
  }

  Outcome outcome(std::uint64_t pending, std::uint64_t events) {
    Outcome outcome;
    outcome.operations = events;
    for (const std::uint64_t count : counts_) checksum_.add(count);
    outcome.output = checksum_.value();
    outcome.fingerprint = ledger_.digest().fingerprint();
    outcome.bytes_per_object = static_cast<double>(bytes_) / static_cast<double>(pending);
    return outcome;
  }

 private:
  void schedule(std::uint32_t target) {
    engine_.timer_after(spacing_.at(draws_.next()) + nanoseconds(1), target, target & 3);
  }

  ledger::Ledger ledger_;
  Engine engine_;
  SplitMix draws_{42};
  Distribution spacing_ = *Distribution::exponential(seconds(1));
  Checksum checksum_;
  std::uint64_t counts_[4] = {};
  std::uint64_t bytes_ = 0;
};

Outcome hold(const Setting& setting, Meter& meter) {
  const std::uint64_t events = setting.small ? 20'000 : 4'000'000;
  Hold model(setting.size, setting.sink);
  model.run(2 * setting.size);  // to where the mixture of ages is steady
  meter.measure([&] { model.run(events); });
  return model.outcome(setting.size, events);
}

// Stations in a row of their own: customers come as a Poisson process at 0.8 of what the server can
// do, travel half a second, are served in order of arrival for an exponential time, and travel on.
class Stations {
 public:
  Stations(std::uint64_t stations, ledger::Sink sink) : ledger_(sink), stations_(stations) {
    for (std::uint32_t i = 0; i < stations; ++i) come(i);
  }

  void run(std::uint64_t customers) {
    Event event;
    while (left_ < customers && engine_.next(event)) {
      tell(ledger_, event);
      checksum_.add(event.target);
      Station& station = stations_[event.target];
      switch (static_cast<Step>(event.op)) {
        case Step::comes:
          after(kTravel, event.target, Step::arrives);
          come(event.target);
          break;
        case Step::arrives:
          station.line.push_back(event.at);
          if (station.line.size() == 1) serve(event.target);
          break;
        case Step::served:
          time_in_station_ += (event.at.ns - station.line.pop_front().ns);
          after(kTravel, event.target, Step::leaves);
          if (!station.line.empty()) serve(event.target);
          break;
        case Step::leaves:
          ++left_;
          break;
      }
    }
  }

  void start_counting() {
    left_ = 0;
    events_before_ = engine_.events();
  }

  Outcome outcome() {
    Outcome outcome;
    outcome.operations = left_;
    checksum_.add(engine_.events());
    checksum_.add(static_cast<std::uint64_t>(time_in_station_));
    outcome.output = checksum_.value();
    outcome.fingerprint = ledger_.digest().fingerprint();
    const auto events = static_cast<double>(engine_.events() - events_before_);
    outcome.extra.emplace_back("events_per_op", events / static_cast<double>(left_));
    return outcome;
  }

 private:
  enum class Step : std::uint32_t { comes, arrives, served, leaves };
  struct Station {
    broker::Ring<Time> line;
  };
  static constexpr Duration kTravel = milliseconds(500);

  void after(Duration delay, std::uint32_t station, Step step) {
    engine_.schedule_after(delay, station, static_cast<std::uint32_t>(step));
  }
  void come(std::uint32_t station) { after(between_.at(draws_.next()), station, Step::comes); }
  void serve(std::uint32_t station) { after(service_.at(draws_.next()), station, Step::served); }

  ledger::Ledger ledger_;
  Engine engine_;
  SplitMix draws_{7};
  Distribution between_ = *Distribution::exponential(milliseconds(1250));
  Distribution service_ = *Distribution::exponential(seconds(1));
  std::vector<Station> stations_;
  std::uint64_t left_ = 0;
  std::uint64_t events_before_ = 0;
  std::int64_t time_in_station_ = 0;
  Checksum checksum_;
};

Outcome mm1(const Setting& setting, Meter& meter) {
  const std::uint64_t customers = setting.small ? 5'000 : 1'000'000;
  Stations stations(setting.size, setting.sink);
  stations.run(20 * setting.size);
  stations.start_counting();
  meter.measure([&] { stations.run(customers); });
  return stations.outcome();
}

}  // namespace

void add_engine_workloads(std::vector<Workload>& all) {
  Workload one;
  one.name = "hold";
  one.size_unit = "pending events";
  one.operation = "events";
  one.object = "pending event";
  one.what = "the engine's event queue: each event schedules its successor";
  one.sizes = {100, 10'000, 1'000'000};
  one.small = 100;
  one.run = hold;
  all.push_back(one);

  one = {};
  one.name = "mm1";
  one.size_unit = "stations";
  one.operation = "customers";
  one.what = "Poisson arrivals, first come first served, exponential service: 4 events each";
  one.sizes = {1, 1000};
  one.small = 10;
  one.run = mm1;
  all.push_back(one);
}

}  // namespace mqlab::bench
