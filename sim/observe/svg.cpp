// SPDX-License-Identifier: MIT
// The SVG back end of the canvas.
#include <algorithm>
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

std::string element(const PathShape& path) {
  std::string points;
  for (const Point& point : path.points) {
    if (!points.empty()) points += ' ';
    points += number(point.x) + "," + number(point.y);
  }
  return fmt::format("<polyline points=\"{}\"{}/>\n", points, paint(std::nullopt, path.pen));
}

std::string element(const TextShape& text) {
  std::string more;
  if (text.anchor == Anchor::middle) more += " text-anchor=\"middle\"";
  if (text.anchor == Anchor::right) more += " text-anchor=\"end\"";
  if (text.bold) more += " font-weight=\"bold\"";
  return fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{}>{}</text>\n",
                     number(text.at.x), number(text.at.y), number(text.size), hex(text.color), more,
                     xml_escaped(text.text));
}

std::string picture(const Canvas& canvas, std::string_view attributes) {
  const std::string width = number(canvas.width());
  const std::string height = number(canvas.height());
  std::string svg = fmt::format(
      "<svg {}viewBox=\"0 0 {} {}\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" "
      "xml:space=\"preserve\">\n<rect width=\"{}\" height=\"{}\" fill=\"{}\"/>\n",
      attributes, width, height, width, height, hex(ink::kPaper));
  for (const Shape& shape : canvas.shapes()) {
    svg += std::visit([](const auto& each) { return element(each); }, shape);
  }
  return svg + "</svg>\n";
}

// How many bytes the letter at `at` has; 0 if it is not well-formed UTF-8 or nothing that XML
// takes.
std::size_t letter_bytes(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return first < 0x20 || first == 0x7f ? 0 : 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (!follows(1) || !follows(2)) return 0;
    if (first == 0xe0 && byte(1) < 0xa0) return 0;   // overlong
    if (first == 0xed && byte(1) >= 0xa0) return 0;  // surrogates
    if (first == 0xef && byte(1) == 0xbf && byte(2) >= 0xbe) return 0;
    return 3;
  }
  if (first < 0xf0 || first > 0xf4 || !follows(1) || !follows(2) || !follows(3)) return 0;
  if (first == 0xf0 && byte(1) < 0x90) return 0;  // overlong
  if (first == 0xf4 && byte(1) >= 0x90) return 0;
  return 4;
}

}  // namespace

std::string xml_escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = letter_bytes(text, at);
    const char c = text[at];
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else if (bytes == 0) {
      out += static_cast<unsigned char>(c) < 0x80 ? " " : "\xef\xbf\xbd";
    } else {
      out += text.substr(at, bytes);
    }
    at += std::max<std::size_t>(bytes, 1);
  }
  return out;
}

std::string to_svg(const Canvas& canvas) {
  return picture(canvas, fmt::format("xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" "
                                     "height=\"{}\" ",
                                     number(canvas.width()), number(canvas.height())));
}

std::string to_svg_element(const Canvas& canvas, std::string_view attributes) {
  return picture(canvas, fmt::format("{}{}", attributes, attributes.empty() ? "" : " "));
}

}  // namespace mqlab::observe
