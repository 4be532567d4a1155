// SPDX-License-Identifier: MIT
// A plot over time: its series, and drawing it on a canvas.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/observe/axis.hpp"
#include "sim/observe/canvas.hpp"
#include "sim/observe/faults.hpp"
#include "sim/observe/texts.hpp"

namespace mqlab::observe {

// A value that holds from `at` until the next one. Between them it does not change: plots are
// steps. Within the instant `at` it went as low and as high as this.
struct ValueStep {
  Time at;
  double value = 0;
  double low = 0;
  double high = 0;
  bool known = true;  // false: from here on there is none (a latency of nothing)

  bool operator==(const ValueStep&) const = default;
};

struct Series {
  Key word = Key::series_total;
  std::vector<ValueStep> steps;  // in order, one for each instant; made by set() and set_unknown()

  // What holds after all that happened at this instant; nullopt: nothing.
  std::optional<double> at(Time time) const;
  // The least and the most that it ever is. Values are not negative.
  double least() const;
  double most() const;
  // Sets the value from this instant on; a second value at the same instant widens low and high.
  void set(Time at, double value);
  void set_unknown(Time at);

  double peak = 0;  // what most() says: drawing asks for it again and again
};

struct Plot {
  enum class Unit : std::uint8_t { messages, per_second, nanoseconds };

  std::string id;  // "backlog-orders": names the plot in files and pages
  Key title = Key::plot_backlog;
  std::string subject;  // what the title is about: a queue; may be empty
  Unit unit = Unit::messages;
  Duration interval;  // of rates and latencies: what one step covers
  std::vector<Series> series;

  // Whether there is anything to see of a series: a value other than zero; of latencies, any.
  bool shows(const Series& each) const;
  bool empty() const;  // it shows no series
};

std::string title_of(const Plot& plot, Language language);
// A value as a person reads it: "12", "1.5/s" (to two decimals), "250ms".
std::string value_text(const Plot& plot, double value);

// What one column of pixels shows of a series.
struct PlotColumn {
  double x = 0;  // of the first step in it
  double low = 0;
  double high = 0;
  double last = 0;
  bool known = true;
};
// One column for each pixel in which anything changes, and first what holds at the left end.
std::vector<PlotColumn> columns(const Series& series, const PlotAxis& axis);

// Where the curves of a plot are if it is drawn into `rect`: an axis that is shared by several
// plots reaches from the area's x to its right().
Rect plot_area(const Plot& plot, Rect rect, Language language);

struct PlotView {
  Language language = Language::english;
  std::optional<Time> cursor;   // a line at this instant, and the values there
  const Plot* other = nullptr;  // a plot of another run, on the same axis, drawn dashed
};

// Draws the plot with title, legend, axes, faults and shaded outages. Each series has a sign and a
// name of its own besides its colour. `axis` lies on the plot's area.
void draw_plot(Canvas& canvas, Rect rect, const Plot& plot, const PlotAxis& axis,
               const Faults& faults, const NameIndex& names, const PlotView& view);

// The same facts as text: for each series the value at the end, the least and the most, then a
// table of what it was at `lines` + 1 instants, evenly spread.
std::string plot_text(const Plot& plot, const TimeScale& scale, Language language, int lines = 12);

}  // namespace mqlab::observe
