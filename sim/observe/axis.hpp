// SPDX-License-Identifier: MIT
// The time axis that plots, sequence diagrams and time lines share, and ticks for any axis.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/observe/state.hpp"

namespace mqlab::observe {

// How wide a span of time is drawn.
enum class AxisMode : std::uint8_t {
  linear,      // as long as it is
  by_event,    // every row that has a place is as far from the next as any other
  compressed,  // longer is wider, but a thousand times as long is only a few times as wide
};

// "linear", "event", "compressed".
std::string_view word(AxisMode mode);
std::optional<AxisMode> axis_mode(std::string_view word);

// Gives each instant and each row of a run a place, in units that only the scale knows. Rows of one
// instant have one place on a linear scale, and each its own on the others: there, what happens at
// one instant takes room.
class TimeScale {
 public:
  TimeScale() = default;
  // `rows` have a place of their own, in ascending order; the scale reaches from `from` to `to`,
  // which is not earlier.
  TimeScale(const LedgerView& view, std::span<const RowNo> rows, Time from, Time to, AxisMode mode);

  AxisMode mode() const { return mode_; }
  Time from() const { return from_; }
  Time to() const { return to_; }
  double first() const { return first_; }
  double last() const { return last_; }

  // After all that happened at this instant. Instants outside of the scale are at its ends.
  double at(Time time) const;
  // The place of the row; of a row without one, that of the last before it that has one.
  double at(const LedgerView& view, RowNo row) const;
  // The instant at a place: the opposite of at().
  Time time(double place) const;

  // The rows with places, in order.
  struct Station {
    Time at;
    RowNo row = 0;
    double place = 0;
  };
  std::span<const Station> stations() const { return stations_; }
  // From where to where instants reach that take room.
  struct Stretch {
    Time at;
    double from = 0;
    double to = 0;
  };
  std::vector<Stretch> instants() const;
  // For a picture: of very many only such as are at least so wide and lie, at least in part,
  // between two places. Takes as long as there is room for such, however many rows there are.
  std::vector<Stretch> instants(double from, double to, double least) const;

 private:
  AxisMode mode_ = AxisMode::linear;
  Time from_;
  Time to_;
  double first_ = 0;
  double last_ = 1;
  std::vector<Station> stations_;  // on a linear scale none
};

// The rows of a run that a plot's axis gives places to: those about messages, and faults.
std::vector<RowNo> eventful_rows(const LedgerView& view);

// A scale, or a part of it, laid on pixels.
struct PlotAxis {
  const TimeScale* scale = nullptr;  // must outlive the axis
  double left = 0;
  double right = 0;
  double from = 0;  // the places at left and right
  double to = 1;

  // The whole scale.
  static PlotAxis whole(const TimeScale& scale, double left, double right);

  double x(double place) const { return left + (place - from) / (to - from) * (right - left); }
  double x(Time time) const { return x(scale->at(time)); }
  double place(double x) const { return from + (x - left) / (right - left) * (to - from); }
  Time time(double x) const { return scale->time(place(x)); }

  // Shows `factor` times as much around what is at x (less than 1: zooms in), and moves; both stay
  // within the scale.
  void zoom(double x, double factor);
  void pan(double pixels);
};

struct Tick {
  double at = 0;  // a pixel, or a value
  std::string text;
};

// Round steps (1, 2 or 5 times a power of ten) in units of which a text tells.
struct Ticks {
  std::vector<Tick> ticks;
  std::string unit;  // "s", "ms"; empty: a plain number
};

// Of a time axis, in pixels. On scales that are not linear they stand at instants.
Ticks time_ticks(const PlotAxis& axis);
// From 0 to at least `most`, in values; `whole`: only whole numbers. At most `count` steps.
Ticks value_ticks(double most, bool whole, int count);
// The same for spans in nanoseconds, with the unit that suits.
Ticks span_ticks(double most_ns, int count);

}  // namespace mqlab::observe
