// SPDX-License-Identifier: MIT
// The two lines at the top: where we are, and every way to be elsewhere.
#include <cmath>

#include <fmt/format.h>

#include "gui/panels.hpp"
#include "sim/base/text.hpp"

namespace mqlab::gui {

namespace {

using scripting::Verdict;

std::string speed_words(double speed) {
  return speed >= 1 ? fmt::format("{:g}x", speed) : fmt::format("1/{:g}x", 1 / speed);
}

// What the settings take of the right end of the first line.
float settings_room(const Ui& ui) {
  const Widget* settings = ui.find("settings.open");
  return settings == nullptr ? 0 : ImGui::GetIO().DisplaySize.x - settings->from.x + ui.px(8);
}

void moves(const Panel& panel) {
  Session& session = panel.session;
  Ui& ui = panel.ui;
  const Run& run = session.run();
  const Position at = session.position();
  const bool first = at.row == 0;
  const bool last = at.row >= run.view.row_count() && at.now >= run.end();
  const auto go = [&](Position to) {
    session.play(false);
    session.seek(to);
  };
  if (ui.button("transport.start", "|<", !first, ui.say(Say::tip_start))) go({});
  ImGui::SameLine();
  if (ui.button("transport.previous_fault", "<<", !first, ui.say(Say::tip_previous_fault))) {
    go(session.previous_stop());
  }
  ImGui::SameLine();
  if (ui.button("transport.back", "<", !first, ui.say(Say::tip_back))) go(previous_event(run, at));
  ImGui::SameLine();
  if (ui.toggle("transport.play", ui.say(session.playing() ? Say::pause : Say::play),
                session.playing(), ui.say(Say::tip_play))) {
    session.play(!session.playing());
  }
  ImGui::SameLine();
  if (ui.button("transport.step", ">", !last, ui.say(Say::tip_step))) go(next_event(run, at));
  ImGui::SameLine();
  if (ui.button("transport.next_fault", ">>", !last, ui.say(Say::tip_next_fault))) {
    go(session.next_stop());
  }
  ImGui::SameLine();
  if (ui.button("transport.end", ">|", !last, ui.say(Say::tip_end))) {
    go(at_row(run, run.view.row_count()));
  }
  ImGui::SameLine(0, ui.px(14));
  if (ui.button("transport.slower", "-", true, ui.say(Say::tip_slower))) session.speed /= 2;
  ImGui::SameLine();
  ui.text("transport.speed", speed_words(session.speed));
  ImGui::SameLine();
  if (ui.button("transport.faster", "+", true, ui.say(Say::tip_faster))) session.speed *= 2;
  session.speed = std::min(std::max(session.speed, 1.0 / 65536), 65536.0);
  const bool even = session.pace == Pace::even;
  const char* pace = ui.say(even ? Say::pace_even : Say::pace_real);
  ui.flow(pace, 7, settings_room(ui));
  if (ui.toggle("transport.pace", pace, false, ui.say(Say::tip_pace))) {
    session.pace = even ? Pace::real : Pace::even;
  }
}

void clock(const Panel& panel) {
  const Session& session = panel.session;
  Ui& ui = panel.ui;
  const Run& run = session.run();
  const Position at = session.position();
  // Only the first line shares its room with the settings.
  const bool in_first_line = ImGui::GetItemRectMin().y < ui.px(12);
  const float reserved = in_first_line ? settings_room(ui) : 0;
  const std::string time = fmt::format("t {}", format_fixed(at.now));
  ImGui::PushFont(ui.fonts.bold);
  ui.flow(time, 18, reserved);
  ImGui::AlignTextToFramePadding();
  ui.text("transport.time", time);
  ImGui::PopFont();
  std::string where = fmt::format("{} {}/{}", ui.say(Say::row), with_thousands(at.row),
                                  with_thousands(run.view.row_count()));
  if (run.knows_events()) {
    where = fmt::format("{} {}/{}   {}", ui.say(Say::event),
                        with_thousands(at.row == 0 ? 0 : run.event_of(at.row)),
                        with_thousands(run.event_count()), where);
  }
  ui.flow(where, 14, reserved);
  ui.text("transport.where", where, ui.theme.faint);
}

// How the checks stand: those of the whole run, and where the first violation is.
void verdicts(const Panel& panel) {
  Session& session = panel.session;
  Ui& ui = panel.ui;
  const Run& run = session.run();
  std::size_t passed = 0;
  const gui::Verdict* failed = nullptr;
  std::size_t failures = 0;
  for (const gui::Verdict& verdict : run.verdicts) {
    if (verdict.verdict == Verdict::pass) ++passed;
    if (verdict.verdict != Verdict::fail) continue;
    ++failures;
    if (failed == nullptr) failed = &verdict;
  }
  const std::string fine = fmt::format("{} {}", passed, ui.say(Say::checks_passed));
  ui.flow(fine, 18);
  ui.text("transport.passed", fine, passed > 0 ? ui.theme.good : ui.theme.faint);
  if (failed == nullptr) return;
  const std::string words = fmt::format("{} {}", failures, ui.say(Say::checks_violated));
  ui.flow(words);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.bad);
  const bool go = ui.button("transport.violation", words, true, ui.say(Say::tip_violation));
  ImGui::PopStyleColor();
  if (go) session.seek_row(failed->row);
}

void variants(const Panel& panel, Wishes& wishes) {
  Session& session = panel.session;
  Ui& ui = panel.ui;
  const Run& run = session.run();
  for (const scripting::Variant& variant : run.report.variants) {
    ui.flow(variant.name);
    const bool now = variant.name == run.report.variant;
    const std::string id = "variant." + variant.name;
    if (ui.toggle(id.c_str(), variant.name, now, variant.description.c_str()) && !now) {
      wishes.variant = variant.name;
    }
  }
  if (run.report.variants.size() < 2) return;
  ui.flow(ui.say(Say::beside));
  const Branch* beside = session.beside();
  if (ui.toggle("variant.beside", ui.say(Say::beside), beside != nullptr,
                ui.say(Say::tip_beside))) {
    if (beside != nullptr) {
      session.put_beside(std::nullopt);
    } else if (run.report.variants.size() > 2) {
      ImGui::OpenPopup("beside");
    } else {
      wishes.beside = run.report.variants[run.report.variants[0].name == run.report.variant].name;
    }
  }
  if (!ImGui::BeginPopup("beside")) return;
  ui.raise(2);
  for (const scripting::Variant& variant : run.report.variants) {
    if (variant.name == run.report.variant) continue;
    const std::string id = "variant.beside." + variant.name;
    if (ui.menu_item(id.c_str(), variant.name)) wishes.beside = variant.name;
    ui.tip(variant.description.c_str());
  }
  ui.raise(-2);
  ImGui::EndPopup();
}

}  // namespace

void draw_transport(const Panel& panel, Wishes& wishes) {
  Session& session = panel.session;
  Ui& ui = panel.ui;
  if (!session.is_open()) {
    ui.text("transport.empty", ui.say(session.busy() ? Say::opening : Say::nothing_open),
            ui.theme.faint);
    return;
  }
  moves(panel);
  clock(panel);
  const Run& run = session.run();
  const std::string& title = run.report.title;
  ImGui::AlignTextToFramePadding();
  ui.text("transport.title", title.empty() ? run.path : title);
  variants(panel, wishes);
  verdicts(panel);
  const std::string identity =
      fmt::format("{} {}   {}", ui.say(Say::seed), run.report.seed, run.fingerprint);
  if (ui.flow(identity, 18)) ui.text("transport.fingerprint", identity, ui.theme.faint);
}

}  // namespace mqlab::gui
