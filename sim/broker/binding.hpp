// SPDX-License-Identifier: MIT
// The bindings of one virtual host: who each is, and lists of them by source and by destination.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/few.hpp"
#include "sim/base/names.hpp"
#include "sim/broker/field.hpp"
#include "sim/broker/flat_index.hpp"

namespace mqlab::broker {

// The number that the owner of the queues gave to a queue. Below 2^31; tables are indexed by it, so
// small dense numbers are best. May be given again when its queue is gone.
using QueueRef = std::uint32_t;

// The index of an exchange in its virtual host. May be given again when its exchange is gone.
using ExchangeRef = std::uint32_t;

using BindingRef = std::uint32_t;

// Where a binding leads to: a queue or an exchange.
class Destination {
 public:
  Destination() = default;
  static Destination queue(QueueRef queue) { return Destination(queue); }
  static Destination exchange(ExchangeRef exchange) { return Destination(exchange | kExchange); }

  bool is_queue() const { return (code_ & kExchange) == 0; }
  std::uint32_t ref() const { return code_ & ~kExchange; }
  std::uint32_t code() const { return code_; }
  bool operator==(const Destination&) const = default;

 private:
  static constexpr std::uint32_t kExchange = 0x8000'0000;
  explicit Destination(std::uint32_t code) : code_(code) {}
  std::uint32_t code_ = 0;
};

// The argument tables of bindings, each different one stored once. 0 is the empty table. Two tables
// are the same if they have the same fields with the same types and values, in whatever order.
using ArgumentsRef = std::uint32_t;

class ArgumentTables {
 public:
  ArgumentTables();

  // The ref of `table`, with one more user. release() takes the user away again.
  ArgumentsRef acquire(const FieldTable& table);
  void release(ArgumentsRef ref);
  // The ref of a table that has users, or kNoRef.
  ArgumentsRef find(const FieldTable& table) const;
  // The fields, sorted by name.
  const FieldTable& table(ArgumentsRef ref) const { return entries_[ref].table; }

 private:
  struct Entry {
    FieldTable table;
    std::uint64_t hash = 0;
    std::uint32_t users = 0;
  };
  ArgumentsRef find_sorted(const FieldTable& sorted, std::uint64_t hash) const;

  std::vector<Entry> entries_;
  std::vector<ArgumentsRef> free_;
  RefTable by_content_;
};

// One binding. Its identity is (source, destination, key, arguments): ROUTE-14.
struct Binding {
  ExchangeRef source = 0;
  Destination destination;
  NameId key;
  ArgumentsRef arguments = 0;
  // Where the source's table of its kind keeps it, so that it can be taken out without a search.
  std::uint32_t place = 0;
  std::uint32_t position = 0;

  // Neighbours in the two lists, older ones before.
  BindingRef next_of_source = kNoRef;
  BindingRef previous_of_source = kNoRef;
  BindingRef next_of_destination = kNoRef;
  BindingRef previous_of_destination = kNoRef;
};

// A list of bindings in the order of their creation.
struct BindingList {
  BindingRef first = kNoRef;
  BindingRef last = kNoRef;
  std::uint32_t count = 0;
};

// All bindings of a virtual host. Adding, finding and removing one takes bounded work, however many
// there are.
class Bindings {
 public:
  // The binding with this identity, or kNoRef.
  BindingRef find(ExchangeRef source, Destination destination, NameId key,
                  ArgumentsRef arguments) const;
  // Adds a binding that is not there. The list ends belong to its source and its destination.
  BindingRef add(const Binding& identity, BindingList& of_source, BindingList& of_destination);
  void remove(BindingRef ref, BindingList& of_source, BindingList& of_destination);

  Binding& operator[](BindingRef ref) { return slab_[ref]; }
  const Binding& operator[](BindingRef ref) const { return slab_[ref]; }
  std::size_t size() const { return by_identity_.size(); }

 private:
  std::vector<Binding> slab_;
  BindingRef free_ = kNoRef;  // a list through next_of_source
  RefTable by_identity_;
};

// The destinations of bindings that match alike.
class Bucket {
 public:
  struct Entry {
    Destination destination;
    BindingRef binding = 0;
  };

  const Entry* begin() const { return entries_.begin(); }
  const Entry* end() const { return entries_.end(); }
  std::uint32_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  // nullptr: there are none, or more than one.
  const Destination* only() const { return size() == 1 ? &begin()->destination : nullptr; }

  // Adds the binding and notes its position in it.
  void add(BindingRef ref, Bindings& bindings);
  // Takes it out again; the last entry moves to its position.
  void remove(BindingRef ref, Bindings& bindings);

 private:
  Few<Entry> entries_;
};

}  // namespace mqlab::broker
