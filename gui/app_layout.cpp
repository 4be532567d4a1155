// SPDX-License-Identifier: MIT
// The layout of a frame.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/request.hpp"
#include "gui/app.hpp"

namespace mqlab::gui {

void App::frame(double seconds) {
  ui_.begin_frame();
  // Who takes the mouse needs no mark.
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) ui_.leave_focus();
  session_.frame(seconds);
  follow_file(seconds);
  follow_settings(seconds);
  pointed_ = "tab";
  const ImVec2 whole = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(whole);
  ImGui::PushFont(ui_.fonts.words);
  ImGui::Begin("mqlab", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoScrollWithMouse);
  settings_bar();
  draw_transport({session_, ui_}, wishes_);
  ImGui::Separator();
  if (session_.is_open()) {
    const ImVec2 room = ImGui::GetContentRegionAvail();
    // In a low window both halves have their share, until somebody moves the border.
    const float most = std::max(room.y - ui_.px(below_moved_ ? 60 : 120), ui_.px(60));
    const float share = below_moved_ ? room.y : room.y * (is_low() ? 0.6F : 0.52F);
    const float low = std::min({ui_.px(below_), most, share});
    middle({room.x, std::max(room.y - low - ui_.px(8), ui_.px(40))});
    const float before = below_;
    splitter("splitter.below", false, below_, -1, 90, room.y / ui_.scale - 60);
    below_moved_ = below_moved_ || below_ != before;
    bottom({room.x, 0});
  } else if (session_.error() && cli::is_scenario(session_.busy_with())) {
    mend();
  }
  notices();
  ImGui::End();
  draw_legend({session_, ui_}, legend_);
  draw_keys({session_, ui_}, keys_);
  open_dialog();
  export_dialog();
  ImGui::PopFont();
  take_written();
  carry_out();
  left_text_ = false;
  ui_.end_frame();
}

// A script that could not be opened at all can be mended here.
void App::mend() {
  const std::string& path = session_.busy_with();
  if (editor_.path() != path) {
    const Result<std::string> text = cli::read_file(path, cli::kMaxScriptBytes);
    if (!text.ok()) return;
    editor_.show(path, *text);
    font_text_ += *text;
    fonts_old_ = true;
  }
  editor_.draw({session_, ui_}, wishes_);
}

bool App::is_low() const {
  return ImGui::GetIO().DisplaySize.y < ui_.px(560);
}

// A strip between two parts that moves them: `sign` says which of them grows.
void App::splitter(const char* id, bool vertical, float& value, float sign, float low, float high) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float thick = ui_.px(6);
  ImGui::InvisibleButton(
      id, vertical ? ImVec2{thick, std::max(room.y, 1.0F)} : ImVec2{std::max(room.x, 1.0F), thick});
  const bool active = ImGui::IsItemActive();
  ui_.note(id, ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), fmt::format("{:.0f}", value));
  ui_.reached();
  const std::optional<ImVec2> keyed = ui_.nudged(Ui::Nudge::move, id);
  if (ImGui::IsItemHovered() || ImGui::IsItemActive()) {
    ImGui::SetMouseCursor(vertical ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    ImGui::GetWindowDrawList()->AddRectFilled(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                                              ui_.theme.mark);
  }
  if (!active && !keyed) return;
  constexpr float kStep = 10;
  const ImVec2 dragged = ImGui::GetIO().MouseDelta;
  const ImVec2 moved = keyed ? ImVec2{keyed->x * kStep, keyed->y * kStep}
                             : ImVec2{dragged.x / ui_.scale, dragged.y / ui_.scale};
  value += sign * (vertical ? moved.x : moved.y);
  value = std::clamp(value, low, std::max(low, high));
}

void App::middle(ImVec2 size) {
  const Panel panel{session_, ui_};
  ImGui::BeginChild("middle", size, false, ImGuiWindowFlags_NoScrollbar);
  const float gap = ImGui::GetStyle().ItemSpacing.x;
  // In a narrow window the pictures have the room; lists come back when it is wider.
  const bool narrow = size.x < ui_.px(760);
  // However wide they were in another window, the world keeps a part of this one.
  const float left = narrow ? 0 : std::min(ui_.px(left_), size.x * 0.3F);
  const float right = narrow ? 0 : std::min(ui_.px(right_), size.x * 0.4F);
  if (!narrow) {
    ImGui::BeginChild("outline", {left, 0}, false);
    draw_outline(panel);
    ui_.scroll_if_asked("outline");
    point_at("outline");
    ImGui::EndChild();
    ImGui::SameLine(0, 0);
    splitter("splitter.left", true, left_, 1, 80, 400);
    ImGui::SameLine(0, 0);
  }
  const float rest = narrow ? size.x : size.x - left - right - 2 * ui_.px(6) - gap;
  worlds({rest, size.y});
  if (ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem)) pointed_ = "world";
  if (!narrow) {
    ImGui::SameLine(0, 0);
    splitter("splitter.right", true, right_, -1, 120, 600);
    ImGui::SameLine(0, 0);
    ImGui::BeginChild("inspector", {0, 0}, false);
    inspector_.draw(panel);
    ui_.scroll_if_asked("inspector");
    point_at("selection");
    ImGui::EndChild();
  }
  ImGui::EndChild();
}

// One world, or two of them: one above the other, in a low window side by side.
void App::worlds(ImVec2 size) {
  const Panel panel{session_, ui_};
  ImGui::BeginGroup();
  if (session_.beside() == nullptr) {
    topology_[0].draw(panel, session_.shown(), "upper", size, wishes_);
  } else {
    // In the order in which they came, whichever of them is in front.
    const bool first = session_.shown_index() < *session_.beside_index();
    const bool low = size.y < ui_.px(230);
    const ImVec2 gap = ImGui::GetStyle().ItemSpacing;
    const ImVec2 half =
        low ? ImVec2{(size.x - gap.x) / 2, size.y} : ImVec2{size.x, (size.y - gap.y) / 2};
    Branch& upper = first ? session_.shown() : *session_.beside();
    Branch& lower = first ? *session_.beside() : session_.shown();
    topology_[0].draw(panel, upper, "upper", half, wishes_);
    if (low) ImGui::SameLine();
    topology_[1].draw(panel, lower, "lower", half, wishes_);
  }
  ImGui::EndGroup();
}

void App::bottom(ImVec2 size) {
  const Panel panel{session_, ui_};
  ImGui::BeginChild("bottom", size, false, ImGuiWindowFlags_NoScrollbar);
  draw_scrubber(panel, is_low() ? 22 : 34);
  tab_bar();
  ImGui::BeginChild("tab", {0, 0}, false);
  switch (tab_) {
    case 0:
      timeline_.draw(panel);
      break;
    case 1:
      sequence_.draw(panel);
      break;
    case 2:
      ledger_.draw(panel);
      break;
    case 3:
      plots_.draw(panel);
      break;
    case 4:
      draw_checks(panel);
      break;
    case 5:
      compare_.draw(panel);
      break;
    case 6:
      draw_log(panel);
      break;
    case 7:
      editor_.draw(panel, wishes_);
      break;
    case 8:
      draw_next(panel, wishes_);
      break;
    default:  // not an enum
      break;
  }
  ui_.scroll_if_asked("tab");
  ImGui::EndChild();
  ImGui::EndChild();
}

Say tab_name(int tab) {
  constexpr std::array kNames{Say::tab_timeline, Say::tab_sequence, Say::tab_ledger,
                              Say::tab_plots,    Say::tab_checks,   Say::tab_compare,
                              Say::tab_log,      Say::tab_script,   Say::tab_next};
  return kNames.at(static_cast<std::size_t>(tab));
}

void App::tab_bar() {
  for (int i = 0; i < kTabCount; ++i) {
    const char* words = ui_.say(tab_name(i));
    if (i > 0) ui_.flow(words, 3);
    const std::string id = fmt::format("tab.{}", i + 1);
    if (ui_.toggle(id.c_str(), words, tab_ == i)) show_tab(i);
  }
  branches();
}

// One button for each branch, once there are several.
void App::branches() {
  if (session_.branch_count() < 2) return;
  ui_.flow(ui_.say(Say::branches), 20);
  ImGui::AlignTextToFramePadding();
  ui_.text("branches", ui_.say(Say::branches), ui_.theme.faint);
  for (std::size_t i = 0; i < session_.branch_count(); ++i) {
    ui_.flow(session_.branch(i).name() + " x");
    const std::string id = fmt::format("branch.{}", i);
    const bool shown = session_.shown_index() == i;
    if (ui_.toggle(id.c_str(), session_.branch(i).name(), shown)) {
      session_.show(i);
    }
    if (i > 0) {
      ImGui::SameLine(0, 1);
      if (ui_.button((id + ".close").c_str(), "x")) {
        session_.close_branch(i);
        break;
      }
    }
  }
}

// At the right end of the first line.
void App::settings_bar() {
  const ImVec2 at = ImGui::GetCursorPos();
  const float room = ImGui::GetContentRegionAvail().x;
  ImGui::SetCursorPosX(at.x + std::max(0.0F, room - settings_width_));
  const float from = ImGui::GetCursorScreenPos().x;
  if (ui_.button("settings.open", ui_.say(Say::open))) opening_ = true;
  ImGui::SameLine();
  if (ui_.button("settings.export", ui_.say(Say::export_title), session_.is_open(),
                 ui_.say(Say::key_export))) {
    exporting_ = true;
  }
  ImGui::SameLine();
  const bool chinese_now = ui_.language == Language::chinese;
  if (ui_.button("settings.language",
                 chinese_now         ? "English"
                 : ui_.fonts.chinese ? "中文"
                                     : "Chinese",
                 ui_.fonts.chinese)) {
    act(Action::language);
  }
  ImGui::SameLine();
  if (ui_.toggle("settings.dark", ui_.say(Say::dark), ui_.theme.dark)) act(Action::dark);
  ImGui::SameLine();
  if (ui_.button("settings.keys", "?", true, ui_.say(Say::keys))) keys_ = !keys_;
  settings_width_ = ImGui::GetItemRectMax().x - from;
  ImGui::SetCursorPos(at);
}

void App::notices() {
  std::string words = notice_;
  ImU32 color = ui_.theme.accent;
  if (session_.error()) {
    words = session_.error()->text();
    color = ui_.theme.bad;
  } else if (writing_.busy()) {
    words = ui_.say(Say::writing);
  } else if (session_.busy()) {
    words = fmt::format(fmt::runtime(ui_.say(Say::running)), session_.busy_with());
  } else if (session_.stopped_by() != 0) {
    words = fmt::format(fmt::runtime(ui_.say(Say::stopped_by)), session_.stopped_by());
  }
  if (words.empty()) return;
  const ImVec2 whole = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({whole.x / 2, ui_.px(64)}, ImGuiCond_Always, {0.5F, 0});
  ImGui::SetNextWindowSizeConstraints({0, 0}, {whole.x * 0.9F, whole.y * 0.4F});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, ui_.theme.panel);
  ImGui::Begin("notice", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_AlwaysAutoResize |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing);
  ImGui::PushTextWrapPos(whole.x * 0.8F);
  ui_.text(session_.error() ? "notice.error" : "notice", words, color);
  ImGui::PopTextWrapPos();
  if (session_.busy()) {
    if (ui_.button("notice.stop", ui_.say(Say::stop))) session_.stop_work();
  } else if (ui_.button("notice.close", ui_.say(Say::dismiss))) {
    notice_.clear();
    session_.clear_error();
    session_.seek(session_.is_open() ? session_.position() : Position{});
  }
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
}

void App::open_dialog() {
  if (!opening_) return;
  begin_dialog({session_, ui_}, "open", Say::open, opening_);
  if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
  ui_.input("open.path", ui_.say(Say::open_hint), path_,
            std::min(ui_.px(520), ImGui::GetIO().DisplaySize.x * 0.8F));
  const bool entered =
      ImGui::IsItemDeactivatedAfterEdit() && !ImGui::GetIO().KeyCtrl && !left_text_;
  if (scenarios_.empty()) {
    const Result<std::vector<std::string>> found = cli::find_scenarios("scenarios");
    if (found.ok()) scenarios_ = *found;
  }
  int shown = 0;
  for (const std::string& one : scenarios_) {
    if (one.find(path_) == std::string::npos || shown >= 12) continue;
    ++shown;
    if (ui_.selectable("open." + one, one, false)) {
      wishes_.open = one;
      opening_ = false;
    }
  }
  if (ui_.button("open.go", ui_.say(Say::open), !path_.empty()) || (entered && shown == 0)) {
    wishes_.open = path_;
    opening_ = false;
  }
  end_dialog({session_, ui_});
}

}  // namespace mqlab::gui
