// SPDX-License-Identifier: MIT
// Readers survive any rows whose ids exist, in any order: a forged recording cannot crash them.
#include "sim/ledger/recording.hpp"
#include "sim/observe/metrics.hpp"
#include "sim/observe/row_text.hpp"
#include "sim/observe/why.hpp"
#include "tests/catch.hpp"
#include "tests/observe/random_history.hpp"

using namespace mqlab;
using namespace mqlab::observe;

namespace {

ledger::Ledger garbage(std::uint64_t seed) {
  story::Dice dice(seed);
  ledger::Ledger ledger(ledger::Sink::full);
  const auto number = [&](std::uint64_t limit) {
    return static_cast<std::uint32_t>(dice.below(limit));
  };
  const char* const names[] = {"", "a", "b\nc", "\"", "shop", "x@y#1/2"};
  for (int i = 0; i < 20; ++i) {
    ledger.new_entity(static_cast<ledger::EntityKind>(dice.below(10)), names[dice.below(6)],
                      EntityId{number(ledger.entity_count() + 1)});
  }
  for (int i = 0; i < 10; ++i) {
    ledger.new_message(EntityId{number(21)}, NameId{number(ledger.names().size())});
  }
  for (int i = 0; i < 2000; ++i) {
    if (dice.one_in(4))
      ledger.set_now(ledger.now() + Duration{static_cast<std::int64_t>(dice.below(5))});
    Row row;
    row.cause = dice.below(ledger.row_count() + 1);
    row.value = dice.one_in(2) ? dice.below(4) : mix(dice.below(1000));
    row.message = MessageId{number(11)};
    row.copy = CopyId{number(30)};
    row.transmission = TransmissionId{number(30)};
    row.subject = EntityId{number(21)};
    row.object = EntityId{number(21)};
    row.text = NameId{number(ledger.names().size())};
    row.extra = number(ledger.names().size());
    row.flags = number(32);
    row.fact = static_cast<Fact>(dice.below(ledger::kFactCount));
    row.reason = static_cast<Reason>(dice.below(ledger::kReasonCount));
    ledger.append(row);
  }
  return ledger;
}

}  // namespace

TEST_CASE("no reader crashes on rows that make no sense, and the books say that they do not") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    const auto opened = ledger::open_recording(ledger::save_recording({}, garbage(seed)));
    REQUIRE(opened);
    const LedgerView view(opened->ledger);
    const NameIndex names(view);
    Books books;
    books.extend(view);
    Metrics metrics;
    metrics.extend(view);
    CHECK_FALSE(books.differences().empty());
    CHECK(books.state().problem_count() > 0);
    CHECK(books.state() == state_after(view, view.row_count()));
    for (RowNo row = 1; row <= view.row_count(); ++row) REQUIRE_FALSE(row_line(names, row).empty());
    for (std::uint32_t id = 1; id <= view.message_count(); ++id) {
      REQUIRE_FALSE(life(names, books, Named{MessageId{id}, {}, {}}).verdict.empty());
    }
    static_cast<void>(snapshot(view, books.state()));
  }
}
