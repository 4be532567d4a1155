// SPDX-License-Identifier: MIT
// A picture as a list of shapes: made once, drawn by any back end (SVG here, the window elsewhere).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mqlab::observe {

// In pixels, y downwards.
struct Point {
  double x = 0;
  double y = 0;
};

struct Color {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;

  bool operator==(const Color&) const = default;
};

// The palette of Okabe and Ito, which colour-blind people can tell apart, and greys.
namespace ink {
inline constexpr Color kBlack{0x22, 0x22, 0x22};
inline constexpr Color kOnFill{0x21, 0x21, 0x21};  // words on a coloured area: dark in all themes
inline constexpr Color kGrey{0x77, 0x77, 0x77};
inline constexpr Color kPale{0xcc, 0xcc, 0xcc};
inline constexpr Color kPaper{0xff, 0xff, 0xff};
inline constexpr Color kPanel{0xf6, 0xf6, 0xf4};
inline constexpr Color kSky{0x56, 0xb4, 0xe9};
inline constexpr Color kOrange{0xe6, 0x9f, 0x00};
inline constexpr Color kGreen{0x00, 0x9e, 0x73};
inline constexpr Color kPurple{0xcc, 0x79, 0xa7};
inline constexpr Color kYellow{0xf0, 0xe4, 0x42};
inline constexpr Color kRed{0xd5, 0x5e, 0x00};
inline constexpr Color kBlue{0x00, 0x72, 0xb2};
inline constexpr Color kShade{0xec, 0xe6, 0xe2};  // behind everything: outages
}  // namespace ink

// The inks, and what each becomes on dark paper. Pictures are drawn in inks for light paper; a back
// end that shows dark paper translates each colour.
struct Ink {
  Color light;
  Color dark;
};
std::span<const Ink> inks();
// A colour that is no ink stays as it is.
Color on_dark_paper(Color color);

struct Pen {
  Color color = ink::kBlack;
  double width = 1;
  bool dashed = false;
};

struct LineShape {
  Point from;
  Point to;
  Pen pen;
};
// Circles and polygons: filled, outlined, or both.
struct CircleShape {
  Point center;
  double radius = 0;
  std::optional<Color> fill;
  std::optional<Pen> pen;
};
struct PolygonShape {
  std::vector<Point> corners;
  std::optional<Color> fill;
  std::optional<Pen> pen;
};
// Joined lines through the points.
struct PathShape {
  std::vector<Point> points;
  Pen pen;
};
enum class Anchor : std::uint8_t { left, middle, right };
struct TextShape {
  Point at;  // on the baseline
  std::string text;
  double size = 12;
  Color color = ink::kBlack;
  Anchor anchor = Anchor::left;
  bool bold = false;
  double room = 0;  // so wide it may become where letters are drawn larger than this; 0: any
};

using Shape = std::variant<LineShape, CircleShape, PolygonShape, PathShape, TextShape>;

struct Rect {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;

  double right() const { return x + width; }
  double bottom() const { return y + height; }
  double middle() const { return y + height / 2; }
};

class Canvas {
 public:
  Canvas(double width, double height) : width_(width), height_(height) {}

  double width() const { return width_; }
  double height() const { return height_; }
  std::span<const Shape> shapes() const { return shapes_; }

  void line(Point from, Point to, Pen pen) { shapes_.emplace_back(LineShape{from, to, pen}); }
  void path(std::vector<Point> points, Pen pen) {
    shapes_.emplace_back(PathShape{std::move(points), pen});
  }
  void circle(Point center, double radius, std::optional<Color> fill, std::optional<Pen> pen) {
    shapes_.emplace_back(CircleShape{center, radius, fill, pen});
  }
  void polygon(std::vector<Point> corners, std::optional<Color> fill, std::optional<Pen> pen) {
    shapes_.emplace_back(PolygonShape{std::move(corners), fill, pen});
  }
  void rect(Rect rect, std::optional<Color> fill, std::optional<Pen> pen);
  void text(TextShape text) { shapes_.emplace_back(std::move(text)); }
  // Diagonal strokes over a rectangle: what is inside has crashed.
  void hatch(Rect rect, Pen pen);

 private:
  double width_;
  double height_;
  std::vector<Shape> shapes_;
};

// How wide a text is: all letters have the width of a typewriter's, those of Chinese, Japanese and
// Korean two.
double text_width(std::string_view text, double size);
// The text, cut at the end so that it fits, with … for what is missing.
std::string fitted(std::string_view text, double size, double width);

// The picture as an SVG document. Equal pictures give equal bytes on every machine.
std::string to_svg(const Canvas& canvas);
// The same as an element inside another document: `attributes` are written into its tag as they
// are.
std::string to_svg_element(const Canvas& canvas, std::string_view attributes);
// Text as XML and HTML take it, also in attributes: control characters become blanks, and what is
// not UTF-8 the sign for that.
std::string xml_escaped(std::string_view text);

}  // namespace mqlab::observe
