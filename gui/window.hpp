// SPDX-License-Identifier: MIT
// A real window on a screen.
#pragma once

#include <string>

#include "gui/app.hpp"

namespace mqlab::gui {

struct WindowOptions {
  int width = 1280;
  int height = 800;
  float scale = 0;  // 0: as the screen says
  // Where to write, once a second, which widgets there are and where: for those who test from the
  // outside. Empty: nowhere.
  std::string widgets_file;
};

// Opens a window, lets `start` begin with its app, and shows it until it is closed. An error if
// there is no screen or no OpenGL.
Result<void> show_window(const WindowOptions& options, const std::function<void(App&)>& start);

}  // namespace mqlab::gui
