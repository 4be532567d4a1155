// SPDX-License-Identifier: MIT
// Each shape of a canvas on an ImDrawList.
#include "gui/paint.hpp"

#include <algorithm>
#include <cmath>

namespace mqlab::gui {

namespace {

using observe::CircleShape;
using observe::LineShape;
using observe::PathShape;
using observe::PolygonShape;
using observe::TextShape;

constexpr float kSmallestText = 4;  // in pixels: below, letters are dust
constexpr float kReadableText =
    10;  // what smaller text grows to at scale 1, unless all is far away
constexpr float kFarAway = 0.5F;
constexpr float kRoomy = 0.66F;

class Painter {
 public:
  Painter(ImDrawList& list, const Placement& where, const Theme& theme, const Fonts& fonts)
      : list_(list), where_(where), theme_(theme), fonts_(fonts) {}

  void operator()(const LineShape& shape) const {
    const ImVec2 a = where_.screen(shape.from);
    const ImVec2 b = where_.screen(shape.to);
    if (hidden({std::min(a.x, b.x), std::min(a.y, b.y)}, {std::max(a.x, b.x), std::max(a.y, b.y)},
               width(shape.pen))) {
      return;
    }
    line(a, b, shape.pen);
  }

  void operator()(const CircleShape& shape) const {
    const ImVec2 c = where_.screen(shape.center);
    const float r = where_.scale * static_cast<float>(shape.radius);
    if (hidden({c.x - r, c.y - r}, {c.x + r, c.y + r}, 2)) return;
    if (shape.fill) list_.AddCircleFilled(c, r, theme_.map(*shape.fill));
    if (shape.pen) list_.AddCircle(c, r, theme_.map(shape.pen->color), 0, width(*shape.pen));
  }

  void operator()(const PolygonShape& shape) const {
    ImVector<ImVec2> corners;
    ImVec2 low{1e9F, 1e9F};
    ImVec2 high{-1e9F, -1e9F};
    for (const observe::Point& corner : shape.corners) {
      const ImVec2 at = where_.screen(corner);
      corners.push_back(at);
      low = {std::min(low.x, at.x), std::min(low.y, at.y)};
      high = {std::max(high.x, at.x), std::max(high.y, at.y)};
    }
    if (corners.empty() || hidden(low, high, 2)) return;
    if (shape.fill) {
      list_.AddConvexPolyFilled(corners.Data, corners.Size, theme_.map(*shape.fill));
    }
    if (!shape.pen) return;
    if (shape.pen->dashed) {
      for (int i = 0; i < corners.Size; ++i) {
        line(corners[i], corners[(i + 1) % corners.Size], *shape.pen);
      }
    } else {
      list_.AddPolyline(corners.Data, corners.Size, theme_.map(shape.pen->color),
                        ImDrawFlags_Closed, width(*shape.pen));
    }
  }

  void operator()(const PathShape& shape) const {
    // One call of ImGui's can take no more corners than its indices can count.
    constexpr std::size_t kMost = 8192;
    ImVector<ImVec2> corners;
    for (std::size_t i = 0; i < shape.points.size(); ++i) {
      corners.push_back(where_.screen(shape.points[i]));
      const bool full = corners.Size == static_cast<int>(kMost);
      if (!full && i + 1 < shape.points.size()) continue;
      stroke(corners, shape.pen);
      const ImVec2 last = corners.back();
      corners.clear();
      corners.push_back(last);
    }
  }

  void operator()(const TextShape& shape) const {
    float size = where_.scale * static_cast<float>(shape.size);
    if (size < kSmallestText) return;
    const float interface = fonts_.mono->FontSize / kFontSize;
    if (where_.scale >= kFarAway * interface) {
      // Where boxes are small, what is written in them must still fit.
      const float room = std::min(interface, where_.scale / kRoomy);
      size = std::max(size, kReadableText * room);
    }
    ImFont* font = shape.bold ? fonts_.bold : fonts_.mono;
    std::string cut;
    if (shape.room > 0) cut = fitted(*font, size, shape);
    const std::string& text = cut.empty() ? shape.text : cut;
    const char* begin = text.data();
    const char* end = begin + text.size();
    ImVec2 at = where_.screen(shape.at);
    at.y -= std::floor(font->Ascent * size / font->FontSize);
    const float room = font->CalcTextSizeA(size, 1e9F, 0, begin, end).x;
    if (shape.anchor == observe::Anchor::middle) at.x -= room / 2;
    if (shape.anchor == observe::Anchor::right) at.x -= room;
    if (hidden(at, {at.x + room, at.y + 1.5F * size}, 0)) return;
    list_.AddText(font, size, {std::floor(at.x), std::floor(at.y)}, theme_.map(shape.color), begin,
                  end);
  }

 private:
  // The text without what has no room since its letters are drawn larger; empty: all of it has.
  std::string fitted(const ImFont& font, float size, const TextShape& shape) const {
    const float room = where_.scale * static_cast<float>(shape.room);
    const auto wide = [&](const std::string& text) {
      return font.CalcTextSizeA(size, 1e9F, 0, text.data(), text.data() + text.size()).x;
    };
    if (wide(shape.text) <= room) return {};
    const std::string more = "…";
    std::string text = shape.text;
    if (text.ends_with(more)) text.resize(text.size() - more.size());
    while (!text.empty() && wide(text + more) > room) {
      while (text.size() > 1 && (static_cast<unsigned char>(text.back()) & 0xc0U) == 0x80U) {
        text.pop_back();  // whole characters of UTF-8
      }
      text.pop_back();
    }
    return text + more;
  }

  float width(const observe::Pen& pen) const {
    return std::max(1.0F, where_.scale * static_cast<float>(pen.width));
  }

  bool hidden(ImVec2 low, ImVec2 high, float margin) const {
    const ImVec2 from = list_.GetClipRectMin();
    const ImVec2 to = list_.GetClipRectMax();
    return high.x + margin < from.x || low.x - margin > to.x || high.y + margin < from.y ||
           low.y - margin > to.y;
  }

  void stroke(const ImVector<ImVec2>& corners, const observe::Pen& pen) const {
    if (!pen.dashed) {
      list_.AddPolyline(corners.Data, corners.Size, theme_.map(pen.color), 0, width(pen));
      return;
    }
    for (int i = 0; i + 1 < corners.Size; ++i) line(corners[i], corners[i + 1], pen);
  }

  void line(ImVec2 a, ImVec2 b, const observe::Pen& pen) const {
    const ImU32 color = theme_.map(pen.color);
    if (!pen.dashed) return list_.AddLine(a, b, color, width(pen));
    const float dx = b.x - a.x;
    const float dy = b.y - a.y;
    const float length = std::sqrt(dx * dx + dy * dy);
    constexpr float kDash = 4;
    constexpr float kPeriod = 7;
    for (float at = 0; at < length; at += kPeriod) {
      const float from = at / length;
      const float to = std::min(1.0F, (at + kDash) / length);
      list_.AddLine({a.x + dx * from, a.y + dy * from}, {a.x + dx * to, a.y + dy * to}, color,
                    width(pen));
    }
  }

  ImDrawList& list_;
  const Placement& where_;
  const Theme& theme_;
  const Fonts& fonts_;
};

}  // namespace

void paint(ImDrawList& list, const observe::Canvas& canvas, const Placement& where,
           const Theme& theme, const Fonts& fonts) {
  const Painter painter(list, where, theme, fonts);
  for (const observe::Shape& shape : canvas.shapes()) std::visit(painter, shape);
}

}  // namespace mqlab::gui
