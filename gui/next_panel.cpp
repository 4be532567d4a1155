// SPDX-License-Identifier: MIT
// The student as scheduler: what is on its way, one button each.
#include <algorithm>

#include <fmt/format.h>

#include "gui/model/steps.hpp"
#include "gui/panels.hpp"
#include "sim/base/text.hpp"

namespace mqlab::gui {

namespace {

constexpr std::size_t kMost = 200;  // steps that are listed

// When it comes, what it is, from where to where.
std::vector<std::string> words_of(const Panel& panel, const observe::Transmission& frame) {
  const Session& session = panel.session;
  const Run& run = session.run();
  const std::string_view method = run.view.text(frame.method);
  std::string what = run.names.name(frame.id);
  if (frame.kind == ledger::Reason::method || what.empty()) {
    what = method.empty() ? std::string(observe::word(panel.ui.language, frame.kind))
                          : std::string(method);
  }
  return {format_short(frame.arrives - session.position().now), what,
          fmt::format("{} -> {}", run.names.label(frame.from), run.names.label(frame.to))};
}

}  // namespace

void draw_next(const Panel& panel, Wishes& wishes) {
  Session& session = panel.session;
  Ui& ui = panel.ui;
  const Run& run = session.run();
  const observe::State& state = session.shown().timeline.state();
  const std::vector<Step> steps = possible_steps(run, state);
  ui.wrapped("next.words", ui.say(steps.empty() ? Say::next_nothing : Say::next_words),
             ui.theme.faint);
  if (!run.request) ui.wrapped("next.fixed", run.why_fixed, ui.theme.warn);
  for (std::size_t i = 0; i < std::min(steps.size(), kMost); ++i) {
    const observe::Transmission& frame = *state.transmission(steps[i].frame);
    const std::string id = fmt::format("next.{}", i);
    const bool first = forced(run, steps, i).empty();
    const bool can = run.request.has_value();
    if (ui.button(id.c_str(), ui.say(first ? Say::next_go : Say::next_force), can || first)) {
      if (first) {
        session.play(false);
        session.seek(at_time(run, frame.arrives));
      } else {
        wishes.fork = forced(run, steps, i);
      }
    }
    ImGui::SameLine();
    const std::vector<std::string> words = words_of(panel, frame);
    ui.text((id + ".what").c_str(), fmt::format("{:>10}   {}   {}", words[0], words[1], words[2]));
  }
}

Twin next_twin(const Panel& panel) {
  const observe::State& state = panel.session.shown().timeline.state();
  Table table;
  for (const Step& step : possible_steps(panel.session.run(), state)) {
    table.rows.push_back(words_of(panel, *state.transmission(step.frame)));
  }
  if (table.rows.empty()) {
    return {.name = "next", .text = panel.ui.say(Say::next_nothing) + std::string("\n")};
  }
  return {.name = "next", .text = to_text(table), .table = table};
}

}  // namespace mqlab::gui
