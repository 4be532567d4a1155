// SPDX-License-Identifier: MIT
// Plots over time: those of sim/observe, on an axis that can be zoomed, with a cursor.
#include <algorithm>

#include <fmt/format.h>

#include "gui/panels.hpp"

namespace mqlab::gui {

namespace {

using observe::AxisMode;
using observe::Plot;
using observe::PlotKind;

constexpr double kHeight = 190;  // of a plot, where there is room for it
constexpr double kLeast = 120;   // where there is not
constexpr double kGap = 10;
constexpr RowNo kRowsAtOnce = 50'000;  // a longer run is read on a thread of its own

const Plot* same_plot(const observe::RunPlots& plots, PlotKind kind, const std::string& id) {
  for (const Plot* plot : plots.of(kind)) {
    if (plot->id == id) return plot;
  }
  return nullptr;
}

}  // namespace

void PlotsPanel::choose(const Panel& panel) {
  Ui& ui = panel.ui;
  constexpr struct {
    PlotKind kind;
    const char* id;
    Say words;
  } kKinds[] = {{PlotKind::backlog, "plots.backlog", Say::plots_backlog},
                {PlotKind::rates, "plots.rates", Say::plots_rates},
                {PlotKind::loss, "plots.loss", Say::plots_loss},
                {PlotKind::latency, "plots.latency", Say::plots_latency}};
  for (const auto& [kind, id, words] : kKinds) {
    if (ui.toggle(id, ui.say(words), kind_ == kind)) kind_ = kind;
    ImGui::SameLine();
  }
  ImGui::SameLine(0, ui.px(18));
  constexpr Say kModes[] = {Say::axis_linear, Say::axis_event, Say::axis_compressed};
  if (ui.button("plots.axis", ui.say(kModes[static_cast<std::size_t>(mode_)]), true,
                ui.say(Say::tip_axis))) {
    mode_ = static_cast<AxisMode>((static_cast<int>(mode_) + 1) % 3);
  }
  if (ui.flow(ui.say(Say::zoom_hint))) {
    ui.text("plots.hint", ui.say(Say::zoom_hint), ui.theme.faint);
  }
}

bool PlotsPanel::prepare(const Panel& panel) {
  const RunPtr run = panel.session.shown().run;
  const bool little = mode_ == AxisMode::linear || run->view.row_count() <= kRowsAtOnce;
  const bool fresh = scaled_.want({run, mode_}, little, [run, mode = mode_] {
    std::vector<RowNo> rows;
    if (mode != AxisMode::linear) rows = observe::eventful_rows(run->view);
    return Scaled{
        run, std::make_unique<observe::TimeScale>(run->view, rows, Time{}, run->plots.end, mode)};
  });
  const Scaled* now = scaled_.value();
  if (now == nullptr || now->run != run) return false;
  if (fresh || fit_) axis_ = observe::PlotAxis::whole(*now->scale, 0, 1);
  fit_ = false;
  return true;
}

void PlotsPanel::draw(const Panel& panel) {
  Session& session = panel.session;
  Ui& ui = panel.ui;
  const Run& run = session.run();
  choose(panel);
  if (!prepare(panel)) {
    ui.text("plots.waiting", ui.say(Say::searching), ui.theme.faint);
    return;
  }
  ImGui::BeginChild("plots", {0, 0}, false);
  const std::vector<const Plot*> plots = run.plots.of(kind_);
  const double width = std::max(ImGui::GetContentRegionAvail().x / ui.scale, 200.0F);
  // A plot is in sight as a whole, with its units.
  const double high =
      std::clamp<double>(ImGui::GetContentRegionAvail().y / ui.scale - 2, kLeast, kHeight);
  const auto count = static_cast<double>(std::max<std::size_t>(plots.size(), 1));
  const ImVec2 from = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton("area", {static_cast<float>(width) * ui.scale,
                                  static_cast<float>(count * (high + kGap) - kGap) * ui.scale});
  const ImGuiIO& io = ImGui::GetIO();
  const double mouse = (io.MousePos.x - from.x) / ui.scale;
  const bool hovered = ImGui::IsItemHovered();
  const bool active = ImGui::IsItemActive();
  ui.note("plots.picture", ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
          fmt::format("{:.6g} to {:.6g}", axis_.from, axis_.to));
  ui.reached();
  observe::PlotView view;
  view.language = ui.language;
  for (std::size_t i = 0; i < plots.size(); ++i) {
    const double y = static_cast<double>(i) * (high + kGap);
    const observe::Rect rect{0, 0, width, high};
    const observe::Rect area = observe::plot_area(*plots[i], rect, ui.language);
    axis_.left = area.x;
    axis_.right = area.right();
    if (i == 0) hear_axis_keys(panel, "plots.picture", axis_, followed_);
    if (i == 0 && hovered && io.KeyCtrl && io.MouseWheel != 0) {
      axis_.zoom(mouse, io.MouseWheel > 0 ? 0.8 : 1.25);
    }
    if (i == 0 && hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
      axis_ = observe::PlotAxis::whole(*scaled_.value()->scale, area.x, area.right());
    }
    const bool over = mouse >= area.x && mouse <= area.right();
    view.cursor = hovered && over ? axis_.time(mouse) : session.position().now;
    if (i == 0 && active && over) {
      session.play(false);
      session.seek(axis_.time(mouse));
    }
    const Branch* beside = session.beside();
    view.other = beside == nullptr ? nullptr : same_plot(beside->run->plots, kind_, plots[i]->id);
    const ImVec2 at{from.x, from.y + static_cast<float>(y) * ui.scale};
    const ImVec2 to{at.x + static_cast<float>(width) * ui.scale,
                    at.y + static_cast<float>(high) * ui.scale};
    ui.note("plot." + plots[i]->id, at, to, observe::title_of(*plots[i], ui.language));
    if (!ImGui::IsRectVisible(at, to)) continue;
    observe::Canvas canvas(width, high);
    observe::draw_plot(canvas, rect, *plots[i], axis_, run.plots.faults, run.names, view);
    paint(*ImGui::GetWindowDrawList(), canvas, {at, ui.scale}, ui.theme, ui.fonts);
  }
  if (plots.empty()) {
    ImGui::SetCursorScreenPos(from);
    ui.text("plots.empty", ui.say(Say::nothing_to_plot), ui.theme.faint);
  }
  ui.scroll_if_asked("tab");
  ImGui::EndChild();
}

// As wide as a page, with the span of time that is zoomed to.
Twin PlotsPanel::twin(const Panel& panel) {
  const Session& session = panel.session;
  const Run& run = session.run();
  if (!prepare(panel)) {
    return {.name = word(kind_).data(),
            .text = panel.ui.say(Say::searching) + std::string("\n"),
            .table = Table{},
            .picture = observe::Canvas(1, 1)};
  }
  constexpr double kWidth = 1000;
  const std::vector<const Plot*> plots = run.plots.of(kind_);
  Twin twin{.name = word(kind_).data()};
  const double height = std::max(static_cast<double>(plots.size()) * (kHeight + kGap), kHeight);
  observe::Canvas canvas(kWidth, height);
  Table values;
  values.heads = {"plot", "series", "time_ns", "value"};
  observe::PlotView view;
  view.language = panel.ui.language;
  view.cursor = session.position().now;
  double y = 0;
  for (const Plot* plot : plots) {
    const observe::Rect rect{0, y, kWidth, kHeight};
    const observe::Rect area = observe::plot_area(*plot, rect, view.language);
    observe::PlotAxis axis = axis_;
    axis.left = area.x;
    axis.right = area.right();
    observe::draw_plot(canvas, rect, *plot, axis, run.plots.faults, run.names, view);
    y += kHeight + kGap;
    twin.text += observe::plot_text(*plot, *scaled_.value()->scale, view.language) + "\n";
    for (const observe::Series& series : plot->series) {
      for (const observe::ValueStep& step : series.steps) {
        values.rows.push_back(
            {plot->id, std::string(observe::text(observe::Language::english, series.word)),
             std::to_string(step.at.ns), step.known ? fmt::format("{}", step.value) : ""});
      }
    }
  }
  if (plots.empty()) twin.text = panel.ui.say(Say::nothing_to_plot) + std::string("\n");
  twin.table = std::move(values);
  twin.picture = std::move(canvas);
  return twin;
}

}  // namespace mqlab::gui
