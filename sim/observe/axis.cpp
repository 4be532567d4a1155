// SPDX-License-Identifier: MIT
// Places of instants and rows.
#include "sim/observe/axis.hpp"

#include <algorithm>
#include <array>

#include "sim/base/assert.hpp"
#include "sim/base/math.hpp"

namespace mqlab::observe {

namespace {

constexpr double kSameInstant = 0.3;  // the width between rows of one instant, on compressed scales

// The shortest wait between two stations, in nanoseconds.
double shortest_wait(std::span<const TimeScale::Station> stations) {
  std::int64_t shortest = 0;
  for (std::size_t i = 1; i < stations.size(); ++i) {
    const std::int64_t wait = (stations[i].at - stations[i - 1].at).ns;
    if (wait > 0 && (shortest == 0 || wait < shortest)) shortest = wait;
  }
  return static_cast<double>(std::max<std::int64_t>(shortest, 1));
}

double width_of(Duration wait, double shortest) {
  if (wait.ns == 0) return kSameInstant;
  return 1 + portable::log(static_cast<double>(wait.ns) / shortest);
}

}  // namespace

std::string_view word(AxisMode mode) {
  switch (mode) {
    case AxisMode::linear:
      return "linear";
    case AxisMode::by_event:
      return "event";
    case AxisMode::compressed:
      return "compressed";
  }
  assertion_failed("every mode has a word", __FILE__, __LINE__);
}

std::optional<AxisMode> axis_mode(std::string_view text) {
  for (const AxisMode mode : {AxisMode::linear, AxisMode::by_event, AxisMode::compressed}) {
    if (word(mode) == text) return mode;
  }
  return std::nullopt;
}

TimeScale::TimeScale(const LedgerView& view, std::span<const RowNo> rows, Time from, Time to,
                     AxisMode mode)
    : mode_(mode), from_(from), to_(std::max(to, from)) {
  if (mode == AxisMode::linear) {
    first_ = static_cast<double>(from_.ns);
    last_ = std::max(static_cast<double>(to_.ns), first_ + 1);
    return;
  }
  stations_.reserve(rows.size() + 2);
  stations_.push_back({from_, 0, 0});
  for (const RowNo row : rows) {
    const Time at = view.row(row).at;
    if (at >= from_ && at <= to_) stations_.push_back({at, row, 0});
  }
  stations_.push_back({to_, view.row_count() + 1, 0});
  const double shortest = shortest_wait(stations_);
  for (std::size_t i = 1; i < stations_.size(); ++i) {
    const Duration wait = stations_[i].at - stations_[i - 1].at;
    const double width = mode == AxisMode::by_event ? 1 : width_of(wait, shortest);
    stations_[i].place = stations_[i - 1].place + width;
  }
  last_ = stations_.back().place;
}

double TimeScale::at(Time time) const {
  time = std::clamp(time, from_, to_);
  if (stations_.empty()) return std::max(first_, static_cast<double>(time.ns));
  const auto after =
      std::upper_bound(stations_.begin(), stations_.end(), time,
                       [](Time at, const Station& station) { return at < station.at; });
  const Station& before = *(after - 1);
  if (after == stations_.end() || before.at == time) return before.place;
  const double part =
      static_cast<double>((time - before.at).ns) / static_cast<double>((after->at - before.at).ns);
  return before.place + part * (after->place - before.place);
}

double TimeScale::at(const LedgerView& view, RowNo row) const {
  if (stations_.empty()) return at(view.row(row).at);
  const auto after =
      std::upper_bound(stations_.begin(), stations_.end(), row,
                       [](RowNo number, const Station& station) { return number < station.row; });
  return (after - 1)->place;
}

Time TimeScale::time(double place) const {
  place = std::clamp(place, first_, last_);
  if (stations_.empty()) return std::min(to_, Time{static_cast<std::int64_t>(place)});
  const auto after =
      std::upper_bound(stations_.begin(), stations_.end(), place,
                       [](double at, const Station& station) { return at < station.place; });
  const Station& before = *(after - 1);
  if (after == stations_.end()) return before.at;
  const double part = (place - before.place) / (after->place - before.place);
  const auto wait = static_cast<double>((after->at - before.at).ns);
  return before.at + Duration{static_cast<std::int64_t>(part * wait)};
}

std::vector<TimeScale::Stretch> TimeScale::instants(double from, double to, double least) const {
  constexpr std::size_t kFew = 5000;
  if (stations_.size() <= kFew || least <= 0) return instants();
  std::vector<Stretch> wide;
  // Whatever is so wide has a place of this grid in it.
  for (double at = std::max(from, first_); at <= std::min(to, last_); at += least) {
    const auto after = std::upper_bound(
        stations_.begin(), stations_.end(), at,
        [](double place, const Station& station) { return place < station.place; });
    const Time instant = (after - 1)->at;
    const auto before = [](const Station& station, Time time) { return station.at < time; };
    const auto first = std::lower_bound(stations_.begin(), stations_.end(), instant, before);
    const auto last =
        std::lower_bound(first, stations_.end(), instant + nanoseconds(1), before) - 1;
    const bool after_it = last->place < at;  // nothing happens where we are: that one is behind us
    if (after_it || last->place - first->place < least) continue;
    wide.push_back({instant, first->place, last->place});
    at = std::max(at, last->place);
  }
  return wide;
}

std::vector<TimeScale::Stretch> TimeScale::instants() const {
  std::vector<Stretch> stretches;
  for (std::size_t i = 1; i < stations_.size(); ++i) {
    if (stations_[i].at != stations_[i - 1].at) continue;
    if (!stretches.empty() && stretches.back().to == stations_[i - 1].place &&
        stretches.back().at == stations_[i].at) {
      stretches.back().to = stations_[i].place;
    } else {
      stretches.push_back({stations_[i].at, stations_[i - 1].place, stations_[i].place});
    }
  }
  return stretches;
}

std::vector<RowNo> eventful_rows(const LedgerView& view) {
  std::vector<RowNo> rows;
  for (RowNo number = 1; number <= view.row_count(); ++number) {
    const Row& row = view.row(number);
    const bool fault = row.fact == Fact::down || row.fact == Fact::network ||
                       row.fact == Fact::blocked || row.fact == Fact::unblocked;
    if (row.message || fault || (row.fact == Fact::up && row.reason == Reason::restarted)) {
      rows.push_back(number);
    }
  }
  return rows;
}

PlotAxis PlotAxis::whole(const TimeScale& scale, double left, double right) {
  return {&scale, left, right, scale.first(), scale.last()};
}

void PlotAxis::zoom(double x, double factor) {
  const double center = place(x);
  const double whole = scale->last() - scale->first();
  // Never so near that two neighbouring nanoseconds or rows are told apart by rounding only.
  const double width = std::clamp((to - from) * factor, whole * 1e-9, whole);
  const double part = (center - from) / (to - from);
  from = std::clamp(center - part * width, scale->first(), scale->last() - width);
  to = from + width;
}

void PlotAxis::pan(double pixels) {
  const double width = to - from;
  const double by = pixels / (right - left) * width;
  from = std::clamp(from + by, scale->first(), scale->last() - width);
  to = from + width;
}

}  // namespace mqlab::observe
