// SPDX-License-Identifier: MIT
// Driving ImGui without a back end.
#include "gui/headless.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>

#include <fmt/format.h>

namespace mqlab::gui {

namespace {

// What this thread has worked so far: others that use the machine do not count.
double worked_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace

Headless::Headless(int width, int height) : context_(ImGui::CreateContext()) {
  ImGuiIO& io = ImGui::GetIO();
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  compat::name_keys();
  app_ = std::make_unique<App>();
  resize(width, height);
  compat::mouse_moved(-10, -10);
  frames(2);
}

Headless::~Headless() {
  app_.reset();
  ImGui::DestroyContext(context_);
}

void Headless::resize(int width, int height) {
  ImGui::GetIO().DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
}

void Headless::take_fonts() {
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  unsigned char* pixels = nullptr;
  atlas.GetTexDataAsAlpha8(&pixels, &atlas_.width, &atlas_.height);
  atlas_.alpha = pixels;
  // A texture id is an opaque pointer; nobody looks behind this one.
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  atlas.SetTexID(reinterpret_cast<ImTextureID>(std::uintptr_t{1}));
}

void Headless::frames(int count) {
  for (int i = 0; i < count; ++i) {
    const double begin = worked_ms();
    if (app_->prepare_fonts()) take_fonts();
    constexpr float kFrame = 1.0F / 60;
    ImGui::GetIO().DeltaTime = kFrame;
    ImGui::NewFrame();
    app_->frame(kFrame);
    ImGui::Render();
    ++frames_.count;
    frames_.longest_ms = std::max(frames_.longest_ms, worked_ms() - begin);
    app_->rendered();
  }
}

bool Headless::wait(int most) {
  for (int i = 0; i < most; ++i) {
    frames(1);
    if (!app_->busy()) {
      frames(3);
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

Result<Widget> Headless::in_sight(std::string_view id) const {
  const Widget* found = app_->ui().find(id);
  if (found == nullptr) return make_error(fmt::format("there is no '{}' to be seen", id));
  if (!found->enabled) return make_error(fmt::format("'{}' is disabled", id));
  if (!found->visible) return make_error(fmt::format("'{}' is out of sight", id));
  return *found;
}

Result<void> Headless::hover(std::string_view id) {
  const Result<Widget> widget = in_sight(id);
  if (!widget.ok()) return widget.error();
  compat::mouse_moved((widget->from.x + widget->to.x) / 2, (widget->from.y + widget->to.y) / 2);
  frames(2);
  return {};
}

Result<void> Headless::click(std::string_view id, int button) {
  const Result<void> there = hover(id);
  if (!there.ok()) return there;
  compat::mouse_button(button, true);
  frames(2);
  compat::mouse_button(button, false);
  frames(2);
  return {};
}

void Headless::press(KeyPress key) {
  app_->key(key);
  compat::key(key, true);
  frames(2);
  compat::key(key, false);
  frames(1);
}

void Headless::type(const std::string& text) {
  ImGui::GetIO().AddInputCharactersUTF8(text.c_str());
  frames(2 + static_cast<int>(text.size()));
}

void Headless::wheel(std::string_view id, float lines) {
  if (!hover(id).ok()) return;
  compat::mouse_wheel(lines);
  frames(2);
}

void Headless::drag(ImVec2 from, ImVec2 to) {
  compat::mouse_moved(from.x, from.y);
  frames(2);
  compat::mouse_button(0, true);
  frames(2);
  constexpr int kSteps = 8;
  for (int i = 1; i <= kSteps; ++i) {
    const float part = static_cast<float>(i) / kSteps;
    compat::mouse_moved(from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part);
    frames(1);
  }
  compat::mouse_button(0, false);
  frames(2);
}

std::string Headless::value(std::string_view id) const {
  const Widget* found = app_->ui().find(id);
  return found == nullptr ? std::string{} : found->value;
}

Image Headless::picture() {
  return rasterise(*ImGui::GetDrawData(), atlas_, app_->ui().theme.paper);
}

}  // namespace mqlab::gui
