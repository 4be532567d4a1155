// SPDX-License-Identifier: MIT
// The topic exchange: keys are words between dots, patterns have * and # (ROUTE-5 to ROUTE-8).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/names.hpp"
#include "sim/broker/binding.hpp"
#include "sim/broker/exchange_direct.hpp"

namespace mqlab::broker {

// Keys split into interned words, each key once. Shared by the topic exchanges of a virtual host.
//
// The empty key has no words, while "." has two empty ones (ROUTE-7).
class TopicWords {
 public:
  using Word = std::uint32_t;
  static constexpr Word kStar = 1;  // the word "*"
  static constexpr Word kHash = 2;  // the word "#"

  TopicWords();

  // The words of `key`, whose text is `text`. Valid until the next call.
  std::span<const Word> split(NameId key, std::string_view text);

 private:
  Names words_;
  std::vector<std::uint32_t> offsets_;  // by key: where its words begin in pool_, 0: not split yet
  std::vector<Word> pool_;              // for each key the number of its words, then the words
};

// The bindings of one topic exchange: a hash for patterns without wildcards, a trie for the others.
//
// Matching visits each (node behind a #, position in the key) at most once, so a key of n words
// costs at most n times the number of nodes, however the patterns and keys are made.
class TopicTable {
 public:
  using Word = TopicWords::Word;

  // `pattern` is the binding's key in words.
  void add(BindingRef ref, std::span<const Word> pattern, Bindings& bindings);
  void remove(BindingRef ref, Bindings& bindings);

  // Calls `found(Destination)` for every binding whose pattern matches the key, for some more than
  // once. `words` must be the key's.
  template <typename Found>
  void route(NameId key, std::span<const Word> words, Found&& found) {
    exact_.route(key, found);
    if (nodes_.size() <= 1) return;
    ++walk_;
    Walk<Found> walk{*this, words, found};
    walk.from(0, 0);
  }

  // Without wildcards among the patterns the words of the key are not needed.
  bool has_patterns() const { return patterns_ != 0; }
  template <typename Found>
  void route_exact(NameId key, Found&& found) const {
    exact_.route(key, found);
  }

 private:
  struct Node {
    std::uint32_t star = 0;   // child for *, 0: none
    std::uint32_t hash = 0;   // child for #, 0: none
    std::uint32_t words = 0;  // number of children for words
    std::uint32_t parent = 0;
    Word word = 0;  // by which the parent leads here
    Bucket bucket;
    // Of a node behind a #: in walk number `walked`, it was tried from position `tried` on.
    std::uint32_t tried = 0;
    std::uint64_t walked = 0;
  };

  template <typename Found>
  struct Walk {
    TopicTable& table;
    std::span<const Word> words;
    Found& found;

    void emit(const Node& node) const {
      for (const Bucket::Entry& entry : node.bucket) found(entry.destination);
    }
    // All matches below `at`, with the words from `position` on still to match.
    void from(std::uint32_t at, std::size_t position) {
      for (;;) {
        Node& node = table.nodes_[at];
        if (node.hash != 0) behind_hash(node.hash, position);
        if (position == words.size()) return emit(node);
        if (node.star != 0) from(node.star, position + 1);
        if (node.words == 0) return;
        at = table.edges_.find(at, words[position]);
        if (at == kNoRef) return;
        ++position;
      }
    }
    // `at` is behind a #, which may have taken any number of words from `position` on (ROUTE-6).
    void behind_hash(std::uint32_t at, std::size_t position) {
      Node& node = table.nodes_[at];
      std::size_t end = words.size();
      if (node.walked == table.walk_) {
        end = node.tried;
        if (position >= end) return;
      } else {
        emit(node);
      }
      node.walked = table.walk_;
      node.tried = static_cast<std::uint32_t>(position);
      if (node.star == 0 && node.words == 0) return;
      for (std::size_t i = position; i < end; ++i) {
        if (node.star != 0) from(node.star, i + 1);
        if (node.words == 0) continue;
        const std::uint32_t child = table.edges_.find(at, words[i]);
        if (child != kNoRef) from(child, i + 1);
      }
    }
  };

  std::uint32_t child(std::uint32_t parent, Word word);
  void prune(std::uint32_t node);

  static constexpr std::uint32_t kExact = kNoRef;  // place of bindings that are in exact_

  DirectTable exact_;
  std::vector<Node> nodes_ = std::vector<Node>(1);  // 0: the root
  std::vector<std::uint32_t> free_;
  FlatIndex edges_;
  std::uint32_t patterns_ = 0;
  std::uint64_t walk_ = 0;
};

}  // namespace mqlab::broker
