// SPDX-License-Identifier: MIT
// The interning table: open addressing over the texts in order of first use.
#include "sim/base/names.hpp"

#include <algorithm>
#include <cstring>

#include "sim/base/hash.hpp"
#include "sim/base/inline.hpp"

namespace mqlab {

namespace {

// Texts that differ in a last digit only stand side by side: most names of a run are numbered, and
// made in that order, so the next one's place is in the cache.
std::uint32_t home_of(std::string_view text, std::uint64_t hash) {
  if (text.empty() || text.back() < '0' || text.back() > '9') {
    return static_cast<std::uint32_t>(hash);
  }
  const auto family = static_cast<std::uint32_t>(hash_bytes(text.substr(0, text.size() - 1)));
  return (family & ~15U) + static_cast<std::uint32_t>(text.back() - '0');
}

std::uint64_t word_at(const char* text) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof(word));
  return word;
}

// Most names have 8 to 16 letters: two words, which may overlap.
bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() < 8 || a.size() > 16) return a == b;
  const std::size_t last = a.size() - 8;
  return word_at(a.data()) == word_at(b.data()) &&
         word_at(a.data() + last) == word_at(b.data() + last);
}

}  // namespace

Names::Names() : slots_(64) {
  intern("");
}

inline std::size_t Names::slot_of(std::string_view text, std::uint32_t home) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = home & mask;
  for (; slots_[slot].number != 0; slot = (slot + 1) & mask) {
    if (slots_[slot].home == home && same(texts_[slots_[slot].number - 1], text)) {
      break;
    }
  }
  return slot;
}

NameId Names::intern(std::string_view text) {
  const std::uint64_t hash = hash_bytes(text);
  const std::uint32_t home = home_of(text, hash);
  const std::uint32_t number = slots_[slot_of(text, home)].number;
  return number != 0 ? NameId{number - 1} : add(text, hash, home);
}

MQLAB_APART NameId Names::add(std::string_view text, std::uint64_t hash, std::uint32_t home) {
  if ((texts_.size() + 1) * 2 > slots_.size()) grow();
  const std::size_t slot = slot_of(text, home);
  texts_.push_back(keep(text));
  hashes_.push_back(hash);
  slots_[slot] = {size(), home};
  return NameId{size() - 1};
}

std::string_view Names::keep(std::string_view text) {
  constexpr std::size_t kChunk = 4000;
  if (text.size() > room_) {
    room_ = std::max(kChunk, text.size());
    chunks_.push_back(std::make_unique<char[]>(room_));
    next_ = chunks_.back().get();
  }
  char* const place = next_;
  std::copy(text.begin(), text.end(), place);
  next_ += text.size();
  room_ -= text.size();
  return {place, text.size()};
}

std::optional<NameId> Names::find(std::string_view text) const {
  const std::size_t slot = slot_of(text, home_of(text, hash_bytes(text)));
  if (slots_[slot].number == 0) return std::nullopt;
  return NameId{slots_[slot].number - 1};
}

void Names::grow() {
  std::vector<Slot> narrower(slots_.size() * 2);
  slots_.swap(narrower);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& known : narrower) {
    if (known.number == 0) continue;
    std::size_t slot = known.home & mask;
    while (slots_[slot].number != 0) slot = (slot + 1) & mask;
    slots_[slot] = known;
  }
}

}  // namespace mqlab
