// SPDX-License-Identifier: MIT
// The two themes.
#include "gui/theme.hpp"

namespace mqlab::gui {

namespace {

ImVec4 vec(ImU32 color, float alpha = 1) {
  ImVec4 value = ImGui::ColorConvertU32ToFloat4(color);
  value.w = alpha;
  return value;
}

}  // namespace

Theme Theme::of(bool dark) {
  Theme theme;
  theme.dark = dark;
  theme.paper = dark ? IM_COL32(0x1b, 0x1b, 0x1d, 255) : IM_COL32(0xff, 0xff, 0xff, 255);
  theme.panel = dark ? IM_COL32(0x26, 0x26, 0x29, 255) : IM_COL32(0xf2, 0xf2, 0xef, 255);
  theme.ink = dark ? IM_COL32(0xe8, 0xe8, 0xe6, 255) : IM_COL32(0x22, 0x22, 0x22, 255);
  theme.faint = dark ? IM_COL32(0xa8, 0xa8, 0xa4, 255) : IM_COL32(0x66, 0x66, 0x66, 255);
  theme.line = dark ? IM_COL32(0x55, 0x55, 0x55, 255) : IM_COL32(0xc8, 0xc8, 0xc6, 255);
  theme.accent = dark ? IM_COL32(0x6c, 0xc0, 0xf0, 255) : IM_COL32(0x00, 0x5f, 0x9e, 255);
  theme.good = dark ? IM_COL32(0x3c, 0xc9, 0x9f, 255) : IM_COL32(0x00, 0x73, 0x54, 255);
  theme.bad = dark ? IM_COL32(0xff, 0x85, 0x3a, 255) : IM_COL32(0xb0, 0x45, 0x00, 255);
  theme.warn = dark ? IM_COL32(0xf2, 0xb6, 0x3c, 255) : IM_COL32(0x8f, 0x60, 0x00, 255);
  theme.mark = dark ? IM_COL32(0x2f, 0x4a, 0x60, 255) : IM_COL32(0xcf, 0xe6, 0xf7, 255);
  return theme;
}

ImU32 Theme::map(observe::Color color) const {
  if (dark) color = observe::on_dark_paper(color);
  return IM_COL32(color.r, color.g, color.b, 255);
}

void apply(const Theme& theme, float scale) {
  ImGuiStyle style;
  if (theme.dark) {
    ImGui::StyleColorsDark(&style);
  } else {
    ImGui::StyleColorsLight(&style);
  }
  style.WindowPadding = {8, 6};
  style.FramePadding = {6, 3};
  style.ItemSpacing = {7, 4};
  style.CellPadding = {5, 2};
  style.FrameRounding = 3;
  style.ScrollbarSize = 12;
  style.WindowBorderSize = 0;
  style.ChildBorderSize = 0;
  style.FrameBorderSize = 1;
  style.AntiAliasedLinesUseTex = true;
  style.ScaleAllSizes(scale);
  const auto set = [&style](ImGuiCol what, ImVec4 color) { style.Colors[what] = color; };
  set(ImGuiCol_Text, vec(theme.ink));
  set(ImGuiCol_TextDisabled, vec(theme.faint));
  set(ImGuiCol_WindowBg, vec(theme.paper));
  set(ImGuiCol_ChildBg, vec(theme.paper, 0));
  set(ImGuiCol_PopupBg, vec(theme.panel));
  set(ImGuiCol_Border, vec(theme.line));
  set(ImGuiCol_FrameBg, vec(theme.panel));
  set(ImGuiCol_FrameBgHovered, vec(theme.mark));
  set(ImGuiCol_FrameBgActive, vec(theme.mark));
  set(ImGuiCol_Button, vec(theme.panel));
  set(ImGuiCol_ButtonHovered, vec(theme.mark));
  set(ImGuiCol_ButtonActive, vec(theme.mark));
  set(ImGuiCol_Header, vec(theme.mark));
  set(ImGuiCol_HeaderHovered, vec(theme.mark));
  set(ImGuiCol_HeaderActive, vec(theme.mark));
  set(ImGuiCol_Separator, vec(theme.line));
  set(ImGuiCol_ScrollbarBg, vec(theme.panel));
  set(ImGuiCol_ScrollbarGrab, vec(theme.line));
  set(ImGuiCol_ScrollbarGrabHovered, vec(theme.faint));
  set(ImGuiCol_ScrollbarGrabActive, vec(theme.faint));
  set(ImGuiCol_TableHeaderBg, vec(theme.panel));
  set(ImGuiCol_TableBorderLight, vec(theme.line));
  set(ImGuiCol_TableBorderStrong, vec(theme.line));
  set(ImGuiCol_TextSelectedBg, vec(theme.accent, 0.35F));
  set(ImGuiCol_NavHighlight, vec(theme.accent));
  set(ImGuiCol_CheckMark, vec(theme.accent));
  set(ImGuiCol_PlotHistogram, vec(theme.accent));
  set(ImGuiCol_ModalWindowDimBg, vec(theme.paper, 0.5F));
  ImGui::GetStyle() = style;
}

}  // namespace mqlab::gui
