// SPDX-License-Identifier: MIT
// The headers exchange: bindings ask for header fields, keys play no part (ROUTE-9…ROUTE-12).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/broker/amqp_error.hpp"
#include "sim/broker/binding.hpp"
#include "sim/broker/version.hpp"

namespace mqlab::broker {

// Whether a binding argument of this value is met by a header of that value (ROUTE-11): types are
// not compared, contents are. 3.10 takes 1 and 1.0 for equal, and a timestamp for a number; 4.0
// does not, and sees a timestamp header in milliseconds.
bool header_matches(Version version, const FieldValue& wanted, const FieldValue& header);

// The error of a queue.bind or exchange.bind with an x-match that does not exist (ROUTE-12).
std::optional<AmqpError> check_match_arguments(const FieldTable& arguments);

// The bindings of one headers exchange, compiled by their arguments.
//
// Bindings with the same arguments share a matcher. Matchers are found through the headers of a
// message: an all-matcher hangs at one of its fields, the one with the fewest others; an
// any-matcher hangs at each of its fields. So what a message costs depends on the matchers that
// share a field with it, not on the number of bindings.
class HeadersTable {
 public:
  explicit HeadersTable(Version version) : version_(version) {}

  // `arguments`: those of the binding, sorted by name.
  void add(BindingRef ref, const FieldTable& arguments, Bindings& bindings);
  void remove(BindingRef ref, Bindings& bindings);

  // Calls `found(Destination)` for every binding that matches. No headers: an empty table.
  template <typename Found>
  void route(const FieldTable& headers, Found&& found) {
    ++walk_;
    for (const std::uint32_t matcher : unconditional_) emit(matcher, found);
    if (fields_.size() == 0) return;
    for (const auto& [name, value] : headers) {
      const std::uint64_t presence = presence_hash(name);
      visit(fields_.find(half(presence, 0), half(presence, 1)), headers, found);
      const std::uint64_t content = content_hash(presence, value);
      visit(fields_.find(half(content, 0), half(content, 1)), headers, found);
    }
  }

 private:
  struct Field {
    std::string name;
    FieldValue value;
    bool presence_only = false;  // a void argument matches any value
    std::uint64_t hash = 0;      // of what a header must look like to be looked at
  };
  // Where a matcher hangs: the list of this hash, and its position there.
  struct Hook {
    std::uint64_t hash = 0;
    std::uint32_t position = 0;
  };
  struct Matcher {
    bool any = false;
    ArgumentsRef arguments = 0;
    std::uint64_t walked = 0;
    std::vector<Field> fields;
    std::vector<Hook> hooks;  // none: in unconditional_, or an any-matcher that never matches
    std::uint32_t position = kNoRef;  // in unconditional_
    Bucket bucket;
  };
  struct Hung {
    std::uint32_t matcher = 0;
    std::uint32_t hook = 0;  // which of the matcher's
  };
  using List = std::vector<Hung>;

  static std::uint32_t half(std::uint64_t hash, int which) {
    return static_cast<std::uint32_t>(which == 0 ? hash : hash >> 32);
  }
  static std::uint64_t presence_hash(std::string_view name);
  std::uint64_t content_hash(std::uint64_t presence, const FieldValue& header) const;
  bool matches(const Matcher& matcher, const FieldTable& headers) const;
  bool meets(const Field& field, const FieldTable& headers) const;
  std::uint32_t compile(ArgumentsRef ref, const FieldTable& arguments);
  void hang(std::uint32_t matcher);
  void hang(std::uint32_t matcher, std::uint64_t hash);
  void take_down(const Matcher& matcher);
  List& list(std::uint64_t hash);

  template <typename Found>
  void emit(std::uint32_t matcher, Found&& found) {
    for (const Bucket::Entry& entry : matchers_[matcher].bucket) found(entry.destination);
  }
  template <typename Found>
  void visit(std::uint32_t list, const FieldTable& headers, Found&& found) {
    if (list == kNoRef) return;
    for (const Hung& hung : lists_[list]) {
      Matcher& matcher = matchers_[hung.matcher];
      if (matcher.walked == walk_) continue;
      matcher.walked = walk_;
      if (matches(matcher, headers)) emit(hung.matcher, found);
    }
  }

  Version version_;
  std::vector<Matcher> matchers_;
  std::vector<std::uint32_t> free_matchers_;
  FlatIndex by_arguments_;  // (ArgumentsRef, 0) to matcher
  FlatIndex fields_;        // the halves of a hash to a list
  std::vector<List> lists_;
  std::vector<std::uint32_t> free_lists_;
  std::vector<std::uint32_t> unconditional_;  // all-matchers without a field
  std::uint64_t walk_ = 0;
};

}  // namespace mqlab::broker
