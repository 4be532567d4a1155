// SPDX-License-Identifier: MIT
// What every panel draws with: widgets that can be found by name, words, colours and fonts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <imgui.h>

#include "gui/fonts.hpp"
#include "gui/texts.hpp"
#include "gui/theme.hpp"

namespace mqlab::gui {

// One widget of a frame. Ids are the same in all languages: "transport.play".
struct Widget {
  std::string id;
  ImVec2 from{0, 0};
  ImVec2 to{0, 0};
  bool enabled = true;
  bool visible = true;  // it is not scrolled or clipped away
  std::string value;    // what it shows
  bool acts = false;    // Tab comes to it, and Enter presses it
  int layer = 0;        // above the window: 1 a dialog, 2 a menu
};

class Ui {
 public:
  Theme theme = Theme::of(false);
  Fonts fonts;
  Language language = Language::english;
  float scale = 1;
  bool reduced_motion = false;

  const char* say(Say what) const { return words(language, what); }
  // A size of the layout, in pixels.
  float px(float size) const { return size * scale; }

  // -- the registry -------------------------------------------------------------------------------
  void begin_frame();
  // The widgets of this frame, in the order they were drawn.
  const std::vector<Widget>& widgets() const { return widgets_; }
  // nullptr if this frame has none of this id.
  const Widget* find(std::string_view id) const;
  // Notes something that a panel drew itself.
  void note(std::string id, ImVec2 from, ImVec2 to, std::string value = {}, bool enabled = true);

  // -- the keyboard -------------------------------------------------------------------------------
  // The id of what Tab came to; empty: nothing. As long as there is a dialog or a menu, Tab stays
  // in it. Between frames.
  const std::string& focus() const { return focus_; }
  // To the next or previous widget; or, by part, to the first widget of the next or previous one.
  void move_focus(bool forward, bool by_part);
  void leave_focus() { focus_.clear(); }
  void set_focus(std::string id) {
    focus_ = std::move(id);
    moved_ = true;
  }
  enum class Wish : std::uint8_t { none, press, menu };
  // Takes effect in the next frame.
  void use_focus(Wish wish) { wish_ = wish; }
  // Of the widget that was noted last: marks it if Tab came to it, and says what is wished of it.
  Wish reached();
  // Tab came to this text field since the last frame: it gets the keyboard.
  bool takes_keyboard(std::string_view id) const;
  // What a key asks of the thing or panel with this id, for one frame. Moves in steps to the right
  // and down; zooms in (y > 0) or out; scrolls by lines (y) or pages (x).
  enum class Nudge : std::uint8_t { none, move, zoom, scroll };
  void nudge(Nudge what, std::string id, ImVec2 by) {
    nudge_ = what;
    nudged_ = std::move(id);
    nudged_by_ = by;
  }
  // None, unless just this is asked of just this.
  std::optional<ImVec2> nudged(Nudge what, std::string_view id) const;
  // Scrolls the current window of ImGui's if that is asked of this panel.
  void scroll_if_asked(std::string_view id) const;
  void end_frame() { nudge_ = Nudge::none; }
  void raise(int layers) { layer_ += layers; }
  // The highest layer of the last frame: 0 if there is neither a dialog nor a menu.
  int top_layer() const;

  // -- widgets; all of them are noted -------------------------------------------------------------
  bool button(const char* id, std::string_view label, bool enabled = true, const char* tip = "");
  // A button that stays down.
  bool toggle(const char* id, std::string_view label, bool on, const char* tip = "");
  bool selectable(const std::string& id, std::string_view label, bool selected);
  bool menu_item(const char* id, std::string_view label, bool enabled = true);
  bool input(const char* id, const char* hint, std::string& text, float width);
  void text(const char* id, std::string_view words);
  void text(const char* id, std::string_view words, ImU32 color);
  void wrapped(const char* id, std::string_view words, ImU32 color);
  void heading(std::string_view words);
  void tip(const char* words) const;
  // The text, cut so that it is at most so wide, with … for what is missing.
  std::string fitted(std::string_view text, float width) const;
  // Goes on in the same line if something this wide has room there, else in the next.
  // `reserved` pixels at the right end are taken.
  // False: it has not.
  bool flow(std::string_view next_label, float gap = 7, float reserved = 0) const;

 private:
  void note_last(std::string id, std::string value, bool enabled = true);
  bool pressed() { return reached() == Wish::press; }

  std::vector<Widget> widgets_;
  std::string focus_;
  bool moved_ = false;  // since the last frame
  Wish wish_ = Wish::none;
  Nudge nudge_ = Nudge::none;
  std::string nudged_;
  ImVec2 nudged_by_{0, 0};
  int layer_ = 0;
};

}  // namespace mqlab::gui
