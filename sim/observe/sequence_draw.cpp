// SPDX-License-Identifier: MIT
// How a sequence diagram looks.
#include <algorithm>
#include <array>

#include "sim/base/assert.hpp"
#include "sim/base/text.hpp"
#include "sim/observe/marks.hpp"
#include "sim/observe/places.hpp"
#include "sim/observe/row_text.hpp"
#include "sim/observe/sequence.hpp"

namespace mqlab::observe {

namespace {

constexpr double kTitle = 12;
constexpr double kSmall = 10;
constexpr double kTop = 44;     // title, and the words of faults
constexpr double kBottom = 34;  // times and what the axis is
constexpr double kLane = 34;    // from the top of a lane without tracks to the next
constexpr double kTrack = 9;    // more for each track
constexpr double kLegend = 16;  // one line
constexpr double kMark = 5;

using SpanKind = Sequence::Span::Kind;
using EventKind = Sequence::Event::Kind;

enum class Sample : std::uint8_t {
  message,
  method,
  ready,
  unacked,
  buffered,
  in_hand,
  effect,
  lost,
  down,
  instant
};
struct LegendEntry {
  Key key;
  Sample sample;
};
constexpr std::array kLegendEntries{LegendEntry{Key::legend_message, Sample::message},
                                    LegendEntry{Key::legend_method, Sample::method},
                                    LegendEntry{Key::legend_ready, Sample::ready},
                                    LegendEntry{Key::legend_unacked, Sample::unacked},
                                    LegendEntry{Key::legend_buffered, Sample::buffered},
                                    LegendEntry{Key::legend_in_hand, Sample::in_hand},
                                    LegendEntry{Key::legend_effect, Sample::effect},
                                    LegendEntry{Key::legend_lost, Sample::lost},
                                    LegendEntry{Key::legend_down, Sample::down},
                                    LegendEntry{Key::legend_instant, Sample::instant}};

double lane_height(const Sequence::Lane& lane) {
  return kLane + kTrack * static_cast<double>(lane.tracks > 0 ? lane.tracks - 1 : 0);
}

double lanes_height(const Sequence& sequence) {
  double height = 0;
  for (const Sequence::Lane& lane : sequence.lanes) height += lane_height(lane);
  return height;
}

double entry_width(Key key, Language language) {
  return 30 + text_width(text(language, key), kSmall) + 16;
}

double legend_height(double width, Language language) {
  double x = 12;
  double height = kLegend;
  for (const LegendEntry& entry : kLegendEntries) {
    const Key key = entry.key;
    if (x + entry_width(key, language) > width) {
      x = 12;
      height += kLegend;
    }
    x += entry_width(key, language);
  }
  return height;
}

double names_width(const Sequence& sequence, const NameIndex& names) {
  double width = 40;
  for (const Sequence::Lane& lane : sequence.lanes) {
    width = std::max(width, text_width(names.label(lane.id), kTitle));
  }
  return std::min(width, 150.0) + 22;
}

class Painter {
 public:
  Painter(Canvas& canvas, Rect rect, const Sequence& sequence, const PlotAxis& axis,
          const NameIndex& names, const SequenceView& view)
      : canvas_(canvas),
        rect_(rect),
        area_(sequence_area(sequence, rect, names)),
        sequence_(sequence),
        axis_(axis),
        names_(names),
        rows_(names.view()),
        view_(view) {
    double y = area_.y;
    for (const Sequence::Lane& lane : sequence.lanes) {
      tops_.push_back(y);
      y += lane_height(lane);
    }
  }

  void paint() {
    shade();
    for (std::size_t i = 0; i < sequence_.lanes.size(); ++i) draw_lane(i);
    for (const Sequence::Span& span : sequence_.spans) draw_span(span);
    for (const Sequence::Arrow& arrow : sequence_.arrows) draw_arrow(arrow);
    for (const Sequence::Event& event : sequence_.events) draw_event(event);
    faults();
    words();
    times();
    title();
    legend();
    cursor();
  }

 private:
  // -- places -------------------------------------------------------------------------------------

  double x(RowNo row) const { return axis_.x(axis_.scale->at(rows_, row)); }
  double clamped(double x) const { return std::clamp(x, area_.x, area_.right()); }
  // The line on which a lane's actor lives: its first track.
  double y(std::size_t lane, std::size_t track = 0) const {
    return tops_[lane] + kLane / 2 + kTrack * static_cast<double>(track);
  }
  bool dim(MessageId message) const { return view_.dim_others && message != view_.dim_others; }
  bool outside(RowNo from, RowNo to) const {
    return (to != 0 && x(to) < area_.x - 1) || x(from) > area_.right() + 1;
  }

  void say(Point at, std::string_view words, double size, Color color, Anchor anchor,
           bool bold = false) {
    canvas_.text({.at = at,
                  .text = std::string(words),
                  .size = size,
                  .color = color,
                  .anchor = anchor,
                  .bold = bold});
  }

  // Says it where nothing else was said: above all lines, so they are kept for later.
  void say_if_free(Point at, std::string_view words, Color color) {
    const double width = text_width(words, kSmall);
    if (at.x + width > area_.right() + 10) at.x -= width + 6;
    if (taken_.take({at.x - 2, at.y - kSmall, width + 4, kSmall + 2})) {
      said_.push_back({at, std::string(words), kSmall, color, Anchor::left, false});
    }
  }

  void words() {
    for (TextShape& text : said_) {
      const double width = text_width(text.text, text.size);
      canvas_.rect({text.at.x, text.at.y - kSmall, width, kSmall + 2}, ink::kPaper, std::nullopt);
      canvas_.text(std::move(text));
    }
  }

  // -- background ---------------------------------------------------------------------------------

  void shade() {
    const double least = 0.3 * (axis_.place(1) - axis_.place(0));  // of a pixel
    for (const TimeScale::Stretch& stretch : axis_.scale->instants(axis_.from, axis_.to, least)) {
      const double left = clamped(axis_.x(stretch.from));
      const double right = clamped(axis_.x(stretch.to));
      if (right > left) {
        canvas_.rect({left, area_.y, right - left, area_.height}, ink::kPanel, std::nullopt);
      }
    }
    for (const Outage& outage : sequence_.faults.outages) {
      for (std::size_t i = 0; i < sequence_.lanes.size(); ++i) {
        if (sequence_.lanes[i].id != outage.who) continue;
        const double left = clamped(axis_.x(outage.from));
        const double right =
            outage.to >= sequence_.to ? area_.right() : clamped(axis_.x(outage.to));
        const Rect band{left, tops_[i] + 4, right - left, lane_height(sequence_.lanes[i]) - 8};
        if (band.width <= 0) continue;
        canvas_.rect(band, ink::kShade, std::nullopt);
        canvas_.hatch(band, {ink::kGrey, 0.7, false});
      }
    }
  }

  void draw_lane(std::size_t i) {
    const Sequence::Lane& lane = sequence_.lanes[i];
    if (i > 0) {
      canvas_.line({rect_.x, tops_[i]}, {area_.right(), tops_[i]}, {ink::kPale, 0.5, false});
    }
    const double at = y(i);
    canvas_.line({area_.x, at}, {area_.right(), at},
                 {ink::kGrey, 0.8, lane.part == Sequence::Lane::Part::queue});
    const double room = area_.x - rect_.x - 20;
    say({area_.x - 10, at}, fitted(names_.label(lane.id), kTitle, room), kTitle, ink::kBlack,
        Anchor::right, true);
    say({area_.x - 10, at + 11}, word(view_.language, rows_.entity(lane.id).kind), 9, ink::kGrey,
        Anchor::right);
  }

  // -- what happens -------------------------------------------------------------------------------

  void draw_span(const Sequence::Span& span) {
    if (outside(span.from, span.to)) return;
    if (rows_.row(span.from).fact == Fact::enqueued) draw_entry(span);
    const double left = clamped(x(span.from));
    const double right = span.to == 0 ? area_.right() : clamped(x(span.to));
    const double at = y(span.lane, span.track);
    const bool pale = dim(span.message);
    const Pen edge{pale ? ink::kPale : ink::kGrey, 0.8, false};
    const auto bar = [&](double height, Color fill) {
      canvas_.rect({left, at - height / 2, right - left, height}, pale ? ink::kPanel : fill, edge);
    };
    switch (span.kind) {
      case SpanKind::ready:
        bar(7, ink::kSky);
        break;
      case SpanKind::unacked:
        bar(7, ink::kPaper);
        canvas_.line({left, at}, {right, at}, {pale ? ink::kPale : ink::kOrange, 2.5, true});
        break;
      case SpanKind::buffered:
        bar(4, ink::kPaper);
        break;
      case SpanKind::in_hand:
        bar(9, ink::kOrange);
        break;
    }
    if (span.lost && !pale) draw_mark(canvas_, Mark::lost, {right, at}, kMark);
  }

  // A thin line from the broker to the queue into which it puts a message.
  void draw_entry(const Sequence::Span& span) {
    const double at = x(span.from);
    if (at < area_.x || at > area_.right()) return;
    const EntityId node = owner(rows_, sequence_.lanes[span.lane].id);
    for (std::size_t i = 0; i < sequence_.lanes.size(); ++i) {
      if (sequence_.lanes[i].id != node) continue;
      canvas_.line({at, y(i)}, {at, y(span.lane, span.track)}, {ink::kGrey, 0.8, true});
    }
  }

  void draw_arrow(const Sequence::Arrow& arrow) {
    if (outside(arrow.sent, arrow.end)) return;
    const Point from{x(arrow.sent), y(arrow.from)};
    const Point to{end_of(arrow), y(arrow.to)};
    const bool method = arrow.kind == Reason::method || arrow.kind == Reason::give_back;
    const bool pale = dim(arrow.message);
    const Color color = pale         ? ink::kPale
                        : arrow.lost ? ink::kRed
                        : method     ? ink::kGreen
                                     : ink::kBlue;
    const Pen pen{color, method ? 1.0 : 1.6, method};
    // A frame that ended on its way, or is still there, is drawn as far as it came.
    const double part = part_of(arrow);
    const Point tip{to.x, from.y + (to.y - from.y) * part};
    line(from, tip, pen);
    if (arrow.lost) {
      if (!pale) draw_mark(canvas_, Mark::lost, tip, kMark + 1);
    } else if (arrow.end != 0) {
      head(from, tip, color);
    } else {
      canvas_.circle(tip, 3, ink::kSky, Pen{color, 1, false});
    }
    if (!pale) label(arrow, from, tip, color);
  }

  double end_of(const Sequence::Arrow& arrow) const {
    return arrow.end != 0 ? x(arrow.end) : area_.right();
  }

  // How much of its way a frame has behind it when it ends; all of it, if it arrives.
  double part_of(const Sequence::Arrow& arrow) const {
    if (arrow.end != 0 && !arrow.lost) return 1;
    const Time sent = rows_.row(arrow.sent).at;
    const Time ends = arrow.end != 0 ? rows_.row(arrow.end).at : sequence_.to;
    if (arrow.arrives == Time::never() || arrow.arrives <= sent) return 0.5;
    const double part =
        static_cast<double>((ends - sent).ns) / static_cast<double>((arrow.arrives - sent).ns);
    return std::clamp(part, 0.25, 0.85);
  }

  // Cut at the ends of the area.
  void line(Point from, Point to, Pen pen) {
    const auto cut = [&](Point p, Point q) {
      const double edge = clamped(p.x);
      if (edge == p.x || p.x == q.x) return p;
      return Point{edge, p.y + (q.y - p.y) * (edge - p.x) / (q.x - p.x)};
    };
    canvas_.line(cut(from, to), cut(to, from), pen);
  }

  void head(Point from, Point to, Color color) {
    if (to.x < area_.x - 1 || to.x > area_.right() + 1) return;
    const double down = to.y > from.y ? 1 : -1;
    canvas_.polygon({to, {to.x - 5.5, to.y - down * 5}, {to.x + 0.5, to.y - down * 7}}, color,
                    std::nullopt);
  }

  void label(const Sequence::Arrow& arrow, Point from, Point to, Color color) {
    const bool method = arrow.kind == Reason::method;
    std::string words;
    if (sequence_.title.empty()) {
      if (method) return;
      words = names_.name(arrow.message);
    } else {
      words = method ? std::string(rows_.text(arrow.method))
                     : std::string(word(view_.language, arrow.kind));
    }
    if (arrow.redelivered) words += " (r)";
    const Point middle{(from.x + to.x) / 2 + 6, (from.y + to.y) / 2 + 3};
    if (middle.x < area_.x || middle.x > area_.right()) return;
    say_if_free(middle, words, color);
  }

  void draw_event(const Sequence::Event& event) {
    const Row& row = rows_.row(event.row);
    const Point at{x(event.row), y(event.lane, event.track)};
    if (at.x < area_.x - 1 || at.x > area_.right() + 1 || dim(row.message)) return;
    const Point above{at.x + 5, at.y - 8};
    const bool story = !sequence_.title.empty();
    switch (event.kind) {
      case EventKind::composed:
        canvas_.circle(at, 3, ink::kPaper, Pen{ink::kBlack, 1.2, false});
        if (story) say_if_free(above, names_.name(row.message), ink::kBlack);
        return;
      case EventKind::effect:
        canvas_.polygon({{at.x, at.y - 7}, {at.x + 6, at.y}, {at.x, at.y + 7}, {at.x - 6, at.y}},
                        ink::kGreen, Pen{ink::kBlack, 1, false});
        if (story) say_if_free({at.x + 8, at.y - 8}, word(view_.language, row.fact), ink::kGreen);
        return;
      case EventKind::acked:
        return draw_mark(canvas_, Mark::acked, at, kMark);
      case EventKind::dropped:
        draw_mark(canvas_, Mark::lost, at, kMark);
        return say_if_free({at.x + 8, at.y - 7}, word(view_.language, row.reason), ink::kRed);
      case EventKind::confirmed:
        return draw_mark(canvas_, Mark::confirm, at, kMark + 2);
      case EventKind::nacked:
        return draw_mark(canvas_, Mark::nack, at, kMark + 1);
      case EventKind::returned:
        return draw_mark(canvas_, Mark::returned, at, kMark);
    }
  }

  void faults() {
    for (const FaultMark& mark : sequence_.faults.marks) {
      const double at = x(mark.row);
      if (at < area_.x - 1 || at > area_.right() + 1) continue;
      const bool bad = mark.kind != FaultMark::Kind::up && mark.kind != FaultMark::Kind::unblocked;
      const Color color = bad ? ink::kRed : ink::kGreen;
      canvas_.line({at, area_.y - 4}, {at, area_.bottom()}, {color, 0.8, true});
      say_if_free({at + 4, area_.y - 6}, words_of(mark, names_, view_.language), color);
      for (std::size_t i = 0; i < sequence_.lanes.size(); ++i) {
        if (sequence_.lanes[i].id != mark.who) continue;
        if (bad) {
          draw_mark(canvas_, Mark::lost, {at, y(i)}, kMark + 2);
        } else {
          canvas_.polygon({{at, y(i) - 6}, {at + 5, y(i) + 4}, {at - 5, y(i) + 4}}, color,
                          std::nullopt);
        }
      }
    }
  }

  // -- frame --------------------------------------------------------------------------------------

  void times() {
    const Ticks ticks = time_ticks(axis_);
    canvas_.line({area_.x, area_.bottom()}, {area_.right(), area_.bottom()},
                 {ink::kGrey, 1, false});
    for (const Tick& tick : ticks.ticks) {
      canvas_.line({tick.at, area_.bottom()}, {tick.at, area_.bottom() + 4},
                   {ink::kGrey, 1, false});
      say({tick.at, area_.bottom() + 15}, tick.text, kSmall, ink::kBlack, Anchor::middle);
    }
    std::string words(text(view_.language, axis_.scale->mode() == AxisMode::by_event
                                               ? Key::axis_by_event
                                               : Key::axis_compressed));
    if (axis_.scale->mode() == AxisMode::linear) {
      words = fill(view_.language, Key::axis_time, {ticks.unit});
    }
    say({area_.right(), area_.bottom() + 28}, words, kSmall, ink::kGrey, Anchor::right);
  }

  void title() {
    const std::string words = sequence_.title.empty()
                                  ? fill(view_.language, Key::sequence_window,
                                         {format_short(sequence_.from), format_short(sequence_.to)})
                                  : fill(view_.language, Key::sequence_of, {sequence_.title});
    say({rect_.x + 12, rect_.y + 16}, fitted(words, kTitle + 1, rect_.width - 24), kTitle + 1,
        ink::kBlack, Anchor::left, true);
    if (sequence_.left_out == 0) return;
    const std::size_t all = sequence_.arrows.size() + sequence_.left_out;
    say({rect_.right() - 12, rect_.y + 16},
        fill(view_.language, Key::sequence_clipped,
             {with_thousands(sequence_.arrows.size()), with_thousands(all)}),
        kSmall, ink::kRed, Anchor::right);
  }

  void legend() {
    Point at{rect_.x + 12, area_.bottom() + kBottom + 12};
    for (const auto& [key, sample] : kLegendEntries) {
      if (at.x - rect_.x + entry_width(key, view_.language) > rect_.width) {
        at = {rect_.x + 12, at.y + kLegend};
      }
      draw_sample(sample, {at.x + 12, at.y - 4});
      say({at.x + 30, at.y}, text(view_.language, key), kSmall, ink::kBlack, Anchor::left);
      at.x += entry_width(key, view_.language);
    }
  }

  void draw_sample(Sample sample, Point c) {
    const Pen edge{ink::kGrey, 0.8, false};
    const Rect wide{c.x - 11, c.y - 3.5, 22, 7};
    switch (sample) {
      case Sample::message:
        canvas_.line({c.x - 11, c.y - 5}, {c.x + 9, c.y + 4}, {ink::kBlue, 1.6, false});
        return head({c.x - 11, c.y - 5}, {c.x + 9, c.y + 4}, ink::kBlue);
      case Sample::method:
        return canvas_.line({c.x - 11, c.y + 4}, {c.x + 11, c.y - 5}, {ink::kGreen, 1, true});
      case Sample::ready:
        return canvas_.rect(wide, ink::kSky, edge);
      case Sample::unacked:
        canvas_.rect(wide, ink::kPaper, edge);
        return canvas_.line({c.x - 11, c.y}, {c.x + 11, c.y}, {ink::kOrange, 2.5, true});
      case Sample::buffered:
        return canvas_.rect({c.x - 11, c.y - 2, 22, 4}, ink::kPaper, edge);
      case Sample::in_hand:
        return canvas_.rect({c.x - 11, c.y - 4.5, 22, 9}, ink::kOrange, edge);
      case Sample::effect:
        return canvas_.polygon({{c.x, c.y - 6}, {c.x + 5, c.y}, {c.x, c.y + 6}, {c.x - 5, c.y}},
                               ink::kGreen, Pen{ink::kBlack, 1, false});
      case Sample::lost:
        return draw_mark(canvas_, Mark::lost, c, kMark);
      case Sample::down:
        canvas_.rect(wide, ink::kShade, std::nullopt);
        return canvas_.hatch(wide, {ink::kGrey, 0.7, false});
      case Sample::instant:
        return canvas_.rect(wide, ink::kPanel, Pen{ink::kPale, 0.8, false});
    }
  }

  void cursor() {
    if (!view_.cursor) return;
    const double at = axis_.x(*view_.cursor);
    if (at < area_.x || at > area_.right()) return;
    canvas_.line({at, area_.y}, {at, area_.bottom()}, {ink::kBlack, 1.2, false});
  }

  Canvas& canvas_;
  Rect rect_;
  Rect area_;
  const Sequence& sequence_;
  const PlotAxis& axis_;
  const NameIndex& names_;
  const LedgerView& rows_;
  const SequenceView& view_;
  std::vector<double> tops_;  // of lanes
  Places taken_;              // by words
  std::vector<TextShape> said_;
};

}  // namespace

double sequence_height(const Sequence& sequence, double width, Language language) {
  return kTop + lanes_height(sequence) + kBottom + legend_height(width, language) + 8;
}

Rect sequence_area(const Sequence& sequence, Rect rect, const NameIndex& names) {
  const double left = names_width(sequence, names);
  return {rect.x + left, rect.y + kTop, std::max(rect.width - left - 24, 20.0),
          std::max(lanes_height(sequence), kLane)};
}

void draw_sequence(Canvas& canvas, Rect rect, const Sequence& sequence, const PlotAxis& axis,
                   const NameIndex& names, const SequenceView& view) {
  Painter(canvas, rect, sequence, axis, names, view).paint();
}

}  // namespace mqlab::observe
