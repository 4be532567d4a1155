// SPDX-License-Identifier: MIT
// One way to speak to Dear ImGui 1.86 (Debian 12) and 1.90 (Debian 13): input, and small gaps.
#pragma once

#include <cstdint>

#include <imgui.h>

namespace mqlab::gui {

// Keys that the window knows. The values are GLFW's, which ImGui 1.86 uses as they are.
enum class Key : std::uint16_t {
  none = 0,
  space = 32,
  minus = 45,
  slash = 47,
  zero = 48,
  equal = 61,
  a = 65,
  b = 66,
  e = 69,
  f = 70,
  l = 76,
  o = 79,
  r = 82,
  s = 83,
  t = 84,
  v = 86,
  z = 90,
  left_bracket = 91,
  right_bracket = 93,
  escape = 256,
  enter = 257,
  tab = 258,
  backspace = 259,
  del = 261,
  right = 262,
  left = 263,
  down = 264,
  up = 265,
  page_up = 266,
  page_down = 267,
  home = 268,
  end = 269,
  f1 = 290,
  f5 = 294,
  f6 = 295,
  f10 = 299,
};

// A key as it was pressed, from a keyboard or a script.
struct KeyPress {
  Key key = Key::none;
  bool ctrl = false;
  bool shift = false;

  bool operator==(const KeyPress&) const = default;
};

namespace compat {

// Without a back end ImGui must be told what its keys are called.
inline void name_keys() {
#if IMGUI_VERSION_NUM < 18700
  ImGuiIO& io = ImGui::GetIO();
  const auto name = [&io](int what, Key key) { io.KeyMap[what] = static_cast<int>(key); };
  name(ImGuiKey_Tab, Key::tab);
  name(ImGuiKey_LeftArrow, Key::left);
  name(ImGuiKey_RightArrow, Key::right);
  name(ImGuiKey_UpArrow, Key::up);
  name(ImGuiKey_DownArrow, Key::down);
  name(ImGuiKey_PageUp, Key::page_up);
  name(ImGuiKey_PageDown, Key::page_down);
  name(ImGuiKey_Home, Key::home);
  name(ImGuiKey_End, Key::end);
  name(ImGuiKey_Delete, Key::del);
  name(ImGuiKey_Backspace, Key::backspace);
  name(ImGuiKey_Space, Key::space);
  name(ImGuiKey_Enter, Key::enter);
  name(ImGuiKey_Escape, Key::escape);
  name(ImGuiKey_A, Key::a);
  name(ImGuiKey_V, Key::v);
  name(ImGuiKey_Z, Key::z);
#endif
}

#if IMGUI_VERSION_NUM >= 18700
inline ImGuiKey imgui_key(Key key) {
  switch (key) {
    case Key::tab:
      return ImGuiKey_Tab;
    case Key::left:
      return ImGuiKey_LeftArrow;
    case Key::right:
      return ImGuiKey_RightArrow;
    case Key::up:
      return ImGuiKey_UpArrow;
    case Key::down:
      return ImGuiKey_DownArrow;
    case Key::page_up:
      return ImGuiKey_PageUp;
    case Key::page_down:
      return ImGuiKey_PageDown;
    case Key::home:
      return ImGuiKey_Home;
    case Key::end:
      return ImGuiKey_End;
    case Key::del:
      return ImGuiKey_Delete;
    case Key::backspace:
      return ImGuiKey_Backspace;
    case Key::space:
      return ImGuiKey_Space;
    case Key::enter:
      return ImGuiKey_Enter;
    case Key::escape:
      return ImGuiKey_Escape;
    case Key::a:
      return ImGuiKey_A;
    case Key::v:
      return ImGuiKey_V;
    case Key::z:
      return ImGuiKey_Z;
    case Key::none:
    case Key::minus:
    case Key::slash:
    case Key::zero:
    case Key::equal:
    case Key::b:
    case Key::e:
    case Key::f:
    case Key::l:
    case Key::o:
    case Key::r:
    case Key::s:
    case Key::t:
    case Key::left_bracket:
    case Key::right_bracket:
    case Key::f1:
    case Key::f5:
    case Key::f6:
    case Key::f10:
      break;
  }
  return ImGuiKey_None;
}
#endif

// Input for a frame loop without a back end.
inline void mouse_moved(float x, float y) {
#if IMGUI_VERSION_NUM >= 18700
  ImGui::GetIO().AddMousePosEvent(x, y);
#else
  ImGui::GetIO().MousePos = ImVec2(x, y);
#endif
}

inline void mouse_button(int button, bool down) {
#if IMGUI_VERSION_NUM >= 18700
  ImGui::GetIO().AddMouseButtonEvent(button, down);
#else
  ImGui::GetIO().MouseDown[button] = down;
#endif
}

inline void mouse_wheel(float lines) {
#if IMGUI_VERSION_NUM >= 18700
  ImGui::GetIO().AddMouseWheelEvent(0, lines);
#else
  ImGui::GetIO().MouseWheel += lines;
#endif
}

inline void key(KeyPress press, bool down) {
  ImGuiIO& io = ImGui::GetIO();
#if IMGUI_VERSION_NUM >= 18700
#if IMGUI_VERSION_NUM >= 18900
  io.AddKeyEvent(ImGuiMod_Ctrl, press.ctrl && down);
  io.AddKeyEvent(ImGuiMod_Shift, press.shift && down);
#else
  io.AddKeyEvent(ImGuiKey_ModCtrl, press.ctrl && down);
  io.AddKeyEvent(ImGuiKey_ModShift, press.shift && down);
#endif
  if (imgui_key(press.key) != ImGuiKey_None) io.AddKeyEvent(imgui_key(press.key), down);
#else
  io.KeyCtrl = press.ctrl && down;
  io.KeyShift = press.shift && down;
  io.KeysDown[static_cast<int>(press.key)] = down;
#endif
}

}  // namespace compat
}  // namespace mqlab::gui
