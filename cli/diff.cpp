// SPDX-License-Identifier: MIT
// Comparing row by row, account by account, business id by business id.
#include "cli/diff.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace mqlab::cli {
namespace {

using ledger::EntityId;
using ledger::LedgerView;
using ledger::Row;
using observe::Key;
using observe::Language;
using observe::Outcome;

bool same_thing(const LedgerView& a, EntityId in_a, const LedgerView& b, EntityId in_b) {
  if (!in_a || !in_b) return !in_a && !in_b;
  return a.entity(in_a).kind == b.entity(in_b).kind && a.name(in_a) == b.name(in_b);
}

bool same_message(const LedgerView& a, ledger::MessageId in_a, const LedgerView& b,
                  ledger::MessageId in_b) {
  if (!in_a || !in_b) return !in_a && !in_b;
  const ledger::MessageName& first = a.message(in_a);
  const ledger::MessageName& second = b.message(in_b);
  return first.ordinal == second.ordinal && same_thing(a, first.author, b, second.author);
}

bool same_row(const LedgerView& a, const Row& x, const LedgerView& b, const Row& y) {
  return x.at == y.at && x.fact == y.fact && x.reason == y.reason && x.value == y.value &&
         x.flags == y.flags && x.cause == y.cause && a.text(x.text) == b.text(y.text) &&
         same_thing(a, x.subject, b, y.subject) && same_thing(a, x.object, b, y.object) &&
         same_message(a, x.message, b, y.message);
}

std::string flags_text(const Row& row) {
  std::string out;
  const auto add = [&](std::uint32_t flag, const char* name) {
    if ((row.flags & flag) != 0) out += out.empty() ? name : std::string(", ") + name;
  };
  add(ledger::kRedelivered, "redelivered");
  add(ledger::kNoAck, "no ack");
  add(ledger::kPersistent, "persistent");
  add(ledger::kDurable, "durable");
  add(ledger::kConfirms, "confirms");
  add(ledger::kRead, "read");
  return out.empty() ? "none" : out;
}

std::string fields_of(const LedgerView& a, const Row& x, const LedgerView& b, const Row& y) {
  std::vector<std::string> fields;
  if (x.at != y.at) fields.emplace_back("time");
  if (x.fact != y.fact) fields.emplace_back("fact");
  if (x.reason != y.reason) fields.emplace_back("reason");
  if (!same_thing(a, x.subject, b, y.subject)) fields.emplace_back("subject");
  if (!same_thing(a, x.object, b, y.object)) fields.emplace_back("object");
  if (!same_message(a, x.message, b, y.message)) fields.emplace_back("message");
  if (a.text(x.text) != b.text(y.text)) fields.emplace_back("text");
  if (x.value != y.value) fields.push_back(fmt::format("value ({}, {})", x.value, y.value));
  if (x.flags != y.flags) {
    fields.push_back(fmt::format("flags ({}; {})", flags_text(x), flags_text(y)));
  }
  if (x.cause != y.cause) fields.emplace_back("cause");
  return fmt::format("{}", fmt::join(fields, ", "));
}

ledger::RowNo first_different(const LedgerView& a, const LedgerView& b) {
  const ledger::RowNo common = std::min(a.row_count(), b.row_count());
  for (ledger::RowNo row = 1; row <= common; ++row) {
    if (!same_row(a, a.row(row), b, b.row(row))) return row;
  }
  return a.row_count() == b.row_count() ? 0 : common + 1;
}

class Accounts {
 public:
  Accounts(Key book, Language language, std::vector<Difference::Account>& into)
      : book_(text(language, book)), language_(language), into_(into) {}

  void add(std::string_view name, std::uint64_t first, std::uint64_t second) {
    into_.push_back({book_, std::string(name), first, second});
  }
  void add(Key name, std::uint64_t first, std::uint64_t second) {
    add(text(language_, name), first, second);
  }
  // Those that are zero on both sides say nothing.
  template <typename Cause>
  void add_of(std::string_view what, Cause cause, std::uint64_t first, std::uint64_t second) {
    if (first == 0 && second == 0) return;
    add(fmt::format("{} {}", what, word(language_, cause)), first, second);
  }
  void add_reasons(std::string_view verb, const observe::ReasonCounts& first,
                   const observe::ReasonCounts& second) {
    for (std::size_t i = 0; i < first.size(); ++i) {
      add_of(verb, static_cast<ledger::Reason>(i), first[i], second[i]);
    }
  }

 private:
  std::string book_;
  Language language_;
  std::vector<Difference::Account>& into_;
};

std::vector<Difference::Account> accounts_of(const observe::Books& a, const observe::Books& b,
                                             Language language) {
  using ledger::Fact;
  std::vector<Difference::Account> all;
  Accounts business(Key::two_business, language, all);
  const observe::BusinessBook& x = a.business();
  const observe::BusinessBook& y = b.business();
  business.add(Key::report_count, x.all().size(), y.all().size());
  for (const Outcome outcome :
       {Outcome::handled, Outcome::lost, Outcome::duplicated, Outcome::pending}) {
    business.add(word(language, outcome), x.count(outcome), y.count(outcome));
  }
  for (int i = 0; i < observe::kLossCauseCount; ++i) {
    const auto cause = static_cast<observe::LossCause>(i);
    business.add_of(word(language, Outcome::lost), cause, x.lost(cause), y.lost(cause));
  }
  business.add(Key::two_all_effects, x.effects(), y.effects());
  business.add(Key::two_extra_effects, x.extra_effects(), y.extra_effects());

  Accounts copies(Key::two_copies, language, all);
  copies.add_reasons(word(language, Fact::enqueued), a.copies().enqueued, b.copies().enqueued);
  copies.add_reasons(word(language, Fact::removed), a.copies().removed, b.copies().removed);
  copies.add(word(language, Fact::delivered), a.copies().delivered, b.copies().delivered);
  copies.add(Key::row_redelivered, a.copies().redelivered, b.copies().redelivered);
  copies.add(Key::two_ready, a.copies().ready, b.copies().ready);
  copies.add(Key::two_unacked, a.copies().unacked, b.copies().unacked);

  Accounts transmissions(Key::two_transmissions, language, all);
  const observe::TransmissionsBook& s = a.transmissions();
  const observe::TransmissionsBook& t = b.transmissions();
  transmissions.add_reasons(word(language, Fact::sent), s.sent, t.sent);
  transmissions.add_reasons(word(language, Fact::finished), s.finished, t.finished);
  transmissions.add(Key::report_on_wire, s.on_wire, t.on_wire);
  transmissions.add(Key::two_buffered, s.buffered, t.buffered);
  transmissions.add(Key::report_in_hand, s.in_hand, t.in_hand);
  return all;
}

Difference::Fate fate_of(const observe::BusinessBook& book, const observe::Business& business) {
  Difference::Fate fate;
  fate.outcome = business.outcome();
  if (business.outcome() == Outcome::lost) fate.cause = book.cause(business);
  fate.effects = business.effect_count();
  fate.messages = static_cast<std::uint32_t>(business.messages.size());
  return fate;
}

void compare_messages(const Side& a, const Side& b, Difference& difference) {
  std::map<std::string_view, const observe::Business*> of_b;
  for (const observe::Business& business : b.books.business().all()) {
    of_b.emplace(b.names.view().text(business.id), &business);
  }
  for (const observe::Business& business : a.books.business().all()) {
    const std::string_view id = a.names.view().text(business.id);
    ++difference.message_count;
    const Difference::Fate first = fate_of(a.books.business(), business);
    Difference::Fate second;
    if (const auto found = of_b.find(id); found != of_b.end()) {
      second = fate_of(b.books.business(), *found->second);
      of_b.erase(found);
    }
    if (first != second) difference.messages.push_back({std::string(id), first, second});
  }
  for (const observe::Business& business : b.books.business().all()) {
    const std::string_view id = b.names.view().text(business.id);
    if (of_b.count(id) == 0) continue;
    ++difference.message_count;
    difference.messages.push_back({std::string(id), {}, fate_of(b.books.business(), business)});
  }
}

}  // namespace

Difference difference_of(const Side& first, const Side& second, Language language) {
  Difference difference;
  const LedgerView& a = first.names.view();
  const LedgerView& b = second.names.view();
  difference.row = first_different(a, b);
  if (difference.row != 0 && difference.row <= std::min(a.row_count(), b.row_count())) {
    difference.fields = fields_of(a, a.row(difference.row), b, b.row(difference.row));
  }
  difference.accounts = accounts_of(first.books, second.books, language);
  compare_messages(first, second, difference);
  return difference;
}

}  // namespace mqlab::cli
