// SPDX-License-Identifier: MIT
// The window without a window: frames, a mouse and a keyboard, and pictures. For tests and tours.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gui/app.hpp"
#include "gui/raster.hpp"

namespace mqlab::gui {

class Headless {
 public:
  Headless(int width, int height);
  ~Headless();
  Headless(const Headless&) = delete;
  Headless& operator=(const Headless&) = delete;

  App& app() { return *app_; }
  Ui& ui() { return app_->ui(); }

  // Frames of a sixtieth of a second.
  void frames(int count = 1);
  // Frames until no work is left; false if that takes more than this many frames of waiting.
  bool wait(int most = 120'000);
  void resize(int width, int height);

  // Errors: no such widget, or it is disabled or out of sight.
  Result<void> click(std::string_view id, int button = 0);
  Result<void> hover(std::string_view id);
  void press(KeyPress key);
  // Into the field that has the keyboard.
  void type(const std::string& text);
  void wheel(std::string_view id, float lines);
  void drag(ImVec2 from, ImVec2 to);
  // What a widget shows; empty if it is not there.
  std::string value(std::string_view id) const;

  Image picture();

  // How many frames there were since this was asked last, and how many milliseconds of the
  // processor the longest took: widgets and triangles, without pixels.
  struct Frames {
    int count = 0;
    double longest_ms = 0;
  };
  Frames take_frames() { return std::exchange(frames_, {}); }

 private:
  Result<Widget> in_sight(std::string_view id) const;
  void take_fonts();

  ImGuiContext* context_;
  std::unique_ptr<App> app_;
  Coverage atlas_;
  Frames frames_;
};

}  // namespace mqlab::gui
