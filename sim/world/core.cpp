// SPDX-License-Identifier: MIT
// Alarms and samples.
#include "sim/world/core.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/world/connection.hpp"
#include "sim/world/consumer.hpp"
#include "sim/world/node.hpp"
#include "sim/world/process.hpp"
#include "sim/world/publisher.hpp"
#include "sim/world/store.hpp"

namespace mqlab::world {

Distribution always(Duration span) {
  return Distribution::constant(span).value();
}

Duration Reconnect::wait(std::uint32_t failures) const {
  constexpr double kLongest = 9.2e18;
  auto span = static_cast<double>(after.ns);
  for (std::uint32_t i = 0; i < failures && span < static_cast<double>(most.ns); ++i) {
    span *= factor;
    if (factor <= 1) break;
  }
  const Duration exact{static_cast<std::int64_t>(span < kLongest ? span : kLongest)};
  return exact < most ? exact : most;
}

Core::Core(ledger::Sink sink, Choices given)
    : ledger(sink), choices(std::move(given)), wires(std::make_unique<Wires>()) {}

Core::~Core() = default;

void Core::set_thing(EntityId id, Thing thing) {
  if (things.size() <= id.value) things.resize(id.value + std::size_t{1});
  things[id.value] = thing;
  names.emplace(ledger.name(id), id);
}

Cable Core::cable(EntityId actor, EntityId node) const {
  Cable cable = actor.value < cables.size() ? cables[actor.value] : Cable{};
  const auto found = ways.find({actor, node});
  if (found == ways.end()) return cable;
  const Cable& way = found->second;
  cable.held = cable.held || way.held;
  cable.cut_to_broker = cable.cut_to_broker || way.cut_to_broker;
  cable.cut_to_client = cable.cut_to_client || way.cut_to_client;
  if (way.rate) cable.rate = way.rate;
  return cable;
}

NameId Core::business(MessageId message) {
  Business& known = businesses[message.value - 1];
  if (known.name == NameId{}) {
    const std::string_view author = ledger.name(known.author);
    constexpr std::size_t kOrdinal = 11;  // with its dot
    std::array<char, 64> text;
    if (author.size() + kOrdinal > text.size()) {
      known.name = ledger.names().intern(fmt::format("{}.{}", author, known.ordinal));
      return known.name;
    }
    char* const dot = std::copy(author.begin(), author.end(), text.data());
    *dot = '.';
    const char* const end = std::to_chars(dot + 1, dot + kOrdinal, known.ordinal).ptr;
    known.name = ledger.names().intern({text.data(), static_cast<std::size_t>(end - text.data())});
  }
  return known.name;
}

void Core::move(Alarm& alarm, Time at, EventKind kind, std::uint32_t index, std::uint32_t detail) {
  clear(alarm);
  alarm.at = at;
  if (at == Time::never()) return;
  const auto op = static_cast<std::uint32_t>(kind) | detail << 8;
  alarm.event = engine.timer_at(at, index, op, ledger.cause());
}

}  // namespace mqlab::world
