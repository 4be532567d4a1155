// SPDX-License-Identifier: MIT
// Two runs side by side: their books, and the messages that fared differently.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "gui/panels.hpp"
#include "sim/base/text.hpp"

namespace mqlab::gui {

namespace {

using observe::Outcome;

constexpr ImGuiTableFlags kTable =
    ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersInnerV | ImGuiTableFlags_SizingFixedFit;

// In the order in which they came, as the pictures stand.
std::array<const Branch*, 2> branches(const Panel& panel) {
  const Session& session = panel.session;
  const std::size_t a = session.shown_index();
  const std::size_t b = *session.beside_index();
  return {&session.branch(std::min(a, b)), &session.branch(std::max(a, b))};
}

}  // namespace

ComparePanel::Differences ComparePanel::differences_of(const Key& key) {
  const Run& a = *key.runs[0];
  const Run& b = *key.runs[1];
  Differences differences;
  const observe::BusinessBook& book_a = a.books.business();
  const observe::BusinessBook& book_b = b.books.business();
  std::map<std::string_view, const observe::Business*> others;
  for (const observe::Business& other : book_b.all()) others[b.view.text(other.id)] = &other;
  for (const observe::Business& mine : book_a.all()) {
    const std::string_view name = a.view.text(mine.id);
    const auto other = others.find(name);
    Difference difference{std::string(name), {fate(key.language, book_a, mine), "-"}, {}};
    if (other != others.end()) {
      difference.fate[1] = fate(key.language, book_b, *other->second);
      others.erase(other);
    }
    if (!mine.messages.empty()) difference.what.message = mine.messages.front();
    if (difference.fate[0] != difference.fate[1]) differences.push_back(difference);
  }
  for (const auto& [name, other] : others) {
    differences.push_back({std::string(name), {"-", fate(key.language, book_b, *other)}, {}});
  }
  return differences;
}

const ComparePanel::Differences& ComparePanel::refresh(const Panel& panel) {
  static const Differences kNone;
  const std::array<const Branch*, 2> both = branches(panel);
  const Key key{{both[0]->run, both[1]->run}, panel.ui.language};
  constexpr std::size_t kFew = 5000;
  const bool few = std::max(key.runs[0]->books.business().all().size(),
                            key.runs[1]->books.business().all().size()) <= kFew;
  differences_.want(key, few, [key] { return std::make_pair(key, differences_of(key)); });
  const auto* known = differences_.value();
  return known != nullptr && known->first == key ? known->second : kNone;
}

std::vector<ComparePanel::Line> ComparePanel::lines(const Panel& panel) {
  const std::array<const Branch*, 2> both = branches(panel);
  const auto line = [&](const char* id, Say words, const auto& value) {
    return Line{id, words, {value(*both[0]), value(*both[1])}};
  };
  const auto stage = [](observe::Stage which) {
    return [which](const Branch& branch) {
      std::uint64_t count = 0;
      for (const observe::Transmission& t : branch.timeline.state().transmissions()) {
        const bool to_client = t.kind == ledger::Reason::deliver || t.kind == ledger::Reason::get;
        if (to_client && t.stage == which) ++count;
      }
      return count;
    };
  };
  const auto outcome = [](Outcome which) {
    return [which](const Branch& branch) -> std::uint64_t {
      return branch.run->books.business().count(which);
    };
  };
  const auto ready = [](const Branch& branch) -> std::uint64_t {
    return branch.timeline.state().ready_count();
  };
  const auto unacked = [](const Branch& branch) -> std::uint64_t {
    return branch.timeline.state().unacked_count();
  };
  return {line("ready", Say::now_ready, ready),
          line("unacked", Say::now_unacked, unacked),
          line("buffered", Say::now_buffered, stage(observe::Stage::buffered)),
          line("in_hand", Say::now_in_hand, stage(observe::Stage::in_hand)),
          line("handled", Say::end_handled, outcome(Outcome::handled)),
          line("lost", Say::end_lost, outcome(Outcome::lost)),
          line("duplicated", Say::end_duplicated, outcome(Outcome::duplicated)),
          line("pending", Say::end_pending, outcome(Outcome::pending))};
}

void ComparePanel::books(const Panel& panel) {
  Ui& ui = panel.ui;
  if (!ImGui::BeginTable("books", 3, kTable)) return;
  ImGui::TableSetupColumn("");
  for (const Branch* branch : branches(panel)) ImGui::TableSetupColumn(branch->name().c_str());
  ImGui::TableHeadersRow();
  for (const Line& line : lines(panel)) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(ui.say(line.words));
    const bool same = line.values[0] == line.values[1];
    for (std::size_t i = 0; i < 2; ++i) {
      ImGui::TableNextColumn();
      ui.text(fmt::format("compare.{}.{}", line.id, i).c_str(), with_thousands(line.values[i]),
              same ? ui.theme.ink : ui.theme.accent);
    }
  }
  ImGui::EndTable();
  ui.scroll_if_asked("tab");
}

Twin ComparePanel::twin(const Panel& panel) {
  const Ui& ui = panel.ui;
  Twin twin{.name = "compare"};
  if (panel.session.beside() == nullptr) {
    twin.text = ui.say(Say::nothing_beside) + std::string("\n");
    return twin;
  }
  const Differences& differences = refresh(panel);
  const std::array<const Branch*, 2> both = branches(panel);
  Table table;
  table.heads = {"", both[0]->name(), both[1]->name()};
  for (const Line& line : lines(panel)) {
    table.rows.push_back(
        {ui.say(line.words), std::to_string(line.values[0]), std::to_string(line.values[1])});
  }
  for (const Difference& difference : differences) {
    table.rows.push_back({difference.name, difference.fate[0], difference.fate[1]});
  }
  twin.text = to_text(table);
  twin.table = std::move(table);
  return twin;
}

void ComparePanel::messages(const Panel& panel) {
  Ui& ui = panel.ui;
  const Differences& differences = refresh(panel);
  ui.text("compare.differences",
          differences_.busy()
              ? std::string(ui.say(Say::searching))
              : fmt::format(fmt::runtime(ui.say(Say::messages_differ)), differences.size()),
          differences.empty() ? ui.theme.good : ui.theme.accent);
  const std::array<const Branch*, 2> both = branches(panel);
  if (!ImGui::BeginTable("messages", 3, kTable | ImGuiTableFlags_ScrollY)) return;
  ImGui::TableSetupScrollFreeze(0, 1);
  ImGui::TableSetupColumn(ui.say(Say::column_message));
  for (const Branch* branch : both) ImGui::TableSetupColumn(branch->name().c_str());
  ImGui::TableHeadersRow();
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(differences.size()));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const Difference& difference = differences[static_cast<std::size_t>(i)];
      ImGui::TableNextRow();
      ImGui::TableNextColumn();
      if (ui.selectable("compare.message." + difference.name, difference.name, false) &&
          difference.what.message) {
        // Names are the same in all runs; what they stand for is found in the one that is shown.
        const Selection named{{}, difference.what};
        panel.session.selection.select(
            translated(*branches(panel)[0]->run, panel.session.run(), named));
      }
      for (std::size_t k = 0; k < 2; ++k) {
        ImGui::TableNextColumn();
        ui.text(fmt::format("compare.fate.{}.{}", difference.name, k).c_str(), difference.fate[k]);
      }
    }
  }
  ui.scroll_if_asked("tab");
  ImGui::EndTable();
}

void ComparePanel::draw(const Panel& panel) {
  Ui& ui = panel.ui;
  if (panel.session.beside() == nullptr) {
    ui.wrapped("compare.empty", ui.say(Say::nothing_beside), ui.theme.faint);
    return;
  }
  const float half = ImGui::GetContentRegionAvail().x * 0.44F;
  ImGui::BeginChild("books", {half, 0}, false);
  books(panel);
  ImGui::EndChild();
  ImGui::SameLine();
  ImGui::BeginChild("messages", {0, 0}, false);
  messages(panel);
  ImGui::EndChild();
}

}  // namespace mqlab::gui
