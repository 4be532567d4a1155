// SPDX-License-Identifier: MIT
// Values of series, and what is left of them in columns of pixels.
#include "sim/observe/plot.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace mqlab::observe {

namespace {

// The first step that is later.
std::vector<ValueStep>::const_iterator after(const Series& series, Time time) {
  return std::upper_bound(series.steps.begin(), series.steps.end(), time,
                          [](Time at, const ValueStep& step) { return at < step.at; });
}

}  // namespace

std::optional<double> Series::at(Time time) const {
  const auto next = after(*this, time);
  if (next == steps.begin() || !(next - 1)->known) return std::nullopt;
  return (next - 1)->value;
}

double Series::most() const {
  return peak;
}

double Series::least() const {
  double least = -1;
  for (const ValueStep& step : steps) {
    if (step.known) least = least < 0 ? step.low : std::min(least, step.low);
  }
  return std::max(least, 0.0);
}

void Series::set(Time at, double value) {
  peak = std::max(peak, value);
  if (!steps.empty() && steps.back().at == at && steps.back().known) {
    ValueStep& step = steps.back();
    step.value = value;
    step.low = std::min(step.low, value);
    step.high = std::max(step.high, value);
    return;
  }
  if (!steps.empty() && steps.back().known && steps.back().value == value) return;
  // Up to the step before, the value was that one's: the line comes from there.
  steps.push_back({at, value, value, value, true});
}

void Series::set_unknown(Time at) {
  if (steps.empty() || !steps.back().known) return;
  steps.push_back({at, 0, 0, 0, false});
}

bool Plot::shows(const Series& each) const {
  return std::any_of(each.steps.begin(), each.steps.end(), [&](const ValueStep& step) {
    return step.known && (step.high != 0 || unit == Unit::nanoseconds);
  });
}

bool Plot::empty() const {
  return std::none_of(series.begin(), series.end(),
                      [&](const Series& each) { return shows(each); });
}

std::string title_of(const Plot& plot, Language language) {
  return fill(language, plot.title, {plot.subject});
}

std::string value_text(const Plot& plot, double value) {
  if (plot.unit == Plot::Unit::nanoseconds) {
    return format_short(Duration{static_cast<std::int64_t>(value)});
  }
  if (plot.unit == Plot::Unit::messages) return fmt::format("{:.0f}", value);
  std::string number = fmt::format("{:.2f}", value);
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return number + "/s";
}

namespace {

constexpr std::ptrdiff_t kMany = 20'000;  // steps

// Of many steps in each pixel it is asked for a pixel where it ends, not for each step where it is.
std::vector<PlotColumn> crowded(const Series& series, const PlotAxis& axis,
                                std::vector<PlotColumn> columns,
                                std::vector<ValueStep>::const_iterator step) {
  for (double x = axis.left; x <= axis.right && step != series.steps.end(); x += 1) {
    const auto end = std::max(step, after(series, axis.time(x + 1)));
    bool open = false;
    for (; step != end; ++step) {
      if (open && columns.back().known && step->known) {
        PlotColumn& column = columns.back();
        column.low = std::min(column.low, step->low);
        column.high = std::max(column.high, step->high);
        column.last = step->value;
        continue;
      }
      columns.push_back({x, step->low, step->high, step->value, step->known});
      open = true;
    }
  }
  return columns;
}

}  // namespace

std::vector<PlotColumn> columns(const Series& series, const PlotAxis& axis) {
  std::vector<PlotColumn> columns;
  auto step = after(series, axis.time(axis.left));
  if (step != series.steps.begin()) {
    const ValueStep& before = *(step - 1);
    columns.push_back({axis.left, before.value, before.value, before.value, before.known});
  }
  const bool many =
      axis.scale->mode() != AxisMode::linear && after(series, axis.time(axis.right)) - step > kMany;
  if (many) return crowded(series, axis, std::move(columns), step);
  for (; step != series.steps.end(); ++step) {
    const double x = axis.x(step->at);
    if (x > axis.right + 0.5) break;
    const bool same = !columns.empty() && columns.back().known && step->known &&
                      std::floor(columns.back().x) == std::floor(x);
    if (!same) {
      columns.push_back({x, step->low, step->high, step->value, step->known});
      continue;
    }
    PlotColumn& column = columns.back();
    column.low = std::min(column.low, step->low);
    column.high = std::max(column.high, step->high);
    column.last = step->value;
  }
  return columns;
}

std::string plot_text(const Plot& plot, const TimeScale& scale, Language language, int lines) {
  std::string out = title_of(plot, language) + "\n";
  if (plot.empty()) return out + "  " + std::string(text(language, Key::plot_nothing)) + "\n";
  std::string heading = fmt::format("  {:>12}", text(language, Key::column_time));
  std::vector<const Series*> shown;
  for (const Series& series : plot.series) {
    if (!plot.shows(series)) continue;
    shown.push_back(&series);
    heading += fmt::format("  {:>10}", text(language, series.word));
    const std::optional<double> end = series.at(scale.to());
    out += "  " +
           fill(language, Key::plot_column,
                {text(language, series.word), end ? value_text(plot, *end) : "-",
                 value_text(plot, series.least()), value_text(plot, series.most())}) +
           "\n";
  }
  out += heading + "\n";
  for (int i = 0; i <= lines; ++i) {
    const std::int64_t part = (scale.to() - scale.from()).ns / std::max(lines, 1) * i;
    const Time at = i == lines ? scale.to() : scale.from() + Duration{part};
    out += fmt::format("  {:>12}", format_fixed(at));
    for (const Series* series : shown) {
      const std::optional<double> value = series->at(at);
      const double width = text_width(text(language, series->word), 1) / text_width("x", 1);
      out += fmt::format("  {:>{}}", value ? value_text(plot, *value) : "-",
                         std::max(10, static_cast<int>(width + 0.5)));
    }
    out += '\n';
  }
  return out;
}

}  // namespace mqlab::observe
