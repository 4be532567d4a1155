// SPDX-License-Identifier: MIT
// The keys.
#include "gui/keys.hpp"

#include <array>
#include <utility>

namespace mqlab::gui {

namespace {

constexpr std::array kBindings{
    KeyBinding{{Key::space}, Action::play, "Space", Say::key_play},
    KeyBinding{{Key::right}, Action::step, "Right", Say::tip_step},
    KeyBinding{{Key::left}, Action::back, "Left", Say::tip_back},
    KeyBinding{{Key::right, false, true}, Action::next_fault, "Shift+Right", Say::tip_next_fault},
    KeyBinding{
        {Key::left, false, true}, Action::previous_fault, "Shift+Left", Say::tip_previous_fault},
    KeyBinding{{Key::home}, Action::to_start, "Home", Say::tip_start},
    KeyBinding{{Key::end}, Action::to_end, "End", Say::tip_end},
    KeyBinding{{Key::right_bracket}, Action::next_of_message, "]", Say::key_next_of_message},
    KeyBinding{{Key::left_bracket}, Action::previous_of_message, "[", Say::key_previous_of_message},
    KeyBinding{{Key::equal, false, true}, Action::faster, "+", Say::tip_faster},
    KeyBinding{{Key::minus}, Action::slower, "-", Say::tip_slower},
    KeyBinding{{Key::b, true}, Action::bookmark, "Ctrl+B", Say::key_bookmark},
    KeyBinding{{Key::b}, Action::breakpoint, "B", Say::tip_breakpoint},
    KeyBinding{{Key::f, true}, Action::query, "Ctrl+F", Say::key_query, true},
    KeyBinding{{Key::slash}, Action::query, "/", Say::key_query},
    KeyBinding{{Key::o, true}, Action::open, "Ctrl+O", Say::key_open, true},
    KeyBinding{{Key::s, true}, Action::save, "Ctrl+S", Say::save_and_run, true},
    KeyBinding{{Key::e, true}, Action::take_out, "Ctrl+E", Say::key_export, true},
    KeyBinding{{static_cast<Key>('C'), true}, Action::copy, "Ctrl+C", Say::key_copy},
    KeyBinding{{Key::f5}, Action::reload, "F5", Say::key_reload, true},
    KeyBinding{{Key::v}, Action::motion, "V", Say::key_motion},
    KeyBinding{{Key::l, true}, Action::language, "Ctrl+L", Say::key_language, true},
    KeyBinding{{Key::t, true}, Action::dark, "Ctrl+T", Say::key_dark, true},
    KeyBinding{{Key::l}, Action::legend, "L", Say::legend},
    KeyBinding{{Key::slash, false, true}, Action::keys, "?", Say::keys},
    KeyBinding{{Key::f1}, Action::keys, "F1", Say::keys, true},
    KeyBinding{{Key::equal, true}, Action::larger, "Ctrl+=", Say::key_larger, true},
    KeyBinding{{Key::minus, true}, Action::smaller, "Ctrl+-", Say::key_smaller, true},
    KeyBinding{{Key::zero}, Action::fit, "0", Say::key_fit},
    KeyBinding{{Key::zero, true}, Action::put_back, "Ctrl+0", Say::put_back, true},
    KeyBinding{{Key::tab}, Action::next_widget, "Tab", Say::key_next_widget, true},
    KeyBinding{{Key::tab, false, true},
               Action::previous_widget,
               "Shift+Tab",
               Say::key_previous_widget,
               true},
    KeyBinding{{Key::f6}, Action::next_part, "F6", Say::key_next_part, true},
    KeyBinding{
        {Key::f6, false, true}, Action::previous_part, "Shift+F6", Say::key_previous_part, true},
    KeyBinding{{Key::enter}, Action::press, "Enter", Say::key_press},
    KeyBinding{{Key::f10, false, true}, Action::menu, "Shift+F10", Say::key_menu},
    KeyBinding{{Key::left, true}, Action::move_left, "Ctrl+arrows", Say::key_move},
    KeyBinding{{Key::right, true}, Action::move_right, "", Say::key_move},
    KeyBinding{{Key::up, true}, Action::move_up, "", Say::key_move},
    KeyBinding{{Key::down, true}, Action::move_down, "", Say::key_move},
    KeyBinding{{Key::left, true, true}, Action::move_far_left, "", Say::key_move},
    KeyBinding{{Key::right, true, true}, Action::move_far_right, "", Say::key_move},
    KeyBinding{{Key::up, true, true}, Action::move_far_up, "", Say::key_move},
    KeyBinding{{Key::down, true, true}, Action::move_far_down, "", Say::key_move},
    KeyBinding{{Key::z}, Action::zoom_in, "Z", Say::key_zoom_in},
    KeyBinding{{Key::z, false, true}, Action::zoom_out, "Shift+Z", Say::key_zoom_out},
    KeyBinding{{Key::up}, Action::scroll_up, "Up, Down", Say::key_scroll},
    KeyBinding{{Key::down}, Action::scroll_down, "", Say::key_scroll},
    KeyBinding{{Key::page_up}, Action::page_up, "Page Up, Page Down", Say::key_page},
    KeyBinding{{Key::page_down}, Action::page_down, "", Say::key_page},
    KeyBinding{{Key::escape}, Action::leave, "Esc", Say::key_leave, true},
    KeyBinding{{static_cast<Key>('Q'), true}, Action::quit, "Ctrl+Q", Say::key_quit, true},
    KeyBinding{{static_cast<Key>('1')}, Action::tab_1, "1", Say::tab_timeline},
    KeyBinding{{static_cast<Key>('2')}, Action::tab_2, "2", Say::tab_sequence},
    KeyBinding{{static_cast<Key>('3')}, Action::tab_3, "3", Say::tab_ledger},
    KeyBinding{{static_cast<Key>('4')}, Action::tab_4, "4", Say::tab_plots},
    KeyBinding{{static_cast<Key>('5')}, Action::tab_5, "5", Say::tab_checks},
    KeyBinding{{static_cast<Key>('6')}, Action::tab_6, "6", Say::tab_compare},
    KeyBinding{{static_cast<Key>('7')}, Action::tab_7, "7", Say::tab_log},
    KeyBinding{{static_cast<Key>('8')}, Action::tab_8, "8", Say::tab_script},
    KeyBinding{{static_cast<Key>('9')}, Action::tab_9, "9", Say::tab_next},
};

constexpr std::array kNames{
    std::pair{std::string_view("space"), Key::space},
    std::pair{std::string_view("escape"), Key::escape},
    std::pair{std::string_view("enter"), Key::enter},
    std::pair{std::string_view("tab"), Key::tab},
    std::pair{std::string_view("backspace"), Key::backspace},
    std::pair{std::string_view("delete"), Key::del},
    std::pair{std::string_view("right"), Key::right},
    std::pair{std::string_view("left"), Key::left},
    std::pair{std::string_view("down"), Key::down},
    std::pair{std::string_view("up"), Key::up},
    std::pair{std::string_view("pageup"), Key::page_up},
    std::pair{std::string_view("pagedown"), Key::page_down},
    std::pair{std::string_view("home"), Key::home},
    std::pair{std::string_view("end"), Key::end},
    std::pair{std::string_view("f1"), Key::f1},
    std::pair{std::string_view("f5"), Key::f5},
    std::pair{std::string_view("f6"), Key::f6},
    std::pair{std::string_view("f10"), Key::f10},
};

}  // namespace

std::span<const KeyBinding> key_bindings() {
  return kBindings;
}

Action action_of(KeyPress press, bool typing) {
  for (const KeyBinding& binding : kBindings) {
    if (binding.press == press && (binding.while_typing || !typing)) return binding.action;
  }
  // "+" also without Shift, as on the number pad of the eye.
  if (press == KeyPress{Key::equal} && !typing) return Action::faster;
  return Action::none;
}

KeyPress key_press(std::string_view text) {
  KeyPress press;
  for (bool more = true; more;) {
    more = false;
    if (text.starts_with("ctrl+")) {
      press.ctrl = more = true;
      text.remove_prefix(5);
    } else if (text.starts_with("shift+")) {
      press.shift = more = true;
      text.remove_prefix(6);
    }
  }
  if (text.size() == 1) {
    const char c = text.front();
    const bool letter = c >= 'a' && c <= 'z';
    const bool known = letter || (c >= '0' && c <= '9') || c == '[' || c == ']' || c == '-' ||
                       c == '=' || c == '/';
    if (known) press.key = static_cast<Key>(letter ? c - 'a' + 'A' : c);
    if (c == '+') press = {Key::equal, press.ctrl, true};
    if (c == '?') press = {Key::slash, press.ctrl, true};
  }
  for (const auto& [name, key] : kNames) {
    if (name == text) press.key = key;
  }
  return press;
}

}  // namespace mqlab::gui
