// SPDX-License-Identifier: MIT
// Gathering lanes, arrows and spans from rows.
#include "sim/observe/sequence.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "sim/observe/row_text.hpp"

namespace mqlab::observe {

namespace {

using Part = Sequence::Lane::Part;
using SpanKind = Sequence::Span::Kind;
using EventKind = Sequence::Event::Kind;

bool is_lost(Reason end) {
  return end == Reason::lost_in_flight || end == Reason::died_with_client ||
         end == Reason::connection_ended || end == Reason::ignored_closed ||
         end == Reason::failed || end == Reason::timed_out;
}

class Gatherer {
 public:
  Gatherer(const NameIndex& names, const SequenceChoice& choice)
      : names_(names), view_(names.view()), choice_(choice) {}

  Sequence gather() {
    if (choice_.message) out_.title = name_of(*choice_.message);
    for (RowNo number = 1; number <= view_.row_count(); ++number) {
      const Row& row = view_.row(number);
      if (row.at > choice_.to) break;
      last_ = row.at;
      take(row, number);
    }
    finish();
    return std::move(out_);
  }

 private:
  std::string name_of(const Named& what) const {
    if (what.transmission) return names_.name(what.transmission);
    return what.copy ? names_.name(what.copy) : names_.name(what.message);
  }

  bool about(const Row& row) const {
    if (!choice_.message) return row.at >= choice_.from;
    const Named& what = *choice_.message;
    if (row.message != what.message) return false;
    if (what.transmission && row.transmission) return row.transmission == what.transmission;
    return !what.copy || !row.copy || row.copy == what.copy;
  }

  // Methods carry no message: they belong to the one whose row caused them.
  bool method_about(const Row& row) const {
    if (!choice_.message) return row.at >= choice_.from;
    return row.cause != 0 && view_.row(row.cause).message && about(view_.row(row.cause));
  }

  void take(const Row& row, RowNo number) {
    if (row.fact == Fact::sent) return send(row, number);
    if (row.fact == Fact::delayed) return delay(row);
    if (row.fact == Fact::arrived) return arrive(row, number);
    if (row.fact == Fact::finished) return finish(row, number);
    // What lies in a queue when a window begins is shown from the beginning.
    if (choice_.message && !about(row)) return;
    if (row.fact == Fact::started) return start(row, number);
    if (row.fact == Fact::enqueued || row.fact == Fact::requeued) {
      return begin_copy(row, number, SpanKind::ready);
    }
    if (row.fact == Fact::delivered && row.copy) return begin_copy(row, number, SpanKind::unacked);
    if (row.fact == Fact::removed) return remove(row, number);
    if (row.at < choice_.from) return;
    if (row.fact == Fact::composed) event(row, number, EventKind::composed);
    if (row.fact == Fact::effect) event(row, number, EventKind::effect);
    if (row.fact == Fact::learned) learn(row, number);
  }

  // -- transmissions ------------------------------------------------------------------------------

  void send(const Row& row, RowNo number) {
    const bool ours = row.reason == Reason::method ? method_about(row) : about(row);
    if (!ours) return;
    if (out_.arrows.size() >= choice_.most) {
      ++out_.left_out;
      return;
    }
    Sequence::Arrow arrow;
    arrow.sent = number;
    arrow.arrives = Time{static_cast<std::int64_t>(row.value)};
    arrow.kind = row.reason;
    arrow.method = row.text;
    arrow.message = row.message;
    const EntityId queue = names_.queue(row.copy);
    arrow.from = lane(queue && row.reason != Reason::give_back ? queue : row.subject);
    arrow.to = lane(row.object);
    if (row.cause != 0 && view_.row(row.cause).fact == Fact::delivered) {
      arrow.redelivered = (view_.row(row.cause).flags & ledger::kRedelivered) != 0;
    }
    arrow_of_[row.transmission] = out_.arrows.size();
    out_.arrows.push_back(arrow);
    keep(number);
  }

  Sequence::Arrow* arrow(TransmissionId id) {
    const auto found = arrow_of_.find(id);
    return found == arrow_of_.end() ? nullptr : &out_.arrows[found->second];
  }

  void delay(const Row& row) {
    if (Sequence::Arrow* late = arrow(row.transmission)) {
      late->arrives = Time{static_cast<std::int64_t>(row.value)};
    }
  }

  void arrive(const Row& row, RowNo number) {
    Sequence::Arrow* here = arrow(row.transmission);
    if (here == nullptr) return;
    here->end = number;
    keep(number);
    const bool delivered = here->kind == Reason::deliver || here->kind == Reason::get;
    if (delivered) begin(row, number, SpanKind::buffered, lane(row.subject), delivery_);
  }

  void start(const Row& row, RowNo number) {
    if (arrow(row.transmission) == nullptr) return;
    begin(row, number, SpanKind::in_hand, lane(row.subject), delivery_);
  }

  void finish(const Row& row, RowNo number) {
    Sequence::Arrow* here = arrow(row.transmission);
    if (here == nullptr) return;
    keep(number);
    if (here->end == 0) {
      here->end = number;
      here->lost = is_lost(row.reason);
    }
    end(number, delivery_, row.transmission.value, is_lost(row.reason));
  }

  // -- copies -------------------------------------------------------------------------------------

  void begin_copy(const Row& row, RowNo number, SpanKind kind) {
    if (!choice_.message && out_.arrows.size() >= choice_.most) return;
    begin(row, number, kind, lane(row.subject), copy_);
  }

  void remove(const Row& row, RowNo number) {
    const bool acked = row.reason == Reason::acked || row.reason == Reason::auto_acked;
    const auto found = copy_.find(row.copy.value);
    if (found == copy_.end()) return;
    const std::size_t track = out_.spans[found->second].track;
    end(number, copy_, row.copy.value, false);
    if (row.at < choice_.from) return;
    out_.events.push_back(
        {acked ? EventKind::acked : EventKind::dropped, lane(row.subject), track, number});
    keep(number);
  }

  using Open = std::map<std::uint32_t, std::size_t>;  // by copy or transmission: the span

  void begin(const Row& row, RowNo number, SpanKind kind, std::size_t lane, Open& open) {
    const std::uint32_t id = &open == &copy_ ? row.copy.value : row.transmission.value;
    std::optional<std::size_t> track;
    if (const auto before = open.find(id); before != open.end()) {
      track = out_.spans[before->second].track;
      end(number, open, id, false);
    }
    Sequence::Span span;
    span.kind = kind;
    span.lane = lane;
    span.from = number;
    span.message = row.message;
    span.track = take_track(lane, track);
    open[id] = out_.spans.size();
    out_.spans.push_back(span);
    if (row.at >= choice_.from) keep(number);
  }

  void end(RowNo number, Open& open, std::uint32_t id, bool lost) {
    const auto found = open.find(id);
    if (found == open.end()) return;
    Sequence::Span& span = out_.spans[found->second];
    span.to = number;
    span.lost = lost;
    busy_[span.lane].erase(span.track);
    open.erase(found);
    if (view_.row(number).at >= choice_.from) keep(number);
  }

  // The nearest free track of the lane; what does not fit shares the last one.
  std::size_t take_track(std::size_t lane, std::optional<std::size_t> wanted) {
    std::set<std::size_t>& busy = busy_[lane];
    std::size_t track = wanted.value_or(0);
    while (!wanted && busy.contains(track) && track + 1 < Sequence::kMostTracks) ++track;
    busy.insert(track);
    out_.lanes[lane].tracks = std::max(out_.lanes[lane].tracks, track + 1);
    return track;
  }

  // -- events -------------------------------------------------------------------------------------

  void event(const Row& row, RowNo number, EventKind kind) {
    if (!choice_.message && out_.arrows.size() >= choice_.most) return;
    out_.events.push_back({kind, lane(row.subject), 0, number});
    keep(number);
  }

  void learn(const Row& row, RowNo number) {
    if (row.reason == Reason::ack) event(row, number, EventKind::confirmed);
    if (row.reason == Reason::nack) event(row, number, EventKind::nacked);
    if (row.reason == Reason::returned) event(row, number, EventKind::returned);
  }

  // -- lanes --------------------------------------------------------------------------------------

  std::size_t lane(EntityId id) {
    const auto known = lane_of_.find(id);
    if (known != lane_of_.end()) return known->second;
    Part part = Part::consumer;
    if (view_.entity(id).kind == ledger::EntityKind::node) part = Part::node;
    if (view_.entity(id).kind == ledger::EntityKind::queue) part = Part::queue;
    lane_of_[id] = out_.lanes.size();
    out_.lanes.push_back({id, part, 0});
    return out_.lanes.size() - 1;
  }

  void keep(RowNo number) { rows_.insert(number); }

  void finish() {
    for (const Sequence::Arrow& each : out_.arrows) {
      if (each.kind == Reason::publish) out_.lanes[each.from].part = Part::publisher;
    }
    for (const Sequence::Event& each : out_.events) {
      if (each.kind == EventKind::composed) out_.lanes[each.lane].part = Part::publisher;
    }
    drop_spans_before();
    sort_lanes();
    const Faults all = faults_of(view_);
    const RowNo first = rows_.empty() ? 0 : *rows_.begin();
    const RowNo last = rows_.empty() ? 0 : *rows_.rbegin();
    for (const FaultMark& mark : all.marks) {
      if (mark.at < choice_.from || mark.at > last_ || !lane_of_.contains(mark.who)) continue;
      if (choice_.message && (mark.row < first || mark.row > last)) continue;
      out_.faults.marks.push_back(mark);
      keep(mark.row);
    }
    for (const Outage& outage : all.outages) {
      if (lane_of_.contains(outage.who)) out_.faults.outages.push_back(outage);
    }
    out_.rows.assign(rows_.begin(), rows_.end());
    out_.from = choice_.from;
    out_.to = std::min(choice_.to, last_);
    if (choice_.message && !out_.rows.empty()) {
      out_.from = view_.row(out_.rows.front()).at;
      out_.to = view_.row(out_.rows.back()).at;
    }
    out_.to = std::max(out_.to, out_.from);
  }

  // What ended before the window began.
  void drop_spans_before() {
    if (choice_.message) return;
    std::erase_if(out_.spans, [&](const Sequence::Span& span) {
      return span.to != 0 && view_.row(span.to).at < choice_.from;
    });
    // Of those that share a track and last from before the window until after it, the last is seen.
    std::set<std::pair<std::size_t, SpanKind>> covered;
    for (std::size_t i = out_.spans.size(); i-- > 0;) {
      Sequence::Span& span = out_.spans[i];
      const bool whole = span.to == 0 && view_.row(span.from).at < choice_.from;
      if (!whole || span.track + 1 < Sequence::kMostTracks) continue;
      if (!covered.emplace(span.lane, span.kind).second) span.from = 0;
    }
    std::erase_if(out_.spans, [](const Sequence::Span& span) { return span.from == 0; });
  }

  void sort_lanes() {
    std::vector<std::size_t> order(out_.lanes.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return out_.lanes[a].part < out_.lanes[b].part;
    });
    std::vector<std::size_t> place(order.size());
    std::vector<Sequence::Lane> lanes;
    for (std::size_t i = 0; i < order.size(); ++i) {
      place[order[i]] = i;
      lanes.push_back(out_.lanes[order[i]]);
    }
    out_.lanes = std::move(lanes);
    for (Sequence::Arrow& each : out_.arrows) {
      each.from = place[each.from];
      each.to = place[each.to];
    }
    for (Sequence::Span& each : out_.spans) each.lane = place[each.lane];
    for (Sequence::Event& each : out_.events) each.lane = place[each.lane];
  }

  const NameIndex& names_;
  const LedgerView& view_;
  const SequenceChoice& choice_;
  Sequence out_;
  Time last_;
  std::set<RowNo> rows_;
  std::map<EntityId, std::size_t> lane_of_;  // by the order of first use
  std::map<TransmissionId, std::size_t> arrow_of_;
  Open copy_;
  Open delivery_;
  std::map<std::size_t, std::set<std::size_t>> busy_;  // by lane: its tracks in use
};

}  // namespace

TimeScale Sequence::scale(const LedgerView& view, AxisMode mode) const {
  return TimeScale(view, rows, from, to, mode);
}

Sequence sequence_of(const NameIndex& names, const SequenceChoice& choice) {
  return Gatherer(names, choice).gather();
}

std::string sequence_text(const Sequence& sequence, const NameIndex& names, Language language) {
  std::string out = row_heading(language) + "\n";
  for (const RowNo row : sequence.rows) out += row_line(names, row, language) + "\n";
  if (sequence.left_out > 0) {
    const std::size_t all = sequence.arrows.size() + sequence.left_out;
    out += fill(language, Key::sequence_clipped,
                {std::to_string(sequence.arrows.size()), std::to_string(all)}) +
           "\n";
  }
  return out;
}

}  // namespace mqlab::observe
