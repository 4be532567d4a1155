// SPDX-License-Identifier: MIT
// The back end of the canvas for the window: shapes become ImGui's triangles.
#pragma once

#include <imgui.h>

#include "gui/fonts.hpp"
#include "gui/theme.hpp"
#include "sim/observe/canvas.hpp"

namespace mqlab::gui {

// Where a picture stands on the screen: screen = origin + scale * point.
struct Placement {
  ImVec2 origin{0, 0};
  float scale = 1;

  ImVec2 screen(observe::Point point) const {
    return {origin.x + scale * static_cast<float>(point.x),
            origin.y + scale * static_cast<float>(point.y)};
  }
  observe::Point picture(ImVec2 point) const {
    return {(point.x - origin.x) / scale, (point.y - origin.y) / scale};
  }
};

// Draws what of the picture lies within the list's clip rectangle.
void paint(ImDrawList& list, const observe::Canvas& canvas, const Placement& where,
           const Theme& theme, const Fonts& fonts);

}  // namespace mqlab::gui
