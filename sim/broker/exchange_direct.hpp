// SPDX-License-Identifier: MIT
// The direct exchange: to where a binding has the message's key, byte by byte (ROUTE-3, ROUTE-22).
#pragma once

#include <vector>

#include "sim/broker/binding.hpp"

namespace mqlab::broker {

// One flat hash from the interned key to the destinations. The topic exchange keeps its bindings
// without wildcards in one too.
class DirectTable {
 public:
  void add(BindingRef ref, Bindings& bindings);
  void remove(BindingRef ref, Bindings& bindings);

  // Calls `found(Destination)` for every binding with this key.
  template <typename Found>
  void route(NameId key, Found&& found) const {
    const std::uint32_t bucket = by_key_.find(key.value, 0);
    if (bucket == kNoRef) return;
    for (const Bucket::Entry& entry : buckets_[bucket]) found(entry.destination);
  }

  // The destination of the only binding with this key; nullptr: there are more, or none.
  const Destination* only(NameId key) const {
    const std::uint32_t bucket = by_key_.find(key.value, 0);
    return bucket == kNoRef ? nullptr : buckets_[bucket].only();
  }

 private:
  FlatIndex by_key_;
  std::vector<Bucket> buckets_;
  std::vector<std::uint32_t> free_;
};

}  // namespace mqlab::broker
