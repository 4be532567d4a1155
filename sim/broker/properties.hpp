// SPDX-License-Identifier: MIT
// The properties of a message, shared by all that have the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/names.hpp"
#include "sim/broker/counted.hpp"
#include "sim/broker/field.hpp"

namespace mqlab::broker {

// The basic properties of AMQP 0-9-1. Absent means not set (an empty table of headers is not the
// same as none: PUB-17).
struct Properties {
  std::optional<std::string> content_type;
  std::optional<std::string> content_encoding;
  std::optional<FieldTable> headers;
  std::optional<std::uint8_t> delivery_mode;
  std::optional<std::uint8_t> priority;
  std::optional<std::string> correlation_id;
  std::optional<std::string> reply_to;
  std::optional<std::string> expiration;
  std::optional<std::string> message_id;
  std::optional<std::int64_t> timestamp;
  std::optional<std::string> type;
  std::optional<std::string> user_id;
  std::optional<std::string> app_id;
  std::optional<std::string> cluster_id;

  bool operator==(const Properties&) const = default;
};

// Keys that the headers CC and BCC add to the routing key (ROUTE-18).
struct CopyKeys {
  std::vector<NameId> cc;
  std::vector<NameId> bcc;
  // 4.0: keys that x-death does not tell, those of the BCC header it was published with.
  std::vector<NameId> hidden;
};

// What a broker keeps with a dead letter.
struct LetterNotes {
  bool died = false;  // its x-death header was written by a broker
  // How often a client of a quorum queue rejected it, or ended holding it, up to 127. A
  // quorum queue of 4.0 that gets the letter counts on from there.
  std::uint8_t failures = 0;
};

// A counted reference to properties that nobody changes, with the copy keys that the broker read in
// them. One pointer wide; empty: none is set.
class PropertiesPtr {
 public:
  PropertiesPtr() = default;
  PropertiesPtr(std::nullptr_t) {}  // NOLINT: nothing is nothing
  explicit PropertiesPtr(Properties properties, std::optional<CopyKeys> copy_keys = {},
                         LetterNotes letter = {})
      : block_(new Block{std::move(properties), std::move(copy_keys), letter}) {}

  explicit operator bool() const { return static_cast<bool>(block_); }
  const Properties& operator*() const { return block_->properties; }
  const Properties* operator->() const { return &block_->properties; }

  void reset() { block_.reset(); }

  // nullptr: none.
  const CopyKeys* copy_keys() const {
    return block_ && block_->copy_keys ? &*block_->copy_keys : nullptr;
  }
  LetterNotes letter() const { return block_ ? block_->letter : LetterNotes{}; }

 private:
  struct Block {
    Properties properties;
    std::optional<CopyKeys> copy_keys;
    LetterNotes letter;
    std::uint32_t references = 1;
    static void destroy(Block* block);
  };

  Counted<Block> block_;
};

}  // namespace mqlab::broker
