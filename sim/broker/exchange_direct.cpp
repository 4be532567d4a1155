// SPDX-License-Identifier: MIT
// Keeping the bindings of a direct exchange.
#include "sim/broker/exchange_direct.hpp"

namespace mqlab::broker {

void DirectTable::add(BindingRef ref, Bindings& bindings) {
  const NameId key = bindings[ref].key;
  std::uint32_t bucket = by_key_.find(key.value, 0);
  if (bucket == kNoRef) {
    if (free_.empty()) {
      bucket = static_cast<std::uint32_t>(buckets_.size());
      buckets_.emplace_back();
    } else {
      bucket = free_.back();
      free_.pop_back();
    }
    by_key_.insert(key.value, 0, bucket);
  }
  buckets_[bucket].add(ref, bindings);
}

void DirectTable::remove(BindingRef ref, Bindings& bindings) {
  const NameId key = bindings[ref].key;
  const std::uint32_t bucket = by_key_.find(key.value, 0);
  buckets_[bucket].remove(ref, bindings);
  if (!buckets_[bucket].empty()) return;
  by_key_.erase(key.value, 0);
  if (by_key_.size() == 0) {
    buckets_ = std::vector<Bucket>();
    free_ = std::vector<std::uint32_t>();
  } else {
    buckets_[bucket] = Bucket();
    free_.push_back(bucket);
  }
}

}  // namespace mqlab::broker
