// SPDX-License-Identifier: MIT
// Faults from rows: who is down or cut off from when to when.
#include "sim/observe/faults.hpp"

#include <map>

#include "sim/base/assert.hpp"

namespace mqlab::observe {

namespace {

using Kind = FaultMark::Kind;

class Finder {
 public:
  explicit Finder(const LedgerView& view) : view_(view) {}

  Faults find() {
    for (RowNo number = 1; number <= view_.row_count(); ++number) take(view_.row(number), number);
    const Time end = view_.row_count() > 0 ? view_.rows().back().at : Time{};
    for (Outage& outage : faults_.outages) {
      if (outage.to == Time::never()) outage.to = end;
    }
    return std::move(faults_);
  }

 private:
  void take(const Row& row, RowNo number) {
    switch (row.fact) {
      case Fact::down:
        mark(row, number, Kind::down, row.subject);
        return begin(row, down_, row.subject);
      case Fact::up:
        // The first start of a thing mends nothing.
        if (!down_.contains(row.subject)) return;
        mark(row, number, Kind::up, row.subject);
        return end(row, down_, row.subject);
      case Fact::network:
        mark(row, number, Kind::network, row.subject);
        return take_network(row);
      case Fact::blocked:
        mark(row, number, Kind::blocked, row.subject);
        return begin(row, blocked_, row.subject);
      case Fact::unblocked:
        mark(row, number, Kind::unblocked, row.subject);
        return end(row, blocked_, row.subject);
      case Fact::checked:
        if (row.reason == Reason::violated) mark(row, number, Kind::violated, EntityId{});
        return;
      case Fact::created:
      case Fact::ended:
      case Fact::bound:
      case Fact::unbound:
      case Fact::failed:
      case Fact::composed:
      case Fact::published:
      case Fact::routed:
      case Fact::confirmed:
      case Fact::enqueued:
      case Fact::delivered:
      case Fact::requeued:
      case Fact::removed:
      case Fact::synced:
      case Fact::sent:
      case Fact::delayed:
      case Fact::arrived:
      case Fact::started:
      case Fact::finished:
      case Fact::learned:
      case Fact::effect:
      case Fact::noted:
      case Fact::written:
        return;
    }
  }

  void take_network(const Row& row) {
    const bool breaks = row.reason == Reason::held || row.reason == Reason::partitioned ||
                        row.reason == Reason::partitioned_to_broker ||
                        row.reason == Reason::partitioned_to_client;
    if (breaks) begin(row, cut_, row.subject);
    if (row.reason == Reason::healed || row.reason == Reason::released) {
      end(row, cut_, row.subject);
    }
  }

  void mark(const Row& row, RowNo number, Kind kind, EntityId who) {
    faults_.marks.push_back({row.at, number, kind, who, row.reason});
  }

  void begin(const Row& row, std::map<EntityId, std::size_t>& open, EntityId who) {
    if (!open.emplace(who, faults_.outages.size()).second) return;
    faults_.outages.push_back({row.at, Time::never(), who});
  }

  void end(const Row& row, std::map<EntityId, std::size_t>& open, EntityId who) {
    const auto found = open.find(who);
    if (found == open.end()) return;
    faults_.outages[found->second].to = row.at;
    open.erase(found);
  }

  const LedgerView& view_;
  Faults faults_;
  std::map<EntityId, std::size_t> down_;
  std::map<EntityId, std::size_t> cut_;
  std::map<EntityId, std::size_t> blocked_;
};

}  // namespace

Faults faults_of(const LedgerView& view) {
  return Finder(view).find();
}

std::string words_of(const FaultMark& mark, const NameIndex& names, Language language) {
  const std::string who = names.label(mark.who);
  const std::string_view why = word(language, mark.why);
  switch (mark.kind) {
    case Kind::down:
      return fill(language, Key::mark_down, {who, why});
    case Kind::up:
      return fill(language, Key::mark_up, {who});
    case Kind::network:
      return fill(language, Key::mark_network, {who, why});
    case Kind::blocked:
      return fill(language, Key::mark_blocked, {who});
    case Kind::unblocked:
      return fill(language, Key::mark_unblocked, {who});
    case Kind::violated:
      return std::string(text(language, Key::mark_violated));
  }
  assertion_failed("every kind of mark has words", __FILE__, __LINE__);
}

}  // namespace mqlab::observe
