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

struct Group {
  Say heading;
  std::vector<EntityId> things;
};

std::vector<Group> groups(const Run& run) {
  const observe::Cast& cast = run.topology.cast();
  std::vector<EntityId> nodes;
  for (std::uint32_t id = 1; id <= run.view.entity_count(); ++id) {
    if (run.view.entity(EntityId{id}).kind == ledger::EntityKind::node) {
      nodes.push_back(EntityId{id});
    }
  }
  return {{Say::brokers, nodes},
          {Say::publishers, cast.publishers},
          {Say::exchanges, cast.exchanges},
          {Say::queues, cast.queues},
          {Say::consumers, cast.consumers}};
}

// Ready and unacked of a queue, and a sign for what is down.
std::string counts_of(const Panel& panel, EntityId id) {
  const State& state = panel.session.shown().timeline.state();
  std::string counts;
  if (panel.session.run().view.entity(id).kind == ledger::EntityKind::queue) {
    counts = fmt::format("{}|{}", state.ready_count(id), state.unacked_count(id));
  }
  if (state.thing(id).down) counts += counts.empty() ? "(x)" : "  (x)";
  return counts;
}

void draw_group(const Panel& panel, const Group& group) {
  const std::vector<EntityId>& things = group.things;
  if (things.empty()) return;
  Ui& ui = panel.ui;
  const Run& run = panel.session.run();
  ui.heading(ui.say(group.heading));
  // With thousands of things, only those in sight are drawn.
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(things.size()));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const EntityId id = things[static_cast<std::size_t>(i)];
      std::string counts = counts_of(panel, id);
      if (!counts.empty()) counts.insert(0, "  ");
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
  for (const Group& group : groups(panel.session.run())) draw_group(panel, group);
}

Twin outline_twin(const Panel& panel) {
  const Run& run = panel.session.run();
  Twin twin{.name = "outline"};
  for (const Group& group : groups(run)) {
    if (group.things.empty()) continue;
    Table table;
    for (const EntityId id : group.things) {
      table.rows.push_back({"", run.names.label(id), counts_of(panel, id)});
    }
    twin.text += std::string(panel.ui.say(group.heading)) + "\n" + to_text(table);
  }
  return twin;
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

namespace {

// What there is to say about a thing, each with the id of its widget.
struct Said {
  const char* id;
  std::string words;
};

std::vector<Said> facts(const Panel& panel, EntityId id) {
  const Ui& ui = panel.ui;
  const Run& run = panel.session.run();
  const State& state = panel.session.shown().timeline.state();
  const observe::Thing& thing = state.thing(id);
  std::vector<Said> all;
  const auto line = [&](const char* name, Say words, std::uint64_t value) {
    all.push_back({name, fmt::format("{} {}", ui.say(words), with_thousands(value))});
  };
  const ledger::EntityKind kind = run.view.entity(id).kind;
  if (kind == ledger::EntityKind::queue) {
    line("inspector.ready", Say::ready, state.ready_count(id));
    line("inspector.unacked", Say::unacked, state.unacked_count(id));
    all.push_back({"inspector.durable", ui.say(thing.durable ? Say::durable : Say::transient)});
  } else if (kind == ledger::EntityKind::exchange) {
    line("inspector.unroutable", Say::unroutable, thing.unroutable);
    for (const observe::Binding& binding : state.bindings()) {
      if (binding.source != id) continue;
      all.push_back(
          {"inspector.binding", fmt::format("-> {}  {}", run.names.label(binding.destination),
                                            run.view.text(binding.key))});
    }
  } else if (kind == ledger::EntityKind::actor) {
    line("inspector.in_hand", Say::in_hand, state.at(id, Stage::in_hand).size());
    line("inspector.buffered", Say::buffered, state.at(id, Stage::buffered).size());
    line("inspector.unconfirmed", Say::unconfirmed, state.window(id).size());
  }
  return all;
}

std::string down_words(const Panel& panel, EntityId id) {
  const observe::Thing& thing = panel.session.shown().timeline.state().thing(id);
  if (!thing.down) return {};
  return fmt::format("{}: {}", panel.ui.say(Say::is_down),
                     observe::word(panel.ui.language, thing.why));
}

// The last rows in which it took part, the newest first.
std::vector<RowNo> last_rows_of(const Session& session, EntityId id) {
  const std::vector<Lane>& lanes = session.run().lanes;
  const auto lane = std::find_if(lanes.begin(), lanes.end(),
                                 [&](const Lane& known) { return known.thing == id; });
  if (lane == lanes.end()) return {};
  return last_of(lane->rows, session.position().row);
}

std::string verdict_words(const Panel& panel, const observe::Life& life) {
  return fmt::format("{}: {}", panel.ui.say(Say::in_the_end), life.verdict);
}

}  // namespace

void Inspector::thing(const Panel& panel, EntityId id) {
  Ui& ui = panel.ui;
  const Run& run = panel.session.run();
  ImGui::PushFont(ui.fonts.bold);
  ui.text("inspector.name", run.names.label(id));
  ImGui::PopFont();
  ImGui::SameLine();
  ui.text("inspector.kind", observe::word(ui.language, run.view.entity(id).kind), ui.theme.faint);
  const std::string down = down_words(panel, id);
  if (!down.empty()) ui.text("inspector.down", down, ui.theme.bad);
  for (const Said& said : facts(panel, id)) ui.text(said.id, said.words);
  const std::vector<RowNo> rows = last_rows_of(panel.session, id);
  if (!rows.empty()) last_rows(panel, rows);
}

const observe::Life& Inspector::life_of(const Panel& panel, ledger::MessageId message) {
  const Run& run = panel.session.run();
  if (!life_ || life_of_ != message || !life_in_.is(run) || life_language_ != panel.ui.language) {
    life_ = observe::life(run.names, run.books, {message, {}, {}}, panel.ui.language);
    life_of_ = message;
    life_in_ = OfRun(panel.session.shown().run);
    life_language_ = panel.ui.language;
  }
  return *life_;
}

void Inspector::message(const Panel& panel, observe::Named what) {
  Ui& ui = panel.ui;
  const Run& run = panel.session.run();
  const observe::Life& life = life_of(panel, what.message);
  ImGui::PushFont(ui.fonts.bold);
  ui.text("inspector.name", run.names.name(what.message));
  ImGui::PopFont();
  const State& state = panel.session.shown().timeline.state();
  ui.wrapped("inspector.where", whereabouts(ui, run, state, what.message), ui.theme.ink);
  ui.wrapped("inspector.verdict", verdict_words(panel, life), ui.theme.accent);
  ui.heading(ui.say(Say::its_life));
  const RowNo now = panel.session.position().row;
  int i = 0;
  for (const RowNo number : life.rows) {
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

Twin Inspector::twin(const Panel& panel) {
  const Ui& ui = panel.ui;
  const Run& run = panel.session.run();
  const Selection& selection = panel.session.selection.now();
  Twin twin{.name = "selection"};
  std::string& text = twin.text;
  const auto add_rows = [&](const std::vector<RowNo>& rows) {
    for (const RowNo row : rows) text += observe::row_line(run.names, row, ui.language) + "\n";
  };
  if (selection.thing) {
    text = fmt::format("{}  {}\n", run.names.label(selection.thing),
                       observe::word(ui.language, run.view.entity(selection.thing).kind));
    const std::string down = down_words(panel, selection.thing);
    if (!down.empty()) text += down + "\n";
    for (const Said& said : facts(panel, selection.thing)) text += said.words + "\n";
    text += fmt::format("\n{}\n", ui.say(Say::last_rows));
    add_rows(last_rows_of(panel.session, selection.thing));
  } else if (selection.what.message) {
    const ledger::MessageId message = selection.what.message;
    const State& state = panel.session.shown().timeline.state();
    const observe::Life& life = life_of(panel, message);
    text = fmt::format("{}\n{}\n{}\n\n{}\n", run.names.name(message),
                       whereabouts(ui, run, state, message), verdict_words(panel, life),
                       ui.say(Say::its_life));
    add_rows(life.rows);
  } else {
    for (const std::string& words : {run.report.title, run.report.claim, run.report.story}) {
      if (!words.empty()) text += words + "\n";
    }
  }
  return twin;
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
