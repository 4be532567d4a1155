// SPDX-License-Identifier: MIT
// How each mark is drawn, from lines, circles and polygons.
#include "sim/observe/marks.hpp"

#include <array>

#include "sim/base/assert.hpp"

namespace mqlab::observe {

namespace {

void small_text(Canvas& canvas, Point center, double radius, std::string text,
                Color color = ink::kBlack) {
  const double size = radius * 1.3;
  canvas.text({.at = {center.x, center.y + size * 0.36},
               .text = std::move(text),
               .size = size,
               .color = color,
               .anchor = Anchor::middle,
               .bold = true});
}

void cross(Canvas& canvas, Point c, double r, Pen pen) {
  canvas.line({c.x - r, c.y - r}, {c.x + r, c.y + r}, pen);
  canvas.line({c.x - r, c.y + r}, {c.x + r, c.y - r}, pen);
}

Key key_of(Mark mark) {
  switch (mark) {
    case Mark::ready:
      return Key::sign_ready;
    case Mark::in_flight:
      return Key::sign_in_flight;
    case Mark::unacked:
      return Key::sign_unacked;
    case Mark::redelivered:
      return Key::sign_redelivered;
    case Mark::dead_lettered:
      return Key::sign_dead_lettered;
    case Mark::returned:
      return Key::sign_returned;
    case Mark::acked:
      return Key::sign_acked;
    case Mark::lost:
      return Key::sign_lost;
    case Mark::duplicate:
      return Key::sign_duplicate;
    case Mark::confirm:
      return Key::sign_confirm;
    case Mark::nack:
      return Key::sign_nack;
  }
  assertion_failed("every mark has a word", __FILE__, __LINE__);
}

}  // namespace

std::string_view word(Mark mark) {
  return word(Language::english, mark);
}

std::string_view word(Language language, Mark mark) {
  return text(language, key_of(mark));
}

std::span<const Mark> all_marks() {
  static constexpr std::array kMarks{Mark::ready,       Mark::in_flight,     Mark::unacked,
                                     Mark::redelivered, Mark::dead_lettered, Mark::returned,
                                     Mark::acked,       Mark::lost,          Mark::duplicate,
                                     Mark::confirm,     Mark::nack};
  return kMarks;
}

void draw_mark(Canvas& canvas, Mark mark, Point c, double r, char letter) {
  const Pen edge{ink::kBlack, 1, false};
  switch (mark) {
    case Mark::ready:
      return canvas.circle(c, r, ink::kSky, edge);
    case Mark::in_flight:
      canvas.line({c.x - 2.2 * r, c.y}, {c.x - r, c.y}, {ink::kSky, r * 0.7, false});
      return canvas.circle(c, r, ink::kSky, edge);
    case Mark::unacked:
      // A ring with the hands of a clock: somebody is at it, and time goes by.
      canvas.circle(c, r, ink::kPaper, Pen{ink::kOrange, r * 0.45, false});
      canvas.line(c, {c.x, c.y - r * 0.6}, edge);
      return canvas.line(c, {c.x + r * 0.45, c.y}, edge);
    case Mark::redelivered:
      canvas.circle(c, r * 1.15, ink::kPaper, Pen{ink::kOrange, 1.2, false});
      canvas.circle(c, r * 0.8, ink::kPaper, Pen{ink::kOrange, 1.2, false});
      return small_text(canvas, c, r * 0.85, "r");
    case Mark::dead_lettered:
      canvas.polygon(
          {{c.x, c.y - r * 1.2}, {c.x + r * 1.2, c.y}, {c.x, c.y + r * 1.2}, {c.x - r * 1.2, c.y}},
          ink::kPurple, edge);
      if (letter != 0) small_text(canvas, c, r * 0.8, std::string(1, letter), ink::kOnFill);
      return;
    case Mark::returned:
      canvas.polygon({{c.x - r * 1.2, c.y}, {c.x + r, c.y - r * 1.1}, {c.x + r, c.y + r * 1.1}},
                     ink::kYellow, edge);
      return small_text(canvas, {c.x + r * 0.25, c.y}, r * 0.75, "?", ink::kOnFill);
    case Mark::acked:
      canvas.rect({c.x - r * 0.8, c.y - r * 0.8, r * 1.6, r * 1.6}, ink::kGreen, edge);
      canvas.line({c.x - r * 0.45, c.y}, {c.x - r * 0.1, c.y + r * 0.4}, {ink::kPaper, 1.5, false});
      return canvas.line({c.x - r * 0.1, c.y + r * 0.4}, {c.x + r * 0.5, c.y - r * 0.4},
                         {ink::kPaper, 1.5, false});
    case Mark::lost:
      return cross(canvas, c, r * 0.8, {ink::kRed, r * 0.5, false});
    case Mark::duplicate:
      canvas.circle({c.x - r * 0.35, c.y - r * 0.25}, r * 0.85, ink::kPaper, edge);
      canvas.circle({c.x + r * 0.35, c.y + r * 0.25}, r * 0.85, ink::kPaper, edge);
      return small_text(canvas, {c.x + r * 0.35, c.y + r * 0.25}, r * 0.75, "2");
    case Mark::confirm:
      return canvas.circle(c, r * 0.5, ink::kPaper, Pen{ink::kGreen, 1.5, false});
    case Mark::nack:
      canvas.circle(c, r * 0.6, ink::kPaper, Pen{ink::kRed, 1.5, false});
      return canvas.line({c.x - r * 0.35, c.y}, {c.x + r * 0.35, c.y}, {ink::kRed, 1.5, false});
  }
}

Mark mark_of(const Copy& copy) {
  if (copy.unacked) return Mark::unacked;
  if (copy.redelivered()) return Mark::redelivered;
  return copy.came == Reason::dead_lettered ? Mark::dead_lettered : Mark::ready;
}

char cause_letter(Reason reason) {
  if (reason == Reason::rejected) return 'x';
  if (reason == Reason::expired) return 't';
  if (reason == Reason::overflow || reason == Reason::refused) return 'l';
  if (reason == Reason::delivery_limit) return 'd';
  return 0;
}

}  // namespace mqlab::observe
