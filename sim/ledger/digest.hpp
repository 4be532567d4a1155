// SPDX-License-Identifier: MIT
// The fingerprint of a ledger: the identity of a run, in named ingredients.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "sim/base/hash.hpp"
#include "sim/base/inline.hpp"
#include "sim/ledger/row.hpp"

namespace mqlab::ledger {

// Hashes of a ledger's rows, made row by row in constant memory.
//
// `all` covers every field of every row, in order; a row's text and the name of its subject by what
// they say, too. The other ingredients are sums over rows, so they do not depend on the numbering
// of rows, copies and transmissions:
//   times    when each kind of fact happened
//   routing  which message went into which queue
//   fates    how each copy and each transmission ended, and each effect
// A change of the engine that only renumbers keeps them.
//
// Rows are hashed each by itself, so that processors work at several at once; what waits for the
// row before is one mix: all' = mix(all + hash of the row). It is bijective, so histories that
// differ in one row never have the same `all`, unless two hashes of rows are the same; and rows
// that change places show. The hash of a row is the sum of five products of two words, each word
// with a key of its own, folded from 128 bits: a field shows by its place, too. It holds against
// accidents, as good hashes of 64 bits do, not against forgers. Values are hashed, not memory: byte
// order and padding never show.
class Digest {
 public:
  // `text` and `subject` are the hashes of the row's text and of its subject's name.
  void add(const Row& row, std::uint64_t text, std::uint64_t subject);

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
  static constexpr std::uint64_t key(std::uint64_t place) {
    return mix((place + 1) * 0x9e3779b97f4a7c15ULL);
  }
  // Two words at their places: `kPair` tells which.
  template <std::uint64_t kPair>
  static constexpr std::uint64_t product(std::uint64_t first, std::uint64_t second) {
    return fold(first ^ key(2 * kPair), second ^ key(2 * kPair + 1));
  }
  static constexpr std::uint64_t pack(std::uint64_t low, std::uint64_t high) {
    return low | high << 32;
  }

  std::uint64_t all_ = 0;
  std::uint64_t times_ = 0;
  std::uint64_t routing_ = 0;
  std::uint64_t fates_ = 0;
  std::array<std::array<std::uint64_t, kReasonCount>, kFactCount> counts_{};
};

MQLAB_ALWAYS_INLINE void Digest::add(const Row& row, std::uint64_t text, std::uint64_t subject) {
  const auto fact = static_cast<std::uint32_t>(row.fact);
  const auto reason = static_cast<std::uint32_t>(row.reason);
  ++counts_[fact][reason];

  const std::uint64_t when = product<0>(static_cast<std::uint64_t>(row.at.ns), fact);
  const std::uint64_t what = product<1>(row.cause, row.value);
  const std::uint64_t whose = product<2>(pack(row.message.value, row.copy.value),
                                         pack(row.transmission.value, row.subject.value));
  const std::uint64_t besides =
      product<3>(pack(row.object.value, reason), pack(row.extra, row.flags));
  const std::uint64_t names = product<4>(text, subject);
  all_ = mix(all_ + (when + what + whose + besides + names));

  times_ += when;
  if (row.fact == Fact::enqueued) routing_ += product<5>(row.message.value, subject);
  if (row.fact == Fact::removed || row.fact == Fact::finished || row.fact == Fact::effect) {
    fates_ += product<6>(pack(row.message.value, fact << 16 | reason), subject);
  }
}

}  // namespace mqlab::ledger
