// SPDX-License-Identifier: MIT
// Widgets, each with a name for tests, tours and keyboards.
#include "gui/ui.hpp"

#include <algorithm>
#include <utility>

#include <imgui.h>
#include <imgui_stdlib.h>

namespace mqlab::gui {

namespace {

std::string labelled(std::string_view label, std::string_view id) {
  return std::string(label) + "###" + std::string(id);
}

}  // namespace

void Ui::begin_frame() {
  // What was wished of a widget that is gone is wished no more.
  if (find(focus_) == nullptr) wish_ = Wish::none;
  widgets_.clear();
}

int Ui::top_layer() const {
  int top = 0;
  for (const Widget& widget : widgets_) top = std::max(top, widget.layer);
  return top;
}

void Ui::move_focus(bool forward, bool by_part) {
  const int top = top_layer();
  std::vector<std::string_view> all;
  for (const Widget& widget : widgets_) {
    // A message has one id wherever it is drawn: it is come to once.
    const bool known = std::find(all.begin(), all.end(), widget.id) != all.end();
    if (widget.acts && widget.enabled && widget.layer == top && !known) all.push_back(widget.id);
  }
  if (all.empty()) return;
  const auto part = [](std::string_view id) { return id.substr(0, id.find('.')); };
  const auto here = std::find(all.begin(), all.end(), focus_);
  const std::size_t count = all.size();
  std::size_t at = static_cast<std::size_t>(here - all.begin());
  if (here == all.end()) {
    at = forward ? 0 : count - 1;
  } else {
    const auto step = [&] { at = (at + (forward ? 1 : count - 1)) % count; };
    const std::string_view left = part(all[at]);
    step();
    // Splitters are no panels.
    const auto skipped = [&] { return part(all[at]) == left || part(all[at]) == "splitter"; };
    for (std::size_t i = 0; by_part && i < count && skipped(); ++i) step();
  }
  // A part is entered at its first widget.
  while (by_part && at > 0 && part(all[at - 1]) == part(all[at])) --at;
  focus_ = std::string(all[at]);
  moved_ = true;
}

std::optional<ImVec2> Ui::nudged(Nudge what, std::string_view id) const {
  if (nudge_ != what || nudged_ != id) return std::nullopt;
  return nudged_by_;
}

void Ui::scroll_if_asked(std::string_view id) const {
  const std::optional<ImVec2> by = nudged(Nudge::scroll, id);
  if (!by) return;
  const float pages = by->x * (ImGui::GetWindowHeight() - ImGui::GetTextLineHeight());
  const float to = ImGui::GetScrollY() + by->y * ImGui::GetTextLineHeightWithSpacing() + pages;
  ImGui::SetScrollY(std::clamp(to, 0.0F, ImGui::GetScrollMaxY()));
}

bool Ui::takes_keyboard(std::string_view id) const {
  if (!moved_ || focus_ != id) return false;
  ImGui::SetWindowFocus();  // ImGui 1.90 gives the keyboard only to a window that has it
  return true;
}

Ui::Wish Ui::reached() {
  Widget& widget = widgets_.back();
  widget.acts = true;
  if (focus_.empty() || widget.id != focus_) return Wish::none;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  // All of the frame is in sight, also at the edge of a panel.
  const ImVec2 low = list.GetClipRectMin();
  const ImVec2 high = list.GetClipRectMax();
  list.AddRect({std::max(widget.from.x - 2, low.x + 1), std::max(widget.from.y - 2, low.y + 1)},
               {std::min(widget.to.x + 2, high.x - 1), std::min(widget.to.y + 2, high.y - 1)},
               theme.accent, px(3), 0, px(2));
  if (moved_ && !widget.visible) ImGui::SetScrollHereY();
  moved_ = false;
  return std::exchange(wish_, Wish::none);
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
  widgets_.push_back({std::move(id), from, to, enabled, visible, std::move(value), false, layer_});
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
  const bool clicked = ImGui::Button(labelled(label, id).c_str());
  ImGui::EndDisabled();
  note_last(id, std::string(label), enabled);
  const bool keyed = pressed();
  tip(words);
  return (clicked || keyed) && enabled;
}

bool Ui::toggle(const char* id, std::string_view label, bool on, const char* words) {
  if (on) {
    ImGui::PushStyleColor(ImGuiCol_Button, theme.mark);
    ImGui::PushStyleColor(ImGuiCol_Border, theme.accent);
  }
  const bool clicked = ImGui::Button(labelled(label, id).c_str());
  if (on) ImGui::PopStyleColor(2);
  note_last(id, on ? "on" : "off");
  const bool keyed = pressed();
  tip(words);
  return clicked || keyed;
}

bool Ui::selectable(const std::string& id, std::string_view label, bool selected) {
  const bool clicked = ImGui::Selectable(labelled(label, id).c_str(), selected);
  note_last(id, std::string(label));
  return pressed() || clicked;
}

bool Ui::menu_item(const char* id, std::string_view label, bool enabled) {
  const bool clicked = ImGui::MenuItem(labelled(label, id).c_str(), nullptr, false, enabled);
  note_last(id, std::string(label), enabled);
  const bool keyed = pressed() && enabled;
  if (keyed) ImGui::CloseCurrentPopup();
  return clicked || keyed;
}

bool Ui::input(const char* id, const char* hint, std::string& text, float width) {
  if (takes_keyboard(id)) ImGui::SetKeyboardFocusHere();
  ImGui::SetNextItemWidth(width);
  const bool changed = ImGui::InputTextWithHint(labelled("", id).c_str(), hint, &text);
  note_last(id, text);
  reached();
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
  // Away from what is above, near to what is below; not at the top of a panel.
  if (ImGui::GetCursorPosY() > px(10)) ImGui::Dummy({1, px(5)});
  ImGui::PushStyleColor(ImGuiCol_Text, theme.faint);
  ImGui::TextUnformatted(words.data(), words.data() + words.size());
  ImGui::PopStyleColor();
  ImGui::Separator();
}

}  // namespace mqlab::gui
