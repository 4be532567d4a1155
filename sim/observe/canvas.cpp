// SPDX-License-Identifier: MIT
// Shapes made of other shapes, and the widths of texts.
#include "sim/observe/canvas.hpp"

#include <algorithm>

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

}  // namespace

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
