// SPDX-License-Identifier: MIT
// The matrix as heat maps.
#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "cli/matrix.hpp"
#include "sim/base/text.hpp"

namespace mqlab::cli {
namespace {

using observe::Anchor;
using observe::Canvas;
using observe::Color;
using observe::Key;
using observe::Language;
namespace ink = observe::ink;

constexpr double kCellHeight = 24;
constexpr double kGap = 28;
constexpr double kTextSize = 12;

// One measure: nullopt where there is none.
struct Measure {
  Key title;
  std::function<std::optional<std::int64_t>(const Cell&)> value;
  bool is_time = false;
};

std::vector<Measure> measures() {
  const auto count = [](std::uint64_t Cell::*member) {
    return [member](const Cell& cell) {
      return std::optional<std::int64_t>(static_cast<std::int64_t>(cell.*member));
    };
  };
  return {{Key::matrix_lost, count(&Cell::lost), false},
          {Key::matrix_duplicated, count(&Cell::duplicated), false},
          {Key::matrix_inversions, count(&Cell::inversions), false},
          {Key::matrix_latency,
           [](const Cell& cell) {
             return cell.latency_p99 ? std::optional(cell.latency_p99->ns) : std::nullopt;
           },
           true},
          {Key::matrix_drained_at,
           [](const Cell& cell) {
             return cell.drained ? std::optional(cell.drained->ns) : std::nullopt;
           },
           true}};
}

// Three significant digits are enough in a cell.
std::string label(const Measure& measure, const std::optional<std::int64_t>& value) {
  if (!value) return "-";
  if (!measure.is_time) return with_thousands(static_cast<std::uint64_t>(*value));
  std::int64_t unit = 1;
  while (*value / unit >= 1000) unit *= 10;
  return format_short(Duration{(*value + unit / 2) / unit * unit});
}

Color shade(double part) {
  const auto mix = [part](std::uint8_t from, std::uint8_t to) {
    return static_cast<std::uint8_t>(std::lround(from + part * (to - from)));
  };
  return {mix(ink::kPaper.r, ink::kRed.r), mix(ink::kPaper.g, ink::kRed.g),
          mix(ink::kPaper.b, ink::kRed.b)};
}

struct Sizes {
  std::size_t columns = 1;
  std::size_t rows = 1;
  double label_width = 0;
  double cell_width = 64;
};

std::string row_label(const Matrix& matrix, const Cell& cell) {
  std::string out;
  for (std::size_t i = 0; i + 1 < matrix.axes.size(); ++i) {
    out += fmt::format("{}{} {}", i == 0 ? "" : ", ", matrix.axes[i].name, cell.values[i]);
  }
  return out;
}

Sizes sizes_of(const Matrix& matrix) {
  Sizes sizes;
  if (!matrix.axes.empty()) sizes.columns = matrix.axes.back().values.size();
  sizes.rows = (matrix.cells.size() + sizes.columns - 1) / sizes.columns;
  for (const Cell& cell : matrix.cells) {
    const std::string text = row_label(matrix, cell);
    sizes.label_width = std::max(sizes.label_width, observe::text_width(text, kTextSize));
  }
  if (!matrix.axes.empty()) {
    for (const std::string& value : matrix.axes.back().values) {
      sizes.cell_width = std::max(sizes.cell_width, observe::text_width(value, kTextSize) + 12);
    }
  }
  return sizes;
}

void draw_field(Canvas& canvas, const Matrix& matrix, const Measure& measure, const Sizes& sizes,
                Language language, observe::Point at) {
  const double x = at.x;
  double y = at.y;
  canvas.text({{x, y + kTextSize},
               std::string(text(language, measure.title)),
               kTextSize,
               ink::kBlack,
               Anchor::left,
               true});
  y += 2 * kTextSize + 18;
  const double left = x + sizes.label_width + 8;
  std::int64_t most = 0;
  for (const Cell& cell : matrix.cells) most = std::max(most, measure.value(cell).value_or(0));
  for (std::size_t i = 0; i < matrix.cells.size(); ++i) {
    const Cell& cell = matrix.cells[i];
    const std::size_t column = i % sizes.columns;
    const std::size_t row = i / sizes.columns;
    const double top = y + static_cast<double>(row) * kCellHeight;
    const double cell_x = left + static_cast<double>(column) * sizes.cell_width;
    if (i < sizes.columns && !cell.values.empty()) {
      canvas.text({{cell_x + sizes.cell_width / 2, y - 6},
                   cell.values.back(),
                   kTextSize,
                   ink::kGrey,
                   Anchor::middle,
                   false});
    }
    if (column == 0) {
      canvas.text({{left - 8, top + 16},
                   row_label(matrix, cell),
                   kTextSize,
                   ink::kGrey,
                   Anchor::right,
                   false});
    }
    const std::optional<std::int64_t> value = measure.value(cell);
    const double part =
        value && most > 0 ? static_cast<double>(*value) / static_cast<double>(most) : 0;
    canvas.rect({cell_x, top, sizes.cell_width - 2, kCellHeight - 2}, shade(part),
                observe::Pen{ink::kPale, 1, false});
    canvas.text({{cell_x + sizes.cell_width / 2 - 1, top + 15},
                 observe::fitted(label(measure, value), 11, sizes.cell_width - 4),
                 11,
                 ink::kBlack,
                 Anchor::middle,
                 false});
  }
}

}  // namespace

Canvas Matrix::heat_map(Language language) const {
  const Sizes sizes = sizes_of(*this);
  const std::vector<Measure> fields = measures();
  const double field_width =
      sizes.label_width + 8 + static_cast<double>(sizes.columns) * sizes.cell_width + kGap;
  const double field_height =
      2 * kTextSize + 18 + static_cast<double>(sizes.rows) * kCellHeight + kGap;
  const std::size_t across = field_width > 600 ? 1 : field_width > 400 ? 2 : 3;
  const std::size_t down = (fields.size() + across - 1) / across;
  constexpr double kMargin = 16;
  constexpr double kHeading = 44;
  Canvas canvas(2 * kMargin + static_cast<double>(across) * field_width,
                kMargin + kHeading + static_cast<double>(down) * field_height);
  canvas.rect({0, 0, canvas.width(), canvas.height()}, ink::kPaper, std::nullopt);
  canvas.text({{kMargin, kMargin + 14}, title, 15, ink::kBlack, Anchor::left, true});
  if (!axes.empty()) {
    canvas.text({{kMargin, kMargin + 32},
                 fill(language, Key::matrix_right, {axes.back().name}),
                 kTextSize,
                 ink::kGrey,
                 Anchor::left,
                 false});
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t column = i % across;
    const std::size_t row = i / across;
    draw_field(canvas, *this, fields[i], sizes, language,
               {kMargin + static_cast<double>(column) * field_width,
                kMargin + kHeading + static_cast<double>(row) * field_height});
  }
  return canvas;
}

}  // namespace mqlab::cli
