// SPDX-License-Identifier: MIT
// What the window remembers of a person: looks, sizes, and where things were put.
#pragma once

#include <string>
#include <vector>

#include "gui/model/places.hpp"

namespace mqlab::gui {

struct Settings {
  bool chinese = false;
  bool dark = false;
  bool reduced_motion = false;
  float scale = 0;  // 0: as the screen says
  // Of the window's parts, at scale 1; 0: as it comes.
  float left = 0;
  float right = 0;
  float below = 0;
  // Of the window, in pixels; 0: as it comes.
  int width = 0;
  int height = 0;
  std::vector<PutThing> things;

  bool operator==(const Settings&) const = default;
};

// $XDG_CONFIG_HOME/mqlab/window.json, or ~/.config/mqlab/window.json; empty where there is neither.
std::string settings_path();

// A file that is not there: what comes without one. An error if it cannot be read, or is not what
// write_settings writes; words that it does not know are left aside. Numbers out of range are cut.
Result<Settings> read_settings(const std::string& path);

// Makes the folder, too. Things of scenarios that are gone are left out.
Result<void> write_settings(const std::string& path, const Settings& settings);

}  // namespace mqlab::gui
