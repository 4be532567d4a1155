// SPDX-License-Identifier: MIT
// Plots with the numbers behind each pixel, sequence diagrams, and the picture of the end.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cli/page/parts.hpp"
#include "sim/base/text.hpp"
#include "sim/observe/plots.hpp"
#include "sim/observe/sequence.hpp"
#include "sim/observe/topology.hpp"
#include "sim/observe/why.hpp"

namespace mqlab::cli {
namespace {

using observe::Key;

constexpr double kWidth = 1160;
constexpr double kHeight = 240;
constexpr std::size_t kMostQueues = 8;
constexpr std::size_t kMostLatencies = 6;
constexpr std::size_t kMostArrows = 150;   // in the diagram of the whole run
constexpr std::size_t kMostTopology = 60;  // things in the picture of the end

using Json = nlohmann::ordered_json;

double rounded(double value) {
  return std::round(value * 100) / 100;
}

std::string_view unit_word(observe::Plot::Unit unit) {
  switch (unit) {
    case observe::Plot::Unit::messages:
      return "count";
    case observe::Plot::Unit::per_second:
      return "rate";
    case observe::Plot::Unit::nanoseconds:
      return "ns";
  }
  MQLAB_ASSERT(false && "every unit has a word");
}

// What the page's script needs to tell the values under the pointer.
Json plot_json(const PageContext& page, const observe::Plot& plot, const observe::PlotAxis& axis,
               const observe::Rect& area) {
  Json series = Json::array();
  for (const observe::Series& each : plot.series) {
    if (!plot.shows(each)) continue;
    Json columns = Json::array();
    for (const observe::PlotColumn& column : observe::columns(each, axis)) {
      if (column.known) {
        columns.push_back({rounded(column.x), column.low, column.high, column.last});
      } else {
        columns.push_back(Json::array({rounded(column.x)}));
      }
    }
    series.push_back({{"name", page.words(each.word)}, {"columns", std::move(columns)}});
  }
  return {{"x0", axis.left},
          {"x1", axis.right},
          {"y0", area.y},
          {"y1", area.bottom()},
          {"width", kWidth},
          {"t0", axis.scale->from().ns},
          {"t1", axis.scale->to().ns},
          {"unit", unit_word(plot.unit)},
          {"series", std::move(series)}};
}

std::string plot_figure(const PageContext& page, const observe::Plot& plot,
                        const observe::RunPlots& plots, const observe::TimeScale& scale) {
  const observe::Rect rect{0, 0, kWidth, kHeight};
  const observe::Rect area = observe::plot_area(plot, rect, page.options.language);
  const observe::PlotAxis axis = observe::PlotAxis::whole(scale, area.x, area.right());
  observe::Canvas canvas(kWidth, kHeight);
  observe::draw_plot(canvas, rect, plot, axis, plots.faults, page.names,
                     {page.options.language, {}, nullptr});
  const std::string title = observe::title_of(plot, page.options.language);
  const std::string svg = observe::to_svg_element(
      canvas, fmt::format("width=\"{}\" role=\"img\" tabindex=\"0\" aria-label=\"{}\"", kWidth,
                          html(title)));
  return fmt::format("<figure class=\"plot\">\n{}{}<div class=\"tip\"></div>\n</figure>\n", svg,
                     data_script(plot_json(page, plot, axis, area), ""));
}

std::string plots_section(const PageContext& page) {
  const observe::RunPlots plots = observe::run_plots(page.names);
  const observe::TimeScale scale(page.view(), {}, Time{}, plots.end, observe::AxisMode::linear);
  std::vector<const observe::Plot*> chosen = plots.of(observe::PlotKind::backlog);
  std::size_t left_out = 0;
  if (chosen.size() > kMostQueues + 1) {
    // Those that were longest: the others are told of.
    std::stable_sort(chosen.begin() + 1, chosen.end(),
                     [](const observe::Plot* a, const observe::Plot* b) {
                       return a->series.back().most() > b->series.back().most();
                     });
    left_out = chosen.size() - kMostQueues - 1;
    chosen.resize(kMostQueues + 1);
  }
  chosen.push_back(&plots.rates);
  if (!plots.loss.empty()) chosen.push_back(&plots.loss);
  for (std::size_t i = 0; i < std::min(plots.latency.size(), kMostLatencies); ++i) {
    chosen.push_back(&plots.latency[i]);
  }
  std::string out = element("p", page.words(Key::report_hover), "class=\"note screen\"");
  std::string words;
  for (const observe::Plot* plot : chosen) {
    out += plot_figure(page, *plot, plots, scale);
    words += plot_text(*plot, scale, page.options.language) + "\n";
  }
  if (left_out > 0) {
    out += element("p", page.words(Key::report_more_plots, {with_thousands(left_out)}));
  }
  out += fmt::format("<details><summary>{}</summary>{}</details>\n",
                     html(page.words(Key::report_in_words)), element("pre", words));
  return section("plots", page.words(Key::report_plots), out);
}

std::string sequence_figure(const PageContext& page, const observe::SequenceChoice& choice) {
  const observe::Sequence sequence = observe::sequence_of(page.names, choice);
  if (sequence.lanes.empty()) return {};
  const double width =
      std::clamp(240 + static_cast<double>(sequence.rows.size()) * 12, kWidth, 2 * kWidth);
  const observe::Rect rect{0, 0, width,
                           observe::sequence_height(sequence, width, page.options.language)};
  const observe::Rect area = observe::sequence_area(sequence, rect, page.names);
  const observe::TimeScale scale = sequence.scale(page.view(), observe::AxisMode::compressed);
  observe::Canvas canvas(rect.width, rect.height);
  observe::draw_sequence(canvas, rect, sequence,
                         observe::PlotAxis::whole(scale, area.x, area.right()), page.names,
                         {page.options.language, {}, {}});
  return fmt::format(
      "<figure>\n{}</figure>\n",
      observe::to_svg_element(canvas, fmt::format("width=\"{}\" role=\"img\"", width)));
}

// The message whose story is worth telling: the first that was lost, else handled twice, else the
// first of all.
std::optional<ledger::MessageId> telling_message(const PageContext& page) {
  std::optional<ledger::MessageId> chosen;
  int rank = 0;
  for (const observe::Business& each : page.run.books.business().all()) {
    if (each.messages.empty()) continue;
    const observe::Outcome outcome = each.outcome();
    const int worth = outcome == observe::Outcome::lost         ? 3
                      : outcome == observe::Outcome::duplicated ? 2
                                                                : 1;
    if (worth <= rank) continue;
    rank = worth;
    chosen = each.messages.back();
  }
  return chosen;
}

std::string sequence_section(const PageContext& page) {
  std::string out;
  const std::optional<ledger::MessageId> message = telling_message(page);
  if (message) {
    observe::SequenceChoice story;
    story.message = observe::Named{*message, {}, {}};
    out += sequence_figure(page, story);
    const observe::Life life =
        observe::life(page.names, page.run.books, *story.message, page.options.language);
    out += element("p", life.verdict);
  }
  observe::SequenceChoice all;
  all.most = kMostArrows;
  out += sequence_figure(page, all);
  return section("sequence", page.words(Key::report_sequence), out);
}

std::string topology_section(const PageContext& page) {
  const observe::Topology topology(page.names);
  if (topology.layout().boxes.empty() || topology.layout().boxes.size() > kMostTopology) return {};
  const observe::State& state = page.run.books.state();
  observe::PictureOptions picture;
  picture.language = page.options.language;
  const observe::Canvas canvas =
      topology.draw(state, std::max(state.now(), page.run.report.end),
                    page.run.report.ledger->digest().fingerprint(), picture);
  return section(
      "end", page.words(Key::report_topology),
      fmt::format("<figure>\n{}</figure>\n",
                  observe::to_svg_element(
                      canvas, fmt::format("width=\"{}\" role=\"img\"", canvas.width()))));
}

}  // namespace

std::string pictures_part(const PageContext& page) {
  return plots_section(page) + sequence_section(page) + topology_section(page);
}

}  // namespace mqlab::cli
