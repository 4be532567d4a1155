// SPDX-License-Identifier: MIT
// What keys and menus do.
#include "gui/app.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "cli/files.hpp"

namespace mqlab::gui {

namespace {

constexpr int kTabSequence = 1;
constexpr int kTabLedger = 2;
constexpr int kTabPlots = 3;
constexpr int kTabCompare = 5;
constexpr int kTabScript = 7;
constexpr double kLookEvery = 1;  // seconds between looks at the script's file

// All characters that a run can show: of its script, its names and texts.
std::string texts_of(const Run& run) {
  std::string all = run.report.title + run.report.claim + run.report.story;
  for (const scripting::Source& source : run.report.sources) all += source.text;
  for (const std::string& line : run.report.printed) all += line;
  for (std::uint32_t id = 1; id <= run.view.entity_count(); ++id) {
    all += run.view.name(EntityId{id});
  }
  return all;
}

// What of a text is not plain ASCII.
std::string special(const std::string& text) {
  std::string rest;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) rest += c;
  }
  return rest;
}

std::int64_t time_of(const std::string& path) {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(path, error);
  return error ? 0 : static_cast<std::int64_t>(time.time_since_epoch().count());
}

}  // namespace

App::App() {
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.ConfigInputTextCursorBlink = false;
  io.ConfigWindowsMoveFromTitleBarOnly = true;
  apply(ui_.theme, ui_.scale);
}

bool App::prepare_fonts() {
  if (generation_ != session_.generation()) {
    generation_ = session_.generation();
    std::string more;
    for (std::size_t i = 0; i < session_.branch_count(); ++i) {
      more += special(texts_of(*session_.branch(i).run));
    }
    if (font_text_.find(more) == std::string::npos) {
      font_text_ += more;
      fonts_old_ = true;
    }
    if (session_.is_open()) {
      const Run& run = session_.run();
      if (!editor_.changed() || editor_.path() != run.path) {
        editor_.show(run.path, run.report.sources.empty() ? "" : run.report.sources.front().text);
      }
      file_time_ = time_of(run.path);
    }
  }
  if (!fonts_old_ && font_scale_ == ui_.scale) return false;
  ui_.fonts = load_fonts(ui_.scale, all_words() + font_text_);
  font_scale_ = ui_.scale;
  fonts_old_ = false;
  apply(ui_.theme, ui_.scale);
  if (wanted_language_) set_language(*std::exchange(wanted_language_, std::nullopt));
  return true;
}

void App::set_language(Language language) {
  if (ui_.fonts.words == nullptr) {
    wanted_language_ = language;
    return;
  }
  if (language == Language::chinese && !ui_.fonts.chinese) {
    notice_ = english(Say::no_chinese);
    return;
  }
  ui_.language = language;
}

void App::set_dark(bool dark) {
  ui_.theme = Theme::of(dark);
  apply(ui_.theme, ui_.scale);
}

void App::set_scale(float scale) {
  ui_.scale = std::clamp(scale, 0.75F, 3.0F);
}

void App::show_tab(int tab) {
  tab_ = std::clamp(tab, 0, kTabCount - 1);
}

bool App::tab_busy() const {
  return (tab_ == kTabLedger && ledger_.busy()) || (tab_ == kTabSequence && sequence_.busy()) ||
         (tab_ == kTabPlots && plots_.busy()) || (tab_ == kTabCompare && compare_.busy());
}

bool App::busy() const {
  if (session_.busy() || generation_ != session_.generation()) return true;
  if (writing_.busy() || picture_in_ > 0) return true;
  if (session_.is_open() && tab_busy()) return true;
  return session_.is_open() && !session_.shown().settled;
}

void App::key(KeyPress press) {
  act(action_of(press, ImGui::GetIO().WantTextInput));
}

// The keyboard leaves text fields and menus, before ImGui makes something else of the key.
void App::leave_text() {
  left_text_ = true;
  if (ui_.top_layer() < 2) ImGui::SetWindowFocus(nullptr);
}

void App::act_on_message(bool forward) {
  const ledger::MessageId message = session_.selection.now().what.message;
  if (!message) return;
  const Run& run = session_.run();
  const Position at = session_.position();
  session_.play(false);
  session_.seek(forward ? next_about(run, at, message) : previous_about(run, at, message));
}

void App::fit() {
  for (TopologyPanel& one : topology_) one.fit();
  timeline_.fit();
  sequence_.fit();
  plots_.fit();
}

// The panel that Tab is in; without one, that under the mouse.
std::string App::panel_for_keys() const {
  const std::string part = ui_.focus().substr(0, ui_.focus().find('.'));
  if (part.empty()) return pointed_;
  if (part == "inspector") return "selection";
  return part == "outline" || part == "world" ? part : "tab";
}

// Moves, zooms or scrolls what is marked; else the scrubber, the picture below, the tab.
void App::nudge(Action action) {
  const std::string& focus = ui_.focus();
  const std::string part = focus.substr(0, focus.find('.'));
  const bool world = part == "world" || part == "beside";
  const auto move = [&](float x, float y) {
    const bool own = focus.ends_with(".picture") || part == "splitter";
    ui_.nudge(Ui::Nudge::move, world ? part : own ? focus : "scrubber", {x, y});
  };
  const auto zoom = [&](float by) {
    const char* below = tab_ == 0              ? "timeline.picture"
                        : tab_ == kTabSequence ? "sequence.picture"
                        : tab_ == kTabPlots    ? "plots.picture"
                                               : "world";
    ui_.nudge(Ui::Nudge::zoom, world ? part : below, {0, by});
  };
  const auto scroll = [&](float pages, float lines) {
    const bool own = part == "outline" || part == "inspector";
    ui_.nudge(Ui::Nudge::scroll,
              ui_.top_layer() > 0 ? "dialog"
              : own               ? part
                                  : "tab",
              {pages, lines});
  };
  constexpr float kFar = 5;
  if (action == Action::move_left) move(-1, 0);
  if (action == Action::move_right) move(1, 0);
  if (action == Action::move_up) move(0, -1);
  if (action == Action::move_down) move(0, 1);
  if (action == Action::move_far_left) move(-kFar, 0);
  if (action == Action::move_far_right) move(kFar, 0);
  if (action == Action::move_far_up) move(0, -kFar);
  if (action == Action::move_far_down) move(0, kFar);
  if (action == Action::zoom_in) zoom(1);
  if (action == Action::zoom_out) zoom(-1);
  if (action == Action::scroll_up) scroll(0, -2);
  if (action == Action::scroll_down) scroll(0, 2);
  if (action == Action::page_up) scroll(-1, 0);
  if (action == Action::page_down) scroll(1, 0);
}

// NOLINTNEXTLINE(readability-function-size): a table of actions, most a line long
void App::act(Action action) {
  switch (action) {
    case Action::none:
      return;
    case Action::open:
      opening_ = true;
      return;
    case Action::save:
      wishes_.save = true;
      return;
    case Action::reload:
      wishes_.reload = true;
      return;
    case Action::motion:
      ui_.reduced_motion = !ui_.reduced_motion;
      return;
    case Action::language:
      return set_language(ui_.language == Language::english ? Language::chinese
                                                            : Language::english);
    case Action::dark:
      return set_dark(!ui_.theme.dark);
    case Action::legend:
      legend_ = !legend_;
      return;
    case Action::keys:
      keys_ = !keys_;
      return;
    case Action::larger:
    case Action::smaller:
      scale_chosen_ = true;
      return set_scale(ui_.scale + (action == Action::larger ? 0.25F : -0.25F));
    case Action::fit:
      return fit();
    case Action::put_back:
      wishes_.put_back = true;
      return;
    case Action::copy:
      if (session_.is_open()) copy(twin_of(panel_for_keys()));
      return;
    case Action::take_out:
      exporting_ = session_.is_open();
      return;
    case Action::leave:
      left_text_ = true;
      ImGui::SetWindowFocus(nullptr);  // of menus, too
      ui_.leave_focus();
      legend_ = keys_ = opening_ = exporting_ = false;
      notice_.clear();
      session_.clear_error();
      return;
    case Action::quit:
      quit_ = true;
      return;
    case Action::query:
      show_tab(kTabLedger);
      return ui_.set_focus("ledger.query");
    case Action::next_widget:
    case Action::previous_widget:
      if (editor_.active()) return;
      leave_text();
      return ui_.move_focus(action == Action::next_widget, false);
    case Action::next_part:
    case Action::previous_part:
      leave_text();
      return ui_.move_focus(action == Action::next_part, true);
    case Action::move_left:
    case Action::move_right:
    case Action::move_up:
    case Action::move_down:
    case Action::move_far_left:
    case Action::move_far_right:
    case Action::move_far_up:
    case Action::move_far_down:
    case Action::zoom_in:
    case Action::zoom_out:
    case Action::scroll_up:
    case Action::scroll_down:
    case Action::page_up:
    case Action::page_down:
      return nudge(action);
    case Action::press:
      return ui_.use_focus(Ui::Wish::press);
    case Action::menu:
      return ui_.use_focus(Ui::Wish::menu);
    case Action::tab_1:
    case Action::tab_2:
    case Action::tab_3:
    case Action::tab_4:
    case Action::tab_5:
    case Action::tab_6:
    case Action::tab_7:
    case Action::tab_8:
    case Action::tab_9:
      return show_tab(static_cast<int>(action) - static_cast<int>(Action::tab_1));
    case Action::play:
    case Action::step:
    case Action::back:
    case Action::next_fault:
    case Action::previous_fault:
    case Action::to_start:
    case Action::to_end:
    case Action::next_of_message:
    case Action::previous_of_message:
    case Action::faster:
    case Action::slower:
    case Action::bookmark:
    case Action::breakpoint:
      if (session_.is_open()) move(action);
      return;
  }
}

// The actions that need an open run.
void App::move(Action action) {
  const Run& run = session_.run();
  const Position at = session_.position();
  const auto go = [&](Position to) {
    session_.play(false);
    session_.seek(to);
  };
  if (action == Action::play) session_.play(!session_.playing());
  if (action == Action::step) go(next_event(run, at));
  if (action == Action::back) go(previous_event(run, at));
  if (action == Action::next_fault) go(session_.next_stop());
  if (action == Action::previous_fault) go(session_.previous_stop());
  if (action == Action::to_start) go({});
  if (action == Action::to_end) go(at_row(run, run.view.row_count()));
  if (action == Action::next_of_message) act_on_message(true);
  if (action == Action::previous_of_message) act_on_message(false);
  if (action == Action::faster) session_.speed *= 2;
  if (action == Action::slower) session_.speed /= 2;
  if (action == Action::bookmark) session_.toggle_bookmark();
  const Selection& chosen = session_.selection.now();
  if (action == Action::breakpoint && !chosen.empty()) {
    session_.toggle_breakpoint({chosen.thing, chosen.what.message, {}});
  }
}

void App::save(const std::string& text) {
  const Result<void> written = cli::write_file(editor_.path(), text);
  if (!written.ok()) {
    notice_ = written.error().text();
    return;
  }
  notice_ = fmt::format(fmt::runtime(ui_.say(Say::saved)), editor_.path());
  editor_.show(editor_.path(), text);
  file_time_ = time_of(editor_.path());
  if (kept_ && session_.is_open()) {
    // What was done in forks is part of the script now.
    session_.open(editor_.path(), session_.run().report.variant, session_.position().now);
  } else {
    session_.reload();
  }
  kept_ = false;
}

void App::carry_out() {
  Wishes wishes;
  std::swap(wishes, wishes_);
  if (wishes.open) session_.open(*wishes.open);
  if (wishes.variant) {
    session_.open(session_.run().path, *wishes.variant, session_.position().now);
  }
  if (wishes.beside) {
    session_.open_beside(*wishes.beside);
    show_tab(kTabCompare);
  }
  if (!wishes.fork.empty()) {
    const Result<void> forked = session_.fork(wishes.fork);
    if (forked.ok()) {
      show_tab(kTabCompare);
    } else {
      notice_ = forked.error().text();
    }
  }
  if (wishes.decide) {
    const Result<void> forked = session_.decide(*wishes.decide);
    if (forked.ok()) {
      show_tab(kTabCompare);
    } else {
      notice_ = forked.error().text();
    }
  }
  if (wishes.keep_fork) {
    const std::vector<std::string> lines = lua_lines(session_.shown().request);
    editor_.show(editor_.path(), with_lines(editor_.text(), lines));
    editor_.touch();
    kept_ = true;
    show_tab(kTabScript);
  }
  if (wishes.copy_world) copy(twin_of("world"));
  if (wishes.put_back && session_.is_open()) session_.places.reset(session_.run());
  if (wishes.save && !editor_.path().empty()) save(editor_.text());
  if (wishes.reload) session_.reload();
}

// A script that is written elsewhere is run again, unless it is being changed here, too.
void App::follow_file(double seconds) {
  since_look_ += seconds;
  if (since_look_ < kLookEvery || !session_.is_open() || session_.busy()) return;
  if (generation_ != session_.generation()) return;  // its file was read just now
  since_look_ = 0;
  const std::int64_t time = time_of(session_.run().path);
  if (time == file_time_ || time == 0 || editor_.changed()) return;
  file_time_ = time;
  session_.reload();
}

}  // namespace mqlab::gui
