// SPDX-License-Identifier: MIT
// The ledger as a table, with a query; and checks and log, which are tables too.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "gui/panels.hpp"
#include "sim/base/text.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::gui {

namespace {

constexpr ImGuiTableFlags kTable = ImGuiTableFlags_ScrollY | ImGuiTableFlags_ScrollX |
                                   ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersInnerV |
                                   ImGuiTableFlags_SizingFixedFit;

constexpr int kFramesToFollow = 3;

void cell(std::string_view words) {
  ImGui::TableNextColumn();
  ImGui::TextUnformatted(words.data(), words.data() + words.size());
}

}  // namespace

// A right click on a row: stop wherever something happens for the same reason.
void LedgerPanel::breakpoint_menu(const Panel& panel, RowNo number) {
  const ledger::Reason reason = panel.session.run().view.row(number).reason;
  if (reason == ledger::Reason::none || !ImGui::BeginPopupContextItem("reason")) return;
  panel.ui.raise(2);
  const std::string words = fmt::format("{}: {}", panel.ui.say(Say::breakpoint),
                                        observe::word(panel.ui.language, reason));
  if (panel.ui.menu_item("ledger.breakpoint", words)) {
    panel.session.toggle_breakpoint({{}, {}, reason});
  }
  panel.ui.raise(-2);
  ImGui::EndPopup();
}

void LedgerPanel::row(const Panel& panel, RowNo number) {
  Session& session = panel.session;
  const Run& run = session.run();
  const observe::RowText text = observe::row_text(run.names, number, panel.ui.language);
  const bool later = number > session.position().row;
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  if (later) ImGui::PushStyleColor(ImGuiCol_Text, panel.ui.theme.faint);
  const std::string label = fmt::format("#{}", number);
  const bool now = number == session.position().row;
  ImGui::PushID(label.c_str());
  const bool clicked = ImGui::Selectable(label.c_str(), now, ImGuiSelectableFlags_SpanAllColumns);
  panel.ui.note("ledger." + label, ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                observe::row_line(run.names, number, panel.ui.language));
  const Ui::Wish wish = panel.ui.reached();
  if (wish == Ui::Wish::menu) ImGui::OpenPopup("reason");
  if (clicked || wish == Ui::Wish::press) {
    session.play(false);
    session.seek_row(number);
    followed_ = number;
    if (run.view.row(number).message) {
      session.selection.select({{}, {run.view.row(number).message, {}, {}}});
    }
  }
  breakpoint_menu(panel, number);
  ImGui::PopID();
  cell(format_fixed(text.at));
  cell(text.actor);
  cell(text.what);
  cell(text.message);
  cell(text.where);
  cell(text.why);
  cell(text.cause == 0 ? "" : fmt::format("#{}", text.cause));
  if (later) ImGui::PopStyleColor();
}

void LedgerPanel::draw(const Panel& panel) {
  Session& session = panel.session;
  Ui& ui = panel.ui;
  const Run& run = session.run();
  if (!of_.is(run)) {
    work_.stop();
    of_ = OfRun(session.shown().run);
    found_.clear();
    asked_.clear();
    filtered_ = false;
  }
  ui.input("ledger.query", ui.say(Say::query_hint), query_, ui.px(320));
  if (query_ != asked_) {
    asked_ = query_;
    filtered_ = false;
    work_.stop();
    if (!query_.empty()) {
      // The thread holds the run: it may be closed while the search goes on.
      const RunPtr held = session.shown().run;
      work_.start([held, query = query_](const std::atomic<bool>& interrupt) {
        return find_rows(*held, query, interrupt);
      });
    }
  }
  if (auto found = work_.take()) {
    found_ = std::move(found->rows);
    filtered_ = true;
  }
  ImGui::SameLine();
  const std::uint64_t count = filtered_ ? found_.size() : run.view.row_count();
  ui.text("ledger.count",
          work_.busy() ? std::string(ui.say(Say::searching))
                       : fmt::format("{} {}", with_thousands(count), ui.say(Say::rows)),
          ui.theme.faint);
  // Columns are as wide as what was in them first: anew for each run, language and size.
  const std::string table = fmt::format("ledger {} {} {}", static_cast<const void*>(&run),
                                        static_cast<int>(ui.language), ui.scale);
  const bool appears = ImGui::GetFrameCount() != drawn_ + 1;
  drawn_ = ImGui::GetFrameCount();
  // The row that is shown stays in sight as we go on, and is in sight wherever the table is new. A
  // table learns only by its first frame how far it can scroll.
  const RowNo at = session.position().row;
  if (at != followed_ || table != table_ || appears) following_ = kFramesToFollow;
  followed_ = at;
  table_ = table;
  if (!ImGui::BeginTable(table.c_str(), 8, kTable | ImGuiTableFlags_Resizable, {0, 0})) return;
  ImGui::TableSetupScrollFreeze(0, 1);
  for (const Say heading :
       {Say::column_number, Say::column_time, Say::column_actor, Say::column_what,
        Say::column_message, Say::column_where, Say::column_why, Say::column_cause}) {
    ImGui::TableSetupColumn(ui.say(heading));
  }
  ImGui::TableHeadersRow();
  if (following_ > 0) {
    --following_;
    std::uint64_t index = at;
    if (filtered_) {
      index = static_cast<std::uint64_t>(std::lower_bound(found_.begin(), found_.end(), at) -
                                         found_.begin());
    }
    const float line = ImGui::GetTextLineHeight() + 2 * ImGui::GetStyle().CellPadding.y;
    ImGui::SetScrollY(
        std::max(0.0F, static_cast<float>(index) * line - ImGui::GetWindowHeight() / 2));
  }
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(count));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const auto index = static_cast<std::size_t>(i);
      row(panel, filtered_ ? found_[index] : index + 1);
    }
  }
  ui.scroll_if_asked("tab");
  ImGui::EndTable();
}

Twin LedgerPanel::twin(const Panel& panel) const {
  Twin twin{.name = "ledger", .rows = found_};
  if (!filtered_) {
    twin.rows->resize(panel.session.run().view.row_count());
    std::iota(twin.rows->begin(), twin.rows->end(), RowNo{1});
  }
  return twin;
}

namespace {

// How a check stands now. A sign beside the colour: + passed, ! violated, . not yet decided.
struct Standing {
  bool later = false;
  std::string words;
  ImU32 color = 0;
};

Standing standing(const Panel& panel, const Verdict& verdict) {
  const Ui& ui = panel.ui;
  if (verdict.row > panel.session.position().row) {
    return {true, fmt::format(". {}", ui.say(Say::not_yet)), ui.theme.faint};
  }
  if (verdict.verdict == scripting::Verdict::pass) {
    return {false, fmt::format("+ {}", ui.say(Say::passed)), ui.theme.good};
  }
  return {false, fmt::format("! {}", ui.say(Say::violated)), ui.theme.bad};
}

}  // namespace

void draw_checks(const Panel& panel) {
  Session& session = panel.session;
  Ui& ui = panel.ui;
  const Run& run = session.run();
  if (run.verdicts.empty()) {
    ui.text("checks.none", ui.say(Say::no_checks), ui.theme.faint);
    return;
  }
  if (!ImGui::BeginTable("checks", 4, kTable, {0, 0})) return;
  int i = 0;
  for (const Verdict& verdict : run.verdicts) {
    const Standing now = standing(panel, verdict);
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ui.text(fmt::format("checks.{}.verdict", i).c_str(), now.words, now.color);
    ImGui::TableNextColumn();
    if (ui.selectable(fmt::format("checks.{}", i), verdict.text, false)) {
      session.play(false);
      session.seek_row(verdict.row);
    }
    cell(format_fixed(verdict.at));
    cell(now.later ? "" : verdict.why.in(ui.language));
    ++i;
  }
  ui.scroll_if_asked("tab");
  ImGui::EndTable();
}

Twin checks_twin(const Panel& panel) {
  Table table;
  for (const Verdict& verdict : panel.session.run().verdicts) {
    const Standing now = standing(panel, verdict);
    table.rows.push_back({now.words, verdict.text, format_fixed(verdict.at),
                          now.later ? "" : verdict.why.in(panel.ui.language)});
  }
  const bool none = table.rows.empty();
  return {.name = "checks",
          .text = none ? panel.ui.say(Say::no_checks) + std::string("\n") : to_text(table),
          .table = table};
}

void draw_log(const Panel& panel) {
  Ui& ui = panel.ui;
  const scripting::Report& report = panel.session.run().report;
  ImGui::BeginChild("log", {0, 0}, false);
  ImGui::PushFont(ui.fonts.mono);
  int i = 0;
  for (const std::string& warning : report.warnings) {
    ui.wrapped(fmt::format("log.warning.{}", i++).c_str(), "! " + warning, ui.theme.warn);
  }
  for (const std::string& line : report.printed) {
    ui.text(fmt::format("log.{}", i++).c_str(), line);
  }
  if (i == 0) ui.text("log.empty", ui.say(Say::log_empty), ui.theme.faint);
  ImGui::PopFont();
  ui.scroll_if_asked("tab");
  ImGui::EndChild();
}

Twin log_twin(const Panel& panel) {
  const scripting::Report& report = panel.session.run().report;
  Twin twin{.name = "log"};
  for (const std::string& warning : report.warnings) twin.text += "! " + warning + "\n";
  for (const std::string& line : report.printed) twin.text += line + "\n";
  if (twin.text.empty()) twin.text = panel.ui.say(Say::log_empty) + std::string("\n");
  return twin;
}

}  // namespace mqlab::gui
