// SPDX-License-Identifier: MIT
// Reading results into lines, and drawing them.
#include "cli/bench/growth.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/bench/report.hpp"
#include "cli/bench/workload.hpp"
#include "cli/files.hpp"

namespace mqlab::bench {
namespace {

using Json = nlohmann::json;
using observe::Anchor;
using observe::Canvas;
using observe::Color;
using observe::Point;
using observe::Rect;
namespace ink = observe::ink;

constexpr double kLeastWidth = 640;
constexpr double kHeight = 360;
constexpr Rect kFrame{70, 40, 380, 270};
constexpr double kTextSize = 11;
constexpr double kLegend = kFrame.x + kFrame.width + 42;  // where its names begin
constexpr Color kPeers[] = {ink::kOrange, ink::kGreen, ink::kPurple, ink::kRed,
                            ink::kSky,    ink::kGrey,  ink::kBlack,  ink::kYellow};

// By workload, then by name of the line.
using Lines = std::map<std::string, std::map<std::string, Series>>;

Result<void> read_results(const std::string& path, Lines& lines) {
  const Result<std::string> text = cli::read_file(path, kMaxResultsBytes);
  if (!text.ok()) return text.error();
  const Json json = Json::parse(*text, nullptr, false);
  const auto bad = [&](std::string what) {
    return Error{{path, 0}, std::move(what), "write one with mqlab bench --json"};
  };
  if (!json.is_object() || !json.contains("results") || !json["results"].is_array()) {
    return bad("this is no result of mqlab bench");
  }
  for (const Json& result : json["results"]) {
    const Json name = result.value("name", Json());
    const Json rate = result.value("/ops_per_cpu_s/median"_json_pointer, Json());
    const Json peer = result.value("peer", Json("mqlab"));
    if (!name.is_string() || !rate.is_number() || !peer.is_string()) {
      return bad("a result has no name or no /ops_per_cpu_s/median");
    }
    const auto full = name.get<std::string>();
    const std::size_t slash = full.find('/');
    double size = 0;
    if (slash != std::string::npos) {
      std::from_chars(full.data() + slash + 1, full.data() + full.size(), size);
    }
    if (size <= 0 || rate.get<double>() <= 0) return bad(full + " has no size or no rate");
    Series& line = lines[full.substr(0, slash)][peer.get<std::string>()];
    line.name = peer.get<std::string>();
    line.points.emplace_back(size, rate.get<double>());
  }
  return {};
}

// A logarithmic axis over whole powers of ten.
struct Axis {
  int from = 0;
  int to = 1;

  void include(double value) {
    from = std::min(from, static_cast<int>(std::floor(std::log10(value))));
    to = std::max(to, static_cast<int>(std::ceil(std::log10(value))));
  }
  double share(double value) const { return (std::log10(value) - from) / (to - from); }
};

struct Axes {
  Axis x;
  Axis y;

  Point at(std::pair<double, double> point) const {
    return {kFrame.x + x.share(point.first) * kFrame.width,
            kFrame.bottom() - y.share(point.second) * kFrame.height};
  }
};

Axes axes_of(const Growth& growth) {
  Axes axes{{99, -99}, {99, -99}};
  for (const Series& series : growth.series) {
    for (const auto& [size, rate] : series.points) {
      axes.x.include(size);
      axes.y.include(rate);
    }
  }
  if (axes.x.from == axes.x.to) ++axes.x.to;
  if (axes.y.from == axes.y.to) ++axes.y.to;
  return axes;
}

void label(Canvas& canvas, Point at, std::string text, Anchor anchor, Color color = ink::kBlack,
           bool bold = false) {
  observe::TextShape shape;
  shape.at = at;
  shape.text = std::move(text);
  shape.size = kTextSize;
  shape.color = color;
  shape.anchor = anchor;
  shape.bold = bold;
  canvas.text(std::move(shape));
}

// "100", "10k", "1M".
std::string power_text(int power) {
  constexpr std::string_view kUnits[] = {"", "k", "M", "G", "T"};
  if (power < 0 || power >= 15) return fmt::format("1e{}", power);
  const int zeros = power % 3;
  return fmt::format("{}{}", zeros == 0 ? 1 : zeros == 1 ? 10 : 100, kUnits[power / 3]);
}

void draw_grid(Canvas& canvas, const Axes& axes, const Growth& growth) {
  const observe::Pen pale{ink::kPale, 1, false};
  for (int power = axes.x.from; power <= axes.x.to; ++power) {
    const double x = axes.at({std::pow(10, power), std::pow(10, axes.y.from)}).x;
    canvas.line({x, kFrame.y}, {x, kFrame.bottom()}, pale);
    label(canvas, {x, kFrame.bottom() + 16}, power_text(power), Anchor::middle);
  }
  for (int power = axes.y.from; power <= axes.y.to; ++power) {
    const double y = axes.at({std::pow(10, axes.x.from), std::pow(10, power)}).y;
    canvas.line({kFrame.x, y}, {kFrame.right(), y}, pale);
    label(canvas, {kFrame.x - 8, y + 4}, power_text(power), Anchor::right);
  }
  label(canvas, {kFrame.x + kFrame.width / 2, kFrame.bottom() + 36}, growth.size_unit,
        Anchor::middle);
  label(canvas, {16, 22},
        fmt::format("{}: {} a second of processor time", growth.workload, growth.operation),
        Anchor::left, ink::kBlack, true);
}

// Room for the longest name.
double width_of(const Growth& growth) {
  double width = kLeastWidth;
  for (const Series& series : growth.series) {
    width = std::max(width, kLegend + observe::text_width(series.name, kTextSize) + 16);
  }
  return width;
}

}  // namespace

Result<std::vector<Growth>> read_growth(const std::vector<std::string>& paths) {
  Lines lines;
  for (const std::string& path : paths) {
    if (auto read = read_results(path, lines); !read) return read.error();
  }
  std::vector<Growth> all;
  for (const Workload& workload : all_workloads()) {
    const auto found = lines.find(std::string(workload.name));
    if (found == lines.end() || !found->second.contains("mqlab")) continue;
    Growth growth;
    growth.workload = workload.name;
    growth.size_unit = workload.size_unit;
    growth.operation = workload.operation;
    growth.series.push_back(found->second["mqlab"]);
    for (const auto& [name, series] : found->second) {
      if (name != "mqlab") growth.series.push_back(series);
    }
    for (Series& series : growth.series) std::sort(series.points.begin(), series.points.end());
    all.push_back(std::move(growth));
  }
  return all;
}

Canvas draw_growth(const Growth& growth) {
  const double whole = width_of(growth);
  Canvas canvas(whole, kHeight);
  canvas.rect({0, 0, whole, kHeight}, ink::kPaper, std::nullopt);
  const Axes axes = axes_of(growth);
  draw_grid(canvas, axes, growth);
  double legend = kFrame.y + 10;
  for (std::size_t i = 0; i < growth.series.size(); ++i) {
    const Series& series = growth.series[i];
    const Color color = i == 0 ? ink::kBlue : kPeers[(i - 1) % std::size(kPeers)];
    const double width = i == 0 ? 2.5 : 1.2;
    std::vector<Point> points;
    for (const auto& point : series.points) points.push_back(axes.at(point));
    for (const Point& point : points) canvas.circle(point, i == 0 ? 3.5 : 2.5, color, std::nullopt);
    canvas.path(points, {color, width, false});
    canvas.line({kFrame.right() + 16, legend - 4}, {kFrame.right() + 36, legend - 4},
                {color, width, false});
    label(canvas, {kLegend, legend}, series.name, Anchor::left, ink::kBlack, i == 0);
    legend += 17;
  }
  return canvas;
}

}  // namespace mqlab::bench
