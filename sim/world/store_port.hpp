// SPDX-License-Identifier: MIT
// What can be asked of a store, and what it says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/time.hpp"
#include "sim/broker/field.hpp"
#include "sim/ledger/row.hpp"

namespace mqlab::world {

// A database or a cache: tables by name, rows by key. A table is there as soon as it has a row.
struct StoreConfig {
  std::string name;
  Distribution read;                     // from the question to the answer
  Distribution write;                    // from the question to the commit, and so to the answer
  bool durable = true;                   // committed rows survive a crash
  std::optional<ledger::EntityId> with;  // it is killed and restarted with this actor
};

// One step of a request.
struct StoreOp {
  enum class Kind : std::uint8_t {
    get,     // the row, if there is one
    count,   // how many rows the table has
    scan,    // all rows of the table, by key
    insert,  // fails if the key is there
    put,     // whether it is there or not
    update,  // fails if the key is missing, or its version is not `version`
    remove,  // the same
    effect,  // the business effect `table` of `key` takes place with the commit
  };
  Kind kind = Kind::get;
  std::string table;
  std::string key;
  broker::FieldValue value;
  std::optional<std::uint64_t> version;
  std::optional<Duration> expires;  // of insert, put and update: how long the row stays
  ledger::MessageId message;        // of an effect: which message brought it about
};

inline bool writes(StoreOp::Kind kind) {
  return kind >= StoreOp::Kind::insert;
}

// Steps that take place together, in order, or not at all. A request that is not to be committed
// answers as if it were, and changes nothing: how a transaction reads what it has written.
struct StoreRequest {
  std::vector<StoreOp> steps;
  bool commit = true;
  // A publisher's row that promises a message: the message comes into being with the commit.
  bool promises = false;
};

struct StoreRow {
  std::string key;
  broker::FieldValue value;
  std::uint64_t version = 0;  // 1 when inserted, one more with each change
};

struct StoreReply {
  enum class Status : std::uint8_t {
    done,
    exists,   // insert: the key is taken
    missing,  // update, remove: there is no such row
    stale,    // update, remove: it has another version
    down,     // the store crashed before it had carried out the request
  };
  Status status = Status::done;
  std::size_t failed = 0;  // the step that failed; none of the others took place
  // Of the last step: what get and scan found, what was written; or the row that was in the way.
  std::vector<StoreRow> rows;
  std::uint64_t count = 0;  // of the last get, count or scan
};

// "exists", "missing", "stale", "down"; "done".
std::string_view word(StoreReply::Status status);

}  // namespace mqlab::world
