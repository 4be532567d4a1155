// SPDX-License-Identifier: MIT
// Widgets, each with a name for tests, tours and keyboards.
#include "gui/ui.hpp"

#include <algorithm>

#include <imgui.h>
#include <imgui_stdlib.h>

namespace mqlab::gui {

namespace {

std::string labelled(std::string_view label, std::string_view id) {
  return std::string(label) + "###" + std::string(id);
}

}  // namespace

void Ui::begin_frame() {
  widgets_.clear();
}

const Widget* Ui::find(std::string_view id) const {
  const auto found = std::find_if(widgets_.begin(), widgets_.end(),
                                  [&](const Widget& widget) { return widget.id == id; });
  return found == widgets_.end() ? nullptr : &*found;
}

void Ui::note(std::string id, ImVec2 from, ImVec2 to, std::string value, bool enabled) {
  const ImVec2 low = ImGui::GetWindowDrawList()->GetClipRectMin();
  const ImVec2 high = ImGui::GetWindowDrawList()->GetClipRectMax();
  const bool visible = from.x < high.x && to.x > low.x && from.y < high.y && to.y > low.y;
  widgets_.push_back({std::move(id), from, to, enabled, visible, std::move(value)});
}

void Ui::note_last(std::string id, std::string value, bool enabled) {
  note(std::move(id), ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), std::move(value), enabled);
}

void Ui::tip(const char* words) const {
  if (words[0] == '\0' || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return;
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(px(420));
  ImGui::TextUnformatted(words);
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

bool Ui::button(const char* id, std::string_view label, bool enabled, const char* words) {
  ImGui::BeginDisabled(!enabled);
  const bool pressed = ImGui::Button(labelled(label, id).c_str());
  ImGui::EndDisabled();
  note_last(id, std::string(label), enabled);
  tip(words);
  return pressed && enabled;
}

bool Ui::toggle(const char* id, std::string_view label, bool on, const char* words) {
  if (on) {
    ImGui::PushStyleColor(ImGuiCol_Button, theme.mark);
    ImGui::PushStyleColor(ImGuiCol_Border, theme.accent);
  }
  const bool pressed = ImGui::Button(labelled(label, id).c_str());
  if (on) ImGui::PopStyleColor(2);
  note_last(id, on ? "on" : "off");
  tip(words);
  return pressed;
}

bool Ui::selectable(const std::string& id, std::string_view label, bool selected) {
  const bool pressed = ImGui::Selectable(labelled(label, id).c_str(), selected);
  note_last(id, std::string(label));
  return pressed;
}

bool Ui::menu_item(const char* id, std::string_view label, bool enabled) {
  const bool pressed = ImGui::MenuItem(labelled(label, id).c_str(), nullptr, false, enabled);
  note_last(id, std::string(label), enabled);
  return pressed;
}

bool Ui::input(const char* id, const char* hint, std::string& text, float width) {
  ImGui::SetNextItemWidth(width);
  const bool changed = ImGui::InputTextWithHint(labelled("", id).c_str(), hint, &text);
  note_last(id, text);
  return changed;
}

void Ui::text(const char* id, std::string_view words) {
  text(id, words, theme.ink);
}

void Ui::text(const char* id, std::string_view words, ImU32 color) {
  ImGui::PushStyleColor(ImGuiCol_Text, color);
  ImGui::TextUnformatted(words.data(), words.data() + words.size());
  ImGui::PopStyleColor();
  note_last(id, std::string(words));
}

void Ui::wrapped(const char* id, std::string_view words, ImU32 color) {
  ImGui::PushTextWrapPos(0);
  text(id, words, color);
  ImGui::PopTextWrapPos();
}

std::string Ui::fitted(std::string_view text, float width) const {
  const auto wide = [](std::string_view words) {
    return ImGui::CalcTextSize(words.data(), words.data() + words.size()).x;
  };
  if (wide(text) <= width) return std::string(text);
  while (!text.empty()) {
    do {
      text.remove_suffix(1);  // whole characters of UTF-8
    } while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0U) == 0x80U);
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xc0U) text.remove_suffix(1);
    const std::string cut = std::string(text) + "…";
    if (wide(cut) <= width) return cut;
  }
  return {};
}

bool Ui::flow(std::string_view next_label, float gap, float reserved) const {
  const ImVec2 size = ImGui::CalcTextSize(next_label.data(), next_label.data() + next_label.size());
  const float from = ImGui::GetItemRectMax().x + px(gap);
  const float right = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x - reserved;
  const bool fits = from + size.x + 2 * ImGui::GetStyle().FramePadding.x <= right;
  if (fits) ImGui::SameLine(0, px(gap));
  return fits;
}

void Ui::heading(std::string_view words) {
  ImGui::PushStyleColor(ImGuiCol_Text, theme.faint);
  ImGui::TextUnformatted(words.data(), words.data() + words.size());
  ImGui::PopStyleColor();
  ImGui::Separator();
}

}  // namespace mqlab::gui
