// SPDX-License-Identifier: MIT
// The student as scheduler: what could happen next, and what chance decides; one button each.
#include <algorithm>

#include <fmt/format.h>

#include "gui/model/steps.hpp"
#include "gui/panels.hpp"
#include "sim/base/text.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::gui {

namespace {

constexpr std::size_t kMost = 200;        // steps that are listed
constexpr std::size_t kMostChoices = 24;  // that chance has still to make

std::vector<Step> steps_of(const Panel& panel) {
  const Session& session = panel.session;
  return possible_steps(session.run(), session.shown().timeline.state(), session.position());
}

// When it comes, what it is, where.
std::vector<std::string> words_of(const Panel& panel, const Step& step) {
  const Session& session = panel.session;
  const Run& run = session.run();
  const Ui& ui = panel.ui;
  const std::string when = format_short(step.arrives - session.position().now);
  if (step.kind == Step::Kind::frame) {
    const observe::Transmission& frame = *session.shown().timeline.state().transmission(step.frame);
    const std::string_view method = run.view.text(frame.method);
    std::string what = run.names.name(frame.id);
    if (frame.kind == ledger::Reason::method || what.empty()) {
      what = method.empty() ? std::string(observe::word(ui.language, frame.kind))
                            : std::string(method);
    }
    return {when, what,
            fmt::format("{} -> {}", run.names.label(frame.from), run.names.label(frame.to))};
  }
  const observe::RowText row = observe::row_text(run.names, step.row, ui.language);
  const bool work = step.kind == Step::Kind::work;
  return {when, row.message,
          fmt::format(fmt::runtime(ui.say(work ? Say::next_work : Say::next_clock)),
                      run.names.label(step.actor), work ? row.why : row.what)};
}

// What a value of a choice means, as far as its range tells.
std::string value_words(const Ui& ui, const Choice& choice, std::uint64_t value) {
  if (choice.kind == ChoiceKind::kChance) {
    return ui.say(value != 0 ? Say::choice_yes : Say::choice_no);
  }
  if (value == 0 && (choice.n == 0 || choice.n > 6)) return ui.say(Say::choice_least);
  if (value == choice.n - 1 && (choice.n == 0 || choice.n > 6)) return ui.say(Say::choice_most);
  if (choice.n == 0) {
    constexpr double kAll = 18446744073709551616.0;
    return fmt::format("{:.0f} %", 100 * static_cast<double>(value) / kAll);
  }
  return choice.n <= 6 ? std::to_string(value) : fmt::format("{} / {}", value, choice.n - 1);
}

// In which event, whose choice, what it is in this run, and what follows.
std::vector<std::string> words_of(const Panel& panel, const PendingChoice& pending) {
  const Run& run = panel.session.run();
  std::string follows;
  if (pending.row != 0) {
    const observe::RowText row = observe::row_text(run.names, pending.row, panel.ui.language);
    follows = fmt::format("#{} {} {} {}", pending.row, row.what, row.message, row.where);
  }
  return {fmt::format("{} {}", panel.ui.say(Say::event), pending.event),
          fmt::format("{} {}", pending.stream, pending.choice.nth),
          value_words(panel.ui, pending.choice, pending.choice.value), follows};
}

void draw_choices(const Panel& panel, Wishes& wishes) {
  Session& session = panel.session;
  Ui& ui = panel.ui;
  const Run& run = session.run();
  const std::vector<PendingChoice> all = pending_choices(run, session.position(), kMostChoices);
  ImGui::Spacing();
  ui.heading(ui.say(Say::next_chance));
  ui.wrapped("next.chance", ui.say(all.empty() ? Say::no_chance : Say::chance_words),
             ui.theme.faint);
  if (all.empty() || !ImGui::BeginTable("choices", 5, ImGuiTableFlags_SizingFixedFit)) return;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const PendingChoice& pending = all[i];
    ImGui::TableNextRow();
    for (const std::string& words : words_of(panel, pending)) {
      ImGui::TableNextColumn();
      ImGui::AlignTextToFramePadding();
      ImGui::TextUnformatted(words.c_str());
      if (ImGui::TableGetColumnIndex() == 2) {
        ui.note(fmt::format("choice.{}", i), ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                words);
        ImGui::TableNextColumn();
        for (const std::uint64_t value : pending.others) {
          const std::string id = fmt::format("choice.{}.{}", i, value);
          if (ui.button(id.c_str(), value_words(ui, pending.choice, value), run.request.has_value(),
                        ui.say(Say::tip_decide))) {
            wishes.decide = ChoiceOverride{pending.stream, pending.choice.nth, value};
          }
          ImGui::SameLine();
        }
        ImGui::NewLine();
      }
    }
  }
  ImGui::EndTable();
}

}  // namespace

void draw_next(const Panel& panel, Wishes& wishes) {
  Session& session = panel.session;
  Ui& ui = panel.ui;
  const Run& run = session.run();
  const std::vector<Step> steps = steps_of(panel);
  ui.wrapped("next.words", ui.say(steps.empty() ? Say::next_nothing : Say::next_words),
             ui.theme.faint);
  if (!run.request) ui.wrapped("next.fixed", run.why_fixed, ui.theme.warn);
  const bool table =
      !steps.empty() && ImGui::BeginTable("steps", 4, ImGuiTableFlags_SizingFixedFit);
  for (std::size_t i = 0; table && i < std::min(steps.size(), kMost); ++i) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    const std::string id = fmt::format("next.{}", i);
    const bool first = forced(run, steps, i).empty();
    const bool can = run.request.has_value();
    if (ui.button(id.c_str(), ui.say(first ? Say::next_go : Say::next_force), can || first)) {
      if (first) {
        session.play(false);
        session.seek(at_time(run, steps[i].arrives));
      } else {
        wishes.fork = forced(run, steps, i);
      }
    }
    for (const std::string& words : words_of(panel, steps[i])) {
      ImGui::TableNextColumn();
      ImGui::AlignTextToFramePadding();
      ui.text((id + ".what").c_str(), words);
    }
  }
  if (table) ImGui::EndTable();
  draw_choices(panel, wishes);
}

Twin next_twin(const Panel& panel) {
  Table steps;
  for (const Step& step : steps_of(panel)) steps.rows.push_back(words_of(panel, step));
  Table choices;
  const Session& session = panel.session;
  for (const PendingChoice& pending :
       pending_choices(session.run(), session.position(), kMostChoices)) {
    choices.rows.push_back(words_of(panel, pending));
  }
  const Ui& ui = panel.ui;
  return {.name = "next",
          .text = fmt::format("{}\n{}\n{}\n{}",
                              ui.say(steps.rows.empty() ? Say::next_nothing : Say::next_words),
                              to_text(steps), ui.say(Say::next_chance), to_text(choices))};
}

}  // namespace mqlab::gui
