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

struct Options {
  std::string run;
  std::string at;
  std::string variant;
  std::string language = "en";
  bool dark = false;
  bool headless = false;
  std::string script;
  std::string shots = ".";
  double scale = 0;
  int width = 1280;
  int height = 800;
  std::string widgets;
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
  command.add_option("--widgets", options.widgets,
                     "a file that always says which widgets are where, for tests");
}

void prepare(App& app, const Options& options, std::optional<Time> at) {
  app.set_dark(options.dark);
  if (options.scale > 0) app.set_scale(static_cast<float>(options.scale));
  app.prepare_fonts();
  if (options.language == "zh") app.set_language(Language::chinese);
  if (!options.run.empty()) app.session().open(options.run, options.variant, at);
}

cli::ExitCode run(const Options& options) {
  const Result<cli::Until> at = cli::parse_until(options.at, "--at");
  if (!at.ok()) return cli::complain(at.error().text(), cli::ExitCode::usage);
  if (!options.headless) {
    if (!options.script.empty()) {
      return cli::complain("--script needs --headless", cli::ExitCode::usage);
    }
    WindowOptions window{options.width, options.height, static_cast<float>(options.scale),
                         options.widgets};
    const Result<void> shown =
        show_window(window, [&](App& app) { prepare(app, options, at->time); });
    return shown.ok() ? cli::ExitCode::pass
                      : cli::complain(shown.error().text(), cli::ExitCode::unavailable);
  }
  if (options.script.empty()) {
    return cli::complain("--headless needs --script TOUR", cli::ExitCode::usage);
  }
  Headless window(options.width, options.height);
  prepare(window.app(), options, at->time);
  window.wait();
  const Result<void> done = run_tour(window, options.script, options.shots);
  return done.ok() ? cli::ExitCode::pass : cli::complain(done.error().text(), cli::ExitCode::fail);
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
