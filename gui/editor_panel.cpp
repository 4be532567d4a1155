// SPDX-License-Identifier: MIT
// The script: lines with numbers, and a mark at the one that is wrong.
#include <algorithm>

#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include "gui/panels.hpp"

namespace mqlab::gui {

namespace {

// Notes in which line the cursor stands.
int see_cursor(ImGuiInputTextCallbackData* data) {
  auto* line = static_cast<float*>(data->UserData);
  *line = static_cast<float>(std::count(data->Buf, data->Buf + data->CursorPos, '\n'));
  return 0;
}

}  // namespace

void EditorPanel::show(const std::string& path, std::string text) {
  path_ = path;
  text_ = std::move(text);
  changed_ = false;
}

void EditorPanel::draw(const Panel& panel, Wishes& wishes) {
  Ui& ui = panel.ui;
  const bool can_save = !path_.empty() && path_.ends_with(".lua");
  if (ui.button("editor.save", ui.say(Say::save_and_run), can_save, ui.say(Say::tip_save))) {
    wishes.save = true;
  }
  ImGui::SameLine();
  const bool forked = panel.session.is_open() && panel.session.shown().request.is_fork();
  if (ui.button("editor.keep_fork", ui.say(Say::keep_fork), forked && can_save,
                ui.say(Say::tip_keep_fork))) {
    wishes.keep_fork = true;
  }
  ImGui::SameLine();
  if (forked && !can_save) {
    ui.text("editor.not_kept", ui.say(Say::not_kept), ui.theme.warn);
    ImGui::SameLine();
  }
  ui.text("editor.path", path_ + (changed_ ? " *" : ""), ui.theme.faint);
  const std::optional<Error>& error = panel.session.error();
  const int wrong = error && path_.ends_with(error->place.file) ? error->place.line : 0;
  ImGui::PushFont(ui.fonts.mono);
  ImGui::BeginChild("script", {0, 0}, true);
  const float line = ImGui::GetTextLineHeight();
  const auto lines = std::count(text_.begin(), text_.end(), '\n') + 2;
  const float numbers = ui.px(46);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float pad = ImGui::GetStyle().FramePadding.y;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (wrong > 0) {
    const float y = origin.y + pad + static_cast<float>(wrong - 1) * line;
    list.AddRectFilled({origin.x, y}, {origin.x + ImGui::GetContentRegionAvail().x, y + line},
                       IM_COL32(0xd5, 0x5e, 0x00, 0x55));
    ui.note("editor.error_line", {origin.x, y}, {origin.x + numbers, y + line},
            std::to_string(wrong));
  }
  const float low = list.GetClipRectMin().y;
  const float high = list.GetClipRectMax().y;
  for (std::ptrdiff_t i = 0; i < lines; ++i) {
    const float y = origin.y + pad + static_cast<float>(i) * line;
    if (y + line < low || y > high) continue;
    const std::string number = fmt::format("{:>4}{}", i + 1, i + 1 == wrong ? "!" : "");
    list.AddText({origin.x, y}, i + 1 == wrong ? ui.theme.bad : ui.theme.faint, number.c_str());
  }
  ImGui::SetCursorScreenPos({origin.x + numbers, origin.y});
  const float height =
      std::max(static_cast<float>(lines) * line + 2 * pad, ImGui::GetContentRegionAvail().y - 4);
  ImGui::PushStyleColor(ImGuiCol_FrameBg, IM_COL32(0, 0, 0, 0));
  if (ui.takes_keyboard("editor.text")) ImGui::SetKeyboardFocusHere();
  // ImGui 1.90 does not let the keyboard into a text that takes tabs.
  const ImGuiInputTextFlags tabs = active_ ? ImGuiInputTextFlags_AllowTabInput : 0;
  float cursor = cursor_line_;
  const bool changed = ImGui::InputTextMultiline(
      "###editor.text", &text_, {ImGui::GetContentRegionAvail().x, height},
      tabs | ImGuiInputTextFlags_CallbackAlways, see_cursor, &cursor);
  ImGui::PopStyleColor();
  ui.note("editor.text", ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), text_);
  ui.reached();
  active_ = ImGui::IsItemActive();
  if (changed) changed_ = true;
  if (ImGui::IsItemActive() && cursor != cursor_line_) {
    // The line that is written stays in sight.
    const float y = cursor * line;
    const float top = ImGui::GetScrollY();
    const float room = ImGui::GetWindowHeight() - 2 * line;
    if (y < top) ImGui::SetScrollY(y);
    if (y > top + room) ImGui::SetScrollY(y - room);
    cursor_line_ = cursor;
  }
  ui.scroll_if_asked("tab");
  ImGui::EndChild();
  ImGui::PopFont();
}

}  // namespace mqlab::gui
