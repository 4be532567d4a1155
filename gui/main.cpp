// SPDX-License-Identifier: MIT
// mqlab-gui: the window, or a tour through it without a screen.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/request.hpp"
#include "gui/tour.hpp"
#include "gui/window.hpp"

namespace mqlab::gui {
namespace {

constexpr int kSmallestSide = 200;  // in pixels, of a window that is made as it was

struct Options {
  std::string run;
  std::string at;
  std::string variant;
  std::string language;
  bool dark = false;
  bool headless = false;
  std::string script;
  std::string shots = ".";
  double scale = 0;
  int width = 0;
  int height = 0;
  std::string widgets;
  std::string settings;
  bool timing = false;
};

void add_options(CLI::App& command, Options& options) {
  command.add_option("run", options.run, "a scenario (.lua) or a recording");
  command.add_option("--at", options.at, "where to begin, such as 1400ms");
  command.add_option("--variant", options.variant, "of the scenario; else its first");
  command.add_option("--language", options.language, "en or zh")
      ->check(CLI::IsMember({"en", "zh"}));
  command.add_flag("--dark", options.dark, "light on dark");
  command.add_option("--scale", options.scale, "of all sizes, 0.75 to 3; else as the screen says")
      ->check(CLI::Range(0.75, 3.0));
  command.add_option("--width", options.width, "in pixels")->check(CLI::Range(320, 8192));
  command.add_option("--height", options.height, "in pixels")->check(CLI::Range(200, 8192));
  command.add_flag("--headless", options.headless, "no window and no screen: only --script");
  command.add_option("--script", options.script, "a tour, in Lua; with --headless");
  command.add_option("--shot", options.shots, "the folder for a tour's pictures");
  command.add_flag("--timing", options.timing,
                   "say of each word of a tour how long it took, and its longest frame");
  command.add_option("--settings", options.settings,
                     "the file that keeps sizes and looks; none: nothing is kept");
  command.add_option("--widgets", options.widgets,
                     "a file that always says which widgets are where, for tests");
}

// A tour finds a window as it comes, unless a file is named.
std::string settings_of(const Options& options) {
  if (options.settings == "none") return {};
  return options.settings.empty() && !options.headless ? settings_path() : options.settings;
}

// What is said on the command line goes before what was left by an earlier session.
void prepare(App& app, const Options& options, std::optional<Time> at) {
  app.keep_settings(settings_of(options));
  if (options.dark) app.set_dark(true);
  if (options.scale > 0) app.set_scale(static_cast<float>(options.scale));
  if (!options.language.empty()) {
    app.set_language(options.language == "zh" ? Language::chinese : Language::english);
  }
  if (!options.run.empty()) app.session().open(options.run, options.variant, at);
}

cli::ExitCode run(const Options& options) {
  const Result<cli::Until> at = cli::parse_until(options.at, "--at");
  if (!at.ok()) return cli::complain(at.error().text(), cli::ExitCode::usage);
  if (!options.headless) {
    if (!options.script.empty()) {
      return cli::complain("--script needs --headless", cli::ExitCode::usage);
    }
    const Result<Settings> kept = read_settings(settings_of(options));
    const auto chosen = [](int said, int before, int usual) {
      return said > 0 ? said : before >= kSmallestSide ? before : usual;
    };
    WindowOptions window;
    window.width = chosen(options.width, kept.ok() ? kept->width : 0, window.width);
    window.height = chosen(options.height, kept.ok() ? kept->height : 0, window.height);
    window.scale = static_cast<float>(options.scale);
    window.widgets_file = options.widgets;
    const Result<void> shown =
        show_window(window, [&](App& app) { prepare(app, options, at->time); });
    return shown.ok() ? cli::ExitCode::pass
                      : cli::complain(shown.error().text(), cli::ExitCode::unavailable);
  }
  if (options.script.empty()) {
    return cli::complain("--headless needs --script TOUR", cli::ExitCode::usage);
  }
  const WindowOptions usual;
  Headless window(options.width > 0 ? options.width : usual.width,
                  options.height > 0 ? options.height : usual.height);
  prepare(window.app(), options, at->time);
  window.wait();
  std::function<void(const std::string&)> timed;
  if (options.timing) timed = [](const std::string& line) { fmt::print("{}\n", line); };
  const Result<void> done = run_tour(window, options.script, options.shots, timed);
  if (!done.ok()) return cli::complain(done.error().text(), cli::ExitCode::fail);
  const Result<void> kept = window.app().save_settings();
  return kept.ok() ? cli::ExitCode::pass : cli::complain(kept.error().text(), cli::ExitCode::pass);
}

}  // namespace
}  // namespace mqlab::gui

int main(int argc, char** argv) {
  mqlab::gui::Options options;
  CLI::App command("mqlab-gui: see messages flow, travel in time, break things");
  add_options(command, options);
  try {
    command.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return command.exit(error);
    return static_cast<int>(mqlab::cli::complain(error.what(), mqlab::cli::ExitCode::usage));
  }
  return static_cast<int>(mqlab::gui::run(options));
}
