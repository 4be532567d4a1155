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

class Teller {
 public:
  Teller(const NameIndex& names, const Cast& cast, const State& state, Time now, Language language)
      : names_(names),
        view_(names.view()),
        cast_(cast),
        state_(state),
        now_(now),
        language_(language) {}

  std::string tell(std::string_view fingerprint) {
    out_ = told(Key::topology_title, {format_fixed(now_), std::to_string(state_.row_count()),
                                      std::to_string(view_.row_count())});
    if (!fingerprint.empty()) out_ += "   " + told(Key::topology_fingerprint, {fingerprint});
    out_ += "\n";
    heading(Key::topology_publishers, cast_.publishers);
    for (const EntityId id : cast_.publishers) publisher(id);
    heading(Key::topology_exchanges, cast_.exchanges);
    for (const EntityId id : cast_.exchanges) exchange(id);
    heading(Key::topology_queue_list, cast_.queues);
    for (const EntityId id : cast_.queues) queue(id);
    heading(Key::topology_consumers, cast_.consumers);
    for (const EntityId id : cast_.consumers) consumer(id);
    wire();
    return std::move(out_);
  }

 private:
  std::string told(Key key, std::initializer_list<std::string_view> values = {}) const {
    return fill(language_, key, values);
  }

  void heading(Key key, const std::vector<EntityId>& things) {
    if (!things.empty()) out_ += told(key) + "\n";
  }

  // The names of the first things, and how many more there are.
  template <typename T, typename Name>
  std::string listed(const std::vector<T>& things, std::size_t count, Name name) const {
    std::string text;
    for (std::size_t i = 0; i < std::min(things.size(), kListed); ++i) {
      text += (i == 0 ? "" : " ") + name(things[i]);
    }
    if (count > kListed) {
      text += " " + told(Key::report_more, {std::to_string(count - kListed)});
    }
    return text;
  }

  // "  name", and what is wrong with it.
  void begin(EntityId id, bool is_actor) {
    out_ += "  " + names_.label(id);
    const Thing& place = state_.thing(owner(view_, id));
    if (!is_actor && !state_.thing(id).alive) {
      out_ += "  " + told(Key::topology_not_there);
    } else if (place.down) {
      out_ += "  " + told(Key::topology_down, {word(language_, place.why)});
    }
  }

  void publisher(EntityId id) {
    begin(id, true);
    const std::vector<Awaited> window = state_.window(id);
    out_ += "  " + told(Key::topology_unconfirmed, {std::to_string(window.size())});
    if (!window.empty()) {
      out_ += ": " + listed(window, window.size(),
                            [&](const Awaited& awaited) { return names_.name(awaited.message); });
    }
    out_ += "\n";
  }

  void exchange(EntityId id) {
    begin(id, false);
    const std::uint64_t unroutable = state_.thing(id).unroutable;
    if (unroutable > 0) out_ += "  " + told(Key::topology_unroutable, {std::to_string(unroutable)});
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
    out_ += fmt::format("  {}  {}\n", told(Key::topology_ready, {std::to_string(ready)}),
                        told(Key::topology_unacked, {std::to_string(unacked)}));
    if (ready > 0) {
      const std::string names = listed(state_.ready(id, kListed), ready, [&](const Copy& copy) {
        return names_.name(copy.id) + (copy.redelivered() ? " (r)" : "");
      });
      out_ += "    " + told(Key::topology_ready_list, {names}) + "\n";
    }
    if (unacked > 0) {
      const std::string names = listed(state_.unacked(id, kListed), unacked, [&](const Copy& copy) {
        return told(Key::topology_with_tag,
                    {names_.name(copy.id), names_.label(copy.holder), std::to_string(copy.tag)});
      });
      out_ += "    " + told(Key::topology_unacked_list, {names}) + "\n";
    }
  }

  void consumer(EntityId id) {
    begin(id, true);
    for (const auto& [holder, actor] : cast_.actor_of) {
      const Thing& thing = state_.thing(holder);
      if (actor != id || !thing.alive || !thing.queue) continue;
      out_ += "  " + told(Key::topology_from, {names_.label(thing.queue)});
      if (thing.no_ack) out_ += ", " + told(Key::topology_auto_ack);
      if (!thing.no_ack && thing.prefetch > 0) {
        out_ += ", " + told(Key::topology_prefetch, {std::to_string(thing.prefetch)});
      }
    }
    out_ += "\n";
    const auto list = [&](Key key, Stage stage) {
      const std::vector<Transmission> held = state_.at(id, stage);
      if (held.empty()) return;
      const std::string names =
          listed(held, held.size(), [&](const Transmission& t) { return name(t); });
      out_ += "    " + told(key, {names}) + "\n";
    };
    list(Key::topology_in_hand_list, Stage::in_hand);
    list(Key::topology_buffered_list, Stage::buffered);
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
    out_ += told(Key::report_on_wire) + "\n";
    for (std::size_t i = 0; i < std::min(sent.size(), kListed); ++i) {
      const Transmission& t = sent[i];
      out_ += fmt::format(
          "  {}  {} -> {}  {}, {}, {}\n", name(t), names_.label(t.from), names_.label(t.to),
          word(language_, t.kind), told(Key::topology_sent_at, {format_short(t.sent)}),
          t.arrives == Time::never() ? told(Key::row_held)
                                     : told(Key::row_arrives, {format_short(t.arrives)}));
    }
    if (sent.size() > kListed) {
      out_ += "  " + told(Key::report_more, {std::to_string(sent.size() - kListed)}) + "\n";
    }
  }

  const NameIndex& names_;
  const LedgerView& view_;
  const Cast& cast_;
  const State& state_;
  Time now_;
  Language language_;
  std::string out_;
};

}  // namespace

std::string Topology::text(const State& state, Time now, std::string_view fingerprint,
                           Language language) const {
  return Teller(names_, cast_, state, now, language).tell(fingerprint);
}

}  // namespace mqlab::observe
