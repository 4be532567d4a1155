// SPDX-License-Identifier: MIT
// Storing bindings, their arguments and the flat lists of destinations.
#include "sim/broker/binding.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "sim/base/hash.hpp"

namespace mqlab::broker {

namespace {

FieldTable sorted(const FieldTable& table) {
  FieldTable copy = table;
  std::stable_sort(copy.begin(), copy.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return copy;
}

std::uint64_t combine(std::uint64_t hash, std::uint64_t more) {
  return mix(hash * 31 + more + 0x9e3779b97f4a7c15ULL);
}

std::uint64_t hash_table(const FieldTable& table);

std::uint64_t hash_value(const FieldValue& value) {
  struct Hasher {
    std::uint64_t operator()(std::monostate) const { return 1; }
    std::uint64_t operator()(bool b) const { return b ? 3 : 2; }
    std::uint64_t operator()(std::int64_t n) const { return static_cast<std::uint64_t>(n); }
    std::uint64_t operator()(double d) const { return std::bit_cast<std::uint64_t>(d + 0.0); }
    std::uint64_t operator()(const Decimal& d) const {
      return static_cast<std::uint64_t>(d.scale) << 32 | d.value;
    }
    std::uint64_t operator()(const std::string& text) const { return hash_bytes(text); }
    std::uint64_t operator()(const FieldArray& array) const {
      std::uint64_t hash = array.size();
      for (const FieldValue& value : array) hash = combine(hash, hash_value(value));
      return hash;
    }
    std::uint64_t operator()(const FieldTable& table) const { return hash_table(table); }
  };
  return combine(static_cast<std::uint64_t>(value.type), std::visit(Hasher{}, value.content));
}

std::uint64_t hash_table(const FieldTable& table) {
  std::uint64_t hash = table.size();
  for (const auto& [name, value] : table) {
    hash = combine(combine(hash, hash_bytes(name)), hash_value(value));
  }
  return hash;
}

std::uint64_t hash_identity(ExchangeRef source, Destination destination, NameId key,
                            ArgumentsRef arguments) {
  const std::uint64_t ends = static_cast<std::uint64_t>(source) << 32 | destination.code();
  const std::uint64_t rest = static_cast<std::uint64_t>(key.value) << 32 | arguments;
  return combine(mix(ends), rest);
}

std::uint64_t hash_identity(const Binding& b) {
  return hash_identity(b.source, b.destination, b.key, b.arguments);
}

}  // namespace

// -- arguments ----------------------------------------------------------------------------------

ArgumentTables::ArgumentTables() : entries_(1) {}

ArgumentsRef ArgumentTables::find_sorted(const FieldTable& table, std::uint64_t hash) const {
  return by_content_.find(hash, [&](ArgumentsRef ref) {
    return entries_[ref].hash == hash && entries_[ref].table == table;
  });
}

ArgumentsRef ArgumentTables::find(const FieldTable& table) const {
  if (table.empty()) return 0;
  const FieldTable key = sorted(table);
  return find_sorted(key, hash_table(key));
}

ArgumentsRef ArgumentTables::acquire(const FieldTable& table) {
  if (table.empty()) return 0;
  FieldTable key = sorted(table);
  const std::uint64_t hash = hash_table(key);
  ArgumentsRef ref = find_sorted(key, hash);
  if (ref == kNoRef) {
    if (free_.empty()) {
      ref = static_cast<ArgumentsRef>(entries_.size());
      entries_.emplace_back();
    } else {
      ref = free_.back();
      free_.pop_back();
    }
    entries_[ref] = {std::move(key), hash, 0};
    by_content_.insert(hash, ref);
  }
  ++entries_[ref].users;
  return ref;
}

void ArgumentTables::release(ArgumentsRef ref) {
  if (ref == 0) return;
  Entry& entry = entries_[ref];
  if (--entry.users > 0) return;
  by_content_.erase(entry.hash, ref);
  entry = {};
  free_.push_back(ref);
}

// -- bindings -----------------------------------------------------------------------------------

BindingRef Bindings::find(ExchangeRef source, Destination destination, NameId key,
                          ArgumentsRef arguments) const {
  return by_identity_.find(hash_identity(source, destination, key, arguments), [&](BindingRef ref) {
    const Binding& b = slab_[ref];
    return b.source == source && b.destination == destination && b.key == key &&
           b.arguments == arguments;
  });
}

BindingRef Bindings::add(const Binding& identity, BindingList& of_source,
                         BindingList& of_destination) {
  BindingRef ref = free_;
  if (ref == kNoRef) {
    ref = static_cast<BindingRef>(slab_.size());
    slab_.emplace_back();
  } else {
    free_ = slab_[ref].next_of_source;
  }
  Binding& b = slab_[ref];
  b = {};
  b.source = identity.source;
  b.destination = identity.destination;
  b.key = identity.key;
  b.arguments = identity.arguments;
  by_identity_.insert(hash_identity(b), ref);

  b.previous_of_source = of_source.last;
  (of_source.last == kNoRef ? of_source.first : slab_[of_source.last].next_of_source) = ref;
  of_source.last = ref;
  ++of_source.count;

  b.previous_of_destination = of_destination.last;
  (of_destination.last == kNoRef ? of_destination.first
                                 : slab_[of_destination.last].next_of_destination) = ref;
  of_destination.last = ref;
  ++of_destination.count;
  return ref;
}

void Bindings::remove(BindingRef ref, BindingList& of_source, BindingList& of_destination) {
  Binding& b = slab_[ref];
  by_identity_.erase(hash_identity(b), ref);

  const BindingRef before = b.previous_of_source;
  const BindingRef after = b.next_of_source;
  (before == kNoRef ? of_source.first : slab_[before].next_of_source) = after;
  (after == kNoRef ? of_source.last : slab_[after].previous_of_source) = before;
  --of_source.count;

  const BindingRef earlier = b.previous_of_destination;
  const BindingRef later = b.next_of_destination;
  (earlier == kNoRef ? of_destination.first : slab_[earlier].next_of_destination) = later;
  (later == kNoRef ? of_destination.last : slab_[later].previous_of_destination) = earlier;
  --of_destination.count;

  if (by_identity_.size() == 0) {
    slab_ = std::vector<Binding>();
    free_ = kNoRef;
  } else {
    b.next_of_source = free_;
    free_ = ref;
  }
}

// -- buckets ------------------------------------------------------------------------------------

void Bucket::add(BindingRef ref, Bindings& bindings) {
  bindings[ref].position = entries_.size();
  entries_.push_back({bindings[ref].destination, ref});
}

void Bucket::remove(BindingRef ref, Bindings& bindings) {
  Entry* const last = entries_.end() - 1;
  Entry& gone = entries_[bindings[ref].position];
  bindings[last->binding].position = bindings[ref].position;
  gone = *last;
  entries_.erase(last);
}

}  // namespace mqlab::broker
