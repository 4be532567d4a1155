// SPDX-License-Identifier: MIT
// Shapes made of other shapes, and the widths of texts.
#include "sim/observe/canvas.hpp"

#include <algorithm>
#include <array>

namespace mqlab::observe {

namespace {

constexpr double kLetterWidth = 0.602;  // of the size: DejaVu Sans Mono and its like

// The letter that begins at `at`: how many bytes it has and how many columns it takes.
struct Letter {
  std::size_t bytes = 1;
  int columns = 1;
};

Letter letter_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  Letter letter;
  if (first >= 0xf0) {
    letter = {4, 2};
  } else if (first >= 0xe0) {
    letter = {3, first >= 0xe3 ? 2 : 1};
  } else if (first >= 0xc0) {
    letter = {2, 1};
  }
  letter.bytes = std::min(letter.bytes, text.size() - at);
  return letter;
}

constexpr std::array kInks{
    Ink{ink::kBlack, {0xe4, 0xe4, 0xe0}},  Ink{ink::kGrey, {0xa0, 0xa0, 0x9c}},
    Ink{ink::kPale, {0x55, 0x55, 0x55}},   Ink{ink::kPaper, {0x1b, 0x1b, 0x1d}},
    Ink{ink::kPanel, {0x26, 0x26, 0x29}},  Ink{ink::kSky, {0x56, 0xb4, 0xe9}},
    Ink{ink::kOrange, {0xf0, 0xad, 0x1e}}, Ink{ink::kGreen, {0x22, 0xb8, 0x8c}},
    Ink{ink::kPurple, {0xd9, 0x8c, 0xb8}}, Ink{ink::kYellow, {0xc9, 0xb8, 0x00}},
    Ink{ink::kRed, {0xf0, 0x7c, 0x28}},    Ink{ink::kBlue, {0x4a, 0x9f, 0xdb}},
    Ink{ink::kShade, {0x38, 0x2d, 0x28}},
};

}  // namespace

std::span<const Ink> inks() {
  return kInks;
}

Color on_dark_paper(Color color) {
  for (const Ink& ink : kInks) {
    if (ink.light == color) return ink.dark;
  }
  return color;
}

void Canvas::rect(Rect rect, std::optional<Color> fill, std::optional<Pen> pen) {
  polygon({{rect.x, rect.y},
           {rect.right(), rect.y},
           {rect.right(), rect.bottom()},
           {rect.x, rect.bottom()}},
          fill, pen);
}

void Canvas::hatch(Rect rect, Pen pen) {
  constexpr double kStep = 9;
  for (double start = kStep; start < rect.width + rect.height; start += kStep) {
    const double left = std::max(0.0, start - rect.height);
    const double right = std::min(start, rect.width);
    line({rect.x + left, rect.y + (start - left)}, {rect.x + right, rect.y + (start - right)}, pen);
  }
}

double text_width(std::string_view text, double size) {
  int columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Letter letter = letter_at(text, at);
    columns += letter.columns;
    at += letter.bytes;
  }
  return columns * kLetterWidth * size;
}

std::string fitted(std::string_view text, double size, double width) {
  if (text_width(text, size) <= width) return std::string(text);
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view letter = text.substr(at, letter_at(text, at).bytes);
    if (text_width(kept + std::string(letter) + "…", size) > width) break;
    kept += letter;
    at += letter.size();
  }
  return kept + "…";
}

}  // namespace mqlab::observe
