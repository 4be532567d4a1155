// SPDX-License-Identifier: MIT
// The fanout exchange: a message goes to every binding, whatever its key (ROUTE-4). The local
// random exchange keeps its bindings likewise, and takes one of them (ROUTE-23).
#pragma once

#include "sim/broker/binding.hpp"

namespace mqlab::broker {

class FanoutTable {
 public:
  void add(BindingRef ref, Bindings& bindings) { all_.add(ref, bindings); }
  void remove(BindingRef ref, Bindings& bindings) { all_.remove(ref, bindings); }

  // Calls `found(Destination)` for every binding.
  template <typename Found>
  void route(Found&& found) const {
    for (const Bucket::Entry& entry : all_) found(entry.destination);
  }

  std::uint32_t size() const { return all_.size(); }
  Destination destination(std::uint32_t index) const { return all_.begin()[index].destination; }

 private:
  Bucket all_;
};

}  // namespace mqlab::broker
