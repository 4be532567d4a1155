// SPDX-License-Identifier: MIT
// mqlab plot: a run over time, as pictures one below the other or in words.
#include <algorithm>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/picture_commands.hpp"
#include "cli/run_reading.hpp"
#include "sim/base/suggest.hpp"
#include "sim/base/text.hpp"
#include "sim/observe/plots.hpp"

namespace mqlab::cli {
namespace {

constexpr double kWidth = 860;
constexpr double kHeight = 230;
constexpr double kGap = 14;
constexpr std::size_t kMostPlots = 60;  // in one picture

// The queue of this name that held a copy at any time.
Result<ledger::EntityId> find_queue(const observe::NameIndex& names, const std::string& name) {
  std::vector<std::string> known;
  const ledger::LedgerView& view = names.view();
  for (std::uint32_t id = 1; id <= view.entity_count(); ++id) {
    const ledger::EntityId queue{id};
    if (view.entity(queue).kind != ledger::EntityKind::queue) continue;
    if (names.label(queue) == name) return queue;
    known.push_back(names.label(queue));
  }
  const std::string near = suggest(name, known);
  return make_error(
      fmt::format("--queue {}: there is no such queue in this run", name),
      near.empty() ? "mqlab draw RUN --text lists them" : fmt::format("did you mean '{}'?", near));
}

std::vector<const observe::Plot*> choose(const observe::RunPlots& plots, const PlotOptions& options,
                                         ledger::EntityId queue) {
  std::vector<const observe::Plot*> chosen;
  for (const observe::PlotKind kind : {observe::PlotKind::backlog, observe::PlotKind::rates,
                                       observe::PlotKind::loss, observe::PlotKind::latency}) {
    if (!options.what.empty() && observe::plot_kind(options.what) != kind) continue;
    if (kind == observe::PlotKind::backlog && queue) {
      for (std::size_t i = 0; i < plots.queues.size(); ++i) {
        if (plots.queues[i] == queue) chosen.push_back(&plots.backlog[i]);
      }
      continue;
    }
    for (const observe::Plot* plot : plots.of(kind)) chosen.push_back(plot);
  }
  return chosen;
}

std::vector<const observe::Plot*> at_most(std::vector<const observe::Plot*> chosen,
                                          const PlotOptions& options) {
  if (chosen.size() > kMostPlots) {
    complain(fmt::format("{}: {} of {} plots are drawn (--queue NAME draws another queue's)",
                         options.from.run, kMostPlots, chosen.size()),
             ExitCode::pass);
    chosen.resize(kMostPlots);
  }
  return chosen;
}

std::string svg_of(const std::vector<const observe::Plot*>& chosen, const observe::RunPlots& plots,
                   const ReadRun& run, const observe::TimeScale& scale) {
  const double height = static_cast<double>(std::max<std::size_t>(chosen.size(), 1));
  observe::Canvas canvas(kWidth, height * (kHeight + kGap));
  double y = 0;
  for (const observe::Plot* plot : chosen) {
    const observe::Rect rect{0, y + kGap / 2, kWidth, kHeight};
    const observe::Rect area = observe::plot_area(*plot, rect, run.language);
    observe::draw_plot(canvas, rect, *plot, observe::PlotAxis::whole(scale, area.x, area.right()),
                       plots.faults, run.names, {run.language, {}, nullptr});
    y += kHeight + kGap;
  }
  return observe::to_svg(canvas);
}

std::string text_of(const std::vector<const observe::Plot*>& chosen, const observe::RunPlots& plots,
                    const ReadRun& run, const observe::TimeScale& scale) {
  std::string content;
  for (const observe::Plot* plot : chosen) content += plot_text(*plot, scale, run.language);
  for (const observe::FaultMark& mark : plots.faults.marks) {
    content +=
        fmt::format("{:>12}  {}\n", format_fixed(mark.at), words_of(mark, run.names, run.language));
  }
  return content;
}

}  // namespace

ExitCode plot_command(const PlotOptions& options, const std::atomic<bool>& interrupted) {
  return tell_run(
      options.from, options.out, interrupted, [&](const ReadRun& run) -> Result<std::string> {
        ledger::EntityId queue;
        if (!options.queue.empty()) {
          const Result<ledger::EntityId> found = find_queue(run.names, options.queue);
          if (!found.ok()) return of_run(options.from, found.error());
          queue = *found;
        }
        const ledger::LedgerView& view = run.names.view();
        const observe::RunPlots plots = observe::run_plots(run.names, queue);
        const observe::TimeScale scale(
            view, observe::eventful_rows(view), Time{}, plots.end,
            observe::axis_mode(options.axis).value_or(observe::AxisMode::linear));
        return options.text
                   ? text_of(choose(plots, options, queue), plots, run, scale)
                   : svg_of(at_most(choose(plots, options, queue), options), plots, run, scale);
      });
}

}  // namespace mqlab::cli
