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

std::string arrival(const Row& row, Language language) {
  const Time at{static_cast<std::int64_t>(row.value)};
  if (at == Time::never()) return std::string(text(language, Key::row_held));
  return fill(language, Key::row_arrives, {format_short(at)});
}

std::string thing(const NameIndex& names, EntityId id, Language language) {
  return fmt::format("{} {}", word(language, names.view().entity(id).kind), names.label(id));
}

// Who did it: an actor, or the node in which it happened.
std::string actor_of(const NameIndex& names, const Row& row, Language language) {
  const bool script = row.fact == Fact::checked || (row.fact == Fact::noted && !row.subject);
  if (script) return std::string(text(language, Key::row_script));
  if (!row.subject) return "";
  return names.label(owner(names.view(), row.subject));
}

void tell_things(const NameIndex& names, const Row& row, Language language, RowText& out) {
  const std::string_view words = names.view().text(row.text);
  switch (row.fact) {
    case Fact::created:
    case Fact::ended:
      out.where = thing(names, row.subject, language);
      break;
    case Fact::bound:
    case Fact::unbound:
      out.where = arrow(names, row.subject, row.object);
      if (!words.empty()) add(out.why, fill(language, Key::row_key, {words}));
      break;
    case Fact::failed:
      out.where = thing(names, row.subject, language);
      add(out.why, fmt::format("{} {}", row.value, words));
      break;
    case Fact::blocked:
    case Fact::unblocked:
      out.where = thing(names, row.subject, language);
      add(out.why, words);
      break;
    case Fact::published:
      out.where = row.subject ? names.label(row.subject)
                              : std::string(text(language, Key::row_no_exchange));
      if (!words.empty()) add(out.why, fill(language, Key::row_key, {words}));
      if (row.value != 0)
        add(out.why, fill(language, Key::row_confirm, {std::to_string(row.value)}));
      break;
    case Fact::routed:
      out.where = names.label(row.subject);
      add(out.why, row.value == 1 ? fill(language, Key::row_one_queue, {})
                                  : fill(language, Key::row_queues, {std::to_string(row.value)}));
      break;
    case Fact::confirmed:
      out.where = names.label(row.subject);
      add(out.why, fill(language, Key::row_confirm, {std::to_string(row.value)}));
      break;
    case Fact::composed:
      if (words != out.message) add(out.why, fill(language, Key::row_about, {words}));
      break;
    case Fact::noted:
    case Fact::checked:
      add(out.why, words);
      break;
    case Fact::network:
      if (row.object) out.where = arrow(names, row.subject, row.object);
      if (row.reason == Reason::clogged)
        add(out.why, fill(language, Key::row_speed, {std::to_string(row.value)}));
      break;
    case Fact::written:
      out.where = words;
      if (row.object) add(out.why, fill(language, Key::row_by, {names.label(row.object)}));
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

void tell_movements(const NameIndex& names, const Row& row, Language language, RowText& out) {
  if (row.fact == Fact::enqueued || row.fact == Fact::requeued || row.fact == Fact::removed ||
      row.fact == Fact::synced) {
    out.where = names.label(row.subject);
  } else if (row.fact == Fact::delivered) {
    out.where = arrow(names, row.subject, row.object);
    if ((row.flags & ledger::kRedelivered) != 0) add(out.why, text(language, Key::row_redelivered));
    if ((row.flags & ledger::kNoAck) != 0) add(out.why, text(language, Key::row_no_ack));
    add(out.why, fill(language, Key::row_tag, {std::to_string(row.value)}));
  } else if (row.fact == Fact::sent) {
    out.where = arrow(names, row.subject, row.object);
    const std::string_view method = names.view().text(row.text);
    if (row.reason == Reason::method && !method.empty()) out.why = method;
    if ((row.flags & ledger::kConfirms) != 0) add(out.why, text(language, Key::row_wants_confirm));
    add(out.why, arrival(row, language));
  } else if (row.fact == Fact::delayed) {
    add(out.why, arrival(row, language));
  } else if (row.fact == Fact::arrived) {
    out.where = fill(language, Key::row_at, {names.label(row.subject)});
  } else if (row.fact == Fact::started) {
    out.where = fill(language, Key::row_in_hands, {names.label(row.subject)});
  } else if (row.fact == Fact::effect) {
    out.where = names.view().text(NameId{row.extra});
    const std::string_view about = names.view().text(row.text);
    if (about != names.name(row.message)) add(out.why, fill(language, Key::row_about, {about}));
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

RowText row_text(const NameIndex& names, RowNo number, Language language) {
  const Row& row = names.view().row(number);
  RowText out;
  out.number = number;
  out.at = row.at;
  out.cause = row.cause;
  out.actor = actor_of(names, row, language);
  out.what = word(language, row.fact);
  out.message = names.name(row);
  out.why = word(language, row.reason);
  tell_things(names, row, language, out);
  tell_movements(names, row, language, out);
  return out;
}

std::string row_line(const NameIndex& names, RowNo number, Language language) {
  const RowText row = row_text(names, number, language);
  const auto or_dash = [](const std::string& words) {
    return words.empty() ? std::string_view("-") : std::string_view(words);
  };
  std::string line =
      fmt::format("{:>6} {:>12}  {:<10} {:<10} {:<18} {:<22} {}", fmt::format("#{}", number),
                  format_fixed(row.at), or_dash(row.actor), row.what, or_dash(row.message),
                  or_dash(row.where), row.why);
  if (row.cause != 0) line += fmt::format("{}<- #{}", row.why.empty() ? "" : "  ", row.cause);
  line.erase(line.find_last_not_of(' ') + 1);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

std::string row_heading(Language language) {
  return fmt::format("{:>6} {:>12}  {:<10} {:<10} {:<18} {:<22} {}",
                     text(language, Key::column_number), text(language, Key::column_time),
                     text(language, Key::column_actor), text(language, Key::column_what),
                     text(language, Key::column_message), text(language, Key::column_where),
                     text(language, Key::column_why));
}

}  // namespace mqlab::observe
