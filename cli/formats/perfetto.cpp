// SPDX-License-Identifier: MIT
// From rows to slices, from slices to tracks without overlaps, from messages to arrows.
#include "cli/formats/perfetto.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "cli/formats/text_forms.hpp"
#include "cli/version.hpp"
#include "sim/observe/names.hpp"

namespace mqlab::cli {
namespace {

using ledger::EntityId;
using ledger::Fact;
using ledger::Reason;
using ledger::Row;
using ledger::RowNo;

std::string micros(Time time) {
  return fmt::format("{}.{:03}", time.ns / 1'000, time.ns % 1'000);
}

// Something that a message went through: it waited in a queue, a worker had it in hand.
struct Slice {
  EntityId where;
  Time begin;
  Time end;
  RowNo row = 0;
  std::string name;
  std::string why;  // how it ended
  bool open = true;
  int lane = 0;
};

class RunTrace {
 public:
  RunTrace(const Finished& run, int process)
      : run_(run), process_(process), view_(*run.report.ledger), names_(view_) {}

  void write(Pieces& out) {
    for (RowNo row = 1; row <= view_.row_count(); ++row) take(view_.row(row), row);
    for (Slice& slice : slices_) {
      if (!slice.open) continue;
      slice.end = std::max(slice.begin, run_.report.end);
      slice.why = "still there at the end";
    }
    give_lanes();
    write_names(out);
    for (const Slice& slice : slices_) write_slice(out, slice);
    write_flows(out);
    write_instants(out);
    write_counters(out);
  }

 private:
  void take(const Row& row, RowNo number) {
    switch (row.fact) {
      case Fact::composed:
        // What a publisher sends takes no time; what it has to keep back does.
        open_at(composed_, row.message.value, row.subject, row, number);
        born_[row.message.value] = slices_.size() - 1;
        return;
      case Fact::sent:
        if (row.reason == Reason::publish) close(composed_, row.message.value, row, "sent");
        return;
      case Fact::enqueued:
        open_at(in_queue_, row.copy.value, row.subject, row, number);
        begin_way(row);
        return;
      case Fact::removed:
        close(in_queue_, row.copy.value, row, word(row.reason));
        return;
      case Fact::started:
        open_at(in_hand_, row.transmission.value, row.subject, row, number);
        if (row.copy) ways_[row.copy.value].push_back(slices_.size() - 1);
        return;
      case Fact::finished:
        close(in_hand_, row.transmission.value, row, word(row.reason));
        return;
      case Fact::down:
      case Fact::up:
        instants_.push_back(number);
        return;
      case Fact::created:
      case Fact::ended:
      case Fact::bound:
      case Fact::unbound:
      case Fact::failed:
      case Fact::blocked:
      case Fact::unblocked:
      case Fact::published:
      case Fact::routed:
      case Fact::confirmed:
      case Fact::delivered:
      case Fact::requeued:
      case Fact::synced:
      case Fact::delayed:
      case Fact::arrived:
      case Fact::learned:
      case Fact::effect:
      case Fact::noted:
      case Fact::checked:
      case Fact::written:
      case Fact::network:
        return;
    }
  }

  using Open = std::map<std::uint32_t, std::size_t>;  // id -> position in slices_

  void open_at(Open& open, std::uint32_t id, EntityId where, const Row& row, RowNo number) {
    Slice slice;
    slice.where = where;
    slice.begin = row.at;
    slice.row = number;
    slice.name = names_.name(row);
    open[id] = slices_.size();
    slices_.push_back(std::move(slice));
  }

  void close(Open& open, std::uint32_t id, const Row& row, std::string_view why) {
    const auto found = open.find(id);
    if (found == open.end()) return;
    Slice& slice = slices_[found->second];
    slice.end = row.at;
    slice.why = why;
    slice.open = false;
    open.erase(found);
  }

  // The way of a copy: where its message was before, its queue, then each time it is worked on.
  void begin_way(const Row& row) {
    std::vector<std::size_t>& way = ways_[row.copy.value];
    const Row* death = row.cause == 0 ? nullptr : &view_.row(row.cause);
    const auto before = death != nullptr && death->fact == Fact::removed
                            ? ways_.find(death->copy.value)
                            : ways_.end();
    if (before != ways_.end() && !before->second.empty()) {
      way.push_back(before->second.back());
    } else if (const auto birth = born_.find(row.message.value); birth != born_.end()) {
      way.push_back(birth->second);
    }
    way.push_back(slices_.size() - 1);
  }

  // Slices of one track must not overlap: each goes to the first track of its thing that is free.
  void give_lanes() {
    std::map<std::uint32_t, std::vector<Time>> busy_until;
    for (Slice& slice : slices_) {
      std::vector<Time>& lanes = busy_until[slice.where.value];
      const auto free = std::find_if(lanes.begin(), lanes.end(),
                                     [&](Time until) { return until <= slice.begin; });
      slice.lane = static_cast<int>(free - lanes.begin());
      if (slice.lane == kMostLanes - 1) slice.end = slice.begin;  // a mark: it overlaps nothing
      if (free == lanes.end()) {
        lanes.push_back(slice.end);
      } else {
        *free = slice.end;
      }
    }
    for (const auto& [where, lanes] : busy_until) {
      const int first = next_track_;
      next_track_ += kMostLanes;
      tracks_[where] = first;
      lanes_[where] = static_cast<int>(lanes.size());
    }
  }

  int track(const Slice& slice) const { return tracks_.at(slice.where.value) + slice.lane; }

  std::string head(std::string_view phase, int track) const {
    return fmt::format(",\n{{\"ph\":\"{}\",\"pid\":{},\"tid\":{}", phase, process_, track);
  }

  void write_names(Pieces& out) const {
    std::string title = run_.path;
    if (!run_.report.variant.empty()) title += " " + run_.report.variant;
    out += fmt::format("{},\"name\":\"process_name\",\"args\":{{\"name\":{}}}}}", head("M", 0),
                       json_string(title));
    for (const auto& [where, first] : tracks_) {
      const EntityId id{where};
      for (int lane = 0; lane < lanes_.at(where); ++lane) {
        std::string name = fmt::format("{} {}", word(view_.entity(id).kind), names_.label(id));
        if (lane == kMostLanes - 1) {
          name += " (more)";
        } else if (lane > 0) {
          name += fmt::format(" ({})", lane + 1);
        }
        out += fmt::format("{},\"name\":\"thread_name\",\"args\":{{\"name\":{}}}}}",
                           head("M", first + lane), json_string(name));
        out += fmt::format("{},\"name\":\"thread_sort_index\",\"args\":{{\"sort_index\":{}}}}}",
                           head("M", first + lane), first + lane);
      }
    }
  }

  void write_slice(Pieces& out, const Slice& slice) const {
    const Time length{(slice.end - slice.begin).ns};
    out += fmt::format(
        "{},\"name\":{},\"cat\":{},\"ts\":{},\"dur\":{},\"args\":{{\"row\":{},\"ended\":{}}}}}",
        head("X", track(slice)), json_string(slice.name),
        json_string(word(view_.entity(slice.where).kind)), micros(slice.begin), micros(length),
        slice.row, json_string(slice.why));
  }

  void write_flows(Pieces& out) const {
    for (const auto& [copy, way] : ways_) {
      if (way.size() < 2) continue;
      for (std::size_t i = 0; i < way.size(); ++i) {
        const Slice& slice = slices_[way[i]];
        const std::string_view phase = i == 0 ? "s" : i + 1 == way.size() ? "f" : "t";
        out += fmt::format(
            "{},\"name\":\"message\",\"cat\":\"message\",\"id\":\"{}.{}\",\"ts\":{}{}}}",
            head(phase, track(slice)), process_, copy, micros(slice.begin),
            phase == "f" ? ",\"bp\":\"e\"" : "");
      }
    }
  }

  // Crashes and restarts, across all tracks.
  void write_instants(Pieces& out) const {
    for (const RowNo number : instants_) {
      const Row& row = view_.row(number);
      out += fmt::format("{},\"name\":{},\"ts\":{},\"s\":\"p\",\"args\":{{\"row\":{}}}}}",
                         head("i", 0),
                         json_string(fmt::format("{} {} ({})", names_.label(row.subject),
                                                 word(row.fact), word(row.reason))),
                         micros(row.at), number);
    }
  }

  void write_counters(Pieces& out) const {
    for (const observe::QueueMetrics& queue : run_.metrics.queues()) {
      const std::string name = json_string("backlog of " + names_.label(queue.queue));
      for (const observe::Sample& sample : queue.series) {
        out += fmt::format("{},\"name\":{},\"ts\":{},\"args\":{{\"ready\":{},\"unacked\":{}}}}}",
                           head("C", 0), name, micros(sample.at), sample.ready, sample.unacked);
      }
    }
  }

  const Finished& run_;
  int process_;
  ledger::LedgerView view_;
  observe::NameIndex names_;
  std::vector<Slice> slices_;
  Open composed_;                                           // by message
  Open in_queue_;                                           // by copy
  Open in_hand_;                                            // by transmission
  std::map<std::uint32_t, std::size_t> born_;               // message -> its first slice
  std::map<std::uint32_t, std::vector<std::size_t>> ways_;  // copy -> slices
  std::vector<RowNo> instants_;
  std::map<std::uint32_t, int> tracks_;  // by thing: its first track
  std::map<std::uint32_t, int> lanes_;
  int next_track_ = 1;
};

}  // namespace

void TraceReport::add(const Finished& run) {
  RunTrace(run, ++runs_).write(events_);
}

void TraceReport::write(const Put& put) const {
  put(fmt::format(
      "{{\"displayTimeUnit\":\"ns\",\"otherData\":{{\"mqlab\":{},\"clock\":\"virtual\"}},"
      "\"traceEvents\":[\n{{\"ph\":\"M\",\"pid\":0,\"tid\":0,\"name\":\"process_name\","
      "\"args\":{{\"name\":\"mqlab\"}}}}",
      json_string(version())));
  events_.put_to(put);
  put("\n]}\n");
}

}  // namespace mqlab::cli
