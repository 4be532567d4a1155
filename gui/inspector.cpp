// SPDX-License-Identifier: MIT
// Outline and inspector: what is selected, how it stands now, and why.
#include <algorithm>

#include <fmt/format.h>

#include "gui/panels.hpp"
#include "sim/base/text.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::gui {

namespace {

using observe::Stage;
using observe::State;

constexpr std::size_t kLast = 12;  // rows that are shown

// The last rows of a lane up to a row.
std::vector<RowNo> last_of(const std::vector<RowNo>& rows, RowNo up_to) {
  const auto end = std::upper_bound(rows.begin(), rows.end(), up_to);
  const auto count = std::min<std::ptrdiff_t>(end - rows.begin(), kLast);
  std::vector<RowNo> last(end - count, end);
  std::reverse(last.begin(), last.end());
  return last;
}

void group(const Panel& panel, Say heading, const std::vector<EntityId>& things) {
  if (things.empty()) return;
  Ui& ui = panel.ui;
  const Run& run = panel.session.run();
  const State& state = panel.session.shown().timeline.state();
  ui.heading(ui.say(heading));
  // With thousands of things, only those in sight are drawn.
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(things.size()));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const EntityId id = things[static_cast<std::size_t>(i)];
      std::string counts;
      if (run.view.entity(id).kind == ledger::EntityKind::queue) {
        counts = fmt::format("  {}|{}", state.ready_count(id), state.unacked_count(id));
      }
      if (state.thing(id).down) counts += "  (x)";
      // Of a long name the end goes, the numbers stay.
      const float room = ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(counts.c_str()).x;
      const std::string words = ui.fitted(run.names.label(id), room) + counts;
      const Selection selection{id, {}};
      if (ui.selectable("outline." + run.names.label(id), words,
                        panel.session.selection.now() == selection)) {
        panel.session.selection.select(selection);
      }
      if (run.view.entity(id).kind == ledger::EntityKind::queue) ui.tip(ui.say(Say::tip_queue));
    }
  }
}

}  // namespace

void draw_outline(const Panel& panel) {
  const Run& run = panel.session.run();
  const observe::Cast& cast = run.topology.cast();
  std::vector<EntityId> nodes;
  for (std::uint32_t id = 1; id <= run.view.entity_count(); ++id) {
    if (run.view.entity(EntityId{id}).kind == ledger::EntityKind::node) {
      nodes.push_back(EntityId{id});
    }
  }
  group(panel, Say::brokers, nodes);
  group(panel, Say::publishers, cast.publishers);
  group(panel, Say::exchanges, cast.exchanges);
  group(panel, Say::queues, cast.queues);
  group(panel, Say::consumers, cast.consumers);
}

void Inspector::last_rows(const Panel& panel, const std::vector<RowNo>& rows) {
  Ui& ui = panel.ui;
  const Run& run = panel.session.run();
  ui.heading(ui.say(Say::last_rows));
  int i = 0;
  for (const RowNo number : rows) {
    const observe::RowText text = observe::row_text(run.names, number, ui.language);
    const std::string words = ui.fitted(fmt::format("#{} {} {} {}", number, text.what, text.message,
                                                    text.why.empty() ? text.where : text.why),
                                        ImGui::GetContentRegionAvail().x);
    if (ui.selectable(fmt::format("inspector.row.{}", i++), words,
                      number == panel.session.position().row)) {
      panel.session.play(false);
      panel.session.seek_row(number);
    }
    ui.tip(observe::row_line(run.names, number, ui.language).c_str());
  }
}

void Inspector::thing(const Panel& panel, EntityId id) {
  Ui& ui = panel.ui;
  const Run& run = panel.session.run();
  const State& state = panel.session.shown().timeline.state();
  const observe::Thing& thing = state.thing(id);
  const ledger::EntityKind kind = run.view.entity(id).kind;
  ImGui::PushFont(ui.fonts.bold);
  ui.text("inspector.name", run.names.label(id));
  ImGui::PopFont();
  ImGui::SameLine();
  ui.text("inspector.kind", observe::word(ui.language, kind), ui.theme.faint);
  if (thing.down) {
    ui.text("inspector.down",
            fmt::format("{}: {}", ui.say(Say::is_down), observe::word(ui.language, thing.why)),
            ui.theme.bad);
  }
  const auto line = [&](const char* name, Say words, std::uint64_t value) {
    ui.text(name, fmt::format("{} {}", ui.say(words), with_thousands(value)));
  };
  if (kind == ledger::EntityKind::queue) {
    line("inspector.ready", Say::ready, state.ready_count(id));
    line("inspector.unacked", Say::unacked, state.unacked_count(id));
    ui.text("inspector.durable", ui.say(thing.durable ? Say::durable : Say::transient));
  } else if (kind == ledger::EntityKind::exchange) {
    line("inspector.unroutable", Say::unroutable, thing.unroutable);
    for (const observe::Binding& binding : state.bindings()) {
      if (binding.source != id) continue;
      ui.text("inspector.binding", fmt::format("-> {}  {}", run.names.label(binding.destination),
                                               run.view.text(binding.key)));
    }
  } else if (kind == ledger::EntityKind::actor) {
    line("inspector.in_hand", Say::in_hand, state.at(id, Stage::in_hand).size());
    line("inspector.buffered", Say::buffered, state.at(id, Stage::buffered).size());
    line("inspector.unconfirmed", Say::unconfirmed, state.window(id).size());
  }
  const auto lane = std::find_if(run.lanes.begin(), run.lanes.end(),
                                 [&](const Lane& known) { return known.thing == id; });
  if (lane != run.lanes.end()) {
    last_rows(panel, last_of(lane->rows, panel.session.position().row));
  }
}

void Inspector::message(const Panel& panel, observe::Named what) {
  Ui& ui = panel.ui;
  const Run& run = panel.session.run();
  const observe::Named whole{what.message, {}, {}};
  if (!life_ || life_of_ != whole || life_in_ != &run || life_language_ != ui.language) {
    life_ = observe::life(run.names, run.books, whole, ui.language);
    life_of_ = whole;
    life_in_ = &run;
    life_language_ = ui.language;
  }
  ImGui::PushFont(ui.fonts.bold);
  ui.text("inspector.name", run.names.name(what.message));
  ImGui::PopFont();
  const State& state = panel.session.shown().timeline.state();
  ui.wrapped("inspector.where", whereabouts(ui, run, state, what.message), ui.theme.ink);
  ui.wrapped("inspector.verdict", fmt::format("{}: {}", ui.say(Say::in_the_end), life_->verdict),
             ui.theme.accent);
  ui.heading(ui.say(Say::its_life));
  const RowNo now = panel.session.position().row;
  int i = 0;
  for (const RowNo number : life_->rows) {
    const observe::RowText text = observe::row_text(run.names, number, ui.language);
    const std::string words =
        ui.fitted(fmt::format("#{} {} {} {}", number, format_short(text.at), text.what,
                              text.why.empty() ? text.where : text.why),
                  ImGui::GetContentRegionAvail().x);
    const bool later = number > now;
    if (later) ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.faint);
    if (ui.selectable(fmt::format("inspector.row.{}", i++), words, number == now)) {
      panel.session.play(false);
      panel.session.seek_row(number);
    }
    if (later) ImGui::PopStyleColor();
    ui.tip(observe::row_line(run.names, number, ui.language).c_str());
  }
}

void Inspector::draw(const Panel& panel) {
  Ui& ui = panel.ui;
  SelectionHistory& history = panel.session.selection;
  if (ui.button("inspector.back", "<", history.can_go_back(), ui.say(Say::tip_selection_back))) {
    history.back();
  }
  ImGui::SameLine();
  if (ui.button("inspector.on", ">", history.can_go_on(), ui.say(Say::tip_selection_on))) {
    history.on();
  }
  const Selection selection = history.now();
  if (selection.empty()) {
    ui.wrapped("inspector.empty", ui.say(Say::select_something), ui.theme.faint);
    const Run& run = panel.session.run();
    if (!run.report.claim.empty()) {
      ui.wrapped("inspector.claim", run.report.claim, ui.theme.ink);
    }
    if (!run.report.story.empty()) {
      ui.wrapped("inspector.story", run.report.story, ui.theme.faint);
    }
    return;
  }
  ImGui::SameLine();
  const Breakpoint breakpoint{selection.thing, selection.what.message, {}};
  const auto& all = panel.session.breakpoints;
  const bool on = std::find(all.begin(), all.end(), breakpoint) != all.end();
  if (ui.toggle("inspector.breakpoint", ui.say(Say::breakpoint), on, ui.say(Say::tip_breakpoint))) {
    panel.session.toggle_breakpoint(breakpoint);
  }
  if (selection.thing) {
    thing(panel, selection.thing);
  } else {
    message(panel, selection.what);
  }
}

}  // namespace mqlab::gui
