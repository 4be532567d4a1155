// SPDX-License-Identifier: MIT
// The interning table: open addressing over the texts in order of first use.
#include "sim/base/names.hpp"

#include "sim/base/hash.hpp"

namespace mqlab {

namespace {

std::uint32_t tag_of(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace

Names::Names() : slots_(64) {
  // As many as there is room for until the table grows.
  texts_.reserve(slots_.size() / 2);
  hashes_.reserve(slots_.size() / 2);
  intern("");
}

inline std::size_t Names::slot_of(std::string_view text, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot].number != 0; slot = (slot + 1) & mask) {
    if (slots_[slot].tag == tag_of(hash) && texts_[slots_[slot].number - 1] == text) break;
  }
  return slot;
}

NameId Names::intern(std::string_view text) {
  const std::uint64_t hash = hash_bytes(text);
  std::size_t slot = slot_of(text, hash);
  if (slots_[slot].number != 0) return NameId{slots_[slot].number - 1};
  if ((texts_.size() + 1) * 2 > slots_.size()) {
    grow();
    slot = slot_of(text, hash);
  }
  storage_.emplace_back(text);
  texts_.emplace_back(storage_.back());
  hashes_.push_back(hash);
  slots_[slot] = {size(), tag_of(hash)};
  return NameId{size() - 1};
}

std::optional<NameId> Names::find(std::string_view text) const {
  const std::size_t slot = slot_of(text, hash_bytes(text));
  if (slots_[slot].number == 0) return std::nullopt;
  return NameId{slots_[slot].number - 1};
}

void Names::grow() {
  slots_.assign(slots_.size() * 2, Slot{});
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t id = 0; id < size(); ++id) {
    std::size_t slot = hashes_[id] & mask;
    while (slots_[slot].number != 0) slot = (slot + 1) & mask;
    slots_[slot] = {id + 1, tag_of(hashes_[id])};
  }
}

}  // namespace mqlab
