// SPDX-License-Identifier: MIT
// What is read from a digest.
#include "sim/ledger/digest.hpp"

#include <numeric>

#include <fmt/format.h>

namespace mqlab::ledger {

std::uint64_t Digest::count(Fact fact) const {
  const auto& row = counts_[static_cast<std::size_t>(fact)];
  return std::accumulate(row.begin(), row.end(), std::uint64_t{0});
}

std::string Digest::fingerprint() const {
  return fmt::format("{:016x}", all_);
}

}  // namespace mqlab::ledger
