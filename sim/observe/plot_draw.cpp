// SPDX-License-Identifier: MIT
// How a plot looks.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/assert.hpp"
#include "sim/base/text.hpp"
#include "sim/observe/plot.hpp"

namespace mqlab::observe {

namespace {

constexpr double kTitle = 12;
constexpr double kSmall = 10;
constexpr double kLeft = 62;  // for the numbers of the axis
constexpr double kRight = 14;
constexpr double kBottom = 34;  // for the times and their unit
constexpr double kLegendLine = 15;
constexpr double kMarks = 23;  // for faults, above the curves: their words, then their signs

enum class Sign : std::uint8_t { disc, square, triangle, diamond, ring, cross, wedge, bar };

// Colour, sign and dash of a series: any one of them tells it from its neighbours.
struct Look {
  Color color;
  Sign sign;
  bool dashed = false;
};

Look look_of(std::size_t position) {
  constexpr std::array kLooks{
      Look{ink::kBlue, Sign::disc},         Look{ink::kOrange, Sign::square},
      Look{ink::kBlack, Sign::triangle},    Look{ink::kGreen, Sign::diamond},
      Look{ink::kPurple, Sign::ring},       Look{ink::kRed, Sign::cross},
      Look{ink::kSky, Sign::wedge},         Look{ink::kGrey, Sign::bar},
      Look{ink::kBlue, Sign::cross, true},  Look{ink::kOrange, Sign::ring, true},
      Look{ink::kBlack, Sign::square, true}};
  return kLooks[position % kLooks.size()];
}

void draw_sign(Canvas& canvas, Look look, Point c) {
  constexpr double r = 3.2;
  const Pen pen{look.color, 1.4, false};
  switch (look.sign) {
    case Sign::disc:
      return canvas.circle(c, r, look.color, std::nullopt);
    case Sign::square:
      return canvas.rect({c.x - r, c.y - r, 2 * r, 2 * r}, look.color, std::nullopt);
    case Sign::triangle:
      return canvas.polygon(
          {{c.x, c.y - r * 1.2}, {c.x + r * 1.1, c.y + r}, {c.x - r * 1.1, c.y + r}}, look.color,
          std::nullopt);
    case Sign::diamond:
      return canvas.polygon(
          {{c.x, c.y - r * 1.3}, {c.x + r, c.y}, {c.x, c.y + r * 1.3}, {c.x - r, c.y}}, look.color,
          std::nullopt);
    case Sign::ring:
      return canvas.circle(c, r, ink::kPaper, pen);
    case Sign::cross:
      canvas.line({c.x - r, c.y - r}, {c.x + r, c.y + r}, pen);
      return canvas.line({c.x - r, c.y + r}, {c.x + r, c.y - r}, pen);
    case Sign::wedge:
      return canvas.polygon(
          {{c.x, c.y + r * 1.2}, {c.x + r * 1.1, c.y - r}, {c.x - r * 1.1, c.y - r}}, look.color,
          std::nullopt);
    case Sign::bar:
      return canvas.line({c.x, c.y - r * 1.4}, {c.x, c.y + r * 1.4}, {look.color, 2.4, false});
  }
}

struct LegendEntry {
  const Series* series = nullptr;
  Look look{};
  Point at;  // relative to the plot's corner
  std::string words;
};

// Beside each other, as many to a line as fit. The values at the cursor stand behind the names.
std::vector<LegendEntry> legend(const Plot& plot, double width, const PlotView& view) {
  std::vector<LegendEntry> entries;
  double x = kLeft;
  double y = kTitle + 16;
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    const Series& series = plot.series[i];
    if (!plot.shows(series)) continue;
    std::string words(text(view.language, series.word));
    const double room = text_width(words, kSmall) + 7 * kSmall * 0.602 + 36;
    if (x + room > width && x > kLeft) {
      x = kLeft;
      y += kLegendLine;
    }
    if (view.cursor) {
      const std::optional<double> value = series.at(*view.cursor);
      words += " " + (value ? value_text(plot, *value) : "-");
    }
    entries.push_back({&series, look_of(i), {x, y}, std::move(words)});
    x += room;
  }
  return entries;
}

double legend_bottom(const Plot& plot, double width, Language language) {
  const std::vector<LegendEntry> entries = legend(plot, width, {language, {}, nullptr});
  return entries.empty() ? kTitle + 16 : entries.back().at.y;
}

class Painter {
 public:
  Painter(Canvas& canvas, Rect rect, const Plot& plot, const PlotAxis& axis, const PlotView& view)
      : canvas_(canvas),
        rect_(rect),
        area_(plot_area(plot, rect, view.language)),
        plot_(plot),
        axis_(axis),
        view_(view) {
    double most = 0;
    for (const Series& series : plot.series) most = std::max(most, series.most());
    if (view.other != nullptr) {
      for (const Series& series : view.other->series) most = std::max(most, series.most());
    }
    const int count = std::max(2, static_cast<int>(area_.height / 32));
    y_ticks_ = plot.unit == Plot::Unit::nanoseconds
                   ? span_ticks(most, count)
                   : value_ticks(most, plot.unit == Plot::Unit::messages, count);
    top_ = y_ticks_.ticks.back().at;
  }

  void paint(const Faults& faults, const NameIndex& names) {
    canvas_.rect(area_, ink::kPaper, std::nullopt);
    shade(faults);
    grid();
    marks(faults, names);
    if (view_.other != nullptr) curves(*view_.other, true);
    curves(plot_, false);
    if (plot_.empty()) say_nothing();
    canvas_.line({area_.x, area_.y}, {area_.x, area_.bottom()}, kAxis);
    canvas_.line({area_.x, area_.bottom()}, {area_.right(), area_.bottom()}, kAxis);
    title();
    cursor();
  }

 private:
  static constexpr Pen kAxis{ink::kGrey, 1, false};

  double y(double value) const { return area_.bottom() - value / top_ * area_.height; }
  bool inside(double x) const { return x >= area_.x - 0.5 && x <= area_.right() + 0.5; }

  void say(Point at, std::string_view words, double size, Color color, Anchor anchor,
           bool bold = false) {
    canvas_.text({.at = at,
                  .text = std::string(words),
                  .size = size,
                  .color = color,
                  .anchor = anchor,
                  .bold = bold});
  }

  void title() {
    say({rect_.x + kLeft, rect_.y + kTitle},
        fitted(title_of(plot_, view_.language), kTitle, rect_.width - kLeft), kTitle, ink::kBlack,
        Anchor::left, true);
    for (const LegendEntry& entry : legend(plot_, rect_.width, view_)) {
      const Point at{rect_.x + entry.at.x, rect_.y + entry.at.y};
      canvas_.line({at.x, at.y - 3.5}, {at.x + 20, at.y - 3.5},
                   {entry.look.color, 1.8, entry.look.dashed});
      draw_sign(canvas_, entry.look, {at.x + 10, at.y - 3.5});
      say({at.x + 26, at.y}, entry.words, kSmall, ink::kBlack, Anchor::left);
    }
  }

  void grid() {
    for (const Tick& tick : y_ticks_.ticks) {
      const double at = y(tick.at);
      canvas_.line({area_.x - 4, at}, {area_.right(), at}, {ink::kPale, 0.6, false});
      say({area_.x - 8, at + 3.5}, tick.text, kSmall, ink::kBlack, Anchor::right);
    }
    const Ticks times = time_ticks(axis_);
    for (const Tick& tick : times.ticks) {
      canvas_.line({tick.at, area_.bottom()}, {tick.at, area_.bottom() + 4}, kAxis);
      say({tick.at, area_.bottom() + 15}, tick.text, kSmall, ink::kBlack, Anchor::middle);
    }
    std::string words(text(view_.language, axis_.scale->mode() == AxisMode::by_event
                                               ? Key::axis_by_event
                                               : Key::axis_compressed));
    if (axis_.scale->mode() == AxisMode::linear) {
      words = fill(view_.language, Key::axis_time, {times.unit});
    }
    say({area_.x, area_.bottom() + 28}, unit_words(), kSmall, ink::kGrey, Anchor::left);
    say({area_.right(), area_.bottom() + 28}, words, kSmall, ink::kGrey, Anchor::right);
  }

  std::string unit_words() const {
    const std::string interval = format_short(plot_.interval);
    switch (plot_.unit) {
      case Plot::Unit::messages:
        return std::string(text(view_.language, Key::unit_messages));
      case Plot::Unit::per_second:
        return fill(view_.language, Key::unit_per_second, {interval});
      case Plot::Unit::nanoseconds:
        return fill(view_.language, Key::unit_latency, {y_ticks_.unit, interval});
    }
    assertion_failed("every unit has words", __FILE__, __LINE__);
  }

  // The band of an outage is pale, and hatched at its top.
  void shade(const Faults& faults) {
    const double least = 0.3 * (axis_.place(1) - axis_.place(0));  // of a pixel
    for (const TimeScale::Stretch& stretch : axis_.scale->instants(axis_.from, axis_.to, least)) {
      const Rect band = clipped(axis_.x(stretch.from), axis_.x(stretch.to));
      if (band.width > 0) canvas_.rect(band, ink::kPanel, std::nullopt);
    }
    for (const Outage& outage : faults.outages) {
      Rect band = clipped(axis_.x(outage.from), axis_.x(outage.to));
      if (band.width <= 0) continue;
      canvas_.rect(band, ink::kShade, std::nullopt);
      band.height = 7;
      canvas_.hatch(band, {ink::kGrey, 0.8, false});
    }
  }

  Rect clipped(double from, double to) const {
    const double left = std::clamp(from, area_.x, area_.right());
    return {left, area_.y, std::clamp(to, area_.x, area_.right()) - left, area_.height};
  }

  // A line for each fault, with its words where there is room for them.
  void marks(const Faults& faults, const NameIndex& names) {
    double free_from = area_.x;
    double before = -1;
    for (const FaultMark& mark : faults.marks) {
      const double x = axis_.x(mark.at);
      if (!inside(x)) continue;
      const bool bad = mark.kind != FaultMark::Kind::up && mark.kind != FaultMark::Kind::unblocked;
      const Color color = bad ? ink::kRed : ink::kGreen;
      if (x - before >= 1) {
        canvas_.line({x, area_.y - 3}, {x, area_.bottom()}, {color, 1, true});
        sign({x, area_.y - 5}, color, bad);
        before = x;
      }
      const std::string words = words_of(mark, names, view_.language);
      const double width = text_width(words, kSmall);
      const double start = x - 4 + width > area_.right() ? area_.right() - width : x - 4;
      if (start < free_from) continue;
      say({start, area_.y - 12}, words, kSmall, color, Anchor::left);
      free_from = start + width + 14;
    }
  }

  void sign(Point c, Color color, bool bad) {
    if (!bad) {
      return canvas_.polygon({{c.x, c.y - 4}, {c.x + 4, c.y + 3}, {c.x - 4, c.y + 3}}, color,
                             std::nullopt);
    }
    canvas_.line({c.x - 3.5, c.y - 3.5}, {c.x + 3.5, c.y + 3.5}, {color, 1.8, false});
    canvas_.line({c.x - 3.5, c.y + 3.5}, {c.x + 3.5, c.y - 3.5}, {color, 1.8, false});
  }

  void curves(const Plot& plot, bool other) {
    // The first series on top: the last is often the sum of the others.
    for (std::size_t i = plot.series.size(); i-- > 0;) {
      if (plot.shows(plot.series[i])) curve(plot.series[i], look_of(i), other, i);
    }
  }

  void curve(const Series& series, Look look, bool other, std::size_t position) {
    const Pen pen{look.color, other ? 1.0 : 1.8, other || look.dashed};
    std::vector<Point> points;
    const auto flush = [&] {
      if (points.size() > 1) canvas_.path(points, pen);
      points.clear();
    };
    const std::vector<PlotColumn> found = columns(series, axis_);
    for (const PlotColumn& column : found) {
      const double x = std::clamp(column.x, area_.x, area_.right());
      if (!points.empty()) points.push_back({x, points.back().y});
      if (!column.known) {
        flush();
        continue;
      }
      if (column.low != column.high) {
        points.push_back({x, y(column.low)});
        points.push_back({x, y(column.high)});
      }
      points.push_back({x, y(column.last)});
    }
    if (!points.empty()) points.push_back({area_.right(), points.back().y});
    flush();
    if (!other) signs(series, look, position, found);
  }

  // Every so often along the curve, each series a little further right than the one before; and
  // where a curve begins that does not reach as far.
  void signs(const Series& series, Look look, std::size_t position,
             const std::vector<PlotColumn>& found) {
    constexpr double kEvery = 110;
    const double offset = static_cast<double>(position) * 13;
    double x = area_.x + 22 + offset;
    for (; x < area_.right(); x += kEvery) {
      const std::optional<double> value = series.at(axis_.time(x));
      if (value) draw_sign(canvas_, look, {x, y(*value)});
    }
    double before = area_.x - kEvery;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const bool begins = i == 0 ? found[i].x > area_.x : !found[i - 1].known;
      if (!found[i].known || !begins || found[i].x - before < kEvery / 2) continue;
      before = found[i].x;
      draw_sign(canvas_, look, {before + 2 + offset / 4, y(found[i].last)});
    }
  }

  void say_nothing() {
    say({area_.x + area_.width / 2, area_.middle()}, text(view_.language, Key::plot_nothing),
        kTitle, ink::kGrey, Anchor::middle);
  }

  void cursor() {
    if (!view_.cursor) return;
    const double x = axis_.x(*view_.cursor);
    if (!inside(x)) return;
    canvas_.line({x, area_.y}, {x, area_.bottom()}, {ink::kBlack, 1.2, false});
    const std::string words = format_fixed(*view_.cursor);
    const bool left = x + text_width(words, kSmall) + 6 > area_.right();
    say({left ? x - 5 : x + 5, area_.bottom() - 5}, words, kSmall, ink::kBlack,
        left ? Anchor::right : Anchor::left, true);
  }

  Canvas& canvas_;
  Rect rect_;
  Rect area_;
  const Plot& plot_;
  const PlotAxis& axis_;
  const PlotView& view_;
  Ticks y_ticks_;
  double top_ = 1;
};

}  // namespace

Rect plot_area(const Plot& plot, Rect rect, Language language) {
  const double top = legend_bottom(plot, rect.width, language) + 6 + kMarks;
  return {rect.x + kLeft, rect.y + top, std::max(rect.width - kLeft - kRight, 20.0),
          std::max(rect.height - top - kBottom, 20.0)};
}

void draw_plot(Canvas& canvas, Rect rect, const Plot& plot, const PlotAxis& axis,
               const Faults& faults, const NameIndex& names, const PlotView& view) {
  Painter(canvas, rect, plot, axis, view).paint(faults, names);
}

}  // namespace mqlab::observe
