// SPDX-License-Identifier: MIT
// Tarjan's algorithm with a stack of its own.
#include "cli/definitions/cycles.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace mqlab::cli {
namespace {

constexpr std::size_t kUnseen = std::numeric_limits<std::size_t>::max();

struct Visit {
  std::size_t node = 0;
  std::size_t edge = 0;  // the next one to follow
};

class Search {
 public:
  explicit Search(const std::vector<std::vector<std::size_t>>& edges)
      : edges_(edges), seen_(edges.size(), kUnseen), low_(edges.size()), open_(edges.size(), 0) {}

  std::vector<std::vector<std::size_t>> run() {
    for (std::size_t node = 0; node < edges_.size(); ++node) {
      if (seen_[node] == kUnseen) visit(node);
    }
    std::sort(found_.begin(), found_.end());
    return std::move(found_);
  }

 private:
  void enter(std::size_t node) {
    seen_[node] = low_[node] = count_++;
    open_[node] = 1;
    stack_.push_back(node);
    path_.push_back({node, 0});
  }

  void visit(std::size_t start) {
    enter(start);
    while (!path_.empty()) {
      const std::size_t node = path_.back().node;
      if (path_.back().edge < edges_[node].size()) {
        const std::size_t next = edges_[node][path_.back().edge++];
        if (seen_[next] == kUnseen) {
          enter(next);
        } else if (open_[next] != 0) {
          low_[node] = std::min(low_[node], seen_[next]);
        }
        continue;
      }
      path_.pop_back();
      if (!path_.empty()) low_[path_.back().node] = std::min(low_[path_.back().node], low_[node]);
      if (low_[node] == seen_[node]) take_part(node);
    }
  }

  void take_part(std::size_t root) {
    std::vector<std::size_t> part;
    for (std::size_t node = kUnseen; node != root;) {
      node = stack_.back();
      stack_.pop_back();
      open_[node] = 0;
      part.push_back(node);
    }
    const bool itself =
        std::find(edges_[root].begin(), edges_[root].end(), root) != edges_[root].end();
    if (part.size() == 1 && !itself) return;
    std::sort(part.begin(), part.end());
    found_.push_back(std::move(part));
  }

  const std::vector<std::vector<std::size_t>>& edges_;
  std::vector<std::size_t> seen_;  // in order of the first visit
  std::vector<std::size_t> low_;
  std::vector<char> open_;  // still on the stack
  std::vector<std::size_t> stack_;
  std::vector<Visit> path_;
  std::size_t count_ = 0;
  std::vector<std::vector<std::size_t>> found_;
};

}  // namespace

std::vector<std::vector<std::size_t>> cycles_of(
    const std::vector<std::vector<std::size_t>>& edges) {
  return Search(edges).run();
}

}  // namespace mqlab::cli
