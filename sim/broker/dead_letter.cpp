// SPDX-License-Identifier: MIT
// The bookkeeping of x-death by version, and cycles.
#include "sim/broker/dead_letter.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/base/assert.hpp"
#include "sim/broker/message_checks.hpp"

namespace mqlab::broker {
namespace {

constexpr std::uint32_t kMostFailures = 127;  // as many as are counted

std::string_view text_of(const FieldTable& table, std::string_view name) {
  const FieldValue* value = find_field(table, name);
  if (value == nullptr) return {};
  const auto* text = std::get_if<std::string>(&value->content);
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

const FieldTable* table_of(const FieldValue& value) {
  return std::get_if<FieldTable>(&value.content);
}

bool same_death(const FieldValue& value, std::string_view queue, std::string_view reason) {
  const FieldTable* table = table_of(value);
  return table != nullptr && text_of(*table, "queue") == queue &&
         text_of(*table, "reason") == reason;
}

std::int64_t count_of(const FieldTable& table) {
  const FieldValue* value = find_field(table, "count");
  const auto* count = value != nullptr ? std::get_if<std::int64_t>(&value->content) : nullptr;
  return count != nullptr ? *count : 0;
}

// The deaths that the header lists; nullptr if there is no such header or it is no array.
const FieldArray* deaths_in(const FieldTable& headers) {
  const FieldValue* value = find_field(headers, kDeaths);
  return value != nullptr ? std::get_if<FieldArray>(&value->content) : nullptr;
}

// 3.10 groups what it finds by (queue, reason): entries without a count get one, and a list of two
// or more comes out reversed.
FieldArray regrouped(const FieldArray& deaths) {
  if (deaths.size() < 2) return deaths;
  FieldArray grouped;
  for (const FieldValue& death : deaths) {
    const FieldTable* table = table_of(death);
    if (table == nullptr) continue;
    const std::string_view queue = text_of(*table, "queue");
    const std::string_view reason = text_of(*table, "reason");
    const auto same = [&](const FieldValue& other) { return same_death(other, queue, reason); };
    if (std::any_of(grouped.begin(), grouped.end(), same)) continue;
    FieldValue first = *std::find_if(deaths.begin(), deaths.end(), same);
    FieldTable& content = std::get<FieldTable>(first.content);
    if (find_field(content, "count") == nullptr) {
      const auto alike = std::count_if(deaths.begin(), deaths.end(), same);
      set_field(content, "count", FieldValue::of(static_cast<std::int64_t>(alike)));
    }
    grouped.insert(grouped.begin(), std::move(first));
  }
  return grouped;
}

// The keys by which it came, but those of BCC (DLX-7). 4.0 takes these out of all keys by their
// names, also when a later death gave the message such a key.
std::vector<NameId> keys_told(const Message& message, Version version) {
  std::vector<NameId> told(1, message.routing_key);
  const CopyKeys* const more = message.copy_keys();
  if (more == nullptr) return told;
  told.insert(told.end(), more->cc.begin(), more->cc.end());
  if (version == Version::v3_10) return told;
  told.insert(told.end(), more->bcc.begin(), more->bcc.end());
  for (const NameId key : more->hidden) {
    const auto found = std::find(told.begin(), told.end(), key);
    if (found != told.end()) told.erase(found);
  }
  return told;
}

// What is left of these keys when the queue's dead letters have a key of their own.
std::optional<CopyKeys> hidden_only(const CopyKeys* keys) {
  if (keys == nullptr || keys->hidden.empty()) return std::nullopt;
  return CopyKeys{{}, {}, keys->hidden};
}

FieldTable new_entry(const Message& message, const Death& death, Version version,
                     const Names& names) {
  FieldArray keys;
  for (const NameId key : keys_told(message, version)) {
    keys.push_back(FieldValue::of(names.text(key)));
  }
  FieldTable entry;
  set_field(entry, "count", FieldValue::of(std::int64_t{1}));
  set_field(entry, "reason", FieldValue::of(word(death.reason)));
  set_field(entry, "queue", FieldValue::of(names.text(death.queue)));
  set_field(entry, "time", FieldValue::timestamp(death.time_s));
  set_field(entry, "exchange", FieldValue::of(names.text(message.exchange)));
  set_field(entry, "routing-keys", FieldValue::of(std::move(keys)));
  const auto& expiration = message.props().expiration;
  if (expiration && !(version == Version::v3_10 && death.from_disk)) {
    set_field(entry, "original-expiration", FieldValue::of(std::string_view(*expiration)));
  }
  return entry;
}

void set_summary(FieldTable& headers, std::string_view which, const FieldTable& entry) {
  for (const std::string_view field : {"reason", "queue", "exchange"}) {
    set_field(headers, fmt::format("x-{}-death-{}", which, field),
              FieldValue::of(text_of(entry, field)));
  }
}

// Puts the entry of this death first: a new one, or the old one with its count raised.
void put_first(FieldArray& deaths, FieldTable entry) {
  const std::string queue(text_of(entry, "queue"));
  const std::string reason(text_of(entry, "reason"));
  const auto old = std::find_if(deaths.begin(), deaths.end(), [&](const FieldValue& death) {
    return same_death(death, queue, reason);
  });
  if (old != deaths.end()) {
    entry = std::get<FieldTable>(old->content);
    deaths.erase(old);
    set_field(entry, "count", FieldValue::of(count_of(entry) + 1));
  }
  deaths.insert(deaths.begin(), FieldValue::of(std::move(entry)));
}

void record_death(FieldTable& headers, const Message& message, const FieldTable& entry,
                  Version version) {
  FieldArray deaths;
  if (version == Version::v3_10) {
    // Believes what a publisher wrote, as long as it is an array.
    const FieldArray* found = deaths_in(headers);
    if (found != nullptr) deaths = regrouped(*found);
    if (find_field(headers, kDeaths) == nullptr) set_summary(headers, "first", entry);
  } else {
    if (message.letter().died) {
      deaths = *deaths_in(headers);
    } else {
      set_summary(headers, "first", entry);
    }
    set_summary(headers, "last", entry);
  }
  put_first(deaths, entry);
  set_field(headers, kDeaths, FieldValue::of(std::move(deaths)));
}

}  // namespace

std::string_view word(DeathReason reason) {
  switch (reason) {
    case DeathReason::rejected:
      return "rejected";
    case DeathReason::expired:
      return "expired";
    case DeathReason::maxlen:
      return "maxlen";
    case DeathReason::delivery_limit:
      return "delivery_limit";
  }
  MQLAB_ASSERT(false && "every reason of a death has a word");
}

Message dead_letter(const Message& message, const Death& death, Version version, Names& names) {
  Properties properties = message.props();
  if (!properties.headers) properties.headers.emplace();
  FieldTable& headers = *properties.headers;
  record_death(headers, message, new_entry(message, death, version, names), version);
  properties.expiration.reset();

  Message letter;
  letter.identity = message.identity;
  letter.exchange = death.exchange;
  letter.routing_key = message.routing_key;
  letter.body = message.body;
  const LetterNotes notes{true, static_cast<std::uint8_t>(std::min(death.failures, kMostFailures))};
  if (death.routing_key) {
    letter.routing_key = *death.routing_key;
    if (version == Version::v3_10) remove_field(headers, "CC");
    letter.properties =
        PropertiesPtr(std::move(properties), hidden_only(message.copy_keys()), notes);
  } else {
    letter.properties = with_keys_of(message, std::move(properties), notes);
  }
  return letter;
}

bool is_dead_letter_cycle(const Message& letter, DeathReason reason, std::string_view queue,
                          Version version) {
  if (reason == DeathReason::rejected) return false;
  if (version == Version::v4_0 && !letter.letter().died) return false;
  const auto& headers = letter.props().headers;
  const FieldArray* deaths = headers ? deaths_in(*headers) : nullptr;
  if (deaths == nullptr) return false;
  bool rejected = false;
  for (const FieldValue& death : *deaths) {
    const FieldTable* table = table_of(death);
    if (table == nullptr) {
      rejected = true;  // only a client can have put it there
      continue;
    }
    if (text_of(*table, "reason") == "rejected") rejected = true;
    if (text_of(*table, "queue") == queue) return !rejected;
  }
  return false;
}

}  // namespace mqlab::broker
