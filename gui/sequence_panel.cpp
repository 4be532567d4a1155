// SPDX-License-Identifier: MIT
// The sequence diagram: lanes, frames between them, and what lasts on them.
#include <algorithm>

#include "gui/panels.hpp"

namespace mqlab::gui {

namespace {

using observe::AxisMode;

constexpr RowNo kRowsAtOnce = 20'000;  // a longer run is read on a thread of its own
constexpr RowNo kRowsShown = 240;      // of a long run: a window of time with about so many rows

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
bool SequencePanel::prepare(const Panel& panel) {
  const RunPtr run = panel.session.shown().run;
  const observe::Named what{panel.session.selection.now().what.message, {}, {}};
  const bool story = only_ && what.message;
  const bool is_long = run->view.row_count() > kManyRows;
  const bool in_windows = !story && is_long;
  const RowNo window = in_windows ? panel.session.position().row / kRowsShown : 0;
  const Key key{run, story ? what : observe::Named{}, window, mode_};
  const auto gather = [key, in_windows] {
    observe::SequenceChoice choice;
    if (key.about.message) choice.message = key.about;
    if (in_windows) {
      choice.from = at_row(*key.run, key.window * kRowsShown + 1).now;
      choice.to = at_row(*key.run, (key.window + 1) * kRowsShown).now;
    }
    Story made{{key.run, nullptr}, observe::sequence_of(key.run->names, choice)};
    made.on.scale =
        std::make_unique<observe::TimeScale>(made.sequence.scale(key.run->view, key.mode));
    return made;
  };
  const bool fresh = story_.want(key, run->view.row_count() <= kRowsAtOnce, gather);
  const Story* now = story_.value();
  if (now == nullptr || now->on.run != run) return false;
  if (fresh || fit_) axis_ = observe::PlotAxis::whole(*now->on.scale, 0, 1);
  fit_ = false;
  return true;
}

void SequencePanel::draw(const Panel& panel) {
  Session& session = panel.session;
  Ui& ui = panel.ui;
  const Run& run = session.run();
  choose(panel);
  if (!prepare(panel)) {
    ui.text("sequence.waiting", ui.say(Say::searching), ui.theme.faint);
    return;
  }
  const observe::Sequence& sequence = story_.value()->sequence;
  ImGui::BeginChild("sequence", {0, 0}, false);
  const double width = std::max(ImGui::GetContentRegionAvail().x / ui.scale, 300.0F);
  const double height = observe::sequence_height(sequence, width, ui.language);
  const observe::Rect rect{0, 0, width, height};
  const observe::Rect area = observe::sequence_area(sequence, rect, run.names);
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
      axis_ = observe::PlotAxis::whole(*story_.value()->on.scale, area.x, area.right());
    }
  }
  if (ImGui::IsItemActive() && over) {
    session.play(false);
    session.seek(axis_.time(mouse));
  }
  observe::Canvas canvas(width, height);
  observe::draw_sequence(canvas, rect, sequence, axis_, run.names, view_of(panel));
  paint(*ImGui::GetWindowDrawList(), canvas, {from, ui.scale}, ui.theme, ui.fonts);
  ui.note("sequence.picture", from, ImGui::GetItemRectMax(), sequence.title);
  ui.reached();
  ui.scroll_if_asked("tab");
  ImGui::EndChild();
}

// As wide as a page, with the span of time that is zoomed to.
Twin SequencePanel::twin(const Panel& panel) {
  if (!prepare(panel)) {
    return {.name = "sequence",
            .text = panel.ui.say(Say::searching) + std::string("\n"),
            .picture = observe::Canvas(1, 1)};
  }
  const observe::Sequence& sequence = story_.value()->sequence;
  const Run& run = panel.session.run();
  constexpr double kWidth = 1200;
  const double height = observe::sequence_height(sequence, kWidth, panel.ui.language);
  const observe::Rect rect{0, 0, kWidth, height};
  const observe::Rect area = observe::sequence_area(sequence, rect, run.names);
  observe::PlotAxis axis = axis_;
  axis.left = area.x;
  axis.right = area.right();
  observe::Canvas canvas(kWidth, height);
  observe::draw_sequence(canvas, rect, sequence, axis, run.names, view_of(panel));
  return {.name = "sequence",
          .text = observe::sequence_text(sequence, run.names, panel.ui.language),
          .picture = std::move(canvas)};
}

}  // namespace mqlab::gui
