// SPDX-License-Identifier: MIT
// Choosing the rows of a life, and the sentence that sums it up.
#include "sim/observe/why.hpp"

#include <algorithm>

#include "sim/base/assert.hpp"
#include "sim/base/text.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::observe {

namespace {

// Causes outside the message's own rows that explain something.
bool explains(Fact fact) {
  return fact == Fact::down || fact == Fact::up || fact == Fact::failed || fact == Fact::ended ||
         fact == Fact::blocked;
}

bool about(const Row& row, Named what) {
  if (row.message != what.message) return false;
  if (what.transmission && row.transmission) return row.transmission == what.transmission;
  return !what.copy || !row.copy || row.copy == what.copy;
}

std::vector<RowNo> rows_about(const LedgerView& view, Named what) {
  std::vector<RowNo> rows;
  for (RowNo number = 1; number <= view.row_count(); ++number) {
    const Row& row = view.row(number);
    if (!about(row, what)) continue;
    rows.push_back(number);
    // A crash may be two steps away: the client's end caused the connection's, that the requeue.
    RowNo cause = row.cause;
    while (cause != 0 && !view.row(cause).message && explains(view.row(cause).fact)) {
      rows.push_back(cause);
      cause = view.row(cause).cause;
    }
  }
  std::stable_sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

std::vector<RowNo> effects_about(const LedgerView& view, const Business& business) {
  std::vector<RowNo> rows;
  if (business.first_effect == 0) return rows;
  for (RowNo number = business.first_effect; number <= view.row_count(); ++number) {
    const Row& row = view.row(number);
    if (row.fact != Fact::effect) continue;
    const bool same = business.id ? row.text == business.id
                                  : !row.text && row.message == business.messages.front();
    if (same) rows.push_back(number);
  }
  return rows;
}

std::string by_whom(const NameIndex& names, Language language, RowNo effect) {
  const Row& row = names.view().row(effect);
  return fill(language, Key::why_by_at, {names.label(row.subject), format_short(row.at)});
}

// How the second effect could come about: words that follow "because".
std::string why_twice(const NameIndex& names, Language language, RowNo first, RowNo second) {
  const LedgerView& view = names.view();
  const Row& one = view.row(first);
  const Row& two = view.row(second);
  if (one.message != two.message) {
    return fill(language, Key::why_sent_again, {names.name(two.message)});
  }
  // The deliveries that led to the effects: the last ones started by these actors before them.
  const auto delivery = [&](RowNo effect) {
    for (RowNo number = effect; number > 0; --number) {
      const Row& row = view.row(number);
      if (row.fact == Fact::started && row.message == one.message &&
          row.subject == view.row(effect).subject) {
        return row;
      }
    }
    return Row{};
  };
  const Row started_one = delivery(first);
  const Row started_two = delivery(second);
  if (started_one.transmission == started_two.transmission) {
    return std::string(text(language, Key::why_did_again));
  }
  if (started_one.copy != started_two.copy) {
    return fill(language, Key::why_two_copies,
                {names.name(started_one.copy), names.name(started_two.copy)});
  }
  for (RowNo number = second; number > 0; --number) {
    const Row& row = view.row(number);
    if (row.fact != Fact::requeued || row.copy != started_two.copy) continue;
    return fill(language, Key::why_came_back,
                {names.label(row.subject), format_short(row.at), word(language, row.reason),
                 std::to_string(number)});
  }
  return std::string(text(language, Key::why_delivered_again));
}

std::string where_now(const NameIndex& names, Language language, const State& state,
                      const Business& business) {
  const auto ours = [&](MessageId message) {
    return std::find(business.messages.begin(), business.messages.end(), message) !=
           business.messages.end();
  };
  std::string places;
  const auto add = [&](const std::string& place) {
    if (!places.empty()) places += text(language, Key::why_and);
    places += place;
  };
  for (std::uint32_t id = 1; id <= names.view().entity_count(); ++id) {
    const EntityId queue{id};
    for (const Copy& copy : state.ready(queue)) {
      if (ours(copy.message)) add(fill(language, Key::why_ready_in, {names.label(queue)}));
    }
    for (const Copy& copy : state.unacked(queue)) {
      if (!ours(copy.message)) continue;
      add(fill(language, Key::why_unacked_in, {names.label(queue), names.label(copy.holder)}));
    }
  }
  if (!places.empty()) return places;
  std::vector<Transmission> sorted(state.transmissions().begin(), state.transmissions().end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Transmission& a, const Transmission& b) { return a.id < b.id; });
  for (const Transmission& t : sorted) {
    if (!ours(t.message) || t.kind == Reason::give_back) continue;
    if (t.stage == Stage::on_wire) add(fill(language, Key::why_on_wire, {names.label(t.to)}));
    if (t.stage == Stage::buffered) add(fill(language, Key::why_buffered, {names.label(t.to)}));
    if (t.stage == Stage::in_hand) add(fill(language, Key::why_in_hand, {names.label(t.to)}));
  }
  return places.empty() ? std::string(text(language, Key::why_not_sent)) : places;
}

std::string verdict_on(const NameIndex& names, Language language, const Books& books,
                       MessageId message, const Business& business) {
  const std::string name = names.name(message);
  const std::vector<RowNo> effects = effects_about(names.view(), business);
  switch (business.outcome()) {
    case Outcome::pending:
      return fill(language, Key::why_pending,
                  {name, where_now(names, language, books.state(), business)});
    case Outcome::lost: {
      const LossCause cause = books.business().cause(business);
      return fill(language, Key::why_lost,
                  {name, word(language, cause), explanation(language, cause)});
    }
    case Outcome::handled: {
      const MessageId handled = names.view().row(effects.front()).message;
      const std::string by = by_whom(names, language, effects.front());
      if (handled && handled != message) {
        return fill(language, Key::why_handled_as,
                    {name, names.view().text(business.id), by, names.name(handled)});
      }
      return fill(language, Key::why_handled, {name, by});
    }
    case Outcome::duplicated: {
      // The first effect that has a twin of the same name before it.
      std::size_t second = 1;
      std::size_t first = 0;
      for (second = 1; second < effects.size(); ++second) {
        const auto same = std::find_if(
            effects.begin(), effects.begin() + static_cast<std::ptrdiff_t>(second), [&](RowNo row) {
              return names.view().row(row).extra == names.view().row(effects[second]).extra;
            });
        first = static_cast<std::size_t>(same - effects.begin());
        if (first < second) break;
      }
      return fill(language, Key::why_duplicated,
                  {name, std::to_string(effects.size()), by_whom(names, language, effects[first]),
                   by_whom(names, language, effects[second]),
                   why_twice(names, language, effects[first], effects[second])});
    }
  }
  assertion_failed("every outcome has a verdict", __FILE__, __LINE__);
}

}  // namespace

Life life(const NameIndex& names, const Books& books, Named what, Language language) {
  Life life{what, rows_about(names.view(), what), ""};
  for (const Business& business : books.business().all()) {
    const auto& messages = business.messages;
    if (std::find(messages.begin(), messages.end(), what.message) == messages.end()) continue;
    life.verdict = verdict_on(names, language, books, what.message, business);
    return life;
  }
  life.verdict = fill(language, Key::why_never_composed, {names.name(what.message)});
  return life;
}

Result<Life> why(const NameIndex& names, const Books& books, std::string_view name,
                 Language language) {
  const Result<Named> what = names.find(name);
  if (!what) return what.error();
  return life(names, books, *what, language);
}

std::string Life::text(const NameIndex& names, Language language) const {
  std::string text = row_heading(language) + "\n";
  for (const RowNo row : rows) text += row_line(names, row, language) + "\n";
  return text + verdict + "\n";
}

std::string_view explanation(LossCause cause) {
  switch (cause) {
    case LossCause::never_sent:
      return "its author went down before it was sent";
    case LossCause::lost_before_broker:
      return "it was on its way to the broker when the connection broke";
    case LossCause::ignored:
      return "it reached the broker on a channel that was closed";
    case LossCause::no_exchange:
      return "there was no such exchange";
    case LossCause::unroutable:
      return "no queue was bound for it, and the publisher did not ask to be told";
    case LossCause::returned:
      return "no queue was bound for it; it was given back to its publisher";
    case LossCause::refused:
      return "the queue was full and refused it";
    case LossCause::rolled_back:
      return "its transaction was not committed";
    case LossCause::expired:
      return "its time to live was over before anybody took it";
    case LossCause::overflow:
      return "its queue was full and dropped it";
    case LossCause::purged:
      return "its queue was purged";
    case LossCause::queue_deleted:
      return "its queue was deleted with it inside";
    case LossCause::rejected:
      return "a consumer rejected it, and no other queue took it";
    case LossCause::delivery_limit:
      return "it came back more often than its queue allows";
    case LossCause::lost_in_broker:
      return "its broker went down, and it was not on the disk";
    case LossCause::auto_acked_then_lost:
      return "it was acked when it was sent, and then lost on the wire";
    case LossCause::auto_acked_then_crashed:
      return "it was acked when it was sent, and its client crashed before it was handled";
    case LossCause::auto_acked_then_dropped:
      return "it was acked when it was sent, and its connection or consumer ended";
    case LossCause::auto_acked_then_failed:
      return "it was acked when it was sent, and its handling failed";
    case LossCause::acked_then_crashed:
      return "its client acked it before the work was done, and crashed";
    case LossCause::acked_without_effect:
      return "its client acked it and did nothing";
  }
  assertion_failed("every cause of a loss is explained", __FILE__, __LINE__);
}

}  // namespace mqlab::observe
