// SPDX-License-Identifier: MIT
// The books of copies and transmissions, and all books together.
#include "sim/observe/books.hpp"

#include <numeric>

#include <fmt/format.h>

#include "sim/base/assert.hpp"

namespace mqlab::observe {

namespace {

std::uint64_t sum(const ReasonCounts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::string difference_of(std::string_view book, std::uint64_t created, std::string_view verb,
                          std::uint64_t accounts, const std::string& named) {
  if (created == accounts) return {};
  const bool missing = created > accounts;
  return fmt::format("{}: {} {}, but {} make {}: {} {}", book, created, verb, named, accounts,
                     missing ? created - accounts : accounts - created,
                     missing ? "missing" : "too many");
}

}  // namespace

std::string CopiesBook::difference() const {
  const std::uint64_t gone = sum(removed);
  return difference_of("copies", sum(enqueued), "enqueued", ready + unacked + gone,
                       fmt::format("{} ready + {} unacked + {} removed", ready, unacked, gone));
}

std::string TransmissionsBook::difference() const {
  const std::uint64_t gone = sum(finished);
  return difference_of("transmissions", sum(sent), "sent", on_wire + buffered + in_hand + gone,
                       fmt::format("{} on the wire + {} buffered + {} in hand + {} finished",
                                   on_wire, buffered, in_hand, gone));
}

void Books::apply(const LedgerView& view, const Row& row) {
  const auto reason = static_cast<std::size_t>(row.reason);
  const auto account = [&]() -> std::uint64_t* {
    if (!row.transmission) return nullptr;
    const Transmission* transmission = state_.transmission(row.transmission);
    if (transmission == nullptr) return nullptr;
    if (transmission->stage == Stage::on_wire) return &transmissions_.on_wire;
    return transmission->stage == Stage::buffered ? &transmissions_.buffered
                                                  : &transmissions_.in_hand;
  };
  std::uint64_t* const before = account();
  state_.apply(view, row);
  std::uint64_t* const after = account();
  if (before != after) {
    if (before != nullptr) --*before;
    if (after != nullptr) ++*after;
  }
  copies_.ready = state_.ready_count();
  copies_.unacked = state_.unacked_count();
  if (row.fact == Fact::enqueued) ++copies_.enqueued[reason];
  if (row.fact == Fact::removed) ++copies_.removed[reason];
  if (row.fact == Fact::requeued) ++copies_.requeued;
  if (row.fact == Fact::delivered && row.copy) {
    ++copies_.delivered;
    if ((row.flags & ledger::kRedelivered) != 0) ++copies_.redelivered;
  }
  if (row.fact == Fact::sent) ++transmissions_.sent[reason];
  if (row.fact == Fact::finished) ++transmissions_.finished[reason];
  business_.apply(view, row, state_.row_count());
}

void Books::extend(const LedgerView& view) {
  while (state_.row_count() < view.row_count()) apply(view, view.row(state_.row_count() + 1));
}

std::string Books::differences() const {
  std::string text = copies_.difference();
  const auto add = [&](const std::string& line) {
    if (!text.empty() && !line.empty()) text += '\n';
    text += line;
  };
  add(transmissions_.difference());
  if (state_.problem_count() > 0) {
    add(fmt::format("row {}: {} ({} such rows)", state_.problem().row, state_.problem().what,
                    state_.problem_count()));
  }
  return text;
}

std::string_view word(LossCause cause) {
  switch (cause) {
    case LossCause::never_sent:
      return "never-sent";
    case LossCause::lost_before_broker:
      return "lost-before-broker";
    case LossCause::ignored:
      return "ignored";
    case LossCause::no_exchange:
      return "no-exchange";
    case LossCause::unroutable:
      return "unroutable";
    case LossCause::returned:
      return "returned";
    case LossCause::refused:
      return "refused";
    case LossCause::rolled_back:
      return "rolled-back";
    case LossCause::expired:
      return "expired";
    case LossCause::overflow:
      return "overflow";
    case LossCause::purged:
      return "purged";
    case LossCause::queue_deleted:
      return "queue-deleted";
    case LossCause::rejected:
      return "rejected";
    case LossCause::delivery_limit:
      return "delivery-limit";
    case LossCause::lost_in_broker:
      return "lost-in-broker";
    case LossCause::auto_acked_then_lost:
      return "auto-acked-then-lost";
    case LossCause::auto_acked_then_crashed:
      return "auto-acked-then-crashed";
    case LossCause::auto_acked_then_dropped:
      return "auto-acked-then-dropped";
    case LossCause::auto_acked_then_failed:
      return "auto-acked-then-failed";
    case LossCause::acked_then_crashed:
      return "acked-then-crashed";
    case LossCause::acked_without_effect:
      return "acked-without-effect";
  }
  assertion_failed("every cause of a loss has a word", __FILE__, __LINE__);
}

std::optional<LossCause> loss_cause(std::string_view text) {
  for (int i = 0; i < kLossCauseCount; ++i) {
    if (word(static_cast<LossCause>(i)) == text) return static_cast<LossCause>(i);
  }
  return std::nullopt;
}

std::string_view word(Outcome outcome) {
  switch (outcome) {
    case Outcome::pending:
      return "pending";
    case Outcome::handled:
      return "handled";
    case Outcome::duplicated:
      return "duplicated";
    case Outcome::lost:
      return "lost";
  }
  assertion_failed("every outcome has a word", __FILE__, __LINE__);
}

}  // namespace mqlab::observe
