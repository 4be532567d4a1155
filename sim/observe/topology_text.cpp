// SPDX-License-Identifier: MIT
// The topology at an instant as text.
#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/observe/row_text.hpp"
#include "sim/observe/topology.hpp"

namespace mqlab::observe {

namespace {

// Longer lists end in the number of what is left out.
constexpr std::size_t kListed = 20;

template <typename T, typename Name>
std::string listed(const std::vector<T>& things, std::size_t count, Name name) {
  std::string text;
  for (std::size_t i = 0; i < std::min(things.size(), kListed); ++i) text += " " + name(things[i]);
  if (count > kListed) text += fmt::format(" and {} more", count - kListed);
  return text;
}

class Teller {
 public:
  Teller(const NameIndex& names, const Cast& cast, const State& state, Time now)
      : names_(names), view_(names.view()), cast_(cast), state_(state), now_(now) {}

  std::string tell(std::string_view fingerprint) {
    out_ = fmt::format("t {}  row {} of {}", format_fixed(now_), state_.row_count(),
                       view_.row_count());
    if (!fingerprint.empty()) out_ += fmt::format("  fingerprint {}", fingerprint);
    out_ += "\n";
    heading("publishers", cast_.publishers);
    for (const EntityId id : cast_.publishers) publisher(id);
    heading("exchanges", cast_.exchanges);
    for (const EntityId id : cast_.exchanges) exchange(id);
    heading("queues", cast_.queues);
    for (const EntityId id : cast_.queues) queue(id);
    heading("consumers", cast_.consumers);
    for (const EntityId id : cast_.consumers) consumer(id);
    wire();
    return std::move(out_);
  }

 private:
  void heading(std::string_view words, const std::vector<EntityId>& things) {
    if (!things.empty()) out_ += fmt::format("{}\n", words);
  }

  // "  name", and what is wrong with it.
  void begin(EntityId id, bool is_actor) {
    out_ += "  " + names_.label(id);
    const Thing& place = state_.thing(owner(view_, id));
    if (!is_actor && !state_.thing(id).alive) {
      out_ += "  not there";
    } else if (place.down) {
      out_ += fmt::format("  down: {}", ledger::word(place.why));
    }
  }

  void publisher(EntityId id) {
    begin(id, true);
    const std::vector<Awaited> window = state_.window(id);
    out_ += fmt::format("  unconfirmed {}", window.size());
    if (!window.empty()) {
      out_ += ":" + listed(window, window.size(),
                           [&](const Awaited& awaited) { return names_.name(awaited.message); });
    }
    out_ += "\n";
  }

  void exchange(EntityId id) {
    begin(id, false);
    if (state_.thing(id).unroutable > 0) {
      out_ += fmt::format("  unroutable {}", state_.thing(id).unroutable);
    }
    for (const Binding& binding : state_.bindings()) {
      if (binding.source != id) continue;
      out_ += fmt::format("  -> {}", names_.label(binding.destination));
      if (binding.key) out_ += fmt::format(" [{}]", view_.text(binding.key));
    }
    out_ += "\n";
  }

  void queue(EntityId id) {
    begin(id, false);
    const std::size_t ready = state_.ready_count(id);
    const std::size_t unacked = state_.unacked_count(id);
    out_ += fmt::format("  ready {}  unacked {}\n", ready, unacked);
    if (ready > 0) {
      out_ += "    ready, head first:";
      out_ += listed(state_.ready(id, kListed), ready, [&](const Copy& copy) {
        return names_.name(copy.id) + (copy.redelivered() ? " (r)" : "");
      });
      out_ += "\n";
    }
    if (unacked > 0) {
      out_ += "    unacked:";
      out_ += listed(state_.unacked(id, kListed), unacked, [&](const Copy& copy) {
        return fmt::format("{} (with {}, tag {})", names_.name(copy.id), names_.label(copy.holder),
                           copy.tag);
      });
      out_ += "\n";
    }
  }

  void consumer(EntityId id) {
    begin(id, true);
    for (const auto& [holder, actor] : cast_.actor_of) {
      const Thing& thing = state_.thing(holder);
      if (actor != id || !thing.alive || !thing.queue) continue;
      out_ += fmt::format("  from {}", names_.label(thing.queue));
      if (thing.no_ack) out_ += ", auto ack";
      if (!thing.no_ack && thing.prefetch > 0) out_ += fmt::format(", prefetch {}", thing.prefetch);
    }
    out_ += "\n";
    const auto list = [&](std::string_view words, Stage stage) {
      const std::vector<Transmission> held = state_.at(id, stage);
      if (held.empty()) return;
      out_ +=
          fmt::format("    {}:{}\n", words,
                      listed(held, held.size(), [&](const Transmission& t) { return name(t); }));
    };
    list("in hand", Stage::in_hand);
    list("buffered", Stage::buffered);
  }

  std::string name(const Transmission& t) const {
    return t.message ? names_.name(t.id) : std::string(view_.text(t.method));
  }

  void wire() {
    std::vector<Transmission> sent;
    for (const Transmission& t : state_.transmissions()) {
      if (t.stage == Stage::on_wire) sent.push_back(t);
    }
    if (sent.empty()) return;
    std::stable_sort(sent.begin(), sent.end(),
                     [](const Transmission& a, const Transmission& b) { return a.id < b.id; });
    out_ += "on the wire\n";
    for (std::size_t i = 0; i < std::min(sent.size(), kListed); ++i) {
      const Transmission& t = sent[i];
      out_ += fmt::format("  {}  {} -> {}  {}, sent {}, ", name(t), names_.label(t.from),
                          names_.label(t.to), ledger::word(t.kind), format_short(t.sent));
      out_ += t.arrives == Time::never() ? "held" : "arrives " + format_short(t.arrives);
      out_ += "\n";
    }
    if (sent.size() > kListed) out_ += fmt::format("  and {} more\n", sent.size() - kListed);
  }

  const NameIndex& names_;
  const LedgerView& view_;
  const Cast& cast_;
  const State& state_;
  Time now_;
  std::string out_;
};

}  // namespace

std::string Topology::text(const State& state, Time now, std::string_view fingerprint) const {
  return Teller(names_, cast_, state, now).tell(fingerprint);
}

}  // namespace mqlab::observe
