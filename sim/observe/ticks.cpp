// SPDX-License-Identifier: MIT
// Round numbers along an axis, written exactly.
#include <algorithm>
#include <array>
#include <cstdint>

#include "sim/base/text.hpp"
#include "sim/observe/axis.hpp"
#include "sim/observe/canvas.hpp"

namespace mqlab::observe {

namespace {

constexpr double kTimeRoom = 90;        // pixels for the label of an instant
constexpr double kSomeLonger = 0.9;     // words of neighbours are nearly as long
constexpr std::ptrdiff_t kMany = 1000;  // stations within the room of a word

// mantissa * 10^power; a mantissa of 1, 2 or 5.
struct Step {
  std::int64_t mantissa = 1;
  int power = 0;

  double value() const {
    double result = static_cast<double>(mantissa);
    for (int i = 0; i < power; ++i) result *= 10;
    for (int i = 0; i > power; --i) result /= 10;
    return result;
  }
};

// The smallest round step of which `count` reach at least as far as `span`.
Step step_for(double span, int count, bool whole) {
  constexpr int kMostPower = 18;
  for (int power = whole ? 0 : -9; power <= kMostPower; ++power) {
    for (const std::int64_t mantissa : {1, 2, 5}) {
      const Step step{mantissa, power};
      if (step.value() * count >= span) return step;
    }
  }
  return {5, kMostPower};
}

// i * step, written without a rounding.
std::string multiple(std::int64_t i, Step step) {
  std::string digits = std::to_string(i * step.mantissa);
  if (i == 0) return digits;
  if (step.power >= 0) {
    digits.append(static_cast<std::size_t>(step.power), '0');
    return digits;
  }
  const auto decimals = static_cast<std::size_t>(-step.power);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  digits.insert(digits.size() - decimals, ".");
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

struct UnitOfTime {
  std::string_view word;
  double ns;
};

// The largest unit of which there is at least one.
UnitOfTime unit_for(double most_ns) {
  constexpr std::array kUnits{UnitOfTime{"h", 3600e9}, UnitOfTime{"min", 60e9},
                              UnitOfTime{"s", 1e9}, UnitOfTime{"ms", 1e6}, UnitOfTime{"us", 1e3}};
  for (const UnitOfTime& unit : kUnits) {
    // Minutes and hours only from ten of them: 90 s reads better than 1.5 min.
    if (most_ns >= unit.ns * (unit.ns > 1e9 ? 10 : 1)) return unit;
  }
  return {"ns", 1};
}

Ticks linear_ticks(const PlotAxis& axis) {
  const double span = axis.to - axis.from;
  const UnitOfTime unit = unit_for(axis.to);
  const int count = std::max(2, static_cast<int>((axis.right - axis.left) / kTimeRoom));
  const Step step = step_for(span / unit.ns, count, false);
  const double width = step.value() * unit.ns;
  Ticks ticks;
  ticks.unit = unit.word;
  auto i = static_cast<std::int64_t>(axis.from / width);
  for (; static_cast<double>(i) * width <= axis.to + width * 1e-9; ++i) {
    const double at = static_cast<double>(i) * width;
    if (at < axis.from - width * 1e-9) continue;
    ticks.ticks.push_back({axis.x(at), multiple(i, step)});
  }
  return ticks;
}

}  // namespace

Ticks time_ticks(const PlotAxis& axis) {
  if (axis.scale->mode() == AxisMode::linear) return linear_ticks(axis);
  // At the first station of an instant, wherever there is room.
  Ticks ticks;
  const std::span<const TimeScale::Station> stations = axis.scale->stations();
  const auto first_at = [&](double place) {
    return std::lower_bound(
        stations.begin(), stations.end(), place,
        [](const TimeScale::Station& station, double from) { return station.place < from; });
  };
  double free_from = axis.left;
  for (auto station = first_at(axis.from); station != stations.end(); ++station) {
    if (station->place > axis.to) break;
    if (station != stations.begin() && (station - 1)->at == station->at) continue;
    const double x = axis.x(station->place);
    // Where many lie together, those that are too near are not looked at one by one.
    if (x < free_from - 20) {
      station = std::max(station, first_at(axis.place(free_from - 20)) - 1);
      continue;
    }
    std::string text = format_short(station->at);
    const double half = text_width(text, 10) / 2;
    if (x - half < free_from - 20) {
      const double fits = axis.place(free_from - 20 + half * kSomeLonger);
      if (first_at(fits) - station > kMany) station = first_at(fits) - 1;
      continue;
    }
    if (x + half > axis.right + 20) break;
    free_from = x + half + 40;
    ticks.ticks.push_back({x, std::move(text)});
  }
  return ticks;
}

Ticks value_ticks(double most, bool whole, int count) {
  const Step step = step_for(std::max(most, whole ? 1.0 : 1e-9), std::max(count, 1), whole);
  Ticks ticks;
  for (std::int64_t i = 0;; ++i) {
    const double at = static_cast<double>(i) * step.value();
    ticks.ticks.push_back({at, multiple(i, step)});
    if (i > 0 && at >= most) return ticks;
  }
}

Ticks span_ticks(double most_ns, int count) {
  const UnitOfTime unit = unit_for(most_ns);
  Ticks ticks = value_ticks(most_ns / unit.ns, unit.ns == 1, count);
  for (Tick& tick : ticks.ticks) tick.at *= unit.ns;
  ticks.unit = unit.word;
  return ticks;
}

}  // namespace mqlab::observe
