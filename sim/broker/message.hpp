// SPDX-License-Identifier: MIT
// A message as a broker stores it: once, however many queues hold it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/names.hpp"
#include "sim/broker/body.hpp"
#include "sim/broker/field.hpp"
#include "sim/ledger/row.hpp"

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

// Immutable once published; dead lettering makes a new one with the same identity.
class Message {
 public:
  ledger::MessageId identity;  // what it is in the ledger
  NameId exchange;             // where it was published to
  NameId routing_key;
  std::uint32_t died : 1 = 0;  // its x-death header was written by a broker
  // How often a client of a quorum queue rejected it, or ended holding it. A dead letter takes this
  // along, and a quorum queue of 4.0 counts on from there.
  std::uint32_t failures : 7 = 0;

 private:
  friend class MessagePtr;
  std::uint32_t references_ : 24 = 0;

 public:
  Body body;
  // nullptr: no property is set.
  std::shared_ptr<const Properties> properties;
  std::shared_ptr<const CopyKeys> copy_keys;  // nullptr: none. Filled in by the broker

  const Properties& props() const;  // properties, or the empty ones
  bool persistent() const { return properties && properties->delivery_mode == 2; }
};
static_assert(sizeof(Message) == 56, "millions of them wait in queues");

// A counted reference to a message (not thread safe: a world lives in one thread).
class MessagePtr {
 public:
  MessagePtr() = default;
  explicit MessagePtr(Message&& message);
  MessagePtr(const MessagePtr& other) : message_(other.message_) { retain(); }
  MessagePtr(MessagePtr&& other) noexcept : message_(std::exchange(other.message_, nullptr)) {}
  MessagePtr& operator=(MessagePtr other) noexcept {
    std::swap(message_, other.message_);
    return *this;
  }
  ~MessagePtr() { release(); }

  explicit operator bool() const { return message_ != nullptr; }
  const Message& operator*() const { return *message_; }
  const Message* operator->() const { return message_; }

 private:
  void retain() {
    if (message_ != nullptr) ++message_->references_;
  }
  void release() {
    if (message_ != nullptr && --message_->references_ == 0) destroy();
  }
  void destroy();

  Message* message_ = nullptr;
};

}  // namespace mqlab::broker
