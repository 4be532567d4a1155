// SPDX-License-Identifier: MIT
// A sorted list in chunks of some hundred entries.
#include "sim/observe/ordered_copies.hpp"

namespace mqlab::observe {

namespace {
constexpr std::size_t kChunkSize = 256;
}

std::size_t OrderedCopies::chunk_for(Entry entry) const {
  const auto begin = chunks_.begin() + static_cast<std::ptrdiff_t>(first_);
  const auto found = std::partition_point(
      begin, chunks_.end(), [&](const Chunk& chunk) { return chunk.entries.back() < entry; });
  return static_cast<std::size_t>(found - chunks_.begin());
}

void OrderedCopies::insert(Entry entry) {
  ++size_;
  if (first_ == chunks_.size() || chunks_.back().entries.back() < entry) {
    if (first_ == chunks_.size() || chunks_.back().entries.size() >= kChunkSize) {
      chunks_.push_back(Chunk{std::exchange(spare_, {}), 0});
    }
    chunks_.back().entries.push_back(entry);
    return;
  }
  const std::size_t at = chunk_for(entry);
  Chunk& chunk = chunks_[at];
  if (chunk.head > 0 && entry < chunk.entries[chunk.head]) {
    chunk.entries[--chunk.head] = entry;
    return;
  }
  const auto begin = chunk.entries.begin() + static_cast<std::ptrdiff_t>(chunk.head);
  chunk.entries.insert(std::lower_bound(begin, chunk.entries.end(), entry), entry);
  if (chunk.entries.size() >= 2 * kChunkSize) split(at);
}

bool OrderedCopies::erase(Entry entry) {
  const std::size_t at = chunk_for(entry);
  if (at == chunks_.size()) return false;
  Chunk& chunk = chunks_[at];
  const auto begin = chunk.entries.begin() + static_cast<std::ptrdiff_t>(chunk.head);
  const auto found = std::lower_bound(begin, chunk.entries.end(), entry);
  if (*found != entry) return false;
  --size_;
  if (found == begin) {
    ++chunk.head;
  } else {
    chunk.entries.erase(found);
  }
  if (chunk.empty()) drop(at);
  return true;
}

void OrderedCopies::split(std::size_t chunk) {
  Chunk& left = chunks_[chunk];
  left.entries.erase(left.entries.begin(),
                     left.entries.begin() + static_cast<std::ptrdiff_t>(left.head));
  left.head = 0;
  if (left.entries.size() < 2 * kChunkSize) return;
  const auto from = left.entries.begin() + static_cast<std::ptrdiff_t>(kChunkSize);
  Chunk right{{from, left.entries.end()}, 0};
  left.entries.erase(from, left.entries.end());
  chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(chunk) + 1, std::move(right));
}

void OrderedCopies::drop(std::size_t chunk) {
  spare_ = std::move(chunks_[chunk].entries);
  spare_.clear();
  if (chunk != first_) {
    chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(chunk));
    return;
  }
  chunks_[chunk].head = 0;
  ++first_;
  if (first_ * 2 >= chunks_.size()) {
    chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

std::size_t OrderedCopies::bytes() const {
  std::size_t sum = chunks_.capacity() * sizeof(Chunk);
  for (const Chunk& chunk : chunks_) sum += chunk.entries.capacity() * sizeof(Entry);
  return sum;
}

}  // namespace mqlab::observe
