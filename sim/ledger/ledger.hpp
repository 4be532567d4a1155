// SPDX-License-Identifier: MIT
// The ledger: the one way out for facts. Everything that is shown, checked or measured is a fold of
// its rows.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/base/growing.hpp"
#include "sim/base/inline.hpp"
#include "sim/base/names.hpp"
#include "sim/ledger/digest.hpp"
#include "sim/ledger/row.hpp"

namespace mqlab::ledger {

enum class EntityKind : std::uint8_t {
  node,  // a broker
  vhost,
  exchange,
  queue,
  connection,
  channel,
  subscription,  // a consumer as AMQP means it: a consumer tag on a channel
  actor,         // a publisher, worker or process of the scenario
  link,
  store,
};

std::string_view word(EntityKind kind);

// A thing of the world. Its name is what the scenario calls it.
struct Entity {
  EntityKind kind = EntityKind::node;
  NameId name;
  EntityId parent;
};

// A message's name is its author and its number there: the third message of shop is shop.3.
struct MessageName {
  EntityId author;
  std::uint32_t ordinal = 0;
  NameId business;  // what it is about; a resend has the business id of the first attempt
};

// What becomes of appended rows.
enum class Sink : std::uint8_t {
  none,    // nothing: timed benchmark passes
  digest,  // fingerprint and counts; memory stays flat
  full,    // rows and side tables are kept as well
};

class Ledger {
 public:
  explicit Ledger(Sink sink) : sink_(sink) { messages_.push_back({}); }

  Sink sink() const { return sink_; }

  // The clock of the rows. Set by whoever drives the world; never goes back.
  void set_now(Time now) { now_ = now; }
  Time now() const { return now_; }

  // Appends a row at now() and returns its number (0 with Sink::none). A cause of 0 is replaced by
  // the current cause.
  RowNo append(const Row& row) {
    if (sink_ == Sink::none) return 0;
    return record(row);
  }
  // The same, compiled into its caller: fields that are always the same there cost nothing, and the
  // row is written where it is kept. For what every message does.
  MQLAB_ALWAYS_INLINE RowNo write(const Row& row) {
    if (sink_ == Sink::none) return 0;
    return put(row);
  }

  // The row that what happens next is caused by. See CauseScope.
  RowNo cause() const { return cause_; }
  void set_cause(RowNo cause) { cause_ = cause; }

  // Side tables. Entities are kept with every sink; messages with Sink::full, or after
  // keep_messages(): whoever tells a script their names needs them whatever is recorded.
  void keep_messages() { keeps_messages_ = true; }
  EntityId new_entity(EntityKind kind, std::string_view name, EntityId parent);
  MessageId new_message(EntityId author, NameId business);
  CopyId new_copy() { return CopyId{++copies_}; }
  TransmissionId new_transmission() { return TransmissionId{++transmissions_}; }

  const Entity& entity(EntityId id) const { return entities_[id.value]; }
  std::uint32_t entity_count() const { return static_cast<std::uint32_t>(entities_.size() - 1); }
  const MessageName& message(MessageId id) const { return messages_[id.value]; }
  std::uint32_t message_count() const { return message_count_; }

  Names& names() { return names_; }
  const Names& names() const { return names_; }
  std::string_view text(NameId id) const { return names_.text(id); }
  std::string_view name(EntityId id) const { return names_.text(entities_[id.value].name); }

  // With Sink::full: row n is rows()[n - 1].
  std::span<const Row> rows() const { return rows_.all(); }
  const Row& row(RowNo number) const { return rows_[number - 1]; }
  RowNo row_count() const { return row_count_; }

  const Digest& digest() const { return digest_; }

 private:
  RowNo record(const Row& row);
  MQLAB_ALWAYS_INLINE RowNo put(const Row& given) {
    Row row = given;
    row.at = now_;
    if (row.cause == 0) row.cause = cause_;
    digest_.add(row, names_.hash(row.text), name_hashes_[row.subject.value]);
    if (sink_ == Sink::full) rows_.push_back(row);
    return ++row_count_;
  }

  Sink sink_;
  bool keeps_messages_ = false;
  Time now_;
  RowNo cause_ = 0;
  RowNo row_count_ = 0;
  std::uint32_t copies_ = 0;
  std::uint32_t transmissions_ = 0;
  std::uint32_t message_count_ = 0;
  Names names_;
  std::vector<Entity> entities_ = std::vector<Entity>(1);
  std::vector<std::uint64_t> name_hashes_ = {names_.hash(NameId{})};     // by entity: of its name
  std::vector<std::uint32_t> authored_ = std::vector<std::uint32_t>(1);  // by author: last ordinal
  Growing<MessageName> messages_;                                        // from 1
  Growing<Row> rows_;
  Digest digest_;
};

// While it lives, rows without a cause of their own are caused by `cause`.
class CauseScope {
 public:
  CauseScope(Ledger& ledger, RowNo cause) : ledger_(ledger), before_(ledger.cause()) {
    ledger_.set_cause(cause);
  }
  ~CauseScope() { ledger_.set_cause(before_); }
  CauseScope(const CauseScope&) = delete;
  CauseScope& operator=(const CauseScope&) = delete;

 private:
  Ledger& ledger_;
  RowNo before_;
};

}  // namespace mqlab::ledger
