// SPDX-License-Identifier: MIT
// How names are made, and how they are read back.
#include "sim/observe/names.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "sim/base/suggest.hpp"
#include "sim/base/text.hpp"

namespace mqlab::observe {

using ledger::EntityKind;

namespace {

std::string quoted(std::string_view name) {
  if (!name.empty() && name.find_first_of("@#/\": \t") == std::string_view::npos) {
    return std::string(name);
  }
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string name;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    name += text[i];
    if (text[i] == '"' && text[i + 1] == '"' && i + 2 < text.size()) ++i;
  }
  return name;
}

// Where the copy's part of a name begins: the first @ that is not in quotes.
std::size_t at_sign(std::string_view text) {
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') inside = !inside;
    if (text[i] == '@' && !inside) return i;
  }
  return std::string_view::npos;
}

template <typename T>
T& at_index(std::vector<T>& table, std::uint32_t index) {
  if (index >= table.size()) table.resize(index + std::size_t{1});
  return table[index];
}

}  // namespace

void NameIndex::extend(const LedgerView& view) {
  view_ = view;
  while (entities_ < view.entity_count()) take_in(EntityId{++entities_});
  while (rows_ < view.row_count()) take_in(view.row(++rows_));
}

void NameIndex::take_in(EntityId id) {
  const ledger::Entity& entity = view_.entity(id);
  if (entity.kind != EntityKind::queue && entity.kind != EntityKind::exchange) return;
  const std::pair key{entity.kind, entity.name};
  const auto [first, is_new] = first_called_.emplace(key, id);
  if (!is_new && !same_label(first->second, id)) shared_.insert(key);
}

bool NameIndex::same_label(EntityId a, EntityId b) const {
  return view_.entity(a).name == view_.entity(b).name &&
         view_.entity(a).parent == view_.entity(b).parent;
}

void NameIndex::take_in(const Row& row) {
  if (row.fact == Fact::enqueued) {
    CopyName& copy = at_index(copies_, row.copy.value);
    if (copy.ordinal != 0) return;  // it came back from disk
    CopyId& last = at_index(last_copy_, row.message.value);
    copy.message = row.message;
    copy.queue = row.subject;
    copy.ordinal = 1;
    copy.before = last;
    for (CopyId other = last; other; other = copies_[other.value].before) {
      if (!same_label(copies_[other.value].queue, row.subject)) continue;
      copy.ordinal = copies_[other.value].ordinal + 1;
      break;
    }
    last = row.copy;
  } else if (row.fact == Fact::delivered && row.copy) {
    CopyName& copy = at_index(copies_, row.copy.value);
    SentName& sent = at_index(sent_, row.transmission.value);
    if (sent.message) return;
    sent = SentName{row.message, row.copy, ++copy.deliveries, copy.delivery};
    copy.delivery = row.transmission;
  } else if (row.fact == Fact::sent) {
    SentName& sent = at_index(sent_, row.transmission.value);
    if (!sent.message) sent.message = row.message;
  }
}

std::string NameIndex::label(EntityId id) const {
  const ledger::Entity& entity = view_.entity(id);
  const std::string_view name = view_.text(entity.name);
  if (entity.kind == EntityKind::queue || entity.kind == EntityKind::exchange) {
    std::string text =
        entity.kind == EntityKind::exchange && name.empty() ? "(default)" : quoted(name);
    if (!shared_.contains({entity.kind, entity.name})) return text;
    const std::string_view vhost = view_.name(entity.parent);
    const std::string node = quoted(view_.name(view_.entity(entity.parent).parent));
    return vhost == "/" ? fmt::format("{}:{}", node, text)
                        : fmt::format("{}/{}:{}", node, quoted(vhost), text);
  }
  if (entity.kind == EntityKind::channel || entity.kind == EntityKind::subscription) {
    EntityId above = entity.parent;
    if (entity.kind == EntityKind::subscription) above = view_.entity(above).parent;
    const std::string_view connection = view_.name(above);
    return connection == name ? std::string(name) : fmt::format("{}:{}", connection, name);
  }
  return std::string(name);
}

std::string NameIndex::name(MessageId message) const {
  if (!message || message.value > view_.message_count()) return {};
  const ledger::MessageName& known = view_.message(message);
  return fmt::format("{}.{}", quoted(view_.name(known.author)), known.ordinal);
}

// The part of a copy's name behind the @.
std::string NameIndex::place(CopyId copy) const {
  const CopyName& known = copies_[copy.value];
  const std::string queue = label(known.queue);
  return known.ordinal == 1 ? queue : fmt::format("{}#{}", queue, known.ordinal);
}

std::string NameIndex::name(CopyId copy) const {
  if (copy.value >= copies_.size() || copies_[copy.value].ordinal == 0) return {};
  return fmt::format("{}@{}", name(copies_[copy.value].message), place(copy));
}

std::string NameIndex::name(TransmissionId transmission) const {
  if (transmission.value >= sent_.size()) return {};
  const SentName& sent = sent_[transmission.value];
  if (sent.number == 0) return name(sent.message);
  const std::string copy = name(sent.copy);
  return copy.empty() ? name(sent.message) : fmt::format("{}/{}", copy, sent.number);
}

std::string NameIndex::name(const Row& row) const {
  if (!row.message) return {};
  if (row.copy && row.transmission) {
    std::string delivery = name(row.transmission);
    if (!delivery.empty()) return delivery;
  }
  if (row.copy) {
    std::string copy = name(row.copy);
    if (!copy.empty()) return copy;
  }
  return name(row.message);
}

std::vector<CopyId> NameIndex::copies_of(MessageId message) const {
  std::vector<CopyId> copies;
  if (message.value >= last_copy_.size()) return copies;
  for (CopyId copy = last_copy_[message.value]; copy; copy = copies_[copy.value].before) {
    copies.push_back(copy);
  }
  std::reverse(copies.begin(), copies.end());
  return copies;
}

Result<Named> NameIndex::find(std::string_view text) const {
  const std::size_t at = at_sign(text);
  const Result<MessageId> message = find_message(text.substr(0, at));
  if (!message) return message.error();
  if (at == std::string_view::npos) return Named{*message, CopyId{}, TransmissionId{}};
  return find_copy(*message, text.substr(at + 1));
}

Result<MessageId> NameIndex::find_message(std::string_view text) const {
  const std::size_t dot = text.rfind('.');
  EntityId author;
  if (dot != std::string_view::npos) {
    const std::string name = unquoted(text.substr(0, dot));
    const Result<std::uint64_t> ordinal = parse_count(text.substr(dot + 1));
    for (std::uint32_t id = 1; id <= view_.message_count(); ++id) {
      const ledger::MessageName& message = view_.message(MessageId{id});
      if (view_.name(message.author) != name) continue;
      author = message.author;
      if (ordinal && message.ordinal == *ordinal) return MessageId{id};
    }
  }
  for (std::uint32_t id = 1; id <= view_.message_count(); ++id) {
    if (view_.text(view_.message(MessageId{id}).business) == text) return MessageId{id};
  }
  return no_such_message(text, author);
}

Error NameIndex::no_such_message(std::string_view text, EntityId author) const {
  Error error{{}, fmt::format("no message is called '{}'", text), ""};
  std::uint32_t last = 0;
  std::vector<std::string> authors;
  for (std::uint32_t id = 1; id <= view_.message_count(); ++id) {
    const ledger::MessageName& message = view_.message(MessageId{id});
    if (message.author == author) last = message.ordinal;
    if (message.ordinal == 1) authors.push_back(quoted(view_.name(message.author)));
  }
  if (author) {
    const std::string name = quoted(view_.name(author));
    error.hint =
        last == 1 ? fmt::format("{} has one message: {}.1", name, name)
                  : fmt::format("{} has {} messages: {}.1 to {}.{}", name, last, name, name, last);
    return error;
  }
  const std::string near = suggest(text.substr(0, text.rfind('.')), authors);
  if (!near.empty()) {
    error.hint = fmt::format("did you mean {}.1?", near);
  } else if (authors.empty()) {
    error.hint = "the run has no messages";
  } else {
    error.hint = fmt::format("messages are called by author and number, such as {}.1", authors[0]);
  }
  return error;
}

Result<Named> NameIndex::find_copy(MessageId message, std::string_view text) const {
  std::vector<std::string> known;
  for (const CopyId copy : copies_of(message)) {
    std::string here = place(copy);
    known.push_back(here);
    if (copies_[copy.value].ordinal == 1 && text.starts_with(here + "#1")) here += "#1";
    if (!text.starts_with(here)) {
      here = std::string(view_.name(copies_[copy.value].queue));
      if (copies_[copy.value].ordinal != 1 || !text.starts_with(here)) continue;
    }
    const std::string_view rest = text.substr(here.size());
    if (rest.empty()) return Named{message, copy, TransmissionId{}};
    if (rest.front() != '/') continue;
    const Result<std::uint64_t> number = parse_count(rest.substr(1));
    if (!number) continue;
    for (TransmissionId id = copies_[copy.value].delivery; id; id = sent_[id.value].before) {
      if (sent_[id.value].number == *number) return Named{message, copy, id};
    }
    return Error{{},
                 fmt::format("{} has no delivery {}", name(copy), *number),
                 fmt::format("it was delivered {} times", copies_[copy.value].deliveries)};
  }
  const std::string message_name = name(message);
  Error error{{}, fmt::format("{} has no copy '{}'", message_name, text), ""};
  const std::string near = suggest(text, known);
  if (!near.empty()) {
    error.hint = fmt::format("did you mean {}@{}?", message_name, near);
  } else if (known.empty()) {
    error.hint = "it never reached a queue";
  } else {
    error.hint = fmt::format("it has {}@{}", message_name,
                             fmt::join(known, fmt::format(", {}@", message_name)));
  }
  return error;
}

}  // namespace mqlab::observe
