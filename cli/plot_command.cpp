// SPDX-License-Identifier: MIT
// mqlab plot: a run over time, as pictures one below the other or in words.
#include <algorithm>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/picture_commands.hpp"
#include "cli/request.hpp"
#include "cli/terminal.hpp"
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

std::string svg_of(const std::vector<const observe::Plot*>& chosen, const observe::RunPlots& plots,
                   const observe::NameIndex& names, const observe::TimeScale& scale,
                   observe::Language language) {
  const double height = static_cast<double>(std::max<std::size_t>(chosen.size(), 1));
  observe::Canvas canvas(kWidth, height * (kHeight + kGap));
  double y = 0;
  for (const observe::Plot* plot : chosen) {
    const observe::Rect rect{0, y + kGap / 2, kWidth, kHeight};
    const observe::Rect area = observe::plot_area(*plot, rect, language);
    observe::draw_plot(canvas, rect, *plot, observe::PlotAxis::whole(scale, area.x, area.right()),
                       plots.faults, names, {language, {}, nullptr});
    y += kHeight + kGap;
  }
  return observe::to_svg(canvas);
}

}  // namespace

ExitCode plot_command(const PlotOptions& options) {
  if (!options.out.empty()) {
    const Result<void> may = may_write(options.out, options.force);
    if (!may.ok()) return complain(may.error().text(), ExitCode::bad_data);
  }
  const Result<Loaded> loaded = load_run(options.run, options.variant);
  if (!loaded.ok()) return complain(loaded.error().text(), ExitCode::bad_data);
  const ledger::LedgerView view = loaded->view();
  const observe::NameIndex names(view);
  ledger::EntityId queue;
  if (!options.queue.empty()) {
    const Result<ledger::EntityId> found = find_queue(names, options.queue);
    if (!found.ok()) return complain(found.error().text(), ExitCode::bad_data);
    queue = *found;
  }
  const observe::Language language =
      observe::language(options.lang).value_or(observe::Language::english);
  const observe::RunPlots plots = observe::run_plots(names, queue);
  const observe::TimeScale scale(
      view, observe::eventful_rows(view), Time{}, plots.end,
      observe::axis_mode(options.axis).value_or(observe::AxisMode::linear));
  std::vector<const observe::Plot*> chosen = choose(plots, options, queue);
  if (!options.text) {
    if (chosen.size() > kMostPlots) {
      complain(fmt::format("{}: {} of {} plots are drawn (--queue NAME draws another queue's)",
                           options.run, kMostPlots, chosen.size()),
               ExitCode::pass);
      chosen.resize(kMostPlots);
    }
    return put_out(options.out, options.force, svg_of(chosen, plots, names, scale, language));
  }
  std::string content;
  for (const observe::Plot* plot : chosen) content += plot_text(*plot, scale, language);
  for (const observe::FaultMark& mark : plots.faults.marks) {
    content += fmt::format("{:>12}  {}\n", format_fixed(mark.at), words_of(mark, names, language));
  }
  return put_out(options.out, options.force, content);
}

}  // namespace mqlab::cli
