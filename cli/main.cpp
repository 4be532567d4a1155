// SPDX-License-Identifier: MIT
// The mqlab command: arguments in, a subcommand called, its exit code out.
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>

#include <fmt/format.h>

#include "cli/app.hpp"
#include "cli/program/allocations.hpp"
#include "cli/shell_words.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "sim/base/suggest.hpp"

namespace mqlab::cli {
namespace {

std::atomic<bool> interrupted{false};

extern "C" void on_interrupt(int) {
  interrupted.store(true);
}

// What waits for a pipe or a terminal is ended, too: its call fails and is not begun again.
void catch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = on_interrupt;
  ::sigaction(SIGINT, &action, nullptr);
}

ExitCode print_completion(const CLI::App& app, const std::string& shell) {
  print_result(shell == "bash"  ? bash_completion(app)
               : shell == "zsh" ? zsh_completion(app)
                                : fish_completion(app));
  return ExitCode::pass;
}

ExitCode dispatch(const CLI::App& app, const Options& options) {
  if (app.got_subcommand("run")) return run_command(options.run, interrupted);
  if (app.got_subcommand("why")) return why_command(options.why, interrupted);
  if (app.got_subcommand("draw")) return draw_command(options.pictures.draw, interrupted);
  if (app.got_subcommand("plot")) return plot_command(options.pictures.plot, interrupted);
  if (app.got_subcommand("sequence"))
    return sequence_command(options.pictures.sequence, interrupted);
  if (app.got_subcommand("report")) return report_command(options.pictures.report, interrupted);
  if (app.got_subcommand("replay")) return replay_command(options.replay, interrupted);
  if (app.got_subcommand("diff")) return diff_command(options.diff, interrupted);
  if (app.got_subcommand("matrix")) return matrix_command(options.matrix, interrupted);
  if (app.got_subcommand("import")) return import_command(options.import, interrupted);
  if (app.got_subcommand("export")) return export_command(options.export_to, interrupted);
  if (app.got_subcommand("lint")) return lint_command(options.lint, interrupted);
  if (app.got_subcommand("conform")) return conform_command(options.conform, interrupted);
  if (app.got_subcommand("bench")) return bench_command(options.bench, interrupted);
  if (app.got_subcommand("watch")) return watch_command(options.watch, interrupted);
  if (app.got_subcommand("completion")) return print_completion(app, options.shell);
  print_result(app.got_subcommand("manual") ? manual_page(app) : version_text());
  return ExitCode::pass;
}

// What is wrong with the arguments, and what was probably meant.
std::string usage_problem(const CLI::App& app, const std::string& problem, int argc, char** argv) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  std::vector<std::string> known;
  std::string unknown;
  std::string what;
  if (chosen.empty()) {
    if (argc < 2 || *argv[1] == '-') return problem + " (see mqlab --help)";
    unknown = argv[1];
    what = fmt::format("there is no command '{}'", unknown);
    for (const CLI::App* command : app.get_subcommands({})) known.push_back(command->get_name());
  } else {
    const std::string command = chosen.front()->get_name();
    const std::vector<std::string> rest = app.remaining(true);
    if (rest.empty()) return fmt::format("{} (see mqlab {} --help)", problem, command);
    unknown = rest.front();
    const std::string kind = unknown.starts_with("-") ? "option" : "argument";
    what = fmt::format("{} takes no {} '{}'", command, kind, unknown);
    for (const CLI::Option* option : chosen.front()->get_options()) {
      for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
    }
  }
  const std::string near = suggest(unknown, known);
  if (!near.empty()) return fmt::format("{} (did you mean '{}'?)", what, near);
  return fmt::format("{} (see mqlab{} --help)", what,
                     chosen.empty() ? "" : " " + chosen.front()->get_name());
}

ExitCode run_app(int argc, char** argv) {
  CLI::App app;
  Options options;
  describe(app, options);
  options.bench.count_allocations = allocations;
  if (argc == 1) {
    print_result(app.help());
    return ExitCode::usage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app.get_subcommands();
    print_result(chosen.empty() ? app.help() : chosen.front()->help("mqlab"));
    return ExitCode::pass;
  } catch (const CLI::CallForVersion&) {
    print_result(version_text());
    return ExitCode::pass;
  } catch (const CLI::ParseError& error) {
    return complain(usage_problem(app, error.what(), argc, argv), ExitCode::usage);
  }
  return dispatch(app, options);
}

// Results that nobody got are no success: a full disk must not look like a pass.
ExitCode with_output_written(ExitCode code) {
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (interrupted.load()) return worse(code, ExitCode::interrupted);
  if (written) return code;
  const Error error{
      Place{"standard output", 0}, fmt::format("writing failed: {}", std::strerror(errno)), {}};
  return worse(code, complain(error));
}

}  // namespace
}  // namespace mqlab::cli

int main(int argc, char** argv) {
  mqlab::cli::catch_interrupts();
  try {
    return static_cast<int>(mqlab::cli::with_output_written(mqlab::cli::run_app(argc, argv)));
  } catch (const std::exception& failure) {
    return static_cast<int>(mqlab::cli::complain(std::string("internal error: ") + failure.what(),
                                                 mqlab::cli::ExitCode::internal));
  }
}
