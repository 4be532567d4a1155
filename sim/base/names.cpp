// SPDX-License-Identifier: MIT
// The interning table: open addressing over the texts in order of first use.
#include "sim/base/names.hpp"

#include "sim/base/hash.hpp"

namespace mqlab {

Names::Names() : slots_(64, 0) {
  intern("");
}

std::uint32_t Names::slot_of(std::string_view text, std::uint64_t hash) const {
  const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
  auto slot = static_cast<std::uint32_t>(hash) & mask;
  while (slots_[slot] != 0) {
    const std::uint32_t id = slots_[slot] - 1;
    if (hashes_[id] == hash && texts_[id] == text) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

NameId Names::intern(std::string_view text) {
  const std::uint64_t hash = hash_bytes(text);
  std::uint32_t slot = slot_of(text, hash);
  if (slots_[slot] != 0) return NameId{slots_[slot] - 1};
  if ((texts_.size() + 1) * 2 > slots_.size()) {
    grow();
    slot = slot_of(text, hash);
  }
  storage_.emplace_back(text);
  texts_.emplace_back(storage_.back());
  hashes_.push_back(hash);
  slots_[slot] = size();
  return NameId{size() - 1};
}

std::optional<NameId> Names::find(std::string_view text) const {
  const std::uint32_t slot = slot_of(text, hash_bytes(text));
  if (slots_[slot] == 0) return std::nullopt;
  return NameId{slots_[slot] - 1};
}

void Names::grow() {
  slots_.assign(slots_.size() * 2, 0);
  const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
  for (std::uint32_t id = 0; id < size(); ++id) {
    auto slot = static_cast<std::uint32_t>(hashes_[id]) & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = id + 1;
  }
}

}  // namespace mqlab
