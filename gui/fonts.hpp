// SPDX-License-Identifier: MIT
// The fonts of the window, with a glyph for every character that can be shown.
#pragma once

#include <string>
#include <string_view>

#include <imgui.h>

namespace mqlab::gui {

inline constexpr float kFontSize = 15;  // in pixels, at scale 1

struct Fonts {
  ImFont* words = nullptr;  // of the interface
  ImFont* mono = nullptr;   // of pictures, tables and scripts: all letters are as wide
  ImFont* bold = nullptr;   // the same, bold
  bool chinese = false;     // a font with Chinese characters was found
};

// Fills ImGui's font atlas anew for this scale. Besides the usual ones it has all characters that
// stand in `text` (UTF-8), as far as a font on this system has them.
Fonts load_fonts(float scale, std::string_view text);

// Whether all characters of the text have glyphs.
bool can_show(const ImFont& font, std::string_view text);

// The packages that bring the fonts.
inline constexpr const char* kFontPackages = "fonts-dejavu-core fonts-wqy-microhei";

}  // namespace mqlab::gui
