// SPDX-License-Identifier: MIT
// The SVG back end of the canvas.
#include <string>

#include <fmt/format.h>

#include "sim/observe/canvas.hpp"

namespace mqlab::observe {

namespace {

// At most two decimals, and no zeros that say nothing.
std::string number(double value) {
  std::string text = fmt::format("{:.2f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string hex(Color color) {
  return fmt::format("#{:02x}{:02x}{:02x}", color.r, color.g, color.b);
}

// Text as XML takes it; control characters, which it does not take, become blanks.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out;
}

std::string paint(const std::optional<Color>& fill, const std::optional<Pen>& pen) {
  std::string text = fmt::format(" fill=\"{}\"", fill ? hex(*fill) : "none");
  if (!pen) return text;
  text += fmt::format(" stroke=\"{}\"", hex(pen->color));
  if (pen->width != 1) text += fmt::format(" stroke-width=\"{}\"", number(pen->width));
  if (pen->dashed) text += " stroke-dasharray=\"4 3\"";
  return text;
}

std::string element(const LineShape& line) {
  return fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"{}/>\n", number(line.from.x),
                     number(line.from.y), number(line.to.x), number(line.to.y),
                     paint(std::nullopt, line.pen));
}

std::string element(const CircleShape& circle) {
  return fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>\n", number(circle.center.x),
                     number(circle.center.y), number(circle.radius),
                     paint(circle.fill, circle.pen));
}

std::string element(const PolygonShape& polygon) {
  std::string points;
  for (const Point& corner : polygon.corners) {
    if (!points.empty()) points += ' ';
    points += number(corner.x) + "," + number(corner.y);
  }
  return fmt::format("<polygon points=\"{}\"{}/>\n", points, paint(polygon.fill, polygon.pen));
}

std::string element(const TextShape& text) {
  std::string more;
  if (text.anchor == Anchor::middle) more += " text-anchor=\"middle\"";
  if (text.anchor == Anchor::right) more += " text-anchor=\"end\"";
  if (text.bold) more += " font-weight=\"bold\"";
  return fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{}>{}</text>\n",
                     number(text.at.x), number(text.at.y), number(text.size), hex(text.color), more,
                     escaped(text.text));
}

}  // namespace

std::string to_svg(const Canvas& canvas) {
  const std::string width = number(canvas.width());
  const std::string height = number(canvas.height());
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" "
      "viewBox=\"0 0 {} {}\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" "
      "xml:space=\"preserve\">\n<rect width=\"{}\" height=\"{}\" fill=\"{}\"/>\n",
      width, height, width, height, width, height, hex(ink::kPaper));
  for (const Shape& shape : canvas.shapes()) {
    svg += std::visit([](const auto& each) { return element(each); }, shape);
  }
  return svg + "</svg>\n";
}

}  // namespace mqlab::observe
