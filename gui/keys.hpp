// SPDX-License-Identifier: MIT
// What each key does: one table for the window, its help and the documentation.
#pragma once

#include <span>
#include <string_view>

#include "gui/imgui_compat.hpp"
#include "gui/texts.hpp"

namespace mqlab::gui {

enum class Action : std::uint8_t {
  none,
  play,
  step,
  back,
  next_fault,
  previous_fault,
  to_start,
  to_end,
  next_of_message,
  previous_of_message,
  faster,
  slower,
  bookmark,
  breakpoint,
  query,
  open,
  save,
  copy,
  take_out,
  reload,
  motion,
  language,
  dark,
  legend,
  keys,
  larger,
  smaller,
  fit,
  put_back,
  next_widget,
  previous_widget,
  next_part,
  previous_part,
  press,
  menu,
  move_left,
  move_right,
  move_up,
  move_down,
  move_far_left,
  move_far_right,
  move_far_up,
  move_far_down,
  zoom_in,
  zoom_out,
  scroll_up,
  scroll_down,
  page_up,
  page_down,
  leave,
  quit,
  tab_1,
  tab_2,
  tab_3,
  tab_4,
  tab_5,
  tab_6,
  tab_7,
  tab_8,
  tab_9,
};

struct KeyBinding {
  KeyPress press;
  Action action = Action::none;
  std::string_view shown;  // "Ctrl+F"; empty: the one before stands for it, too
  Say words = Say::play;
  bool while_typing = false;  // also when the keyboard is in a text field
};

std::span<const KeyBinding> key_bindings();
// What a key press does.
Action action_of(KeyPress press, bool typing);

// Reads "ctrl+f", "shift+right", "space"; Key::none if it is no key.
KeyPress key_press(std::string_view text);

}  // namespace mqlab::gui
