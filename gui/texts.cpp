// SPDX-License-Identifier: MIT
// Choosing a language.
#include "gui/texts.hpp"

#include "sim/base/assert.hpp"

namespace mqlab::gui {

const char* words(Language language, Say what) {
  switch (language) {
    case Language::english:
      return english(what);
    case Language::chinese:
      return chinese(what);
  }
  MQLAB_ASSERT(false && "every language has words");
}

Say meaning(observe::Mark mark) {
  switch (mark) {
    case observe::Mark::ready:
      return Say::mark_ready;
    case observe::Mark::in_flight:
      return Say::mark_in_flight;
    case observe::Mark::unacked:
      return Say::mark_unacked;
    case observe::Mark::redelivered:
      return Say::mark_redelivered;
    case observe::Mark::dead_lettered:
      return Say::mark_dead_lettered;
    case observe::Mark::returned:
      return Say::mark_returned;
    case observe::Mark::acked:
      return Say::mark_acked;
    case observe::Mark::lost:
      return Say::mark_lost;
    case observe::Mark::duplicate:
      return Say::mark_duplicate;
    case observe::Mark::confirm:
      return Say::mark_confirm;
    case observe::Mark::nack:
      return Say::mark_nack;
  }
  MQLAB_ASSERT(false && "every mark has a meaning");
}

std::string all_words() {
  std::string all;
  for (int i = 0; i < kSayCount; ++i) {
    all += english(static_cast<Say>(i));
    all += chinese(static_cast<Say>(i));
  }
  // And what the pictures and the ledger say.
  for (int i = 0; i < observe::kKeyCount; ++i) {
    all += observe::text(Language::chinese, static_cast<observe::Key>(i));
  }
  for (int i = 0; i < ledger::kFactCount; ++i) {
    all += observe::word(Language::chinese, static_cast<ledger::Fact>(i));
  }
  for (int i = 0; i < ledger::kReasonCount; ++i) {
    all += observe::word(Language::chinese, static_cast<ledger::Reason>(i));
  }
  for (int i = 0; i <= static_cast<int>(ledger::EntityKind::store); ++i) {
    all += observe::word(Language::chinese, static_cast<ledger::EntityKind>(i));
  }
  for (int i = 0; i < observe::kLossCauseCount; ++i) {
    const auto cause = static_cast<observe::LossCause>(i);
    all += observe::word(Language::chinese, cause);
    all += observe::explanation(Language::chinese, cause);
  }
  for (const observe::Outcome outcome : {observe::Outcome::pending, observe::Outcome::handled,
                                         observe::Outcome::duplicated, observe::Outcome::lost}) {
    all += observe::word(Language::chinese, outcome);
  }
  return all;
}

}  // namespace mqlab::gui
