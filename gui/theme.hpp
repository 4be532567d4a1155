// SPDX-License-Identifier: MIT
// Colours, light and dark, and what a picture's colours become in them.
#pragma once

#include <imgui.h>

#include "sim/observe/canvas.hpp"

namespace mqlab::gui {

struct Theme {
  bool dark = false;
  ImU32 paper = 0;
  ImU32 panel = 0;
  ImU32 ink = 0;
  ImU32 faint = 0;  // words that matter less
  ImU32 line = 0;
  ImU32 accent = 0;  // where we are
  ImU32 good = 0;
  ImU32 bad = 0;
  ImU32 warn = 0;
  ImU32 mark = 0;  // behind what is selected

  static Theme of(bool dark);
  // A colour of a picture, which was made for white paper.
  ImU32 map(observe::Color color) const;
};

// Gives ImGui's own widgets these colours, and sizes for this scale of the interface.
void apply(const Theme& theme, float scale);

}  // namespace mqlab::gui
