// SPDX-License-Identifier: MIT
// Options of the subcommands that draw and report.
#include "cli/picture_commands.hpp"

namespace mqlab::cli {
namespace {

void describe_text(CLI::App& app, bool& text) {
  app.add_flag("--text", text, "The same in words");
}

void describe_axis(CLI::App& app, std::string& axis) {
  app.add_option("--axis", axis, "linear, event (all events equally wide) or compressed")
      ->check(CLI::IsMember({"linear", "event", "compressed"}));
}

void describe_draw(CLI::App& app, DrawOptions& options) {
  CLI::App* draw = app.add_subcommand(
      "draw",
      "Draw the topology at an instant as SVG: queues, buffers, messages on the links.\n\n"
      "  mqlab draw scenarios/3-not-losing/auto_ack_loss/scenario.lua --at 1500ms -o picture.svg\n"
      "  mqlab draw run.mqrun --at '#120' --text");
  describe_run_read(*draw, options.from);
  describe_out(*draw, options.out);
  draw->add_option("--at", options.at, "A time (1.5s) or #ROW (default: the end)");
  describe_text(*draw, options.text);
}

void describe_plot(CLI::App& app, PlotOptions& options) {
  CLI::App* plot = app.add_subcommand(
      "plot",
      "Plot a run over time as SVG: queued messages, rates, losses, latencies.\n\n"
      "  mqlab plot run.mqrun -o plots.svg\n"
      "  mqlab plot shop.lua --what backlog --queue orders --axis event -o backlog.svg\n"
      "  mqlab plot run.mqrun --what latency --text");
  describe_run_read(*plot, options.from);
  describe_out(*plot, options.out);
  plot->add_option("--what", options.what, "backlog, rates, loss or latency (default: all)")
      ->check(CLI::IsMember({"backlog", "rates", "loss", "latency"}));
  plot->add_option("--queue", options.queue, "Only this queue");
  describe_axis(*plot, options.axis);
  describe_text(*plot, options.text);
}

void describe_sequence(CLI::App& app, SequenceOptions& options) {
  CLI::App* sequence = app.add_subcommand(
      "sequence",
      "Draw who sent what to whom, and when it arrived, as SVG.\n\n"
      "  mqlab sequence run.mqrun --message shop.2 -o story.svg\n"
      "  mqlab sequence shop.lua --from 1s --to 1100ms --axis linear -o window.svg");
  describe_run_read(*sequence, options.from_run);
  describe_out(*sequence, options.out);
  sequence->add_option("--message", options.message, "Only this message's story: shop.2");
  sequence->add_option("--from", options.from, "Not what was before this time");
  sequence->add_option("--to", options.to, "Not what was after this time");
  describe_axis(*sequence, options.axis);
  describe_text(*sequence, options.text);
}

void describe_report(CLI::App& app, ReportOptions& options) {
  CLI::App* report = app.add_subcommand(
      "report",
      "Write a run as one HTML file: checks, books, plots, sequence diagram, ledger.\n\n"
      "  mqlab report run.mqrun -o run.html\n"
      "  mqlab report shop.lua --variant cure --lang zh-CN -o shop.html");
  describe_run_read(*report, options.from);
  describe_out(*report, options.out);
  describe_settings(*report, options.settings);
  describe_seed(*report, options.seed);
}

}  // namespace

void describe_pictures(CLI::App& app, PictureOptions& options) {
  describe_draw(app, options.draw);
  describe_plot(app, options.plot);
  describe_sequence(app, options.sequence);
  describe_report(app, options.report);
}

}  // namespace mqlab::cli
