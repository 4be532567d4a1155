// SPDX-License-Identifier: MIT
// Which words of the ledger the scenarios show; those that none shows are listed with the reason.
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/ledger/fact.hpp"
#include "tests/catch.hpp"
#include "tests/scenarios/scenario_runs.hpp"

namespace mqlab::scenarios::test {
namespace {

using Words = std::set<std::string>;

std::string fact_word(int fact) {
  return "fact " + std::string(ledger::word(static_cast<ledger::Fact>(fact)));
}

std::string reason_word(int reason) {
  return "reason " + std::string(ledger::word(static_cast<ledger::Reason>(reason)));
}

Words all_words() {
  Words words;
  for (int fact = 0; fact < ledger::kFactCount; ++fact) words.insert(fact_word(fact));
  for (int reason = 1; reason < ledger::kReasonCount; ++reason) words.insert(reason_word(reason));
  return words;
}

Words shown_words() {
  Words words;
  for (const Outcome& run : outcomes()) {
    const ledger::Digest& digest = run.report.ledger->digest();
    for (int fact = 0; fact < ledger::kFactCount; ++fact) {
      for (int reason = 0; reason < ledger::kReasonCount; ++reason) {
        if (digest.count(static_cast<ledger::Fact>(fact), static_cast<ledger::Reason>(reason)) ==
            0) {
          continue;
        }
        words.insert(fact_word(fact));
        if (reason != 0) words.insert(reason_word(reason));
      }
    }
  }
  return words;
}

// The list without the words that are shown by now. A new word is explained by hand.
void drop_shown(const Words& shown) {
  std::string text = "{\n";
  const auto list = nlohmann::ordered_json::parse(read_data("unseen.json"));
  for (const auto& [name, why] : list.items()) {
    if (shown.count(name) != 0) continue;
    text += fmt::format("{}\"{}\": {}", text.size() > 2 ? ",\n" : "", name, why.dump());
  }
  write_data("unseen.json", text + "\n}\n");
}

}  // namespace

TEST_CASE("Every fact and reason is shown by a scenario, or it is written down why not") {
  const Words shown = shown_words();
  if (updating()) drop_shown(shown);
  const nlohmann::json unseen = nlohmann::json::parse(read_data("unseen.json"));
  for (const std::string& word : all_words()) {
    INFO(word << ": neither shown by a scenario nor explained in tests/scenarios/unseen.json");
    CHECK((shown.count(word) != 0 || unseen.contains(word)));
  }
  for (const auto& [word, why] : unseen.items()) {
    INFO(word << ": in tests/scenarios/unseen.json, but no word, or shown by a scenario");
    CHECK(all_words().count(word) == 1);
    CHECK(shown.count(word) == 0);
    CHECK(why.get<std::string>().size() > 10);
  }
}

}  // namespace mqlab::scenarios::test
