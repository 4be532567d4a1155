// SPDX-License-Identifier: MIT
// Options of the subcommands that draw, and where their results go.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/picture_commands.hpp"
#include "cli/terminal.hpp"

namespace mqlab::cli {
namespace {

// What all of them take.
template <typename Options>
void describe_common(CLI::App& app, Options& options) {
  app.add_option("RUN", options.run, "A recording (run --record), or a scenario")->required();
  app.add_option("--variant", options.variant, "Of a scenario: this variant (default: the first)");
  describe_language(app, options.lang);
  app.add_option("-o,--out", options.out, "Write to FILE (default: standard output)");
  app.add_flag("--force", options.force, "Replace FILE if it exists");
}

template <typename Options>
void describe_drawn(CLI::App& app, Options& options) {
  app.add_option("--axis", options.axis, "linear, event (all events equally wide) or compressed")
      ->check(CLI::IsMember({"linear", "event", "compressed"}));
  app.add_flag("--text", options.text, "The same in words");
}

void describe_plot(CLI::App& app, PlotOptions& options) {
  CLI::App* plot = app.add_subcommand(
      "plot",
      "Plot a run over time as SVG: queued messages, rates, losses, latencies.\n\n"
      "  mqlab plot run.mqrun -o plots.svg\n"
      "  mqlab plot shop.lua --what backlog --queue orders --axis event -o backlog.svg\n"
      "  mqlab plot run.mqrun --what latency --text");
  describe_common(*plot, options);
  plot->add_option("--what", options.what, "backlog, rates, loss or latency (default: all)")
      ->check(CLI::IsMember({"backlog", "rates", "loss", "latency"}));
  plot->add_option("--queue", options.queue, "Only this queue");
  describe_drawn(*plot, options);
}

void describe_sequence(CLI::App& app, SequenceOptions& options) {
  CLI::App* sequence = app.add_subcommand(
      "sequence",
      "Draw who sent what to whom, and when it arrived, as SVG.\n\n"
      "  mqlab sequence run.mqrun --message shop.2 -o story.svg\n"
      "  mqlab sequence shop.lua --from 1s --to 1100ms --axis linear -o window.svg");
  describe_common(*sequence, options);
  sequence->add_option("--message", options.message, "Only this message's story: shop.2");
  sequence->add_option("--from", options.from, "Not what was before this time");
  sequence->add_option("--to", options.to, "Not what was after this time");
  describe_drawn(*sequence, options);
}

void describe_report(CLI::App& app, ReportOptions& options) {
  CLI::App* report = app.add_subcommand(
      "report",
      "Write a run as one HTML file: checks, books, plots, sequence diagram, ledger.\n\n"
      "  mqlab report run.mqrun -o run.html\n"
      "  mqlab report shop.lua --variant cure --lang zh-CN -o shop.html");
  describe_common(*report, options);
  report->add_option("--set", options.settings, "NAME=VALUE: a parameter of the scenario")
      ->allow_extra_args(false);
  report->add_option("--seed", options.seed, "Seed of all chance (default: the scenario's)");
}

}  // namespace

void describe_language(CLI::App& app, std::string& lang) {
  app.add_option("--lang", lang, "Language of the words: en or zh-CN (default: en)")
      ->check(CLI::IsMember({"en", "zh-CN"}));
}

void describe_pictures(CLI::App& app, PictureOptions& options) {
  describe_plot(app, options.plot);
  describe_sequence(app, options.sequence);
  describe_report(app, options.report);
}

ExitCode put_out(const std::string& out, bool force, const std::string& content) {
  if (out.empty()) {
    print_result(content);
    return ExitCode::pass;
  }
  const Result<void> may = may_write(out, force);
  const Result<void> written = may.ok() ? write_file(out, content) : may;
  if (!written.ok()) return complain(written.error().text(), ExitCode::bad_data);
  print_message(fmt::format("mqlab: wrote {}\n", out));
  return ExitCode::pass;
}

}  // namespace mqlab::cli
