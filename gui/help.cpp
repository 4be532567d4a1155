// SPDX-License-Identifier: MIT
// Legend and keys: from the same tables as what they explain.
#include <vector>

#include "gui/keys.hpp"
#include "gui/panels.hpp"
#include "sim/observe/marks.hpp"

namespace mqlab::gui {

void begin_dialog(const Panel& panel, const char* id, Say title, bool& open) {
  const ImVec2 whole = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({whole.x / 2, whole.y / 2}, ImGuiCond_Always, {0.5F, 0.5F});
  ImGui::SetNextWindowSizeConstraints({0, 0}, {whole.x * 0.98F, whole.y * 0.98F});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, panel.ui.theme.panel);
  panel.ui.raise(1);
  const std::string name = std::string(panel.ui.say(title)) + "###" + id;
  ImGui::Begin(name.c_str(), &open,
               ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoCollapse |
                   ImGuiWindowFlags_NoSavedSettings);
}

void end_dialog(const Panel& panel) {
  panel.ui.scroll_if_asked("dialog");
  panel.ui.raise(-1);
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
}

void draw_legend(const Panel& panel, bool& open) {
  if (!open) return;
  Ui& ui = panel.ui;
  begin_dialog(panel, "legend", Say::legend, open);
  const float line = ui.px(26);
  for (const observe::Mark mark : observe::all_marks()) {
    const ImVec2 from = ImGui::GetCursorScreenPos();
    observe::Canvas canvas(40, 24);
    observe::draw_mark(canvas, mark, {22, 12}, 7.5);
    paint(*ImGui::GetWindowDrawList(), canvas, {from, ui.scale}, ui.theme, ui.fonts);
    ImGui::SetCursorScreenPos({from.x + ui.px(44), from.y + ui.px(4)});
    ui.text(("legend." + std::string(observe::word(mark))).c_str(), ui.say(meaning(mark)));
    ImGui::SetCursorScreenPos({from.x, from.y + line});
  }
  ui.text("legend.solid", ui.say(Say::legend_dashed), ui.theme.faint);
  ui.text("legend.hatched", ui.say(Say::legend_hatched), ui.theme.faint);
  end_dialog(panel);
}

void draw_keys(const Panel& panel, bool& open) {
  if (!open) return;
  Ui& ui = panel.ui;
  begin_dialog(panel, "keys", Say::keys, open);
  // Two columns of keys, where there is room for them.
  const int columns = ImGui::GetIO().DisplaySize.x >= ui.px(800) ? 2 : 1;
  std::vector<KeyBinding> bindings(key_bindings().begin(), key_bindings().end());
  std::erase_if(bindings, [](const KeyBinding& one) { return one.shown.empty(); });
  const std::size_t lines =
      (bindings.size() + static_cast<std::size_t>(columns) - 1) / static_cast<std::size_t>(columns);
  if (ImGui::BeginTable("keys", 2 * columns, ImGuiTableFlags_SizingFixedFit)) {
    for (std::size_t line = 0; line < lines; ++line) {
      ImGui::TableNextRow();
      for (std::size_t i = line; i < bindings.size(); i += lines) {
        const KeyBinding& binding = bindings[i];
        ImGui::TableNextColumn();
        ui.text(("keys." + std::string(binding.shown)).c_str(), binding.shown, ui.theme.accent);
        ImGui::TableNextColumn();
        ImGui::TextUnformatted(ui.say(binding.words));
      }
    }
    ImGui::EndTable();
  }
  end_dialog(panel);
}

}  // namespace mqlab::gui
