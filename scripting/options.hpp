// SPDX-License-Identifier: MIT
// Reading an option table strictly: wrong types, values out of range, forgotten and misspelt
// options are told with the line of the call.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scripting/call.hpp"
#include "sim/base/distribution.hpp"
#include "sim/base/time.hpp"
#include "sim/broker/field.hpp"

namespace mqlab::scripting {

// The first error is kept and ends the reading: ask for all options, then call finish() once.
// What AMQP's short strings hold: names, keys, tags, properties. No client can send a longer one.
inline constexpr std::size_t kShortText = 255;
inline constexpr const char* kTooLong = "AMQP has at most 255 bytes there";

class Options {
 public:
  // `what` is the call as the script writes it, for messages: "publisher". The table is the call's
  // argument at `position`; a lone string there is a table with only a name.
  Options(const Call& call, std::string what, std::size_t position = 0);
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  // The first positional element.
  std::string name();
  std::string optional_name();

  // The keys here are literals: they are kept until finish().
  bool has(std::string_view key) const { return table_->find(key) != nullptr; }

  bool flag(std::string_view key, bool fallback);
  std::string text(std::string_view key, std::string_view fallback);
  // One that AMQP sends as a short string.
  std::string short_text(std::string_view key, std::string_view fallback);
  std::string one_of(std::string_view key, std::string_view fallback,
                     std::initializer_list<std::string_view> words);
  std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t low,
                       std::int64_t high);
  std::optional<std::int64_t> maybe_integer(std::string_view key, std::int64_t low,
                                            std::int64_t high);
  // A span of time, not negative.
  Duration duration(std::string_view key, Duration fallback);
  std::optional<Duration> maybe_duration(std::string_view key);
  // A constant or one of the distributions.
  Distribution distribution(std::string_view key, Distribution fallback);
  std::optional<Function> function(std::string_view key);
  std::optional<Object> object(std::string_view key, std::initializer_list<ObjectKind> kinds);
  broker::FieldTable field_table(std::string_view key);
  // Any value; for options of several types. nil if absent.
  Value value(std::string_view key);

  void fail(std::string what, std::string hint = {});
  bool failed() const { return error_.has_value(); }

  // The first error, or an error about an option that nobody asked for, or success.
  Result<void> finish();

 private:
  const Value* find(std::string_view key);
  void wrong_type(std::string_view key, std::string_view wanted, const Value& got);

  const Call& call_;
  std::string what_;
  Table named_;         // what a lone string stands for
  const Table* table_;  // the call's, or named_
  std::vector<std::string_view> known_;
  std::optional<Error> error_;
  bool name_read_ = false;
};

// A number of nanoseconds as a duration: whole, not negative, in range.
Result<Duration> duration_of(const Call& call, const Value& value, std::string_view what);

// A script's value as an AMQP field: text S, boolean t, integer I or l, number d, list A, table F.
Result<broker::FieldValue> field_of(const Call& call, const Value& value);
Result<broker::FieldTable> field_table_of(const Call& call, const Table& table);

// The other way, for messages shown to scripts.
Value value_of(const broker::FieldValue& field);
Value value_of(const broker::FieldTable& table);

}  // namespace mqlab::scripting
