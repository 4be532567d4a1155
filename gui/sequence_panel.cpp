// SPDX-License-Identifier: MIT
// The sequence diagram: lanes, frames between them, and what lasts on them.
#include <algorithm>

#include "gui/panels.hpp"

namespace mqlab::gui {

namespace {

using observe::AxisMode;

constexpr RowNo kRowsShown = 240;  // of a long run: a window of time with about so many rows

observe::SequenceView view_of(const Panel& panel) {
  observe::SequenceView view;
  view.language = panel.ui.language;
  view.cursor = panel.session.position().now;
  view.dim_others = panel.session.selection.now().what.message;
  return view;
}

}  // namespace

void SequencePanel::choose(const Panel& panel) {
  Ui& ui = panel.ui;
  constexpr Say kModes[] = {Say::axis_linear, Say::axis_event, Say::axis_compressed};
  if (ui.button("sequence.axis", ui.say(kModes[static_cast<std::size_t>(mode_)]), true,
                ui.say(Say::tip_axis))) {
    mode_ = static_cast<AxisMode>((static_cast<int>(mode_) + 1) % 3);
  }
  ImGui::SameLine();
  const bool chosen = static_cast<bool>(panel.session.selection.now().what.message);
  if (ui.toggle("sequence.only", ui.say(Say::sequence_only), only_, ui.say(Say::tip_only))) {
    only_ = !only_;
  }
  const char* hint = ui.say(only_ && !chosen ? Say::select_a_message : Say::zoom_hint);
  if (ui.flow(hint)) ui.text("sequence.hint", hint, ui.theme.faint);
}

// Facts are gathered anew when another run or message is shown, and when a window of time of a long
// run is left.
void SequencePanel::prepare(const Panel& panel) {
  const Run& run = panel.session.run();
  const observe::Named what{panel.session.selection.now().what.message, {}, {}};
  const bool story = only_ && what.message;
  const bool is_long = run.view.row_count() > kManyRows;
  const RowNo window = story || !is_long ? 0 : panel.session.position().row / kRowsShown;
  const observe::Named wanted = story ? what : observe::Named{};
  if (of_ == &run && about_ == wanted && window_ == window && scale_mode_ == mode_) return;
  of_ = &run;
  about_ = wanted;
  window_ = window;
  scale_mode_ = mode_;
  observe::SequenceChoice choice;
  if (story) choice.message = what;
  if (!story && is_long) {
    choice.from = at_row(run, window * kRowsShown + 1).now;
    choice.to = at_row(run, (window + 1) * kRowsShown).now;
  }
  sequence_ = observe::sequence_of(run.names, choice);
  scale_ = sequence_.scale(run.view, mode_);
  axis_ = observe::PlotAxis::whole(scale_, 0, 1);
}

void SequencePanel::draw(const Panel& panel) {
  Session& session = panel.session;
  Ui& ui = panel.ui;
  const Run& run = session.run();
  choose(panel);
  prepare(panel);
  ImGui::BeginChild("sequence", {0, 0}, false);
  const double width = std::max(ImGui::GetContentRegionAvail().x / ui.scale, 300.0F);
  const double height = observe::sequence_height(sequence_, width, ui.language);
  const observe::Rect rect{0, 0, width, height};
  const observe::Rect area = observe::sequence_area(sequence_, rect, run.names);
  axis_.left = area.x;
  axis_.right = area.right();
  hear_axis_keys(panel, "sequence.picture", axis_, followed_);
  const ImVec2 from = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton(
      "area", {static_cast<float>(width) * ui.scale, static_cast<float>(height) * ui.scale});
  const ImGuiIO& io = ImGui::GetIO();
  const double mouse = (io.MousePos.x - from.x) / ui.scale;
  const bool over = mouse >= area.x && mouse <= area.right();
  if (ImGui::IsItemHovered()) {
    if (io.KeyCtrl && io.MouseWheel != 0) axis_.zoom(mouse, io.MouseWheel > 0 ? 0.8 : 1.25);
    if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
      axis_ = observe::PlotAxis::whole(scale_, area.x, area.right());
    }
  }
  if (ImGui::IsItemActive() && over) {
    session.play(false);
    session.seek(axis_.time(mouse));
  }
  observe::Canvas canvas(width, height);
  observe::draw_sequence(canvas, rect, sequence_, axis_, run.names, view_of(panel));
  paint(*ImGui::GetWindowDrawList(), canvas, {from, ui.scale}, ui.theme, ui.fonts);
  ui.note("sequence.picture", from, ImGui::GetItemRectMax(), sequence_.title);
  ui.reached();
  ui.scroll_if_asked("tab");
  ImGui::EndChild();
}

// As wide as a page, with the span of time that is zoomed to.
Twin SequencePanel::twin(const Panel& panel) {
  prepare(panel);
  const Run& run = panel.session.run();
  constexpr double kWidth = 1200;
  const double height = observe::sequence_height(sequence_, kWidth, panel.ui.language);
  const observe::Rect rect{0, 0, kWidth, height};
  const observe::Rect area = observe::sequence_area(sequence_, rect, run.names);
  observe::PlotAxis axis = axis_;
  axis.left = area.x;
  axis.right = area.right();
  observe::Canvas canvas(kWidth, height);
  observe::draw_sequence(canvas, rect, sequence_, axis, run.names, view_of(panel));
  return {.name = "sequence",
          .text = observe::sequence_text(sequence_, run.names, panel.ui.language),
          .picture = std::move(canvas)};
}

}  // namespace mqlab::gui
