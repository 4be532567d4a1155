// SPDX-License-Identifier: MIT
// The fingerprint of a ledger: the identity of a run, in named ingredients.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "sim/base/names.hpp"
#include "sim/ledger/row.hpp"

namespace mqlab::ledger {

class Ledger;

// Hashes of a ledger's rows, made row by row in constant memory.
//
// `all` covers every row in order, in a canonical little-endian form in which texts stand for
// themselves (not for their ids). The other ingredients are sums over rows, so they do not depend
// on the numbering of rows, copies and transmissions:
//   times    when each kind of fact happened
//   routing  which message went into which queue
//   fates    how each copy and each transmission ended, and each effect
// A change of the engine that only renumbers keeps them.
class Digest {
 public:
  void add(const Ledger& ledger, const Row& row);

  std::uint64_t all() const { return all_; }
  std::uint64_t times() const { return times_; }
  std::uint64_t routing() const { return routing_; }
  std::uint64_t fates() const { return fates_; }

  // How many rows of this fact with this reason there were.
  std::uint64_t count(Fact fact, Reason reason) const {
    return counts_[static_cast<std::size_t>(fact)][static_cast<std::size_t>(reason)];
  }
  // How many rows of this fact there were, whatever the reason.
  std::uint64_t count(Fact fact) const;

  // Sixteen hexadecimal digits of `all`: what every run prints.
  std::string fingerprint() const;

  bool operator==(const Digest&) const = default;

 private:
  std::uint64_t all_ = 0;
  std::uint64_t times_ = 0;
  std::uint64_t routing_ = 0;
  std::uint64_t fates_ = 0;
  std::array<std::array<std::uint64_t, kReasonCount>, kFactCount> counts_{};
};

}  // namespace mqlab::ledger
