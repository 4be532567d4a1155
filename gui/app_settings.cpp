// SPDX-License-Identifier: MIT
// What the window remembers from session to session.
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "gui/app.hpp"

namespace mqlab::gui {

namespace {

constexpr double kKeepEvery = 2;  // seconds between looks at what changed

}  // namespace

Settings App::settings_now() const {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  Settings now;
  now.chinese = ui_.language == Language::chinese;
  now.dark = ui_.theme.dark;
  now.reduced_motion = ui_.reduced_motion;
  now.scale = scale_chosen_ ? ui_.scale : 0;
  now.left = left_;
  now.right = right_;
  now.below = below_moved_ ? below_ : 0;
  now.width = static_cast<int>(size.x);
  now.height = static_cast<int>(size.y);
  now.things = session_.places.things();
  return now;
}

void App::keep_settings(const std::string& path) {
  if (path.empty()) return;
  const Result<Settings> read = read_settings(path);
  if (!read.ok()) {
    notice_ = fmt::format(fmt::runtime(ui_.say(Say::settings_damaged)), read.error().text());
    return;
  }
  settings_path_ = path;
  kept_settings_ = *read;
  ui_.reduced_motion = read->reduced_motion;
  set_dark(read->dark);
  if (read->scale > 0) {
    scale_chosen_ = true;
    set_scale(read->scale);
  }
  if (read->left > 0) left_ = read->left;
  if (read->right > 0) right_ = read->right;
  below_moved_ = read->below > 0;
  if (below_moved_) below_ = read->below;
  session_.places.put(read->things);
  if (read->chinese) set_language(Language::chinese);
}

// On a thread of its own: a home may be far away.
void App::follow_settings(double seconds) {
  if (const std::optional<Result<void>> done = keeping_.take(); done && !done->ok()) {
    notice_ = fmt::format(fmt::runtime(ui_.say(Say::settings_unwritable)), done->error().text());
    settings_path_.clear();
  }
  since_settings_ += seconds;
  if (settings_path_.empty() || since_settings_ < kKeepEvery || keeping_.busy()) return;
  if (ImGui::IsAnyMouseDown()) return;
  since_settings_ = 0;
  Settings now = settings_now();
  if (now == kept_settings_) return;
  kept_settings_ = now;
  keeping_.start([path = settings_path_, now = std::move(now)](const std::atomic<bool>&) {
    return write_settings(path, now);
  });
}

Result<void> App::save_settings() {
  while (keeping_.busy() && !keeping_.take()) {  // two at once would get into each other's way
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (settings_path_.empty()) return {};
  return write_settings(settings_path_, settings_now());
}

}  // namespace mqlab::gui
