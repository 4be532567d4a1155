// SPDX-License-Identifier: MIT
// Interning: every name, routing key and text of a run is stored once and known by a small id.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/growing.hpp"
#include "sim/base/ids.hpp"

namespace mqlab {

// An interned string. The empty string is always NameId{0}.
using NameId = Id<struct NameTag>;

// The table of interned strings. Ids are given in order of first use; views stay valid as long as
// the table lives.
class Names {
 public:
  Names();
  Names(const Names&) = delete;  // the views point into the table
  Names(Names&&) = default;
  Names& operator=(const Names&) = delete;
  Names& operator=(Names&&) = default;

  // The id of `text`, which is stored if it is new.
  NameId intern(std::string_view text);

  // The id of `text` if it was interned before.
  std::optional<NameId> find(std::string_view text) const;

  std::string_view text(NameId id) const { return texts_[id.value]; }

  // The hash of the text: the same whatever else was interned before it.
  std::uint64_t hash(NameId id) const { return hashes_[id.value]; }

  std::uint32_t size() const { return static_cast<std::uint32_t>(texts_.size()); }

 private:
  // A place of the table, which is open addressing: with the place where its text would like to
  // stand, so that only a text that is most likely the one is looked at.
  struct Slot {
    std::uint32_t number = 0;  // id + 1; 0: free
    std::uint32_t home = 0;
  };
  std::size_t slot_of(std::string_view text, std::uint32_t home) const;
  NameId add(std::string_view text, std::uint64_t hash, std::uint32_t home);
  void grow();
  // A copy that stays where it is.
  std::string_view keep(std::string_view text);

  std::vector<std::unique_ptr<char[]>> chunks_;  // of texts, side by side
  std::size_t room_ = 0;                         // at the end of the last chunk
  char* next_ = nullptr;                         // where that begins
  Growing<std::string_view> texts_;
  Growing<std::uint64_t> hashes_;
  std::vector<Slot> slots_;  // their number is a power of two
};

}  // namespace mqlab
