// SPDX-License-Identifier: MIT
// Scrubber and lanes: when what happened, and going there.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "gui/panels.hpp"
#include "sim/base/text.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::gui {

namespace {

constexpr double kKeyZoom = 0.7;
constexpr double kKeyPan = 0.1;  // of what is in sight

double seconds(Time time) {
  return static_cast<double>(time.ns) / 1e9;
}
Time time_of(double at) {
  return Time{static_cast<std::int64_t>(std::llround(std::clamp(at, 0.0, 9e9) * 1e9))};
}

// A small triangle above the line for a fault, a flag for a violation, a dot for a bookmark.
void fault_mark(ImDrawList& list, ImVec2 at, float size, ImU32 color) {
  list.AddTriangleFilled({at.x, at.y + size}, {at.x - size * 0.7F, at.y},
                         {at.x + size * 0.7F, at.y}, color);
}
void flag(ImDrawList& list, ImVec2 at, float height, ImU32 color) {
  list.AddLine(at, {at.x, at.y + height}, color, 2);
  list.AddTriangleFilled(at, {at.x + height * 0.6F, at.y + height * 0.25F},
                         {at.x, at.y + height * 0.5F}, color);
}

}  // namespace

void draw_scrubber(const Panel& panel, float high_at_1) {
  Session& session = panel.session;
  Ui& ui = panel.ui;
  const Run& run = session.run();
  const float height = ui.px(high_at_1);
  const float margin = ui.px(7);  // so that marks at both ends are whole
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const float whole_width = std::max(ImGui::GetContentRegionAvail().x, 40.0F);
  const ImVec2 from{corner.x + margin, corner.y};
  const float width = whole_width - 2 * margin;
  ImGui::InvisibleButton("scrubber", {whole_width, height});
  ui.note("scrubber", from, {from.x + width, from.y + height},
          format_fixed(session.position().now));
  ui.reached();
  const double end = std::max(seconds(run.end()), 1e-9);
  if (const std::optional<ImVec2> by = ui.nudged(Ui::Nudge::move, "scrubber")) {
    constexpr double kStep = 0.01;  // of the run
    session.play(false);
    session.seek(time_of(seconds(session.position().now) + kStep * by->x * end));
  }
  const auto place = [&](Time time) {
    return from.x + static_cast<float>(seconds(time) / end) * (width - 1);
  };
  if (ImGui::IsItemActive()) {
    session.play(false);
    session.seek(time_of((ImGui::GetIO().MousePos.x - from.x) / (width - 1) * end));
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float base = from.y + height - 2;
  list.AddRectFilled(corner, {corner.x + whole_width, from.y + height}, ui.theme.panel, 3);
  std::uint32_t most = 1;
  for (const std::uint32_t count : run.density) most = std::max(most, count);
  const auto parts = static_cast<float>(run.density.size());
  for (std::size_t i = 0; i < run.density.size(); ++i) {
    if (run.density[i] == 0) continue;
    // A single row is still to be seen beside thousands.
    const float high = 3 + (height * 0.55F) * std::log2(1 + static_cast<float>(run.density[i])) /
                               std::log2(1 + static_cast<float>(most));
    const float x = from.x + static_cast<float>(i) / parts * width;
    list.AddRectFilled({x, base - high}, {x + std::max(1.0F, width / parts), base}, ui.theme.line);
  }
  for (const RowNo row : run.faults) {
    fault_mark(list, {place(run.view.row(row).at), from.y + 1}, ui.px(7), ui.theme.bad);
  }
  for (const Verdict& verdict : run.verdicts) {
    if (verdict.verdict == scripting::Verdict::fail) {
      flag(list, {place(verdict.at), from.y + 2}, height - 6, ui.theme.bad);
    }
  }
  for (const RowNo row : session.bookmarks) {
    const float x = place(at_row(run, row).now);
    list.AddCircleFilled({x, from.y + height * 0.4F}, ui.px(4), ui.theme.warn);
  }
  const Branch& branch = session.shown();
  if (branch.parent && branch.common > 0) {
    const float x = place(run.view.row(branch.common).at);
    list.AddLine({x, from.y}, {x, base}, ui.theme.good, 2);
    list.AddText({x + 3, from.y}, ui.theme.good, ui.say(Say::forked_here));
  }
  const float x = place(session.position().now);
  list.AddLine({x, from.y}, {x, from.y + height}, ui.theme.accent, 2);
  list.AddTriangleFilled({x - 5, from.y + height}, {x + 5, from.y + height},
                         {x, from.y + height - 7}, ui.theme.accent);
  if (ImGui::IsItemHovered() && !ImGui::IsItemActive()) {
    const Time at = time_of((ImGui::GetIO().MousePos.x - from.x) / (width - 1) * end);
    ImGui::SetTooltip("%s", format_fixed(at).c_str());
  }
}

// Shows `factor` times as much around this instant.
void TimelinePanel::zoom(double at, double factor) {
  const double width = std::clamp((to_ - from_) * factor, 1e-9, whole_);
  const double part = (at - from_) / (to_ - from_);
  from_ = std::clamp(at - part * width, 0.0, whole_ - width);
  to_ = from_ + width;
}

void TimelinePanel::move(double by) {
  const double width = to_ - from_;
  from_ = std::clamp(from_ + by, 0.0, whole_ - width);
  to_ = from_ + width;
}

void TimelinePanel::hear_keys(const Panel& panel) {
  const Time now = panel.session.position().now;
  const double at = seconds(now);
  const double width = to_ - from_;
  if (now != followed_ && (at < from_ || at > to_)) move(at - width / 4 - from_);
  followed_ = now;
  if (const auto by = panel.ui.nudged(Ui::Nudge::move, "timeline.picture")) {
    move(kKeyPan * by->x * width);
  }
  if (const auto by = panel.ui.nudged(Ui::Nudge::zoom, "timeline.picture")) {
    const bool seen = at >= from_ && at <= to_;
    zoom(seen ? at : from_ + width / 2, by->y > 0 ? kKeyZoom : 1 / kKeyZoom);
  }
}

void hear_axis_keys(const Panel& panel, const char* id, observe::PlotAxis& axis, Time& followed) {
  const Time now = panel.session.position().now;
  const double x = axis.x(now);
  const double width = axis.right - axis.left;
  const bool seen = x >= axis.left && x <= axis.right;
  if (now != followed && !seen) axis.pan(x - axis.left - width / 4);
  followed = now;
  if (const auto by = panel.ui.nudged(Ui::Nudge::move, id)) axis.pan(kKeyPan * by->x * width);
  if (const auto by = panel.ui.nudged(Ui::Nudge::zoom, id)) {
    axis.zoom(seen ? x : axis.left + width / 2, by->y > 0 ? kKeyZoom : 1 / kKeyZoom);
  }
}

namespace {

// Which piece of time is shown between which places.
struct Axis {
  double from;
  double to;
  float left;
  float width;

  float place(Time time) const {
    return left + static_cast<float>((seconds(time) - from) / (to - from)) * width;
  }
  double under(float x) const { return from + (x - left) / width * (to - from); }
};

// The marks of a lane around `y`. Gives the row that the mouse points at, or 0.
RowNo draw_marks(const Panel& panel, const Lane& one, const Axis& axis, float y, float lane,
                 bool hovered) {
  const Run& run = panel.session.run();
  const Theme& theme = panel.ui.theme;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto first_from = [&](auto begin, double time) {
    return std::lower_bound(begin, one.rows.end(), time_of(time),
                            [&](RowNo number, Time at) { return run.view.row(number).at < at; });
  };
  RowNo pointed = 0;
  // At most one mark for each two pixels: the next row is looked for beyond them.
  auto next = first_from(one.rows.begin(), axis.from);
  while (next != one.rows.end()) {
    const float x = axis.place(run.view.row(*next).at);
    if (x > axis.left + axis.width) break;
    auto after = first_from(next, axis.under(x + 2));
    if (after == next) ++after;
    bool bad = false;
    auto fault = std::lower_bound(run.faults.begin(), run.faults.end(), *next);
    for (; !bad && fault != run.faults.end() && *fault <= *(after - 1); ++fault) {
      bad = std::binary_search(next, after, *fault);
    }
    if (bad) {
      fault_mark(list, {x, y - lane * 0.45F}, lane * 0.8F, theme.bad);
    } else {
      const float size = after - next > 1 ? 0.42F : 0.25F;
      list.AddRectFilled({x - 1, y - lane * size}, {x + 1, y + lane * size}, theme.accent);
    }
    if (hovered && std::abs(mouse.x - x) < 3 && std::abs(mouse.y - y) < lane / 2) pointed = *next;
    next = after;
  }
  return pointed;
}

}  // namespace

void TimelinePanel::draw(const Panel& panel) {
  Session& session = panel.session;
  Ui& ui = panel.ui;
  const Run& run = session.run();
  if (!of_.is(run)) {
    of_ = OfRun(session.shown().run);
    whole_ = std::max(seconds(run.end()), 1e-9);
    from_ = 0;
    to_ = whole_;
  }
  hear_keys(panel);
  const float names = ui.px(120);
  const float lane = ui.px(19);
  ImGui::BeginChild("lanes", {0, 0}, false);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float width = std::max(ImGui::GetContentRegionAvail().x - names - ui.px(8), 10.0F);
  const float left = origin.x + names;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Axis axis{from_, to_, left, width};
  const float high = lane * static_cast<float>(run.lanes.size()) + ui.px(4);
  ImGui::InvisibleButton("rows", {names + width, std::max(high, 1.0F)});
  const bool hovered = ImGui::IsItemHovered();
  const ImGuiIO& io = ImGui::GetIO();
  ui.note("timeline.picture", ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
          fmt::format("{:.3g} s to {:.3g} s", from_, to_));
  ui.reached();
  if (hovered && io.MouseWheel != 0 && io.KeyCtrl) {
    zoom(axis.under(io.MousePos.x), io.MouseWheel > 0 ? 0.8 : 1.25);
  }
  if (ImGui::IsItemActive() && io.MousePos.x >= left) {
    session.play(false);
    session.seek(time_of(axis.under(io.MousePos.x)));
  }
  if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    from_ = 0;
    to_ = whole_;
  }
  const ImVec2 low = list.GetClipRectMin();
  const ImVec2 top = list.GetClipRectMax();
  RowNo pointed = 0;
  for (std::size_t i = 0; i < run.lanes.size(); ++i) {
    const float y = origin.y + lane * (static_cast<float>(i) + 0.5F);
    if (y + lane < low.y || y - lane > top.y) continue;
    const Lane& one = run.lanes[i];
    const std::string name = run.names.label(one.thing);
    list.AddText({origin.x, y - ImGui::GetFontSize() / 2}, ui.theme.ink,
                 ui.fitted(name, names - ui.px(8)).c_str());
    ui.note("timeline." + name, {origin.x, y - lane / 2}, {left + width, y + lane / 2});
    list.AddLine({left, y}, {left + width, y}, ui.theme.line);
    const RowNo here = draw_marks(panel, one, axis, y, lane, hovered);
    if (here != 0) pointed = here;
  }
  const float x = axis.place(session.position().now);
  if (x >= left && x <= left + width) {
    list.AddLine({x, origin.y}, {x, origin.y + high}, ui.theme.accent, 2);
  }
  if (pointed != 0) {
    ImGui::SetTooltip("%s", observe::row_line(run.names, pointed, ui.language).c_str());
  }
  ui.scroll_if_asked("tab");
  ImGui::EndChild();
}

Twin timeline_twin(const Panel& panel) {
  const Run& run = panel.session.run();
  const Ui& ui = panel.ui;
  const RowNo now = panel.session.position().row;
  Table lanes;
  lanes.heads = {ui.say(Say::column_actor), ui.say(Say::rows_so_far), ui.say(Say::rows)};
  for (const Lane& lane : run.lanes) {
    const auto passed = std::upper_bound(lane.rows.begin(), lane.rows.end(), now);
    lanes.rows.push_back({run.names.label(lane.thing), std::to_string(passed - lane.rows.begin()),
                          std::to_string(lane.rows.size())});
  }
  Twin twin{.name = "timeline", .text = to_text(lanes), .table = lanes};
  for (const RowNo row : run.faults) {
    twin.text += observe::row_line(run.names, row, ui.language) + "\n";
  }
  return twin;
}

}  // namespace mqlab::gui
