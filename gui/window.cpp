// SPDX-License-Identifier: MIT
// GLFW and OpenGL around the app.
#include "gui/window.hpp"

#include <cstdlib>
#include <functional>
#include <memory>
#include <vector>

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <fmt/format.h>

#include "cli/files.hpp"

namespace mqlab::gui {

namespace {

// Keys that came since the last frame. GLFW gives them to a function without an object but the
// window.
using Presses = std::vector<KeyPress>;

void on_key(GLFWwindow* window, int key, int /*scancode*/, int action, int mods) {
  if (action == GLFW_RELEASE || key < 0) return;
  auto* presses = static_cast<Presses*>(glfwGetWindowUserPointer(window));
  presses->push_back(
      {static_cast<Key>(key), (mods & GLFW_MOD_CONTROL) != 0, (mods & GLFW_MOD_SHIFT) != 0});
}

std::string widgets_text(const App& app) {
  std::string text;
  for (const Widget& widget : app.ui().widgets()) {
    std::string value = widget.value.substr(0, widget.value.find('\n'));
    text += fmt::format("{}\t{:.0f}\t{:.0f}\t{:.0f}\t{:.0f}\t{}\n", widget.id, widget.from.x,
                        widget.from.y, widget.to.x, widget.to.y, value);
  }
  return text;
}

class Window {
 public:
  explicit Window(const WindowOptions& options) : options_(options) {}
  ~Window() {
    app_.reset();
    if (context_ != nullptr) {
      ImGui_ImplOpenGL3_Shutdown();
      ImGui_ImplGlfw_Shutdown();
      ImGui::DestroyContext(context_);
    }
    if (window_ != nullptr) glfwDestroyWindow(window_);
    glfwTerminate();
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  Result<void> open() {
#ifdef GLFW_PLATFORM
    // GLFW 3.4 tries Wayland even where nothing names it, and the library complains on its own.
    if (std::getenv("WAYLAND_DISPLAY") == nullptr && std::getenv("WAYLAND_SOCKET") == nullptr) {
      glfwInitHint(GLFW_PLATFORM, GLFW_PLATFORM_X11);
    }
#endif
    if (glfwInit() == 0) return no_screen();
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    window_ = glfwCreateWindow(options_.width, options_.height, "mqlab", nullptr, nullptr);
    if (window_ == nullptr) return no_screen();
    glfwMakeContextCurrent(window_);
    glfwSwapInterval(1);
    glfwSetWindowUserPointer(window_, &presses_);
    glfwSetKeyCallback(window_, on_key);  // ImGui's own, set next, calls it too
    context_ = ImGui::CreateContext();
    app_ = std::make_unique<App>();
    ImGui_ImplGlfw_InitForOpenGL(window_, true);
    if (!ImGui_ImplOpenGL3_Init("#version 330")) {
      return make_error("this screen has no OpenGL 3.3",
                        "install libgl1-mesa-dri; pictures need none: --headless --script TOUR");
    }
    float scale = options_.scale;
    float ignored = 0;
    if (scale == 0) glfwGetWindowContentScale(window_, &scale, &ignored);
    app_->set_scale(scale);
    return {};
  }

  App& app() {
    return *app_;
  }

  void loop() {
    double last = glfwGetTime();
    int still = 0;
    while (glfwWindowShouldClose(window_) == 0 && !app_->wants_to_quit()) {
      // A picture that does not change is drawn a few times and then left alone.
      if (still > 4) {
        glfwWaitEventsTimeout(0.25);
      } else {
        glfwPollEvents();
      }
      still = app_->idle() && presses_.empty() && !io_is_active() ? still + 1 : 0;
      const double now = glfwGetTime();
      draw(std::min(now - last, 0.1));
      last = now;
    }
  }

 private:
  Result<void> no_screen() const {
    const char* why = nullptr;
    glfwGetError(&why);
    return make_error(fmt::format("no window can be opened here: {}", why == nullptr ? "" : why),
                      "set DISPLAY to a screen, or make one: xvfb-run mqlab-gui ...; pictures "
                      "need none: --headless --script TOUR");
  }

  static bool io_is_active() {
    const ImGuiIO& io = ImGui::GetIO();
    return io.MouseDelta.x != 0 || io.MouseDelta.y != 0 || io.MouseWheel != 0 ||
           ImGui::IsAnyMouseDown() || ImGui::IsAnyItemActive();
  }

  void draw(double seconds) {
    if (app_->prepare_fonts()) {
      ImGui_ImplOpenGL3_DestroyFontsTexture();
      ImGui_ImplOpenGL3_CreateFontsTexture();
    }
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    for (const KeyPress& press : presses_) app_->key(press);
    presses_.clear();
    ImGui::NewFrame();
    app_->frame(seconds);
    ImGui::Render();
    app_->rendered();
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    glViewport(0, 0, width, height);
    glClearColor(0, 0, 0, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    glfwSwapBuffers(window_);
    since_note_ += seconds;
    if (!options_.widgets_file.empty() && since_note_ > 0.2) {
      since_note_ = 0;
      static_cast<void>(cli::write_file(options_.widgets_file, widgets_text(*app_)).ok());
    }
  }

  const WindowOptions& options_;
  GLFWwindow* window_ = nullptr;
  ImGuiContext* context_ = nullptr;
  std::unique_ptr<App> app_;
  Presses presses_;
  double since_note_ = 0;
};

}  // namespace

Result<void> show_window(const WindowOptions& options, const std::function<void(App&)>& start) {
  Window window(options);
  const Result<void> opened = window.open();
  if (!opened.ok()) return opened;
  start(window.app());
  window.loop();
  const Result<void> kept = window.app().save_settings();
  if (!kept.ok()) fmt::print(stderr, "mqlab: {}\n", kept.error().text());
  return {};
}

}  // namespace mqlab::gui
