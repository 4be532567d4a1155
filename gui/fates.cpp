// SPDX-License-Identifier: MIT
// What became of a message, and where it is, in a few words.
#include <fmt/format.h>

#include "gui/panels.hpp"

namespace mqlab::gui {

std::string fate(Language language, const observe::BusinessBook& book,
                 const observe::Business& business) {
  switch (business.outcome()) {
    case observe::Outcome::pending:
      return words(language, Say::outcome_pending);
    case observe::Outcome::handled:
      return words(language, Say::outcome_handled);
    case observe::Outcome::duplicated:
      return fmt::format("{} x{}", words(language, Say::outcome_duplicated),
                         business.effect_count());
    case observe::Outcome::lost:
      return fmt::format("{}: {}", words(language, Say::outcome_lost),
                         observe::word(language, book.cause(business)));
  }
  return {};
}

std::string whereabouts(const Ui& ui, const Run& run, const observe::State& state,
                        ledger::MessageId message) {
  std::string words;
  const auto add = [&words](const std::string& more) {
    if (!words.empty()) words += "; ";
    words += more;
  };
  for (const observe::Copy& copy : state.copies()) {
    if (copy.message != message) continue;
    add(fmt::format(fmt::runtime(ui.say(copy.unacked ? Say::is_unacked_in : Say::is_ready_in)),
                    run.names.label(copy.queue)));
  }
  for (const observe::Transmission& t : state.transmissions()) {
    if (t.message != message || t.kind == ledger::Reason::method) continue;
    switch (t.stage) {
      case observe::Stage::on_wire:
        add(fmt::format(fmt::runtime(ui.say(Say::is_on_the_way)), run.names.label(t.from),
                        run.names.label(t.to)));
        break;
      case observe::Stage::buffered:
        add(fmt::format(fmt::runtime(ui.say(Say::is_buffered_at)), run.names.label(t.to)));
        break;
      case observe::Stage::in_hand:
        add(fmt::format(fmt::runtime(ui.say(Say::is_in_hand_of)), run.names.label(t.to)));
        break;
    }
  }
  return words.empty() ? ui.say(Say::is_nowhere) : words;
}

}  // namespace mqlab::gui
