// SPDX-License-Identifier: MIT
// What each fact says in each column.
#include "sim/observe/row_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace mqlab::observe {

namespace {

std::string arrow(const NameIndex& names, EntityId from, EntityId to) {
  return fmt::format("{} -> {}", names.label(from), names.label(to));
}

// Appends to a list of words.
void add(std::string& list, std::string_view words) {
  if (!list.empty() && !words.empty()) list += ", ";
  list += words;
}

std::string arrival(const Row& row) {
  const Time at{static_cast<std::int64_t>(row.value)};
  return at == Time::never() ? "held" : fmt::format("arrives {}", format_short(at));
}

std::string thing(const NameIndex& names, EntityId id) {
  return fmt::format("{} {}", ledger::word(names.view().entity(id).kind), names.label(id));
}

// Who did it: an actor, or the node in which it happened.
std::string actor_of(const NameIndex& names, const Row& row) {
  if (row.fact == Fact::noted && !row.subject) return "script";
  if (row.fact == Fact::checked) return "script";
  if (!row.subject) return "";
  return names.label(owner(names.view(), row.subject));
}

void tell_things(const NameIndex& names, const Row& row, RowText& text) {
  const std::string_view words = names.view().text(row.text);
  switch (row.fact) {
    case Fact::created:
    case Fact::ended:
      text.where = thing(names, row.subject);
      break;
    case Fact::bound:
    case Fact::unbound:
      text.where = arrow(names, row.subject, row.object);
      if (!words.empty()) add(text.why, fmt::format("key {}", words));
      break;
    case Fact::failed:
      text.where = thing(names, row.subject);
      add(text.why, fmt::format("{} {}", row.value, words));
      break;
    case Fact::blocked:
    case Fact::unblocked:
      text.where = thing(names, row.subject);
      add(text.why, words);
      break;
    case Fact::published:
      text.where = row.subject ? names.label(row.subject) : "no exchange";
      if (!words.empty()) add(text.why, fmt::format("key {}", words));
      if (row.value != 0) add(text.why, fmt::format("confirm {}", row.value));
      break;
    case Fact::routed:
      text.where = names.label(row.subject);
      add(text.why,
          row.value == 1 ? std::string("to 1 queue") : fmt::format("to {} queues", row.value));
      break;
    case Fact::confirmed:
      text.where = names.label(row.subject);
      add(text.why, fmt::format("confirm {}", row.value));
      break;
    case Fact::composed:
      if (words != text.message) add(text.why, fmt::format("about {}", words));
      break;
    case Fact::noted:
    case Fact::checked:
      add(text.why, words);
      break;
    case Fact::network:
      if (row.object) text.where = arrow(names, row.subject, row.object);
      if (row.reason == Reason::clogged) add(text.why, fmt::format("{} bytes/s", row.value));
      break;
    case Fact::written:
      text.where = words;
      if (row.object) add(text.why, fmt::format("by {}", names.label(row.object)));
      break;
    case Fact::down:
    case Fact::up:
    case Fact::enqueued:
    case Fact::delivered:
    case Fact::requeued:
    case Fact::removed:
    case Fact::synced:
    case Fact::sent:
    case Fact::delayed:
    case Fact::arrived:
    case Fact::started:
    case Fact::finished:
    case Fact::learned:
    case Fact::effect:
      break;
  }
}

void tell_movements(const NameIndex& names, const Row& row, RowText& text) {
  if (row.fact == Fact::enqueued || row.fact == Fact::requeued || row.fact == Fact::removed ||
      row.fact == Fact::synced) {
    text.where = names.label(row.subject);
  } else if (row.fact == Fact::delivered) {
    text.where = arrow(names, row.subject, row.object);
    if ((row.flags & ledger::kRedelivered) != 0) add(text.why, "redelivered");
    if ((row.flags & ledger::kNoAck) != 0) add(text.why, "no ack");
    add(text.why, fmt::format("tag {}", row.value));
  } else if (row.fact == Fact::sent) {
    text.where = arrow(names, row.subject, row.object);
    const std::string_view method = names.view().text(row.text);
    if (row.reason == Reason::method && !method.empty()) text.why = method;
    if ((row.flags & ledger::kConfirms) != 0) add(text.why, "wants a confirm");
    add(text.why, arrival(row));
  } else if (row.fact == Fact::delayed) {
    add(text.why, arrival(row));
  } else if (row.fact == Fact::arrived) {
    text.where = fmt::format("at {}", names.label(row.subject));
  } else if (row.fact == Fact::started) {
    text.where = fmt::format("in {}'s hands", names.label(row.subject));
  } else if (row.fact == Fact::effect) {
    text.where = names.view().text(NameId{row.extra});
    const std::string_view about = names.view().text(row.text);
    if (about != names.name(row.message)) add(text.why, fmt::format("about {}", about));
  }
}

}  // namespace

EntityId owner(const LedgerView& view, EntityId id) {
  EntityId top = id;
  while (view.entity(top).parent && view.entity(top).kind != ledger::EntityKind::actor &&
         view.entity(top).kind != ledger::EntityKind::node) {
    top = view.entity(top).parent;
  }
  return top;
}

RowText row_text(const NameIndex& names, RowNo number) {
  const Row& row = names.view().row(number);
  RowText text;
  text.number = number;
  text.at = row.at;
  text.cause = row.cause;
  text.actor = actor_of(names, row);
  text.what = ledger::word(row.fact);
  text.message = names.name(row);
  text.why = ledger::word(row.reason);
  tell_things(names, row, text);
  tell_movements(names, row, text);
  return text;
}

std::string row_line(const NameIndex& names, RowNo number) {
  const RowText text = row_text(names, number);
  const auto or_dash = [](const std::string& words) {
    return words.empty() ? std::string_view("-") : std::string_view(words);
  };
  std::string line =
      fmt::format("{:>6} {:>12}  {:<10} {:<10} {:<18} {:<22} {}", fmt::format("#{}", number),
                  format_fixed(text.at), or_dash(text.actor), text.what, or_dash(text.message),
                  or_dash(text.where), text.why);
  if (text.cause != 0) line += fmt::format("{}<- #{}", text.why.empty() ? "" : "  ", text.cause);
  line.erase(line.find_last_not_of(' ') + 1);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

std::string row_heading() {
  return fmt::format("{:>6} {:>12}  {:<10} {:<10} {:<18} {:<22} {}", "#", "t", "actor", "what",
                     "message", "where", "why");
}

}  // namespace mqlab::observe
