// SPDX-License-Identifier: MIT
// Words in two languages, and glyphs for all of them.
#include <algorithm>
#include <string_view>

#include <imgui.h>

#include "gui/headless.hpp"
#include "tests/catch.hpp"

using namespace mqlab::gui;

namespace {

std::ptrdiff_t placeholders(std::string_view text) {
  return std::count(text.begin(), text.end(), '{');
}

}  // namespace

TEST_CASE("whatever is said in one language is said in the other with as many placeholders") {
  for (int i = 0; i < kSayCount; ++i) {
    const auto what = static_cast<Say>(i);
    INFO(english(what));
    CHECK(std::string_view(english(what)).size() > 0);
    CHECK(std::string_view(chinese(what)).size() > 0);
    CHECK(placeholders(english(what)) == placeholders(chinese(what)));
  }
}

TEST_CASE("the fonts have a glyph for every character of every word") {
  Headless window(640, 400);
  const Fonts& fonts = window.ui().fonts;
  for (int i = 0; i < kSayCount; ++i) {
    const auto what = static_cast<Say>(i);
    INFO(english(what));
    CHECK(can_show(*fonts.words, english(what)));
    CHECK(can_show(*fonts.mono, english(what)));
    if (!fonts.chinese) continue;
    CHECK(can_show(*fonts.words, chinese(what)));
    CHECK(can_show(*fonts.mono, chinese(what)));
    CHECK(can_show(*fonts.bold, chinese(what)));
  }
  if (fonts.chinese) {
    CHECK(can_show(*fonts.words, all_words()));
    CHECK(can_show(*fonts.bold, all_words()));
  }
  CHECK_FALSE(can_show(*fonts.words, "\xe9\xbe\x98"));  // a character that nothing asked for
}

TEST_CASE("each key does one thing, and its name in the help is the key") {
  const auto bindings = key_bindings();
  for (const KeyBinding& one : bindings) {
    const auto same = std::count_if(bindings.begin(), bindings.end(), [&](const KeyBinding& other) {
      return other.press == one.press;
    });
    INFO(one.shown);
    CHECK(same == 1);
    CHECK(action_of(one.press, false) == one.action);
    CHECK(action_of(one.press, true) == (one.while_typing ? one.action : Action::none));
    if (one.shown.empty()) continue;
    // Of several keys the first: "Ctrl+arrows", "Page Up, Page Down".
    std::string name(one.shown.substr(0, one.shown.find(',')));
    std::erase(name, ' ');
    if (name.ends_with("arrows")) name.replace(name.find("arrows"), 6, "left");
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (name == "esc") name = "escape";
    CHECK(key_press(name) == one.press);
  }
}
