// SPDX-License-Identifier: MIT
// How rows become a fingerprint.
#include "sim/ledger/digest.hpp"

#include <numeric>

#include <fmt/format.h>

#include "sim/base/hash.hpp"
#include "sim/ledger/ledger.hpp"

namespace mqlab::ledger {

namespace {

// Order matters; works on values, so byte order and padding never show.
template <typename... Words>
std::uint64_t chain(std::uint64_t hash, Words... words) {
  ((hash = mix(hash + 0x9e3779b97f4a7c15ULL + std::uint64_t{words})), ...);
  return hash;
}

std::uint64_t pack(std::uint32_t high, std::uint32_t low) {
  return (static_cast<std::uint64_t>(high) << 32) | low;
}

}  // namespace

void Digest::add(const Ledger& ledger, const Row& row) {
  const auto fact = static_cast<std::uint32_t>(row.fact);
  const auto reason = static_cast<std::uint32_t>(row.reason);
  ++counts_[fact][reason];

  const std::uint64_t text = ledger.names().hash(row.text);
  const std::uint64_t subject = ledger.names().hash(ledger.entity(row.subject).name);
  const auto at = static_cast<std::uint64_t>(row.at.ns);
  all_ = chain(all_, at, row.cause, row.value, pack(row.message.value, row.copy.value),
               pack(row.transmission.value, row.subject.value), pack(row.object.value, row.flags),
               pack(fact, reason), row.extra, text, subject);
  times_ += chain(1, at, fact);
  if (row.fact == Fact::enqueued) routing_ += chain(2, row.message.value, subject);
  if (row.fact == Fact::removed || row.fact == Fact::finished || row.fact == Fact::effect) {
    fates_ += chain(3, fact, reason, row.message.value, subject);
  }
}

std::uint64_t Digest::count(Fact fact) const {
  const auto& row = counts_[static_cast<std::size_t>(fact)];
  return std::accumulate(row.begin(), row.end(), std::uint64_t{0});
}

std::string Digest::fingerprint() const {
  return fmt::format("{:016x}", all_);
}

}  // namespace mqlab::ledger
