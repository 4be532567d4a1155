// SPDX-License-Identifier: MIT
// Splitting keys, and growing and pruning the trie of patterns.
#include "sim/broker/exchange_topic.hpp"

#include <algorithm>

#include "sim/base/assert.hpp"

namespace mqlab::broker {

TopicWords::TopicWords() : pool_(1) {
  const NameId star = words_.intern("*");
  const NameId hash = words_.intern("#");
  MQLAB_ASSERT(star.value == kStar && hash.value == kHash);
}

std::span<const TopicWords::Word> TopicWords::split(NameId key, std::string_view text) {
  if (key.value >= offsets_.size()) offsets_.resize(key.value + 1);
  std::uint32_t offset = offsets_[key.value];
  if (offset == 0) {
    offset = static_cast<std::uint32_t>(pool_.size());
    offsets_[key.value] = offset;
    pool_.push_back(0);
    if (!text.empty()) {
      for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('.', begin), text.size());
        pool_.push_back(words_.intern(text.substr(begin, end - begin)).value);
        begin = end + 1;
      }
    }
    pool_[offset] = static_cast<std::uint32_t>(pool_.size() - offset - 1);
  }
  return {pool_.data() + offset + 1, pool_[offset]};
}

namespace {

bool is_wild(TopicWords::Word word) {
  return word == TopicWords::kStar || word == TopicWords::kHash;
}

// Calls `step(word)` for the words of an equivalent pattern in which a run of wildcards is some
// stars and then at most one hash: "#.*.#" asks for the same as "*.#", but is found in fewer ways.
template <typename Step>
void each_canonical(std::span<const TopicWords::Word> pattern, Step step) {
  for (std::size_t i = 0; i < pattern.size();) {
    if (!is_wild(pattern[i])) {
      step(pattern[i++]);
      continue;
    }
    bool hash = false;
    for (; i < pattern.size() && is_wild(pattern[i]); ++i) {
      if (pattern[i] == TopicWords::kStar) {
        step(TopicWords::kStar);
      } else {
        hash = true;
      }
    }
    if (hash) step(TopicWords::kHash);
  }
}

}  // namespace

std::uint32_t TopicTable::child(std::uint32_t parent, Word word) {
  std::uint32_t found = kNoRef;
  if (word == TopicWords::kStar) {
    found = nodes_[parent].star == 0 ? kNoRef : nodes_[parent].star;
  } else if (word == TopicWords::kHash) {
    found = nodes_[parent].hash == 0 ? kNoRef : nodes_[parent].hash;
  } else {
    found = edges_.find(parent, word);
  }
  if (found != kNoRef) return found;

  if (free_.empty()) {
    found = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
  } else {
    found = free_.back();
    free_.pop_back();
  }
  nodes_[found].parent = parent;
  nodes_[found].word = word;
  if (word == TopicWords::kStar) {
    nodes_[parent].star = found;
  } else if (word == TopicWords::kHash) {
    nodes_[parent].hash = found;
  } else {
    edges_.insert(parent, word, found);
    ++nodes_[parent].words;
  }
  return found;
}

void TopicTable::add(BindingRef ref, std::span<const Word> pattern, Bindings& bindings) {
  if (std::none_of(pattern.begin(), pattern.end(), is_wild)) {
    bindings[ref].place = kExact;
    exact_.add(ref, bindings);
    return;
  }
  std::uint32_t at = 0;
  each_canonical(pattern, [&](Word word) { at = child(at, word); });
  bindings[ref].place = at;
  nodes_[at].bucket.add(ref, bindings);
  ++patterns_;
}

void TopicTable::remove(BindingRef ref, Bindings& bindings) {
  const std::uint32_t node = bindings[ref].place;
  if (node == kExact) {
    exact_.remove(ref, bindings);
    return;
  }
  nodes_[node].bucket.remove(ref, bindings);
  --patterns_;
  if (patterns_ == 0) {
    nodes_ = std::vector<Node>(1);
    free_ = std::vector<std::uint32_t>();
    edges_ = FlatIndex();
    return;
  }
  prune(node);
}

// Takes away nodes that lead nowhere any more, from `at` upwards.
void TopicTable::prune(std::uint32_t at) {
  while (at != 0) {
    Node& node = nodes_[at];
    if (!node.bucket.empty() || node.star != 0 || node.hash != 0 || node.words != 0) return;
    const std::uint32_t parent = node.parent;
    if (node.word == TopicWords::kStar) {
      nodes_[parent].star = 0;
    } else if (node.word == TopicWords::kHash) {
      nodes_[parent].hash = 0;
    } else {
      edges_.erase(parent, node.word);
      --nodes_[parent].words;
    }
    node = Node();
    free_.push_back(at);
    at = parent;
  }
}

}  // namespace mqlab::broker
